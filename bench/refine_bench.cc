// SPDX-License-Identifier: Apache-2.0

// Frames a second that are refined, of one person.

#include <benchmark/benchmark.h>

#include "videopose/ground.h"
#include "videopose/ground/test_scenes.h"

namespace videopose::internal {
namespace {

// A walk of about ten seconds; grounded with refinement (1) and without (0).
void BmGround(benchmark::State& state) {
  const TestScene scene = MakeTestScene({.name = "circle"}, 1);
  const GroundOptions options{.focal_px = scene.clip.camera.lens.focal_px.x,
                              .refine = state.range(0) != 0};
  int64_t frames = 0;
  for (auto _ : state) {
    Motion motion = scene.lifted;
    GroundMotion(scene.clip.keypoints, options, motion);
    benchmark::DoNotOptimize(motion);
    frames += motion.frame_count;
  }
  state.counters["frames/s"] =
      benchmark::Counter(static_cast<double>(frames), benchmark::Counter::kIsRate);
}
BENCHMARK(BmGround)->Arg(0)->Arg(1)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace videopose::internal
