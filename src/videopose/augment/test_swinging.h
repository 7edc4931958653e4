// SPDX-License-Identifier: Apache-2.0

// A synthetic clip for tests of augment and train.

#ifndef VIDEOPOSE_AUGMENT_TEST_SWINGING_H_
#define VIDEOPOSE_AUGMENT_TEST_SWINGING_H_

#include <cmath>

#include "videopose/augment/body_motion.h"

namespace videopose::internal {

// A person who swings arms and legs on the spot, two seconds long; `pace` in radians a frame.
inline BodyMotion SwingingClip(double pace = 0.1) {
  BodyMotion motion{.name = "swinging", .fps = 60};
  for (int t = 0; t < 120; ++t) {
    const double angle = 0.6 * std::sin(t * pace);
    BodyFrame frame;
    frame.root_in_world = {0, 0.93, 0.01 * t};
    frame.trunk = frame.neck = {0, 1, 0};
    for (size_t s = 0; s < 2; ++s) {
      const double side = s == 0 ? 1 : -1;
      frame.thigh[s] = {0, -std::cos(angle * side), std::sin(angle * side)};
      frame.shank[s] = {0, -1, 0};
      frame.upper_arm[s] = {0, -std::cos(angle * side), -std::sin(angle * side)};
      frame.forearm[s] = frame.upper_arm[s];
      frame.shoulder[s] = {side, 0, 0};
    }
    motion.frames.push_back(frame);
  }
  return motion;
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_AUGMENT_TEST_SWINGING_H_
