// SPDX-License-Identifier: Apache-2.0

// Hands and feet of people whose other joints are known: heels, tips of toes and knuckles from
// their points in the image.
//
// A hand or foot is taken as rigid, of the size that shank or forearm suggest, and hangs at its
// ankle or wrist. Its rotation R in a frame minimises the sum of
//   |log(N^-1 R)|^2       from the neutral posture N, about each of its axes by what the joint can
//                         do: a foot is square to its shank and points where the knee does; a hand
//                         goes on along the forearm, thumb to the side that the elbow bends to
//   rho(image)            of each point seen, relative to ankle or wrist: 1.5 % of the diagonal of
//                         the body's box in the image
//   rho(sole's tilt)      from level, 6 degrees, while the foot is known to be down
//   |log(R'^-1 R)|^2      from R' in the frame before: 10 degrees at 30 frames a second
// with Cauchy's rho at 3 of these standard deviations. Frame by frame; over a clip forwards and
// backwards, and the result is half way between both.

#ifndef VIDEOPOSE_REFINE_LIMB_ENDS_H_
#define VIDEOPOSE_REFINE_LIMB_ENDS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/pose.h"
#include "videopose/refine/limb_end_fit.h"

namespace videopose::internal {

// Whether a detector saw hands and feet: keypoints with BlazePose33() as extra points.
bool HasHandsAndFeet(const KeypointSequence& keypoints);

// A motion of Human36m17() as one of Body25(). `keypoints` are what it was lifted from; people are
// matched by their id. A point that was not seen is where the neutral posture has it. Feet on the
// floor need Motion::camera, or a camera that is level. Throws Error for another skeleton.
Motion WithHandsAndFeet(const Motion& motion, const KeypointSequence& keypoints);

// One person's hands and feet, frame by frame.
class LimbEndTracker {
 public:
  // cam_from_end of each of LimbEnds().
  using Rotations = std::array<Quaternion, kLimbEndCount>;
  using Lengths_m = std::array<double, kLimbEndCount>;

  // Shanks and forearms are of these lengths; without, of their mean so far, for two seconds.
  explicit LimbEndTracker(double fps, std::optional<Lengths_m> bones = std::nullopt)
      : fps_(fps), are_bones_known_(bones.has_value()), bones_(bones.value_or(Lengths_m{})) {}

  // Of the next frame, or of the one before when a clip is followed backwards.
  const Rotations& Follow(const SeenBody& body, const Lens& lens);
  // Whatever comes next has nothing to do with what was before.
  void Forget() { rotations_.reset(); }

  // Follow()'s hands and feet, to all joints of Body25(), relative to the root.
  std::vector<Vec3f> Push(const SeenBody& body, const Lens& lens);

 private:
  double fps_;
  bool are_bones_known_;
  Lengths_m bones_;
  int64_t frames_ = 0;
  std::optional<Rotations> rotations_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_REFINE_LIMB_ENDS_H_
