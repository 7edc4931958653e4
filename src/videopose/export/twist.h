// SPDX-License-Identifier: Apache-2.0

// How far limbs are turned about themselves over time, where it is seen better and worse.

#ifndef VIDEOPOSE_EXPORT_TWIST_H_
#define VIDEOPOSE_EXPORT_TWIST_H_

#include <vector>

#include "videopose/geometry.h"

namespace videopose::internal {

// The shortest turn that brings one direction onto another, both of unit length. Opposite ones:
// half a turn about any axis that is square to them.
Quaternion Swing(const Vec3d& from, const Vec3d& to);

struct SeenTwist {
  double angle_rad = 0;  // any multiple of 2 pi may be added
  double weight = 0;     // 0: not seen ... 1: seen clearly
};

// A continuous course of angles, one a frame: minimises over a_t
//
//   sum w_t (a_t - seen_t)^2 + max(1, fps * 0.04 s)^2 sum (a_t+1 - a_t)^2 + 1e-4 sum a_t^2
//
// after full turns were added to seen_t so that it follows what was last seen well. Clearly seen
// angles are smoothed over about 0.04 s; unclear ones are interpolated between clear ones; where
// nothing is seen for seconds, or ever, the angle falls back to 0.
std::vector<double> SmoothTwist(const std::vector<SeenTwist>& seen, double fps);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_EXPORT_TWIST_H_
