// SPDX-License-Identifier: Apache-2.0

// Whether recorded motion can be a person's: rejects wrong units, broken rigs and lost markers
// before a model learns from them.

#ifndef VIDEOPOSE_AUGMENT_POSSIBLE_MOTION_H_
#define VIDEOPOSE_AUGMENT_POSSIBLE_MOTION_H_

#include <string>

#include "videopose/augment/body_map.h"
#include "videopose/augment/body_motion.h"
#include "videopose/base/range.h"
#include "videopose/motion_files/bvh.h"

namespace videopose::internal {

struct MotionLimits {
  // Lengths of thighs, shanks, upper arms and forearms, from a child of 0.8 m to a person of 2.3 m.
  Range bone_m = {0.08, 0.75};
  // From the middle of the hips to the shoulders' level.
  Range trunk_m = {0.12, 1.0};
  // The ratio of a bone's lengths in two frames: rejects rigs with joints that slide.
  double most_growth = 1.5;
  // The fastest runners reach 12.4 m/s.
  double root_m_s = 15;
  // Of a limb in the world. Throws and kicks reach 2500; lost markers put a limb anywhere else in
  // the next frame. The first frame may be a T-pose before the motion: it is not checked.
  double limb_deg_s = 6000;
};

// Why `clip`, which `map` reads as `motion`, is not a person's: "a left thigh of 43.2 m". Empty
// where it may be one's.
std::string WhyImpossible(const BvhClip& clip, const BodyMap& map, const BodyMotion& motion,
                          const MotionLimits& limits = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_AUGMENT_POSSIBLE_MOTION_H_
