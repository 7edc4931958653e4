// SPDX-License-Identifier: Apache-2.0

// The detector on frames that are in memory already, per model: of one person (864 x 480), and of
// several in an image of 1280 x 720 made of frames of a shared clip.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "support/test_data.h"
#include "videopose/detect.h"
#include "videopose/media.h"
#include "videopose/synthetic/demo_clip.h"
#include "videopose/track/people_follower.h"

namespace videopose::internal {
namespace {

constexpr size_t kFrames = 8;

// Forwards and backwards, so that no position jumps.
size_t FrameAt(int64_t t) {
  const auto k = static_cast<size_t>(t) % (2 * kFrames - 2);
  return k < kFrames ? k : 2 * kFrames - 2 - k;
}

bool HasModels(BlazePoseSize size, benchmark::State& state) {
  if (MissingModels(DefaultModelsDir(), size).empty()) return true;
  state.SkipWithError("the detector's models are not here; videopose models fetch gets them");
  return false;
}

void FollowThePerson(benchmark::State& state) {
  const auto size = static_cast<BlazePoseSize>(state.range(0));
  if (!HasModels(size, state)) return;
  const DemoClip demo(480);
  std::vector<Image> frames(kFrames);
  for (size_t i = 0; i < frames.size(); ++i) {
    demo.RenderFrame(100 + static_cast<int64_t>(i), frames[i]);
  }
  BlazePose detector({.size = size, .threads = static_cast<int>(state.range(1))});
  int64_t t = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(detector.Detect(frames[FrameAt(t)], static_cast<double>(t) / 25));
    ++t;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(FollowThePerson)
    ->ArgNames({"model", "threads"})
    ->ArgsProduct({{0, 1, 2}, {1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// `people` copies of a person doing squats, five in a row, each in another phase.
std::vector<Image> Crowd(const std::filesystem::path& clip, int people) {
  constexpr int kPerRow = 5, kPhase = 3;
  VideoReader reader(clip, {.scale_to_height_px = people > kPerRow ? 350 : 700});
  std::vector<Image> squats(kFrames + static_cast<size_t>(kPhase) * 10);
  for (Image& image : squats) reader.Read(image);
  std::vector<Image> frames(kFrames, Image(1280, 720));
  for (size_t t = 0; t < frames.size(); ++t) {
    std::fill(frames[t].bgrx.begin(), frames[t].bgrx.end(), uint8_t{128});
    for (int p = 0; p < people; ++p) {
      const Image& one = squats[t + static_cast<size_t>(kPhase * p)];
      const int columns = std::min(people, kPerRow);
      const int left =
          (2 * (p % kPerRow) + 1) * frames[t].width_px / (2 * columns) - one.width_px / 2;
      const int x0 = std::max(0, left), x1 = std::min(frames[t].width_px, left + one.width_px);
      for (int y = 0; y < one.height_px; ++y) {
        std::copy_n(one.row(y) + ptrdiff_t{Image::kBytesPerPixel} * (x0 - left),
                    ptrdiff_t{Image::kBytesPerPixel} * (x1 - x0),
                    frames[t].row(p / kPerRow * 360 + y) + ptrdiff_t{Image::kBytesPerPixel} * x0);
      }
    }
  }
  return frames;
}

// As `--people all` does, at 25 frames a second: with the search for new people.
void FollowEverybody(benchmark::State& state) {
  const auto size = static_cast<BlazePoseSize>(state.range(0));
  const int people = static_cast<int>(state.range(1));
  const std::filesystem::path clip = SharedFile("videos/tfjs_pose_squats.mp4");
  if (!std::filesystem::exists(clip)) {
    state.SkipWithError("the shared videos are not here");
    return;
  }
  if (!HasModels(size, state)) return;
  const std::vector<Image> frames = Crowd(clip, people);
  PeopleFollower follower({.size = size}, {});
  int64_t t = 0, seen = 0;
  // Until everybody is found.
  for (; t < 75; ++t) follower.Detect(frames[FrameAt(t)], static_cast<double>(t) / 25);
  for (auto _ : state) {
    seen += std::ssize(follower.Detect(frames[FrameAt(t)], static_cast<double>(t) / 25));
    ++t;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["seen"] = static_cast<double>(seen) / static_cast<double>(state.iterations());
}
BENCHMARK(FollowEverybody)
    ->ArgNames({"model", "people"})
    ->ArgsProduct({{0, 1}, {1, 2, 10}})
    ->UseRealTime()
    ->MinTime(2)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace videopose::internal
