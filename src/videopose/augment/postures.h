// SPDX-License-Identifier: Apache-2.0

// Postures that motion capture of walking and sports hardly has, made by inverse kinematics: people
// who sit, kneel, crouch and lie, and hands that reach the face, the other arm, hips or thighs.

#ifndef VIDEOPOSE_AUGMENT_POSTURES_H_
#define VIDEOPOSE_AUGMENT_POSTURES_H_

#include <array>
#include <optional>

#include "videopose/augment/augmentation_options.h"
#include "videopose/augment/body_motion.h"
#include "videopose/augment/motion_keys.h"
#include "videopose/base/fast_random.h"

namespace videopose::internal {

// A leg's angles, radians. `turn`: of the thigh about itself, positive where a bent knee's foot
// goes inward, as in sitting cross-legged.
struct LegAngles {
  double flexion = 0, abduction = 0, turn = 0, knee = 0;
};

// side: 0 left, 1 right, as in BodyFrame.
void PoseLeg(const LegAngles& angles, size_t side, BodyFrame& frame);

// The upper arm's and the forearm's direction with which a hand is `way` from its shoulder, or as
// near to it as the arm's lengths and the elbow's flexion allow. The elbow lies on the side of
// `elbow_side` (not parallel to `way`).
struct ArmDirections {
  Vec3d upper_arm, forearm;
};
ArmDirections ReachFor(const Vec3d& way, const Vec3d& elbow_side, double upper_arm_m,
                       double forearm_m, double most_flexion_rad);

// A person who sits on a chair or the floor, kneels, crouches or lies, moves a little, and
// sometimes rises.
class Seat {
 public:
  Seat(double duration_s, const SeatOptions& options, FastRandom& random);
  // Takes legs and pelvis, and adds a bow to the trunk.
  void Apply(double time_s, BodyFrame& frame) const;

 private:
  // Four angles a leg, the pelvis' lean forward and its roll to the side, the chest's bow.
  static constexpr size_t kAngles = 11;
  std::optional<Keys<kAngles>> keys_;
};

// Hands that rest on or go between places of the body.
class Reach {
 public:
  Reach(double duration_s, const ReachOptions& options, FastRandom& random);
  void Apply(double time_s, const BodyShape& shape, BodyFrame& frame) const;

 private:
  static constexpr size_t kPlaces = 10;
  // How much of the hand is at each place, its offset from there, the elbow's turn about the way
  // from shoulder to hand.
  using HandKeys = Keys<kPlaces + 4>;
  HandKeys::Values DrawKey(size_t place, FastRandom& random) const;
  // Where a place is, in the chest, from the trunk's end.
  static Vec3d PlaceInChest(size_t place, size_t side, const BodyShape& shape,
                            const BodyFrame& frame);

  ReachOptions options_;
  std::array<std::optional<HandKeys>, 2> hands_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_AUGMENT_POSTURES_H_
