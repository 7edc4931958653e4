// SPDX-License-Identifier: Apache-2.0

// Where the feet are: footsteps planned once, then read at any time. A foot in stance does not
// move; it rolls over its ball before it is lifted and over its heel after it has landed.

#ifndef VIDEOPOSE_SYNTHETIC_SYNTHETIC_GAIT_H_
#define VIDEOPOSE_SYNTHETIC_SYNTHETIC_GAIT_H_

#include <array>
#include <vector>

#include "videopose/synthetic/synthetic_body.h"

namespace videopose::internal {

struct Footstep {
  double lift_s = 0, land_s = 0;
  Vec2d ankle_in_world;                           // where it lands
  double yaw_rad = 0;                             // not wrapped: 2 pi more is one turn more
  double rise_m = 0;                              // at mid-swing
  double lift_pitch_rad = 0, land_pitch_rad = 0;  // of FootPlacement when it leaves and lands
};

// Smoothly from 0 at x <= 0 to 1 at x >= 1: 6 x^5 - 15 x^4 + 10 x^3 (Perlin 2002).
double SmoothStep(double x);

// Both feet over time.
class FootstepPlan {
 public:
  // Both feet stand beside `centre_in_world`.
  FootstepPlan(Vec2d centre_in_world, double yaw_rad, double height_m);

  // How wide apart from the middle the feet stand and walk.
  double standing_half_width_m() const { return 0.060 * height_m_; }
  double step_period_s() const { return step_period_s_; }
  double end_s() const { return end_s_; }
  // Where the body stands after the last step.
  Vec2d centre_in_world() const { return centre_in_world_; }
  double yaw_rad() const { return yaw_rad_; }

  void Wait(double duration_s) { end_s_ += duration_s; }
  // Along a straight line or, while turning, an arc; on the spot where distance_m is 0. Ends with
  // the feet side by side.
  void Walk(double distance_m, double turn_rad);
  // Both feet jump to `half_width_m` from the middle, in the air from lift_s to land_s.
  void Jump(double lift_s, double land_s, double half_width_m, double rise_m);

  std::array<FootPlacement, 2> At(double time_s) const;  // by BodySide

 private:
  FootPlacement FootAt(BodySide side, double time_s) const;
  void Step(BodySide side, double lift_s, Vec2d centre_in_world, double yaw_rad, double vigour);

  double height_m_;
  double step_period_s_;
  double end_s_ = 0;
  Vec2d centre_in_world_;
  double yaw_rad_;
  std::array<std::vector<Footstep>, 2> steps_;  // by BodySide; the first is where it stands first
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SYNTHETIC_SYNTHETIC_GAIT_H_
