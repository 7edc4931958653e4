// A person's joints over time, made ready for a skeleton whose bones are rigid.

#ifndef VIDEOPOSE_EXPORT_JOINT_COURSE_H_
#define VIDEOPOSE_EXPORT_JOINT_COURSE_H_

#include <array>
#include <optional>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/pose.h"

namespace videopose {

// The joints of Human36m17().
enum BodySource {
  kHip,
  kRightHip,
  kRightKnee,
  kRightAnkle,
  kLeftHip,
  kLeftKnee,
  kLeftAnkle,
  kSpine,
  kThorax,
  kFace,
  kHeadTop,
  kLeftShoulder,
  kLeftElbow,
  kLeftWrist,
  kRightShoulder,
  kRightElbow,
  kRightWrist,
  kBodySourceCount,
};

// By BodySource, in rig.h's frame, metres.
using BodyJoints = std::array<Vec3d, kBodySourceCount>;
// Of the bone that leads to a joint, metres; the hip's is 0.
using BoneLengths = std::array<double, kBodySourceCount>;
// nullopt where there is no pose.
using JointCourse = std::vector<std::optional<BodyJoints>>;

// One element a frame. Throws Error where the skeleton lacks joints of Human36m17().
JointCourse ReadCourse(const Motion& motion, const PersonMotion& person);

// Of each bone the median over the clip, of left and right the mean; of an ordinary body where
// there is no pose in any frame.
BoneLengths MedianLengths(const JointCourse& course);

// False in gaps longer than half a second.
std::vector<bool> FramesThere(const JointCourse& course, double fps);

// Linear between the frames beside a gap; held before the first and after the last pose; `rest`
// where there is none at all.
std::vector<BodyJoints> FillGaps(const JointCourse& course, const BodyJoints& rest);

// Of unit length; `otherwise` where there is no direction.
Vec3d DirectionOr(const Vec3d& v, const Vec3d& otherwise);

// Bones of these lengths, with the hip where the source has it and both others of the hip line
// along `hip_line` (unit length, to the left); every chain of bones from there outwards takes the
// directions that bring its joints nearest to the source's, in the sense of least squares.
BodyJoints FitRigidBones(const BodyJoints& source, const BoneLengths& lengths,
                         const Vec3d& hip_line);

}  // namespace videopose

#endif  // VIDEOPOSE_EXPORT_JOINT_COURSE_H_
