// SPDX-License-Identifier: Apache-2.0

// One hand or foot in one frame: the sum of limb_ends.h.

#ifndef VIDEOPOSE_REFINE_LIMB_END_FIT_H_
#define VIDEOPOSE_REFINE_LIMB_END_FIT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "videopose/geometry.h"
#include "videopose/pose.h"

namespace videopose::internal {

// A point of a hand or foot.
struct EndPoint {
  int joint;     // of Body25()
  int landmark;  // of BlazePose33()
  Vec3d at;      // from ankle or wrist in the end's frame, in lengths of the bone before it
};

// A hand or foot. Its frame at rest: of a foot x to the body's left, y up along the shank, z to the
// toes; of a hand x square to y and z, y to the thumb, z on along the forearm.
struct LimbEnd {
  bool is_foot;
  int upper, middle, base;  // of Human36m17(): hip, knee, ankle or shoulder, elbow, wrist
  int landmark;             // of BlazePose33(), the base
  std::array<EndPoint, 2> points;
  Vec3d mean_rad;       // of the rotation from neutral, about x, y, z
  Vec3d deviation_rad;  // its standard deviation
  uint8_t flag;         // in PersonMotion::feet_down
};

// Feet, then hands; left before right.
inline constexpr size_t kLimbEndCount = 4;
const std::array<LimbEnd, kLimbEndCount>& LimbEnds();

// A person in a frame.
struct SeenBody {
  std::span<const Vec3f> joints_in_cam;  // of Human36m17(), relative to the root
  std::optional<Vec3f> root_in_cam;      // else the size in the image says how far it is
  std::span<const ExtraPoint> points;    // BlazePose33(), or empty
  uint8_t feet_down = 0;
  Vec3d up_in_cam{0, -1, 0};  // of the floor; the default: a level camera
};

// cam_from_end. `bone_m`: the length of shank or forearm. `before`: of the frame before.
Quaternion FitLimbEnd(const LimbEnd& end, const SeenBody& body, const Lens& lens, double bone_m,
                      double fps, const std::optional<Quaternion>& before);

// The sum that FitLimbEnd() minimises, of a rotation.
double LimbEndCost(const LimbEnd& end, const SeenBody& body, const Lens& lens, double bone_m,
                   double fps, const std::optional<Quaternion>& before,
                   const Quaternion& cam_from_end);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_REFINE_LIMB_END_FIT_H_
