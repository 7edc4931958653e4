// SPDX-License-Identifier: Apache-2.0

// Predicts a person's position: a constant-velocity Kalman filter for a point in the image.
//
// Each axis has the state (position, velocity) with covariance P; acceleration is noise of standard
// deviation a that lasts for tau = 0.1 s, so that a second of many frames is as uncertain as one of
// few:
//
//   predict over t:   x' = F x,  P' = F P F^T + a^2 tau (t^3/3, t^2/2; t^2/2, t),  F = (1, t; 0, 1)
//   correct by z:     k = P (1, 0)^T / (P_pp + r^2),  x' = x + k (z - p),  P' = P - k (P_pp, P_pv)
//
// Both axes share P, since they are always measured together.

#ifndef VIDEOPOSE_DETECT_MOTION_FILTER_H_
#define VIDEOPOSE_DETECT_MOTION_FILTER_H_

#include "videopose/geometry.h"

namespace videopose::internal {

class MotionFilter {
 public:
  // At rest, as far as is known, with a velocity of standard deviation `speed` per second.
  MotionFilter(Vec2d position, double measured_sd, double speed_sd)
      : position_(position), pp_(measured_sd * measured_sd), vv_(speed_sd * speed_sd) {}

  Vec2d position() const { return position_; }
  Vec2d velocity() const { return velocity_; }  // per second
  double position_variance() const { return pp_; }

  void Predict(double seconds, double acceleration_sd) {
    constexpr double kLastsS = 0.1;
    const double t = seconds, q = acceleration_sd * acceleration_sd * kLastsS;
    position_ = position_ + t * velocity_;
    pp_ += 2 * t * pv_ + t * t * vv_ + q * t * t * t / 3;
    pv_ += t * vv_ + q * t * t / 2;
    vv_ += q * t;
  }

  // Velocity decays while the person is not seen.
  void SlowDown(double factor) { velocity_ = factor * velocity_; }

  void Correct(Vec2d measured, double measured_sd) {
    const double s = pp_ + measured_sd * measured_sd;
    const double k_position = pp_ / s, k_velocity = pv_ / s;
    const Vec2d error = measured - position_;
    position_ = position_ + k_position * error;
    velocity_ = velocity_ + k_velocity * error;
    vv_ -= k_velocity * pv_;
    pv_ -= k_position * pv_;
    pp_ -= k_position * pp_;
  }

 private:
  Vec2d position_, velocity_;
  double pp_, pv_ = 0, vv_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DETECT_MOTION_FILTER_H_
