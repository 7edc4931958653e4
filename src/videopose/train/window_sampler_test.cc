// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/window_sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "videopose/base/error.h"

namespace videopose::internal::window_sampler_test {

// Keypoint 0 of frame t is (100 s + t, t), keypoint 1 the same + 0.5; likewise in 3D.
Sequence MakeSequence(int number, int64_t frames, bool with_poses = true) {
  Sequence sequence;
  sequence.keypoints = Tensor({frames, 2, 2});
  for (int64_t t = 0; t < frames; ++t) {
    for (int64_t j = 0; j < 2; ++j) {
      const float half = j == 0 ? 0.0F : 0.5F;
      float* xy = sequence.keypoints.data() + (t * 2 + j) * 2;
      xy[0] = static_cast<float>(100 * number + t) + half;
      xy[1] = static_cast<float>(t) + half;
    }
  }
  sequence.intrinsics = ScreenIntrinsics{1, 2, 3, 4, 5, 6, 7, 8, 9};
  if (!with_poses) return sequence;
  sequence.poses = Tensor({frames, 2, 3});
  sequence.roots = Tensor({frames, 3});
  for (int64_t t = 0; t < frames; ++t) {
    for (int64_t i = 0; i < 6; ++i) {
      sequence.poses.data()[t * 6 + i] = static_cast<float>(1000 * number + 10 * t + i);
    }
    sequence.roots.data()[t * 3] = static_cast<float>(t);
  }
  return sequence;
}

const JointSymmetry kSymmetry = {{1, 0}, {0, 1}};

TEST(WindowSampler, CutsSequencesAsTheReference) {
  // 7 frames in chunks of 3: three chunks, the first one frame before the start.
  const std::vector<Sequence> sequences = {MakeSequence(0, 7), MakeSequence(1, 2)};
  WindowSampler sampler(sequences, kSymmetry, {.batch_size = 100, .stride = 3, .pad = 1});
  EXPECT_EQ(sampler.windows_per_epoch(), 8);
  std::vector<WindowSampler::Window> windows;
  for (const auto& window : sampler.Next()) windows.push_back(window);
  const auto has = [&](int32_t sequence, int32_t mirrored, int64_t first) {
    return std::count(windows.begin(), windows.end(),
                      WindowSampler::Window{sequence, mirrored, first}) == 1;
  };
  for (const int32_t mirrored : {0, 1}) {
    for (const int64_t first : {-1, 2, 5}) EXPECT_TRUE(has(0, mirrored, first)) << first;
    EXPECT_TRUE(has(1, mirrored, 0));
  }
  EXPECT_TRUE(sampler.Next().empty());
  EXPECT_EQ(sampler.Next().size(), 8);
}

TEST(WindowSampler, OrderIsNumpysPermutationOfAllChunks) {
  const std::vector<Sequence> sequences = {MakeSequence(0, 6)};
  WindowSampler sampler(sequences, kSymmetry, {.batch_size = 5});
  const std::vector<int64_t> order = RandomState(1234).Permutation(12);
  std::vector<int64_t> seen;
  for (auto windows = sampler.Next(); !windows.empty(); windows = sampler.Next()) {
    EXPECT_EQ(windows.size(), seen.size() < 10 ? 5 : 2);
    for (const auto& window : windows) seen.push_back(window.mirrored * 6 + window.first_frame);
  }
  EXPECT_EQ(seen, order);
  EXPECT_EQ(sampler.batches_per_epoch(), 3);
}

TEST(WindowSampler, FillsWindowsWithRepeatedEdges) {
  const std::vector<Sequence> sequences = {MakeSequence(0, 4), MakeSequence(1, 4)};
  const WindowSampler sampler(sequences, kSymmetry,
                              {.batch_size = 10, .stride = 2, .pad = 2, .mirror = false});
  const std::vector<WindowSampler::Window> windows = {{1, 0, 0}, {0, 0, 2}};
  WindowBatch batch;
  sampler.Fill(windows, batch);
  ASSERT_EQ(batch.keypoints.size(), 2U * 6 * 4);
  std::vector<float> first_x;
  for (size_t i = 0; i < 12; ++i) first_x.push_back(batch.keypoints[i * 4]);
  EXPECT_EQ(first_x, (std::vector<float>{100, 100, 100, 101, 102, 103, 0, 1, 2, 3, 3, 3}));
  EXPECT_EQ(batch.poses[0], 1000);
  EXPECT_EQ(batch.poses[12], 20);
  EXPECT_EQ(batch.roots, (std::vector<float>{0, 0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0}));
  EXPECT_EQ(batch.intrinsics.size(), 18U);
}

TEST(WindowSampler, CausalWindowsEndAtTheirOutput) {
  const std::vector<Sequence> sequences = {MakeSequence(0, 9)};
  const WindowSampler sampler(sequences, kSymmetry, {.pad = 2, .causal_shift = 2});
  const std::vector<WindowSampler::Window> windows = {{0, 0, 6}};
  WindowBatch batch;
  sampler.Fill(windows, batch);
  EXPECT_EQ(batch.keypoints.front(), 2);
  EXPECT_EQ(batch.keypoints[4 * 4], 6);
  EXPECT_EQ(batch.poses.front(), 60);
}

TEST(WindowSampler, MirrorsEverything) {
  const std::vector<Sequence> sequences = {MakeSequence(0, 3)};
  const WindowSampler sampler(sequences, kSymmetry, {});
  const std::vector<WindowSampler::Window> windows = {{0, 1, 2}};
  WindowBatch batch;
  sampler.Fill(windows, batch);
  EXPECT_EQ(batch.keypoints, (std::vector<float>{-2.5, 2.5, -2, 2}));
  EXPECT_EQ(batch.poses, (std::vector<float>{-20, 21, 22, -23, 24, 25}));
  EXPECT_EQ(batch.roots, (std::vector<float>{-2, 0, 0}));
  EXPECT_EQ(batch.intrinsics, (std::vector<float>{1, 2, -3, 4, 5, 6, 7, -8, 9}));
}

TEST(WindowSampler, EndlessStreamGoesOnFromItsPosition) {
  const std::vector<Sequence> sequences = {MakeSequence(0, 11, false)};
  const WindowSamplerOptions options{.batch_size = 4, .random = RandomState(4321)};
  WindowSampler whole(sequences, kSymmetry, options);
  const auto take = [](WindowSampler& sampler) {
    const auto windows = sampler.NextEndless();
    return std::vector<WindowSampler::Window>(windows.begin(), windows.end());
  };
  for (int breaks = 0; breaks < 15; ++breaks) {  // beyond an epoch of six batches
    WindowSampler resumed(sequences, kSymmetry, options);
    resumed.SetPosition(whole.position());
    WindowSampler copy(sequences, kSymmetry, options);
    copy.SetPosition(whole.position());
    for (int i = 0; i < 8; ++i) EXPECT_EQ(take(resumed), take(copy));
    WindowSampler again(sequences, kSymmetry, options);
    again.SetPosition(whole.position());
    EXPECT_EQ(take(again), take(whole));
  }
  WindowSampler::Position position = whole.position();
  position.next_batch = 99;
  EXPECT_THROW(whole.SetPosition(position), Error);
}

TEST(WindowSampler, WithoutGroundTruthThereIsNone) {
  std::vector<Sequence> sequences = {MakeSequence(0, 3, false), MakeSequence(1, 0, false)};
  WindowSampler sampler(sequences, kSymmetry, {});
  EXPECT_EQ(sampler.windows_per_epoch(), 6);
  WindowBatch batch;
  sampler.Fill(sampler.Next(), batch);
  EXPECT_EQ(batch.windows, 6);
  EXPECT_TRUE(batch.poses.empty());
  EXPECT_TRUE(batch.roots.empty());
  sequences.push_back(MakeSequence(2, 3));
  EXPECT_THROW(WindowSampler(sequences, kSymmetry, {}), std::logic_error);
}

}  // namespace videopose::internal::window_sampler_test
