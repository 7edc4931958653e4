// SPDX-License-Identifier: Apache-2.0

// How close the temporal model comes to the machine's GEMM: compare the GFLOP/s of
// Gemm and Model at the same number of channels.

#include <benchmark/benchmark.h>

#include <vector>

#include "support/test_data.h"
#include "videopose/lift.h"
#include "videopose/lift/temporal_model.h"
#include "videopose/lift/test_weights.h"
#include "videopose/nn/device.h"

namespace videopose::internal {
namespace {

std::vector<float> Uniform(int64_t count, float scale) {
  return RandomValues(1).Floats(count, -scale, scale);
}

TemporalModel RandomModel(int block_count, int channels) {
  RandomValues random(1);
  return TemporalModel(
      RandomWeights(random, {.widths = std::vector<int>(static_cast<size_t>(block_count), 3),
                             .channels = channels,
                             .input_channels = 34,
                             .output_channels = 51}));
}

void SetGigaflops(benchmark::State& state, double flops_per_iteration) {
  state.counters["GFLOP/s"] =
      benchmark::Counter(flops_per_iteration / 1e9, benchmark::Counter::kIsIterationInvariantRate);
}

void Gemm(benchmark::State& state) {
  const int64_t rows = state.range(0), channels = state.range(1);
  const std::vector<float> a = Uniform(rows * channels, 1);
  const std::vector<float> b = Uniform(channels * channels, 1);
  std::vector<float> c(a.size());
  for (auto _ : state) {
    CpuDevice().Multiply({a.data(), rows, channels}, {b.data(), channels, channels},
                         {c.data(), rows, channels}, {});
    benchmark::DoNotOptimize(c.data());
  }
  SetGigaflops(state, 2.0 * static_cast<double>(rows * channels * channels));
}
BENCHMARK(Gemm)->UseRealTime()->Args({512, 1024})->Args({512, 512});

void Model(benchmark::State& state) {
  const TemporalModel model =
      RandomModel(static_cast<int>(state.range(0)), static_cast<int>(state.range(1)));
  const int64_t frames = state.range(2);
  const TemporalArchitecture& architecture = model.architecture();
  const int64_t frames_in = frames + architecture.receptive_field() - 1;
  const Tensor input({frames_in, 34}, Uniform(frames_in * 34, 1));
  for (auto _ : state) benchmark::DoNotOptimize(model.Forward(input));
  // What the network itself needs: every layer's outputs once.
  const auto c = static_cast<double>(architecture.channels);
  double flops = 2 * c * 51 * static_cast<double>(frames);
  int64_t rows = frames_in - architecture.span(0);
  flops += 2 * c * 102 * static_cast<double>(rows);
  for (size_t i = 1; i < architecture.widths.size(); ++i) {
    rows -= architecture.span(i);
    flops += 2 * c * c * (architecture.widths[i] + 1) * static_cast<double>(rows);
  }
  SetGigaflops(state, flops);
  state.counters["frames/s"] = benchmark::Counter(static_cast<double>(frames),
                                                  benchmark::Counter::kIsIterationInvariantRate);
}
// Blocks of width 3, channels, frames out.
BENCHMARK(Model)->UseRealTime()->Args({5, 1024, 2000})->Args({4, 512, 2000})->Args({4, 512, 60});

// Everything around the network included, with flip averaging.
void LiftWithDefaultModel(benchmark::State& state) {
  const Lifter lifter = Lifter::Load(SourceFile("models/lifter.bin"));
  KeypointSequence keypoints{.layout = Coco17(),
                             .fps = 25,
                             .width_px = 640,
                             .height_px = 480,
                             .frame_count = state.range(0)};
  std::vector<Keypoint> points;
  for (const float value : Uniform(keypoints.frame_count * 17, 100)) {
    points.push_back({320 + value, 240 - value, 1});
  }
  const PersonKeypoints person{.keypoints = {std::move(points), 17}};
  keypoints.people.push_back(person);
  for (auto _ : state) benchmark::DoNotOptimize(lifter.Lift(keypoints));
  state.counters["frames/s"] = benchmark::Counter(static_cast<double>(keypoints.frame_count),
                                                  benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(LiftWithDefaultModel)->UseRealTime()->Arg(100)->Arg(2000);

}  // namespace
}  // namespace videopose::internal
