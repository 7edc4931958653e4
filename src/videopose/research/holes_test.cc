// SPDX-License-Identifier: Apache-2.0

// What missing keypoints cost: the noisy keypoints of the evaluation set with holes punched into
// them, lifted as any file is.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "support/test_data.h"
#include "videopose/lift.h"
#include "videopose/research/lift_accuracy.h"

namespace videopose {
namespace {

using Punch = std::function<void(KeypointSequence& keypoints, std::mt19937& random)>;

class Holes : public testing::Test {
 protected:
  // MPJPE in mm of all sequences; frames without a pose count as if nothing were missing.
  double Error_mm(const Punch& punch) const {
    std::mt19937 random(7);
    const auto lift = [&](KeypointSequence keypoints) {
      const Motion whole = lifter_.Lift(keypoints);
      punch(keypoints, random);
      Motion motion = lifter_.Lift(keypoints);
      for (int64_t t = 0; t < motion.frame_count; ++t) {
        if (motion.people[0].has_pose(t)) continue;
        std::ranges::copy(whole.people[0].frame(t), motion.people[0].frame(t).begin());
      }
      return motion;
    };
    return 1000 * MeasureLiftAccuracy(TestData("golden/lift_eval.npz"), lift, {}).noisy_m.mpjpe;
  }
  double Cost_mm(const Punch& punch) const {
    const double whole = Error_mm([](KeypointSequence&, std::mt19937&) {});
    const double cost = Error_mm(punch) - whole;
    RecordProperty("cost_mm", std::to_string(cost));
    return cost;
  }

  const Lifter lifter_ = Lifter::Load(SourceFile("models/lifter.bin"));
};

bool Happens(double share, std::mt19937& random) {
  return std::uniform_real_distribution<>()(random) < share;
}

TEST_F(Holes, OnePointInTwenty) {
  EXPECT_LT(Cost_mm([](KeypointSequence& clip, std::mt19937& random) {
              for (Keypoint& point : clip.people[0].keypoints) {
                if (Happens(0.05, random)) point = {};
              }
            }),
            1);
}

TEST_F(Holes, OneFrameInTen) {
  EXPECT_LT(Cost_mm([](KeypointSequence& clip, std::mt19937& random) {
              for (int64_t t = 0; t < clip.frame_count; ++t) {
                if (Happens(0.1, random)) std::ranges::fill(clip.people[0].frame(t), Keypoint{});
              }
            }),
            1.5);
}

TEST_F(Holes, AFifthOfThePointsInGapsOfHalfASecond) {
  EXPECT_LT(Cost_mm([](KeypointSequence& clip, std::mt19937& random) {
              const auto gap = std::lround(0.5 * clip.fps);
              const auto points = clip.frame_count * clip.joint_count();
              for (int64_t missing = 0; 5 * missing < points;) {
                const auto begin = static_cast<int64_t>(random() % clip.frame_count);
                const auto joint = static_cast<int64_t>(random() % 17);
                for (int64_t t = begin; t < std::min(begin + gap, clip.frame_count); ++t) {
                  Keypoint& point = clip.people[0].at(t, joint);
                  missing += point.score > 0 ? 1 : 0;
                  point = {};
                }
              }
            }),
            6);
}

void Remove(KeypointSequence& clip, int first, int last) {
  for (int64_t t = 0; t < clip.frame_count; ++t) {
    for (int j = first; j <= last; ++j) clip.people[0].at(t, j) = {};
  }
}

TEST_F(Holes, NoEyesAndEars) {
  EXPECT_LT(Cost_mm([](KeypointSequence& clip, std::mt19937&) { Remove(clip, 1, 4); }), 3);
}

}  // namespace
}  // namespace videopose
