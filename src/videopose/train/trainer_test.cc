// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <fstream>
#include <limits>
#include <utility>

#include "support/error_of.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/config/options_file.h"
#include "videopose/train/test_one_thread.h"

namespace videopose::internal::trainer_test {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

// Three joints, the last two of them left and right, that move before a camera.
Sequence MakeSequence(const std::string& subject, int64_t frames, double phase) {
  const ScreenIntrinsics camera{.fx = 2, .fy = 2, .k1 = -0.2F, .p1 = 0.01F};
  Sequence sequence{.subject = subject,
                    .action = "Walking",
                    .keypoints = Tensor({frames, 3, 2}),
                    .poses = Tensor({frames, 3, 3}),
                    .roots = Tensor({frames, 3}),
                    .intrinsics = camera};
  for (int64_t t = 0; t < frames; ++t) {
    const double angle = 0.1 * static_cast<double>(t) + phase;
    const Vec3d root_in_cam{std::sin(angle), 0.1, 5 + std::cos(angle / 3)};
    for (int64_t j = 0; j < 3; ++j) {
      const double side = j == 0 ? 0 : j == 1 ? 1 : -1;
      const Vec3d joint{side * std::cos(angle), side * side * 0.5, side * std::sin(angle)};
      const Vec2d screen = ScreenFromCam(camera, root_in_cam + joint);
      float* keypoint = sequence.keypoints.data() + (t * 3 + j) * 2;
      keypoint[0] = static_cast<float>(screen.x);
      keypoint[1] = static_cast<float>(screen.y);
      float* pose = sequence.poses.data() + (t * 3 + j) * 3;
      pose[0] = static_cast<float>(joint.x);
      pose[1] = static_cast<float>(joint.y);
      pose[2] = static_cast<float>(joint.z);
    }
    float* root = sequence.roots.data() + t * 3;
    root[0] = static_cast<float>(root_in_cam.x);
    root[1] = static_cast<float>(root_in_cam.y);
    root[2] = static_cast<float>(root_in_cam.z);
  }
  return sequence;
}

TrainingData MakeData(bool semi_supervised) {
  TrainingData data{.train = {MakeSequence("S1", 61, 0), MakeSequence("S5", 40, 1)},
                    .test = {MakeSequence("S9", 50, 2)},
                    .symmetry = {.keypoints = {0, 2, 1}, .joints = {0, 2, 1}},
                    .parents = {-1, 0, 0}};
  if (semi_supervised) {
    data.unlabeled.push_back(MakeSequence("S6", 70, 3));
    data.unlabeled[0].poses = {};
    data.unlabeled[0].roots = {};
  }
  return data;
}

class TrainerTest : public testing::Test {
 protected:
  void SetUp() override { fs::remove_all(options_.checkpoints.folder); }
  void TearDown() override { fs::remove_all(options_.checkpoints.folder); }

  std::vector<EpochRecord> Train(bool semi_supervised = false) {
    std::vector<EpochRecord> records;
    Trainer trainer(MakeData(semi_supervised), options_);
    trainer.Run([&](const EpochRecord& record) { records.push_back(record); });
    return records;
  }

  std::string Refusal(TrainingData data) const {
    try {
      const Trainer trainer(std::move(data), options_);
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  }

  fs::path Path(const std::string& name) const { return options_.checkpoints.folder / name; }

  static std::string Bytes(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const OneThread one_thread_;
  TrainerOptions options_{.network = {.widths = std::vector{3, 3}, .channels = 16},
                          .optimisation = {.epochs = 6, .batch_size = 32},
                          .checkpoints = {.folder = TestFolder() / "trainer_test", .frequency = 1}};
};

TEST_F(TrainerTest, LearnsAndKeepsTheBest) {
  options_.optimisation.epochs = 40;
  options_.checkpoints.frequency = 100;
  options_.checkpoints.keep_best = true;
  options_.network.dropout = 0;
  const auto records = Train();
  ASSERT_EQ(records.size(), 40U);
  EXPECT_LT(records.back().train_mm, records.front().train_mm / 4);
  EXPECT_FALSE(records[0].semi.has_value());
  EXPECT_NEAR(records[2].learning_rate, 0.001 * 0.95 * 0.95, 1e-12);
  const auto best = std::min_element(
      records.begin(), records.end(),
      [](const auto& a, const auto& b) { return a.poses->valid_mm < b.poses->valid_mm; });
  const TrainingCheckpoint kept = ReadTrainingCheckpoint(Path("epoch_best.bin"));
  EXPECT_EQ(kept.epoch, best->epoch);
  EXPECT_EQ(kept.continuation->best_error_mm, best->poses->valid_mm);
  EXPECT_TRUE(fs::exists(Path("epoch_40.bin")));  // the last is written whatever the frequency
  EXPECT_EQ(std::distance(fs::directory_iterator(options_.checkpoints.folder), {}), 2);
}

TEST_F(TrainerTest, SemiSupervisionLearnsFromEveryTerm) {
  options_.optimisation.epochs = 30;
  options_.network.dropout = 0;
  options_.checkpoints.frequency = 100;
  const auto records = Train(true);
  const EpochRecord &first = records.front(), &last = records.back();
  EXPECT_LT(last.train_mm, first.train_mm / 2);
  EXPECT_LT(last.semi->train_root_mm, first.semi->train_root_mm);
  EXPECT_LT(last.semi->valid_root_mm, first.semi->valid_root_mm);
  EXPECT_LT(last.semi->unlabeled_screen, first.semi->unlabeled_screen);
  EXPECT_LT(last.semi->train_screen, first.semi->train_screen);
  EXPECT_LT(last.semi->valid_screen, first.semi->valid_screen);
}

// Dropout on; the unlabelled stream stands in the middle of its own epoch at each break.
TEST_F(TrainerTest, ResumingIsAsIfThereHadBeenNoBreak) {
  for (const bool semi_supervised : {false, true}) {
    SetUp();
    options_.checkpoints.resume.clear();
    const auto records = Train(semi_supervised);
    const std::string uninterrupted = Bytes(Path("epoch_6.bin"));
    for (int epoch = 1; epoch <= 5; ++epoch) {
      options_.checkpoints.resume = fmt::format("epoch_{}.bin", epoch);
      fs::remove(Path("epoch_6.bin"));
      const auto resumed = Train(semi_supervised);
      ASSERT_EQ(resumed.size(), 6U - static_cast<size_t>(epoch));
      EXPECT_EQ(resumed.back().train_mm, records.back().train_mm);
      EXPECT_EQ(resumed.back().poses->valid_mm, records.back().poses->valid_mm);
      EXPECT_EQ(Bytes(Path("epoch_6.bin")), uninterrupted) << "after epoch " << epoch;
    }
  }
}

// Semi-supervision starts from a pretrained pose network; the trajectory network is new.
TEST_F(TrainerTest, SupervisedCheckpointsMayGoOnSemiSupervised) {
  options_.optimisation.epochs = 2;
  Train();
  options_.optimisation.epochs = 3;
  options_.checkpoints.resume = "epoch_2.bin";
  const auto records = Train(true);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_TRUE(records[0].semi.has_value());
  EXPECT_TRUE(ReadTrainingCheckpoint(Path("epoch_3.bin")).trajectory.has_value());
}

TEST_F(TrainerTest, TheSeedDecides) {
  options_.optimisation.epochs = 1;
  Train();
  const std::string first = Bytes(Path("epoch_1.bin"));
  Train();
  EXPECT_EQ(Bytes(Path("epoch_1.bin")), first);
  options_.optimisation.seed = uint64_t{1} << 40;
  Train();
  EXPECT_NE(Bytes(Path("epoch_1.bin")), first);
}

TEST_F(TrainerTest, EvaluationCanBeLeftOut) {
  options_.checkpoints.evaluate_epochs = false;
  options_.optimisation.epochs = 1;
  const auto records = Train(true);
  EXPECT_FALSE(records[0].poses.has_value());
  EXPECT_FALSE(records[0].semi.has_value());
  EXPECT_EQ(ReadTrainingCheckpoint(Path("epoch_1.bin")).continuation->best_epoch, 0);
}

TEST_F(TrainerTest, DivergenceNamesTheLastGoodCheckpoint) {
  TrainingData data = MakeData(false);
  const auto failure = [&] {
    try {
      Trainer trainer(data, options_);
      trainer.Run([&](const EpochRecord& record) { EXPECT_LE(record.epoch, 2); });
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("none");
  };
  options_.optimisation.learning_rate = std::numeric_limits<float>::max();
  EXPECT_THAT(failure(), AllOf(HasSubstr("epoch 1, batch 2 of 7"), HasSubstr("no checkpoint")));
  options_.optimisation.learning_rate = 0.001;
  options_.optimisation.epochs = 2;
  Train();
  options_.optimisation.epochs = 3;
  options_.checkpoints.resume = "epoch_2.bin";
  data.train[1].poses.values[5] = std::numeric_limits<float>::infinity();
  EXPECT_THAT(failure(), AllOf(HasSubstr("epoch 3, batch "), HasSubstr(Path("epoch_2.bin"))));
  EXPECT_FALSE(fs::exists(Path("epoch_3.bin")));
}

TEST_F(TrainerTest, StopsWhenAsked) {
  std::atomic<bool> stop = false;
  int64_t samples = 0;
  const WorkMonitor monitor{[&](const Progress& progress) {
                              if (progress.stage != "epoch 2") return;
                              EXPECT_EQ(progress.total, 202);
                              EXPECT_EQ(progress.unit_per_s, "samples/s");
                              samples = progress.done;
                              stop = progress.done > 64;
                            },
                            &stop};
  Trainer trainer(MakeData(false), options_);
  EXPECT_THROW(trainer.Run([](const EpochRecord&) {}, monitor), Cancelled);
  EXPECT_EQ(samples, 96);
  EXPECT_TRUE(fs::exists(Path("epoch_1.bin")));
  EXPECT_FALSE(fs::exists(Path("epoch_2.bin")));
}

TEST_F(TrainerTest, UnfitDataAreRefusedAtTheStart) {
  TrainingData data = MakeData(true);
  data.test[0].intrinsics.reset();
  EXPECT_THAT(Refusal(data), AllOf(HasSubstr("S9 Walking"), HasSubstr("intrinsics")));
  data = MakeData(false);
  data.train[1].poses = {};
  EXPECT_THAT(Refusal(data), AllOf(HasSubstr("S5 Walking"), HasSubstr("ground truth")));
  data = MakeData(true);
  data.unlabeled[0].keypoints = Tensor({70, 4, 2});
  EXPECT_THAT(Refusal(data), AllOf(HasSubstr("S6 Walking"), HasSubstr("4 keypoints")));
  data = MakeData(false);
  data.test.clear();
  EXPECT_THAT(Refusal(data), HasSubstr("no test sequences"));
  try {
    const Trainer trainer(data, options_);
  } catch (const Error& error) {
    EXPECT_EQ(error.facts().option, "checkpoints.evaluate_epochs") << "the program names flags";
  }
  data = MakeData(false);
  data.train.clear();
  EXPECT_THAT(Refusal(data), HasSubstr("nothing to train on"));
  options_.optimisation.batch_size = 201;  // of 202 windows
  EXPECT_THAT(Refusal(MakeData(false)), HasSubstr("batch size"));
}

TEST_F(TrainerTest, ErrorsHaveCodes) {
  const auto code_of = [&](const TrainingData& data) {
    return CodeOf([&] { Trainer(data, options_).Run({}); });
  };
  TrainingData data = MakeData(true);
  data.test[0].intrinsics.reset();
  EXPECT_EQ(code_of(data), ErrorCode::kInvalidArgument);
  data = MakeData(false);
  data.train[1].poses = {};
  EXPECT_EQ(code_of(data), ErrorCode::kInvalidArgument);
  options_.optimisation.learning_rate = std::numeric_limits<float>::max();
  EXPECT_EQ(code_of(MakeData(false)), ErrorCode::kInvalidArgument) << "diverged";
  const fs::path folder = std::exchange(options_.checkpoints.folder, "/dev/null/checkpoints");
  EXPECT_EQ(code_of(MakeData(false)), ErrorCode::kCannotWrite);
  options_.checkpoints.folder = folder;
}

TEST_F(TrainerTest, CheckpointsOfOtherNetworksAreRefused) {
  options_.optimisation.epochs = 1;
  Train();
  options_.checkpoints.resume = "epoch_1.bin";
  options_.network.widths = {3, 5};
  EXPECT_THAT(Refusal(MakeData(false)), AllOf(HasSubstr("3,3"), HasSubstr("3,5")));
  options_.network.widths.reset();
  EXPECT_EQ(Trainer(MakeData(false), options_).architecture().widths, (std::vector{3, 3}));
  TrainingData data = MakeData(false);
  for (auto* sequences : {&data.train, &data.test}) {
    for (Sequence& sequence : *sequences) sequence.keypoints = Tensor({40, 4, 2});
  }
  EXPECT_THAT(Refusal(data), AllOf(HasSubstr("epoch_1.bin"), HasSubstr("8 and 3")));
}

// A checkpoint holds its training options; resuming with incompatible ones fails.
TEST_F(TrainerTest, CheckpointsRecordTheirOptions) {
  options_.optimisation.epochs = 1;
  Train();
  const TrainingCheckpoint kept = ReadTrainingCheckpoint(Path("epoch_1.bin"));
  TrainerOptions read;
  ReadOptions(kept.options, "record", OptionTable(read));
  EXPECT_EQ(*read.network.channels, 16);
  EXPECT_EQ(read.optimisation.batch_size, 32);
  options_.checkpoints.resume = "epoch_1.bin";
  options_.network.causal = true;
  EXPECT_THAT(Refusal(MakeData(false)),
              AllOf(HasSubstr("network.causal true"), HasSubstr("was trained with false")));
}

// PyTorch's two formats of the same checkpoint.
TEST_F(TrainerTest, BothFormatsOfPyTorchGoOnAlike) {
  const Dataset dataset({.data_dir = TestData("golden/data"), .keypoints = "cpn_ft_h36m_dbb"});
  options_.network.widths.reset();
  options_.network.channels.reset();
  options_.optimisation.epochs = 2;
  fs::create_directories(options_.checkpoints.folder);
  std::vector<std::string> results;
  for (const char* name : {"epoch_1.bin", "epoch_1_legacy.bin"}) {
    fs::copy_file(TestData("golden/ck_333") / name, Path(name));
    options_.checkpoints.resume = name;
    Trainer trainer(LoadTrainingData(dataset, {.train_subjects = {"S1"}, .test_subjects = {"S9"}}),
                    options_);
    trainer.Run([](const EpochRecord&) {});
    results.push_back(Bytes(Path("epoch_2.bin")));
  }
  EXPECT_EQ(results[0], results[1]);
}

}  // namespace videopose::internal::trainer_test
