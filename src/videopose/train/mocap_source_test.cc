// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/mocap_source.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <utility>

#include "support/test_folder.h"
#include "videopose/augment/test_rig.h"
#include "videopose/augment/test_swinging.h"
#include "videopose/train/trainer.h"

namespace videopose::internal::mocap_source_test {

namespace fs = std::filesystem;

BodyMotion Standing() {
  BodyMotion motion{.name = "standing", .fps = 30};
  for (int t = 0; t < 60; ++t) {
    BodyFrame frame;
    frame.trunk = frame.neck = {0, 1, 0};
    for (size_t s = 0; s < 2; ++s) {
      frame.thigh[s] = frame.shank[s] = frame.upper_arm[s] = frame.forearm[s] = {0, -1, 0};
      frame.shoulder[s] = {s == 0 ? 1.0 : -1.0, 0, 0};
    }
    motion.frames.push_back(frame);
  }
  return motion;
}

TEST(MocapSource, MakesTheSameBatchAgainAndNoTwoAlike) {
  const MocapSource source({Standing()}, {.windows_per_clip = 4}, 0);
  WindowBatch a, b, c, d;
  source.Fill(2, 3, 10, 9, 4, a);
  source.Fill(2, 3, 10, 9, 4, b);
  source.Fill(2, 4, 10, 9, 4, c);
  source.Fill(3, 3, 10, 9, 4, d);
  EXPECT_EQ(a.windows, 10);
  EXPECT_EQ(a.keypoints.size(), 10U * 9 * kPersonInputValues);
  EXPECT_EQ(a.poses.size(), 10U * 51);
  EXPECT_EQ(a.keypoints, b.keypoints);
  EXPECT_EQ(a.poses, b.poses);
  EXPECT_NE(a.keypoints, c.keypoints);
  EXPECT_NE(a.keypoints, d.keypoints);
}

// Three clips of swinging arms and legs, of different pace.
std::vector<BodyMotion> SwingingClips() {
  std::vector<BodyMotion> clips;
  for (const double pace : {0.1, 0.17, 0.05}) clips.push_back(SwingingClip(pace));
  return clips;
}

// What version 0.2 synthesises from the same seeds: with the default options the same numbers are
// drawn in the same order. Every kind of augmentation occurs in these batches. (Bit for bit on one
// machine; other mathematical libraries differ in the last digits.)
TEST(MocapSource, DefaultsSynthesiseWhatVersion02Did) {
  struct Sums {
    int64_t batch;
    double keypoints, poses, roots;
  };
  constexpr std::array<Sums, 6> kExpected = {{{0, 15976.4572, 328.893268, 544.130918},
                                              {10, 11301.2423, 329.220208, 51.2008841},
                                              {20, 14277.9952, 285.308962, 373.353964},
                                              {30, 15289.893, 326.646326, 201.733141},
                                              {40, 16321.3068, 267.941733, 365.543694},
                                              {50, 16927.2153, 318.089204, 201.793613}}};
  const MocapSource source(SwingingClips(), {}, 0);
  for (const Sums& expected : kExpected) {
    WindowBatch batch;
    source.Fill(expected.batch % 7, expected.batch, 32, 27, 13, batch);
    Sums found{};
    for (const float value : batch.keypoints) found.keypoints += value;
    for (const float value : batch.poses) found.poses += std::abs(value);
    for (const float value : batch.roots) found.roots += value;
    EXPECT_NEAR(found.keypoints, expected.keypoints, 1e-8 * expected.keypoints);
    EXPECT_NEAR(found.poses, expected.poses, 1e-8 * expected.poses);
    EXPECT_NEAR(found.roots, expected.roots, 1e-8 * expected.roots);
  }
}

// What several processes make of one batch is what one process makes of it.
TEST(MocapSource, PartsOfABatchAreTheBatch) {
  constexpr int64_t kWindows = 50, kFrames = 9, kOutputFrame = 4;
  const MocapSource source(SwingingClips(), {}, 0);
  WindowBatch whole, joined;
  source.Fill(1, 2, kWindows, kFrames, kOutputFrame, whole);
  for (const Communicator::Part part :
       {Communicator::Part{0, 14}, Communicator::Part{14, 20}, Communicator::Part{34, 16}}) {
    WindowBatch batch;
    source.Fill(1, 2, kWindows, kFrames, kOutputFrame, batch, part);
    EXPECT_EQ(batch.windows, part.count);
    EXPECT_EQ(batch.first_window, part.first);
    EXPECT_EQ(batch.whole_windows, kWindows);
    const auto append = [](std::vector<float>& to, const std::vector<float>& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(joined.keypoints, batch.keypoints);
    append(joined.poses, batch.poses);
    append(joined.roots, batch.roots);
  }
  EXPECT_EQ(joined.keypoints, whole.keypoints);
  EXPECT_EQ(joined.poses, whole.poses);
  EXPECT_EQ(joined.roots, whole.roots);
}

// Windows 2i and 2i + 1 are one frame apart.
TEST(MocapSource, WindowsComeInPairs) {
  const MocapSource source({Standing()}, {.edges = 0}, 0);
  WindowBatch batch;
  source.Fill(0, 0, 8, 9, 4, batch);
  const size_t frame = kPersonInputValues, window = 9 * frame;
  for (size_t pair = 0; pair < 4; ++pair) {
    const float* first = batch.keypoints.data() + 2 * pair * window;
    EXPECT_TRUE(std::equal(first + frame, first + window, first + window)) << pair;
  }
}

// Which frames of a window repeat the one before them, from the first on and up to the last.
std::pair<int64_t, int64_t> RepeatedAtEnds(const float* window, int64_t frames) {
  const auto same = [&](int64_t t) {
    const float* row = window + t * kPersonInputValues;
    return std::equal(row, row + kPersonInputValues, row + kPersonInputValues);
  };
  int64_t before = 0, after = 0;
  while (before < frames - 1 && same(before)) ++before;
  while (after < frames - 1 - before && same(frames - 2 - after)) ++after;
  return {before, after};
}

// A video's first and last frame are repeated as far as a window reaches beyond them, never over
// the frame whose pose is asked for; without edges nothing is.
TEST(MocapSource, RepeatsTheFirstAndTheLastFrame) {
  constexpr int64_t kFrames = 21, kWindows = 64;
  for (const int64_t output_frame : {10, 20}) {
    for (const double edges : {0.0, 1.0}) {
      // With noise in every frame no two are alike by themselves.
      const MocapSource source({Standing()},
                               {.edges = edges,
                                .false_starts = 0,
                                .synthesis = {.detection = {.clean = 0, .missing = 0}}},
                               0);
      WindowBatch batch;
      source.Fill(0, 0, kWindows, kFrames, output_frame, batch);
      int64_t begun = 0, ended = 0;
      for (int64_t w = 0; w < kWindows; ++w) {
        const auto [before, after] =
            RepeatedAtEnds(batch.keypoints.data() + w * kFrames * kPersonInputValues, kFrames);
        begun += before > 0;
        ended += after > 0;
        EXPECT_LE(before, output_frame);
        EXPECT_LE(after, kFrames - 1 - output_frame);
        EXPECT_TRUE(before == 0 || after == 0);
      }
      if (edges == 0) {
        EXPECT_EQ(begun + ended, 0);
      } else if (output_frame == 20) {
        EXPECT_EQ(ended, 0);
        EXPECT_GT(begun, kWindows * 3 / 4);
      } else {
        EXPECT_GT(begun, kWindows / 4);
        EXPECT_GT(ended, kWindows / 4);
      }
    }
  }
}

// What is repeated before a false start is another frame than the first one in view.
TEST(MocapSource, FalseStartsJump) {
  constexpr int64_t kFrames = 21, kWindows = 64;
  const auto jump = [&](double false_starts) {
    const MocapSource source(
        {Standing()},
        {.edges = 1, .false_starts = false_starts, .synthesis = {.detection = {.level = 0}}}, 0);
    WindowBatch batch;
    source.Fill(0, 0, kWindows, kFrames, kFrames - 1, batch);
    double sum = 0;
    for (int64_t w = 0; w < kWindows; ++w) {
      const float* window = batch.keypoints.data() + w * kFrames * kPersonInputValues;
      const int64_t before = RepeatedAtEnds(window, kFrames).first;
      if (before == 0 || before == kFrames - 1) continue;
      for (int64_t i = before * kPersonInputValues; i < (before + 1) * kPersonInputValues; ++i) {
        sum += std::abs(window[i + kPersonInputValues] - window[i]);
      }
    }
    return sum;
  };
  EXPECT_GT(jump(1), 3 * jump(0));
}

// Regression: fewer than eight clips, and none named, divided by zero.
TEST(MocapSource, LoadsAFewClips) {
  for (const int count : {1, 2, 5}) {
    const fs::path folder = EmptyFolder("few_clips");
    for (int i = 0; i < count; ++i) WriteRig(folder / fmt::format("{}.bvh", i), 40);
    const TrainingData data = LoadMocapData({.mocap = {{.dir = folder}}}, 0);
    EXPECT_EQ(data.train.size(), 3U * static_cast<size_t>(std::max(1, count - 1)));
    EXPECT_EQ(data.test.size(), count == 1 ? 0U : 3U);
    EXPECT_TRUE(data.warnings.empty());
  }
}

// A tiny network learns, stops, and resumes with the result of an uninterrupted training.
TEST(MocapSource, TrainsAndResumesBitForBit) {
  const fs::path folder = EmptyFolder("mocap_training");
  const auto run = [&](const fs::path& where, int epochs, const std::string& resume) {
    TrainingData data;
    data.parents = Human36m17().parents;
    for (const int k : PersonInputMirror()) data.symmetry.keypoints.push_back(k);
    for (int j = 0; j < 17; ++j) data.symmetry.joints.push_back(Human36m17().mirrored(j));
    const std::vector<BodyMotion> clips = {Standing()};
    data.train.push_back(
        SequenceOf(SynthesizeRecording(clips, 40, {}, 1), LifterInput::kPerson, "a"));
    data.test = data.train;
    data.source = std::make_shared<MocapSource>(
        clips, AugmentationOptions{.windows = 512, .windows_per_clip = 8}, 0);
    Trainer trainer(std::move(data),
                    {.network = {.widths = std::vector<int>{3, 3}, .channels = 24, .dropout = 0.1},
                     .optimisation = {.epochs = epochs,
                                      .batch_size = 64,
                                      .losses = {.velocity = 1, .bones = 0.5}},
                     .checkpoints = {.folder = where, .resume = resume, .frequency = 1}});
    std::vector<double> errors_mm;
    trainer.Run([&](const EpochRecord& record) { errors_mm.push_back(record.train_mm); });
    return errors_mm;
  };
  const auto whole = run(folder / "whole", 6, "");
  ASSERT_EQ(whole.size(), 6U);
  EXPECT_LT(whole.back(), 0.8 * whole.front());
  const auto first = run(folder / "parts", 6, "");
  fs::rename(folder / "parts" / "epoch_3.bin", folder / "parts" / "middle.bin");
  const auto rest = run(folder / "parts", 6, "middle.bin");
  ASSERT_EQ(rest.size(), 3U);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(rest[i], whole[3 + i]);

  const TrainingCheckpoint checkpoint = ReadTrainingCheckpoint(folder / "whole" / "epoch_6.bin");
  EXPECT_EQ(checkpoint.input, LifterInput::kPerson);
  EXPECT_EQ(ReadLiftCheckpoint(folder / "whole" / "epoch_6.bin").input, LifterInput::kPerson);
  fs::remove_all(folder);
}

}  // namespace videopose::internal::mocap_source_test
