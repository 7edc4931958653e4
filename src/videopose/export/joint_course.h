// SPDX-License-Identifier: Apache-2.0

// A person's joints over time, made ready for a skeleton whose bones are rigid.

#ifndef VIDEOPOSE_EXPORT_JOINT_COURSE_H_
#define VIDEOPOSE_EXPORT_JOINT_COURSE_H_

#include <array>
#include <optional>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/pose.h"
#include "videopose/pose/h36m17.h"

namespace videopose::internal {

// By h36m17::Joint, in rig.h's frame, metres.
using RigSource = std::array<Vec3d, h36m17::kJointCount>;
// The length of the bone that leads to a joint, metres; the hip's is 0.
using BoneLengths = std::array<double, h36m17::kJointCount>;
// nullopt where there is no pose.
using JointCourse = std::vector<std::optional<RigSource>>;

// From the world.
inline Vec3d InRig(const Vec3f& v) {
  const Vec3d in_world = v.Cast<double>();
  return {in_world.x, in_world.z, -in_world.y};
}

// One element a frame. Throws Error where the skeleton lacks joints of Human36m17().
JointCourse ReadCourse(const Motion& motion, const PersonMotion& person);

// SteadyBoneLengths(), as where poses are fitted to the image: an export of lifted poses has the
// bones that the refined ones have. Those of an ordinary body where there is no pose in any frame.
BoneLengths LengthsOf(const JointCourse& course);

// False in gaps longer than kLongestGap_s.
std::vector<bool> FramesThere(const JointCourse& course, double fps);

// Linear between the frames beside a gap; held before the first and after the last pose; `rest`
// where there is none at all.
std::vector<RigSource> FillGaps(const JointCourse& course, const RigSource& rest);

// Bones of these lengths, with the hip where the source has it and both others of the hip line
// along `hip_line` (unit length, to the left); every chain of bones from there outwards takes the
// directions that bring its joints nearest to the source's, in the sense of least squares.
RigSource FitRigidBones(const RigSource& source, const BoneLengths& lengths, const Vec3d& hip_line);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_EXPORT_JOINT_COURSE_H_
