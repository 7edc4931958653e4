// New motion out of recorded motion: other speeds, bodies and combinations than those recorded.

#ifndef VIDEOPOSE_AUGMENT_MOTION_MIXER_H_
#define VIDEOPOSE_AUGMENT_MOTION_MIXER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "videopose/augment/body_motion.h"
#include "videopose/base/fast_random.h"

namespace videopose {

// How often and how far new motion departs from what was recorded. 0 everywhere: clips as they are.
struct MixerOptions {
  double slowest_fps = 22, fastest_fps = 120;  // what the motion looks like
  double near_30_fps = 0.5;                    // share of clips at 24 to 33
  double combine = 0.5;      // share of clips whose trunk and arms are another clip's
  double reverse = 0.3;      // played backwards
  double straighten = 0.75;  // knees less bent: solvers that fit one rig to all leave them bent
  double bend = 0.6;         // joints turned smoothly by some degrees
  double free_arms = 0.2;    // each arm's motion made up, within human limits
  double free_legs = 0.12;   // legs likewise: squats, lunges, sitting, kneeling, kicks
  double free_trunk = 0.12;  // trunk likewise: bowing, twisting
  double tilt = 0.12;        // lying, leaning, upside down
  double shape = 1;          // how much bodies differ (1: as people do)

  // Clips as they were recorded.
  static MixerOptions AsRecorded() {
    return {.combine = 0,
            .reverse = 0,
            .straighten = 0,
            .bend = 0,
            .free_arms = 0,
            .free_legs = 0,
            .free_trunk = 0,
            .tilt = 0,
            .shape = 0};
  }
};

struct MixedMotion {
  double fps = 30;  // apparent
  BodyShape shape;
  std::vector<BodyFrame> frames;
};

// `frames` frames of motion out of `clips` (at least one).
MixedMotion MixMotion(std::span<const BodyMotion> clips, int64_t frames,
                      const MixerOptions& options, FastRandom& random);

// A body within the range of adults: stature deviates by 6 %, proportions by 3 to 10 %.
BodyShape RandomShape(double variation, FastRandom& random);

}  // namespace videopose

#endif  // VIDEOPOSE_AUGMENT_MOTION_MIXER_H_
