// The detector on a frame of 864 x 480 that is in memory already, per model.

#include <benchmark/benchmark.h>

#include <vector>

#include "videopose/detect/detector.h"
#include "videopose/detect/model_store.h"
#include "videopose/render/demo_clip.h"

namespace videopose {
namespace {

void FollowThePerson(benchmark::State& state) {
  const auto size = static_cast<BlazePoseSize>(state.range(0));
  if (!MissingModels(DefaultModelsDir(), size).empty()) {
    state.SkipWithError("the detector's models are not here; videopose models fetch gets them");
    return;
  }
  const DemoClip demo(480);
  std::vector<Image> frames(8);
  for (size_t i = 0; i < frames.size(); ++i)
    demo.RenderFrame(100 + static_cast<int64_t>(i), frames[i]);
  BlazePose detector({.size = size, .threads = static_cast<int>(state.range(1))});
  int64_t t = 0;
  for (auto _ : state) {
    // To and fro, so that the person never jumps.
    const auto k = static_cast<size_t>(t % 14);
    benchmark::DoNotOptimize(
        detector.Detect(frames[k < 8 ? k : 14 - k], static_cast<double>(t) / 25));
    ++t;
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(FollowThePerson)
    ->ArgNames({"model", "threads"})
    ->ArgsProduct({{0, 1, 2}, {1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace videopose
