// SPDX-License-Identifier: Apache-2.0

// New motion from recorded motion: other speeds, bodies and combinations than those recorded.

#ifndef VIDEOPOSE_AUGMENT_MOTION_MIXER_H_
#define VIDEOPOSE_AUGMENT_MOTION_MIXER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "videopose/augment/augmentation_options.h"
#include "videopose/augment/body_motion.h"
#include "videopose/base/fast_random.h"

namespace videopose::internal {

struct MixedMotion {
  double fps = 30;  // apparent
  BodyShape shape;
  std::vector<BodyFrame> frames;
};

// `frames` frames of motion out of `clips` (at least one).
MixedMotion MixMotion(std::span<const BodyMotion> clips, int64_t frames,
                      const MixerOptions& options, FastRandom& random);

// A body within the range of adults.
BodyShape RandomShape(const BodyOptions& options, FastRandom& random);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_AUGMENT_MOTION_MIXER_H_
