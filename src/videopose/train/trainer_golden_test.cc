// SPDX-License-Identifier: Apache-2.0

// The reference's trainings, resumed from its checkpoints: losses of every epoch, and the
// evaluation at the end.

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/nn/test_devices.h"
#include "videopose/train/evaluate.h"
#include "videopose/train/evaluation_report.h"
#include "videopose/train/test_one_thread.h"
#include "videopose/train/trainer.h"

namespace videopose::internal::trainer_golden_test {

namespace fs = std::filesystem;

struct GoldenTraining {
  std::string name;        // train_<name>.json
  std::string checkpoint;  // folder that it was resumed from; empty: it was not
  DataOptions data;
  TrainerOptions options;
  bool by_subject = false;
};

std::ostream& operator<<(std::ostream& out, const GoldenTraining& t) { return out << t.name; }

GoldenTraining Supervised(const std::string& name, const std::string& checkpoint, int epochs) {
  GoldenTraining training{.name = name, .checkpoint = checkpoint};
  training.options = {.network = {.channels = 48, .dropout = 0},
                      .optimisation = {.epochs = epochs, .batch_size = 128},
                      .checkpoints = {.resume = "epoch_1.bin", .frequency = 1}};
  return training;
}

GoldenTraining Changed(GoldenTraining training, void (*change)(GoldenTraining&)) {
  change(training);
  return training;
}

GoldenTraining SemiSupervised(const std::string& name, int epochs, int warmup) {
  GoldenTraining training = Supervised(name, "ck_semi", epochs);
  training.data.dataset.keypoints = "gt";
  training.data.train_subjects = {"S1"};
  training.data.unlabeled_subjects = {"S5", "S6"};
  training.data.subset = 0.5;
  training.options.semi_supervised.warmup_epochs = warmup;
  return training;
}

std::vector<GoldenTraining> GoldenTrainings() {
  return {
      Supervised("333", "ck_333", 4),
      Changed(Supervised("333_plain", "ck_333", 2),
              [](GoldenTraining& t) {
                t.options.optimisation.optimized = t.options.optimisation.mirror = false;
              }),
      Changed(Supervised("353_stride4", "ck_353", 3),
              [](GoldenTraining& t) {
                t.options.optimisation.stride = 4;
                t.options.network.widths = {3, 5, 3};
              }),
      Changed(Supervised("causal", "ck_causal", 3),
              [](GoldenTraining& t) { t.options.network.causal = true; }),
      Changed(Supervised("dense", "ck_dense", 3),
              [](GoldenTraining& t) {
                t.options.network.dense = true;
                t.options.network.widths = {3, 3};
              }),
      Changed(Supervised("he", "ck_he", 3),
              [](GoldenTraining& t) {
                t.data = {.dataset = {.name = "humaneva15", .keypoints = "detectron_pt_coco"},
                          .train_subjects = {"Train/S1", "Train/S2", "Train/S3"},
                          .test_subjects = {"Validate/S1", "Validate/S2", "Validate/S3"},
                          .action_prefixes = {"Walk", "Jog", "Box"}};
                t.options.optimisation.lr_decay = 0.996;
                t.by_subject = true;
              }),
      SemiSupervised("semi", 4, 2),
      Changed(SemiSupervised("semi_linear_nobone", 3, 1),
              [](GoldenTraining& t) {
                t.options.semi_supervised.linear_projection = true;
                t.options.semi_supervised.bone_length_term = false;
              }),
      Changed(SemiSupervised("semi_down2_resume", 3, 0),
              [](GoldenTraining& t) {
                t.checkpoint = "ck_semi_d";
                t.data.train_subjects = {"S1", "S7"};
                t.data.subset = 1;
                t.data.downsample = 2;
                t.options.network.widths = {3, 3};
              }),
  };
}

class GoldenTrainer : public testing::TestWithParam<std::tuple<GoldenTraining, TestDevice>> {};

// Measured with the reference itself: a change of its weights by one part in 3 million moves its
// third epoch by 4e-3. The first is the strict test. Errors on the screen are less steady: on the
// CPU, a change by one part in 10 million moves one of semi_down2_resume's by 1.2e-4 in three tries
// of seven. So a device that rounds in other places gets 2e-4 for these.
double Tolerance(size_t epoch, bool is_screen, bool is_cpu) {
  if (epoch == 0) return is_screen && !is_cpu ? 2e-4 : 5e-5;
  return epoch == 1 ? 3e-3 : 1.5e-2;
}

TEST_P(GoldenTrainer, EveryLossIsReproduced) {
  auto [training, on] = GetParam();
  Device& device = on.get();
  const std::string name = "expected/train_" + training.name + ".json";
  const OneThread one_thread;
  const auto expected = nlohmann::json::parse(std::ifstream(TestData("golden") / name));

  training.data.dataset.data_dir = TestData("golden/data");
  training.options.checkpoints.folder = EmptyFolder("golden_" + training.name + on.name);
  fs::copy_file(TestData("golden") / (training.checkpoint + "/epoch_1.bin"),
                training.options.checkpoints.folder / "epoch_1.bin");
  Trainer trainer(LoadTrainingData(Dataset(training.data.dataset), training.data), training.options,
                  OneProcess(), device);
  EXPECT_EQ(trainer.architecture().receptive_field(), expected["receptive_field"]);
  EXPECT_EQ(trainer.architecture().parameter_count(), expected["parameters"]);
  EXPECT_EQ(CountFrames(trainer.data().train), expected["train_frames"]);
  EXPECT_EQ(CountFrames(trainer.data().test), expected["test_frames"]);
  EXPECT_EQ(CountFrames(trainer.data().unlabeled), expected.value("semi_frames", 0));

  std::vector<EpochRecord> records;
  trainer.Run([&](const EpochRecord& record) { records.push_back(record); });
  ASSERT_EQ(records.size(), expected["epochs"].size());
  for (size_t i = 0; i < records.size(); ++i) {
    const auto found = ToJson(records[i]);
    for (const auto& [key, value] : expected["epochs"][i].items()) {
      ASSERT_TRUE(found.contains(key)) << key;
      // The reference's numbers are printed with six decimals.
      const double wanted = value;
      const double relative = Tolerance(i, key.starts_with("2d_"), &device == &CpuDevice());
      const double tolerance = key == "lr" ? 5e-7 : wanted * relative + 5e-7;
      EXPECT_NEAR(found[key].get<double>(), wanted, tolerance) << "epoch " << i << ", " << key;
    }
    EXPECT_EQ(found.size(), expected["epochs"][i].size() + 1);  // minutes
    EXPECT_TRUE(fs::exists(training.options.checkpoints.folder /
                           fmt::format("epoch_{}.bin", records[i].epoch)));
  }

  const nlohmann::json evaluations =
      ToJson(Evaluate(TemporalModel(trainer.PoseWeights(), device), trainer.data().symmetry,
                      trainer.data().test, {.by_subject = training.by_subject}));
  ASSERT_EQ(evaluations.size(), expected["evaluations"].size());
  for (size_t i = 0; i < evaluations.size(); ++i) {
    EXPECT_EQ(evaluations[i]["subject"], expected["evaluations"][i]["subject"]);
    for (const auto& [action, errors] : expected["evaluations"][i]["actions"].items()) {
      for (const auto& [metric, value] : errors.items()) {
        EXPECT_NEAR(evaluations[i]["actions"][action][metric].get<double>(), value.get<double>(),
                    1.5e-2 * value.get<double>())
            << action << " " << metric;
      }
    }
  }
  fs::remove_all(training.options.checkpoints.folder);
}

INSTANTIATE_TEST_SUITE_P(All, GoldenTrainer,
                         testing::Combine(testing::ValuesIn(GoldenTrainings()), AllDevices()),
                         NameAndDevice([](const GoldenTraining& training) {
                           return training.name;
                         }));

}  // namespace videopose::internal::trainer_golden_test
