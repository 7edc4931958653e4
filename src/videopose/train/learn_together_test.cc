// SPDX-License-Identifier: Apache-2.0

// Several processes that learn from parts of a batch come to what one comes to that has it all.

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

#include "videopose/base/random.h"
#include "videopose/nn/test_devices.h"
#include "videopose/train/learner.h"
#include "videopose/train/test_one_thread.h"
#include "videopose/train/test_processes.h"

namespace videopose::internal::learn_together_test {
namespace {

constexpr int64_t kFrames = 9, kInputs = 6, kJoints = 3;
constexpr double kRate = 1e-4;  // with higher ones, rounding soon grows to something

struct Setting {
  bool semi_supervised = false;
  MotionLossWeights motion;
  float dropout = 0.25F;
  bool local = false;
  Device* device = &CpuDevice();
};

WindowBatch RandomBatch(uint32_t seed, int64_t windows, bool with_poses) {
  RandomState random(seed);
  const auto values = [&](int64_t count, double shift) {
    std::vector<float> result(static_cast<size_t>(count));
    for (float& value : result) value = static_cast<float>(random.NextDouble() - 0.5 + shift);
    return result;
  };
  WindowBatch batch{.windows = windows, .keypoints = values(windows * kFrames * kInputs, 0)};
  for (int64_t w = 0; w < windows; ++w) {
    for (const float k : {2.0F, 2.0F, 0.0F, 0.0F, -0.2F, 0.2F, 0.0F, 0.0F, 0.0F}) {
      batch.intrinsics.push_back(k);
    }
  }
  if (!with_poses) return batch;
  batch.poses = values(windows * kJoints * 3, 0);
  batch.roots = values(windows * 3, 4);
  return batch;
}

WindowBatch PartOf(const WindowBatch& whole, const Communicator& processes, int64_t unit) {
  if (processes.is_alone()) return whole;
  const Communicator::Part part = processes.OwnPart(whole.windows, unit);
  WindowBatch batch{
      .windows = part.count, .first_window = part.first, .whole_windows = whole.windows};
  const auto cut = [&](const std::vector<float>& values) {
    const auto per_window = static_cast<std::ptrdiff_t>(values.size()) / whole.windows;
    const auto first = values.begin() + part.first * per_window;
    return std::vector<float>(first, first + part.count * per_window);
  };
  batch.keypoints = cut(whole.keypoints);
  batch.intrinsics = cut(whole.intrinsics);
  batch.poses = cut(whole.poses);
  batch.roots = cut(whole.roots);
  return batch;
}

struct Learned {
  std::vector<StepLosses> losses;
  TemporalWeights weights, trajectory;
};

Learned Learn(const Setting& setting, Communicator& processes, int steps) {
  const OneThread one_thread;
  RandomState random(1);
  const auto make = [&](int joints) {
    return TrainableModel(InitialWeights({.widths = {3, 3},
                                          .channels = 16,
                                          .input_channels = kInputs,
                                          .output_channels = joints * 3},
                                         random),
                          {.strided = true,
                           .dropout = setting.dropout,
                           .processes = &processes,
                           .local_statistics = setting.local,
                           .device = setting.device});
  };
  TrainableModel pose = make(kJoints);
  std::optional<TrainableModel> trajectory;
  if (setting.semi_supervised) trajectory.emplace(make(1));
  Learner learner(std::move(pose), std::move(trajectory),
                  {.parents = {-1, 0, 1},
                   .mirrored = {0, 2, 1},
                   .motion_losses = setting.motion,
                   .processes = &processes});
  Learned learned;
  const int64_t unit = setting.motion.any() ? 2 : 1;
  for (int step = 0; step < steps; ++step) {
    const auto seed = static_cast<uint32_t>(10 * step);
    // Sizes that no number of processes divides.
    const WindowBatch labeled = PartOf(RandomBatch(seed, 38, true), processes, unit);
    const WindowBatch unlabeled = PartOf(RandomBatch(seed + 1, 23, false), processes, 1);
    learned.losses.push_back(setting.semi_supervised ? learner.Step(labeled, unlabeled, kRate)
                                                     : learner.Step(labeled, kRate));
  }
  if (setting.local) learner.pose().ShareRunningStatistics();
  learned.weights = learner.pose().Weights();
  if (setting.semi_supervised) learned.trajectory = learner.trajectory()->Weights();
  return learned;
}

std::vector<Learned> LearnTogether(const Setting& setting, int processes, int steps) {
  std::vector<Learned> learned(static_cast<size_t>(processes));
  TestProcesses(processes).Run([&](Communicator& own) {
    learned[static_cast<size_t>(own.rank())] = Learn(setting, own, steps);
  });
  return learned;
}

void ExpectNear(const StepLosses& a, const StepLosses& b, double tolerance) {
  EXPECT_NEAR(a.pose, b.pose, tolerance * b.pose);
  EXPECT_NEAR(a.trajectory, b.trajectory, tolerance * b.trajectory);
  EXPECT_NEAR(a.projection, b.projection, tolerance * b.projection);
  EXPECT_NEAR(a.bones, b.bones, tolerance * b.bones);
  EXPECT_NEAR(a.motion, b.motion, tolerance * b.motion);
}

bool AreSame(const TemporalWeights& a, const TemporalWeights& b) {
  const auto same = [](const ConvolutionWeights& x, const ConvolutionWeights& y) {
    return x.weight == y.weight && x.norm.weight == y.norm.weight && x.norm.bias == y.norm.bias &&
           x.norm.running_mean == y.norm.running_mean && x.norm.running_var == y.norm.running_var;
  };
  return std::ranges::equal(a.convolutions, b.convolutions, same) &&
         a.shrink_weight == b.shrink_weight && a.shrink_bias == b.shrink_bias;
}

class TogetherTest : public testing::TestWithParam<Setting> {};

TEST_P(TogetherTest, GivesTheLossesOfOneProcessAndOneModelToAll) {
  const Learned alone = Learn(GetParam(), OneProcess(), 8);
  for (const int processes : {2, 3, 4}) {
    const std::vector<Learned> all = LearnTogether(GetParam(), processes, 8);
    for (const Learned& learned : all) {
      for (size_t step = 0; step < alone.losses.size(); ++step) {
        ExpectNear(learned.losses[step], alone.losses[step], 1e-5);
      }
      EXPECT_TRUE(AreSame(learned.weights, all[0].weights));
      EXPECT_TRUE(AreSame(learned.trajectory, all[0].trajectory));
      for (size_t i = 0; i < alone.weights.convolutions.size(); ++i) {
        const BatchNormWeights &own = learned.weights.convolutions[i].norm,
                               &expected = alone.weights.convolutions[i].norm;
        for (size_t c = 0; c < own.running_var.size(); ++c) {
          EXPECT_NEAR(own.running_mean[c], expected.running_mean[c], 1e-4);
          EXPECT_NEAR(own.running_var[c], expected.running_var[c], 1e-4 * expected.running_var[c]);
        }
      }
    }
  }
}
INSTANTIATE_TEST_SUITE_P(
    Settings, TogetherTest,
    testing::Values(Setting{}, Setting{.semi_supervised = true}, Setting{.device = &PlainDevice()},
                    Setting{.motion = {.velocity = 1, .bones = 0.5, .symmetry = 0.3}}),
    [](const auto& test) {
      return test.param.semi_supervised          ? "SemiSupervised"
             : test.param.motion.any()           ? "MotionLosses"
             : test.param.device != &CpuDevice() ? "OnThePlainDevice"
                                                 : "Supervised";
    });

TEST(LearnTogetherLocally, LearnsOtherThingsButAllTheSame) {
  const Learned alone = Learn({.local = true}, OneProcess(), 4);
  const std::vector<Learned> all = LearnTogether({.local = true}, 2, 4);
  EXPECT_GT(std::abs(all[0].losses[3].pose - alone.losses[3].pose), 1e-4 * alone.losses[3].pose);
  EXPECT_EQ(all[0].losses[3].pose, all[1].losses[3].pose);
  EXPECT_TRUE(AreSame(all[0].weights, all[1].weights));
}

TEST(Communicator, PartsCoverEverythingOnce) {
  for (const int64_t unit : {1, 2}) {
    for (const int64_t count : {6, 7, 64, 1001}) {
      int64_t next = 0;
      std::vector<Communicator::Part> parts(3);
      TestProcesses(3).Run([&](Communicator& own) {
        parts[static_cast<size_t>(own.rank())] = own.OwnPart(count, unit);
      });
      for (const Communicator::Part& part : parts) {
        EXPECT_EQ(part.first, next);
        EXPECT_EQ(part.count % unit, 0);
        EXPECT_NEAR(static_cast<double>(part.count), static_cast<double>(count) / 3,
                    static_cast<double>(unit) * 1.001);
        next += part.count;
      }
      EXPECT_EQ(next, count / unit * unit);
    }
  }
}

}  // namespace
}  // namespace videopose::internal::learn_together_test
