// SPDX-License-Identifier: Apache-2.0

// One frame, as `live` lifts it, on one core: the streaming network next to the offline network run
// once per frame on a whole receptive field, as naive live code does. p50, p99 and the worst frame.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "support/test_data.h"
#include "videopose/base/parallel.h"
#include "videopose/base/statistics.h"
#include "videopose/lift.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/stream_network.h"
#include "videopose/lift/temporal_model.h"
#include "videopose/lift/test_weights.h"

namespace videopose::internal {
namespace {

using Clock = std::chrono::steady_clock;

// VideoPose3D's largest: -arc 3,3,3,3,3 -ch 1024, 243 frames.
const TemporalWeights& LargeModel() {
  static const TemporalWeights weights = [] {
    RandomValues random(1);
    return RandomWeights(
        random,
        {.widths = {3, 3, 3, 3, 3}, .channels = 1024, .input_channels = 34, .output_channels = 51});
  }();
  return weights;
}

const TemporalWeights& ShippedModel() {
  static const TemporalWeights weights = ReadLiftCheckpoint(SourceFile("models/lifter.bin")).pose;
  return weights;
}

// Times each call of `frame`.
void MeasureFrames(benchmark::State& state, const std::function<void()>& frame) {
  SetThreadCount(1);
  frame();
  std::vector<double> times_ms;
  for (auto _ : state) {
    const Clock::time_point start = Clock::now();
    frame();
    times_ms.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  state.counters["p50_ms"] = Median(times_ms);
  state.counters["p99_ms"] = Quantile(times_ms, 0.99);
  state.counters["worst_ms"] = std::ranges::max(times_ms);
}

// `rows`: sequences at once; a person is two of them with flip averaging.
void Stream(benchmark::State& state, const TemporalWeights& weights, WeightPrecision precision,
            int64_t rows, bool whole_lookahead) {
  const TemporalArchitecture& a = weights.architecture;
  StreamNetwork network(weights, {.lookahead = whole_lookahead ? a.pad_after() : 0,
                                  .sequences = rows,
                                  .precision = precision});
  const std::vector<float> input = RandomValues(1).Floats(rows * a.input_channels, -1, 1);
  std::vector<float> output(static_cast<size_t>(rows * a.output_channels));
  std::vector<int64_t> sequences;
  for (int64_t i = 0; i < rows; ++i) sequences.push_back(i);
  MeasureFrames(state, [&] {
    network.Push(sequences, {input.data(), rows, a.input_channels},
                 {output.data(), rows, a.output_channels});
    benchmark::DoNotOptimize(output.data());
  });
}

// Live code with the offline network only: the last receptive field again for every frame.
void OfflinePerFrame(benchmark::State& state, const TemporalWeights& weights) {
  const TemporalModel model(weights);
  const TemporalArchitecture& a = weights.architecture;
  const Tensor input({a.receptive_field(), a.input_channels},
                     RandomValues(1).Floats(a.receptive_field() * a.input_channels, -1, 1));
  MeasureFrames(state, [&] { benchmark::DoNotOptimize(model.Forward(input)); });
}

void Register(const std::string& name, const std::function<void(benchmark::State&)>& run,
              int frames) {
  benchmark::RegisterBenchmark(name.c_str(), run)
      ->Iterations(frames)
      ->Unit(benchmark::kMillisecond);
}

[[maybe_unused]] const bool registered = [] {
  const std::pair<const char*, WeightPrecision> kinds[] = {{"f32", WeightPrecision::kFloat32},
                                                           {"bf16", WeightPrecision::kBFloat16},
                                                           {"int8", WeightPrecision::kInt8}};
  for (const bool large : {false, true}) {
    const std::string model = large ? "243_frames_1024_channels" : "shipped";
    const auto weights = [large]() -> const TemporalWeights& {
      return large ? LargeModel() : ShippedModel();
    };
    for (const auto& [kind, precision] : kinds) {
      for (const int64_t rows : {1, 2, 4, 8}) {
        Register(
            model + "/" + kind + "/sequences:" + std::to_string(rows),
            [=, precision = precision](benchmark::State& state) {
              Stream(state, weights(), precision, rows, true);
            },
            2000);
      }
      Register(
          model + "/" + kind + "/sequences:1/no_lookahead",
          [=, precision = precision](benchmark::State& state) {
            Stream(state, weights(), precision, 1, false);
          },
          2000);
    }
    Register(
        model + "/offline_network_once_per_frame",
        [=](benchmark::State& state) { OfflinePerFrame(state, weights()); }, 60);
  }
  return true;
}();

}  // namespace
}  // namespace videopose::internal
