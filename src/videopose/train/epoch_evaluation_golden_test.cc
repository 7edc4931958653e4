// SPDX-License-Identifier: Apache-2.0

// What the reference measured after an epoch, from the checkpoint that it wrote then. The pose
// losses alone would not reveal a wrong projection.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "support/test_data.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/nn/test_devices.h"
#include "videopose/train/epoch_evaluation.h"
#include "videopose/train/test_one_thread.h"
#include "videopose/train/training_data.h"

namespace videopose::internal::epoch_evaluation_golden_test {

struct Start {
  std::string numbers, checkpoint, keypoints;
  DataOptions selection;
};

class GoldenEpoch : public testing::TestWithParam<std::tuple<Start, TestDevice>> {};

TEST_P(GoldenEpoch, LossesAreThoseOfTheReference) {
  const auto& [start, device] = GetParam();
  const std::string name = "expected/" + start.numbers + ".json";
  const OneThread one_thread;
  const auto file = nlohmann::json::parse(std::ifstream(TestData("golden") / name));
  const auto& expected = file["epochs"][0];
  const LiftCheckpoint checkpoint = ReadLiftCheckpoint(TestData("golden") / start.checkpoint);
  const TemporalModel pose(checkpoint.pose, device.get());
  std::optional<TemporalModel> trajectory;
  if (checkpoint.trajectory) trajectory.emplace(*checkpoint.trajectory, device.get());
  const TrainingData data =
      LoadTrainingData(Dataset({.data_dir = TestData("golden/data"), .keypoints = start.keypoints}),
                       start.selection);
  const auto expect = [&](const char* key, double found) {
    const double wanted = expected.value(key, 0.0);
    // The order of float sums; six decimals were printed.
    EXPECT_NEAR(found, wanted, 2e-6 * wanted + 1e-6) << key;
  };
  const auto measure = [&](const std::vector<Sequence>& sequences) {
    return MeasureSequences(pose, trajectory ? &*trajectory : nullptr, data.symmetry, sequences);
  };
  const SequenceLosses train = measure(data.train), valid = measure(data.test);
  expect("3d_eval", train.pose_mm);
  expect("3d_valid", valid.pose_mm);
  expect("traj_eval", train.root_mm);
  expect("traj_valid", valid.root_mm);
  expect("2d_train_sup", train.screen);
  expect("2d_train_unsup", measure(data.unlabeled).screen);
  expect("2d_valid", valid.screen);
}

INSTANTIATE_TEST_SUITE_P(
    All, GoldenEpoch,
    testing::Combine(testing::Values(Start{"start_333",
                                           "ck_333/epoch_1.bin",
                                           "cpn_ft_h36m_dbb",
                                           {.train_subjects = {"S1", "S5", "S6", "S7", "S8"},
                                            .test_subjects = {"S9", "S11"}}},
                                     Start{"start_semi",
                                           "ck_semi/epoch_1.bin",
                                           "gt",
                                           {.train_subjects = {"S1"},
                                            .test_subjects = {"S9", "S11"},
                                            .unlabeled_subjects = {"S5", "S6"},
                                            .subset = 0.5}},
                                     Start{"train_semi_down2",
                                           "ck_semi_d/epoch_1.bin",
                                           "gt",
                                           {.train_subjects = {"S1", "S7"},
                                            .test_subjects = {"S9", "S11"},
                                            .unlabeled_subjects = {"S5", "S6"},
                                            .downsample = 2}}),
                     AllDevices()),
    NameAndDevice([](const Start& start) { return start.numbers; }));

}  // namespace videopose::internal::epoch_evaluation_golden_test
