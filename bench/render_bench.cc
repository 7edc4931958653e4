// SPDX-License-Identifier: Apache-2.0

// Frames per second, without decoding and encoding: two panels of 512 pixels, on one thread and
// on all.

#include <benchmark/benchmark.h>

#include <thread>

#include "videopose/base/parallel.h"
#include "videopose/render.h"
#include "videopose/synthetic/demo_clip.h"

namespace videopose::internal {
namespace {

void RenderTwoPanels(benchmark::State& state) {
  const DemoClip demo(512);
  const SyntheticClip& clip = demo.truth();
  const RenderOptions options{.height_px = 512};
  const VideoRenderer renderer(clip.motion, &clip.keypoints, options);
  Image input;
  demo.RenderFrame(100, input);
  const auto threads = static_cast<int>(state.range(0));
  for (auto _ : state) {
    std::vector<std::jthread> workers;
    for (int k = 0; k < threads; ++k) {
      workers.emplace_back([&, k] {
        Image output;
        for (int64_t t = k; t < clip.frame_count; t += threads) renderer.Render(t, &input, output);
      });
    }
  }
  state.SetItemsProcessed(state.iterations() * clip.frame_count);
  state.SetLabel(std::to_string(renderer.width_px()) + " x " +
                 std::to_string(renderer.height_px()));
}
BENCHMARK(RenderTwoPanels)
    ->Arg(1)
    ->Arg(ThreadCount())
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace videopose::internal
