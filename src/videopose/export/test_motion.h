// SPDX-License-Identifier: Apache-2.0

// Synthetic people, walking before a camera whose place is known, for the tests of this module.

#ifndef VIDEOPOSE_EXPORT_TEST_MOTION_H_
#define VIDEOPOSE_EXPORT_TEST_MOTION_H_

#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include "videopose/export/rig.h"
#include "videopose/ground/world.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal {

struct TestMotionOptions {
  double noise_m = 0;     // standard deviation, of each coordinate
  double duration_s = 0;  // 0: all
};

inline Motion TestMotion(SyntheticKind kind, const TestMotionOptions& options = {}) {
  const Camera camera = LookAt({1, -8, 1.6}, {0, 0, 0.9}, 1280, 720, 0.9);
  Motion motion = MakeSyntheticClip(SyntheticMotion(Choreography(kind)), camera,
                                    {.duration_s = options.duration_s})
                      .motion;
  motion.camera = camera;
  std::mt19937_64 random(1);
  std::normal_distribution<double> noise(0, 1);
  for (Vec3f& joint : motion.people[0].joints_in_cam) {
    if (options.noise_m == 0) break;
    for (float* number : {&joint.x, &joint.y, &joint.z}) {
      *number += options.noise_m * noise(random);
    }
  }
  return motion;
}

// Takes the pose from frames [begin, end).
inline void Forget(Motion& motion, int64_t begin, int64_t end) {
  for (int64_t t = begin; t < end; ++t) {
    for (Vec3f& joint : motion.people[0].frame(t)) joint = kNoJoint;
  }
}

// x_in_rig of joint j in frame t.
inline Vec3d InRig(const JointTrack<Vec3f>& joints_in_world, int64_t t, size_t j) {
  const Vec3f& joint = joints_in_world.at(t, static_cast<int64_t>(j));
  return {joint.x, joint.z, -joint.y};
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_EXPORT_TEST_MOTION_H_
