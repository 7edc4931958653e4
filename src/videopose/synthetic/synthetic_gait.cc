// SPDX-License-Identifier: Apache-2.0

#include "videopose/synthetic/synthetic_gait.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace videopose::internal {
namespace {

constexpr double kStepLength = 0.36;       // of the body height
constexpr double kLargestTurn_rad = 0.70;  // in one step
// Of a step's period; a stride is two periods, so each foot is in the air for 40% of it.
constexpr double kSwing = 0.8;
constexpr double kHeelRise_s = 0.24, kFootDown_s = 0.11;

Vec2d Forward(double yaw_rad) { return {std::cos(yaw_rad), std::sin(yaw_rad)}; }
Vec2d Leftward(double yaw_rad) { return {-std::sin(yaw_rad), std::cos(yaw_rad)}; }
double Mix(double a, double b, double share) { return a + share * (b - a); }

Vec2d BesideCentre(Vec2d centre, double yaw_rad, BodySide side, double half_width_m) {
  const double sign = side == BodySide::kLeft ? 1 : -1;
  return centre + sign * half_width_m * Leftward(yaw_rad);
}

}  // namespace

double SmoothStep(double x) {
  const double u = std::clamp(x, 0.0, 1.0);
  return u * u * u * (u * (6 * u - 15) + 10);
}

FootstepPlan::FootstepPlan(Vec2d centre_in_world, double yaw_rad, double height_m)
    : height_m_(height_m),
      step_period_s_(0.53 * std::sqrt(height_m / 1.74)),  // as a pendulum of the leg's length
      centre_in_world_(centre_in_world),
      yaw_rad_(yaw_rad) {
  for (const BodySide side : {BodySide::kLeft, BodySide::kRight}) {
    steps_[static_cast<size_t>(side)].push_back(
        {.lift_s = -1,
         .land_s = -1,
         .ankle_in_world = BesideCentre(centre_in_world, yaw_rad, side, standing_half_width_m()),
         .yaw_rad = yaw_rad});
  }
}

void FootstepPlan::Step(BodySide side, double lift_s, Vec2d centre_in_world, double yaw_rad,
                        double vigour) {
  const double half_width_m = Mix(standing_half_width_m(), 0.040 * height_m_, vigour);
  steps_[static_cast<size_t>(side)].push_back(
      {.lift_s = lift_s,
       .land_s = lift_s + kSwing * step_period_s_,
       .ankle_in_world = BesideCentre(centre_in_world, yaw_rad, side, half_width_m),
       .yaw_rad = yaw_rad,
       .rise_m = 0.04 - 0.015 * vigour,
       .lift_pitch_rad = 0.15 + 0.45 * vigour,
       .land_pitch_rad = -0.30 * vigour});
}

void FootstepPlan::Walk(double distance_m, double turn_rad) {
  const int count =
      std::max({1, static_cast<int>(std::lround(distance_m / (kStepLength * height_m_))),
                static_cast<int>(std::ceil(std::abs(turn_rad) / kLargestTurn_rad))});
  const double vigour = std::min(1.0, distance_m / count / (kStepLength * height_m_));
  // The inner foot first: the outer one would block it.
  BodySide side = turn_rad > 0 ? BodySide::kLeft : BodySide::kRight;
  const Vec2d start = centre_in_world_;
  const double start_yaw = yaw_rad_;
  for (int step = 1; step <= count + 1; ++step) {
    const double share = std::min(1.0, static_cast<double>(step) / count);
    yaw_rad_ = start_yaw + share * turn_rad;
    // The chord of an arc of length s turning by a: s * sin(a / 2) / (a / 2), half way between.
    const double half_turn = share * turn_rad / 2;
    const double chord_m =
        share * distance_m * (half_turn == 0 ? 1 : std::sin(half_turn) / half_turn);
    centre_in_world_ = start + chord_m * Forward(start_yaw + half_turn);
    Step(side, end_s_, centre_in_world_, yaw_rad_, step <= count - 1 ? vigour : 0.4 * vigour);
    end_s_ += step_period_s_;
    side = side == BodySide::kLeft ? BodySide::kRight : BodySide::kLeft;
  }
}

void FootstepPlan::Jump(double lift_s, double land_s, double half_width_m, double rise_m) {
  for (const BodySide side : {BodySide::kLeft, BodySide::kRight}) {
    steps_[static_cast<size_t>(side)].push_back(
        {.lift_s = lift_s,
         .land_s = land_s,
         .ankle_in_world = BesideCentre(centre_in_world_, yaw_rad_, side, half_width_m),
         .yaw_rad = yaw_rad_,
         .rise_m = rise_m,
         .lift_pitch_rad = 0.45,
         .land_pitch_rad = 0.30});
  }
}

FootPlacement FootstepPlan::FootAt(BodySide side, double time_s) const {
  const std::vector<Footstep>& steps = steps_[static_cast<size_t>(side)];
  const auto next = std::find_if(steps.begin() + 1, steps.end(),
                                 [&](const Footstep& step) { return step.lift_s > time_s; });
  const Footstep& step = *(next - 1);
  FootPlacement foot{.ankle_in_world = step.ankle_in_world, .yaw_rad = step.yaw_rad};
  if (time_s < step.land_s) {
    const Footstep& before = *(next - 2);
    const double phase = (time_s - step.lift_s) / (step.land_s - step.lift_s);
    const double share = SmoothStep(phase);
    foot.ankle_in_world =
        before.ankle_in_world + share * (step.ankle_in_world - before.ankle_in_world);
    foot.yaw_rad = Mix(before.yaw_rad, step.yaw_rad, share);
    const double wave = std::sin(std::numbers::pi * phase);
    foot.rise_m = step.rise_m * wave * wave;
    foot.pitch_rad = step.lift_pitch_rad * (1 - SmoothStep(phase / 0.6)) +
                     step.land_pitch_rad * SmoothStep((phase - 0.5) / 0.5);
    return foot;
  }
  foot.pitch_rad = step.land_pitch_rad * (1 - SmoothStep((time_s - step.land_s) / kFootDown_s));
  if (next != steps.end()) {
    const double rolling_s = std::min(kHeelRise_s, next->lift_s - step.land_s);
    foot.pitch_rad += next->lift_pitch_rad * SmoothStep(1 - (next->lift_s - time_s) / rolling_s);
  }
  return foot;
}

std::array<FootPlacement, 2> FootstepPlan::At(double time_s) const {
  return {FootAt(BodySide::kLeft, time_s), FootAt(BodySide::kRight, time_s)};
}

}  // namespace videopose::internal
