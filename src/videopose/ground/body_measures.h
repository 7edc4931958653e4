// SPDX-License-Identifier: Apache-2.0

// What ground needs to know of a body: its joints, its height, its centre of mass.

#ifndef VIDEOPOSE_GROUND_BODY_MEASURES_H_
#define VIDEOPOSE_GROUND_BODY_MEASURES_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "videopose/pose.h"

namespace videopose::internal {

// Joints of Human36m17() by name; pairs are left, right.
struct BodyJoints {
  int hip, thorax, head;
  std::array<int, 2> shoulders, elbows, wrists, hips, knees, ankles;
};
// The skeleton has all of these.
BodyJoints FindBodyJoints(const Skeleton& skeleton);

// The runs of frames with a pose, in order.
std::vector<FrameRange> PosedRanges(const PersonMotion& person);

// The ankle joint's height over the floor with a flat foot, as a share of the body's height. The
// malleolus is at 0.039 (Drillis & Contini); Human3.6M's ankle is slightly above it, and people
// wear shoes: 8 cm for a person of 1.74 m.
inline constexpr double kAnkleShareOfHeight = 0.046;

// The head joint is at the height of the eyes: 0.936 (Drillis & Contini).
inline constexpr double kHeadShareOfHeight = 0.936;

// The hip joint's height of a person lying on it, half the pelvis' depth: 9 cm at 1.74 m.
inline constexpr double kLyingShareOfHeight = 0.05;

// From the soles to the top of the head if the person stood upright: along shanks, thighs, hip to
// thorax and thorax to head, and what is below and above them; the median over the third of the
// frames in which the legs are straightest. 0 without any pose.
double StandingHeight(const PersonMotion& person, const Skeleton& skeleton);

// A standing body's centre of mass is over the middle of the feet, this share of its height before
// the ankle joints (Winter, Human balance and posture control, Gait & Posture 3, 1995: about 5 cm).
inline constexpr double kBalanceShareOfHeight = 0.027;

// From the masses of limbs and trunk in Winter, Biomechanics and Motor Control of Human Movement,
// table 4.1.
Vec3d CentreOfMass(std::span<const Vec3f> joints, const BodyJoints& body);

// Along each axis by itself; at least one point.
Vec3d MedianPoint(std::span<const Vec3d> points);

// The mean length, over the frames given, of the longest chain of bones from the root to the end of
// a leg or arm, relative to an adult's.
float BodyScale(const Skeleton& skeleton, std::span<const Vec3f> joints_of_frames);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_BODY_MEASURES_H_
