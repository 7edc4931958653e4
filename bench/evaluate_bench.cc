// SPDX-License-Identifier: Apache-2.0

// How close an evaluation (mirroring, averaging and metrics included) comes to a GEMM of
// the same sizes: compare the GFLOP/s of Evaluate with those of Gemm in lift_bench, or here.

#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "videopose/data/skeletons.h"
#include "videopose/nn/device.h"
#include "videopose/train/evaluate.h"

namespace videopose::internal {
namespace {

Tensor RandomTensor(std::vector<int64_t> shape, float scale) {
  Tensor tensor(std::move(shape));
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(-scale, scale);
  for (float& value : tensor.values) value = uniform(random);
  return tensor;
}

ConvolutionWeights RandomConvolution(int64_t out, int64_t in, int64_t taps) {
  const auto channels = static_cast<size_t>(out);
  return {RandomTensor({out, in, taps}, 0.03F),
          {std::vector<float>(channels, 1), std::vector<float>(channels, 0),
           std::vector<float>(channels, 0), std::vector<float>(channels, 1)}};
}

// The 243-frame model of the paper.
TemporalModel LargeModel() {
  constexpr int64_t kChannels = 1024;
  TemporalWeights weights;
  weights.architecture = {.widths = {3, 3, 3, 3, 3},
                          .channels = kChannels,
                          .input_channels = 34,
                          .output_channels = 51};
  weights.convolutions.push_back(RandomConvolution(kChannels, 34, 3));
  for (int block = 1; block < 5; ++block) {
    weights.convolutions.push_back(RandomConvolution(kChannels, kChannels, 3));
    weights.convolutions.push_back(RandomConvolution(kChannels, kChannels, 1));
  }
  weights.shrink_weight = RandomTensor({51, kChannels, 1}, 0.1F);
  weights.shrink_bias.resize(51);
  return TemporalModel(weights);
}

// What the network needs where `frames` come out of it, every layer's outputs counted once.
double FlopsOf(const TemporalArchitecture& model, int64_t frames) {
  const auto c = static_cast<double>(model.channels);
  int64_t rows = frames + model.receptive_field() - 1 - model.span(0);
  double flops = 2 * c * static_cast<double>(model.output_channels * frames) +
                 2 * c * static_cast<double>(model.input_channels * model.kernel(0) * rows);
  for (size_t i = 1; i < model.widths.size(); ++i) {
    rows -= model.span(i);
    flops += 2 * c * c * static_cast<double>((model.kernel(i) + 1) * rows);
  }
  return flops;
}

void SetGigaflops(benchmark::State& state, double flops) {
  state.counters["GFLOP/s"] =
      benchmark::Counter(flops / 1e9, benchmark::Counter::kIsIterationInvariantRate);
}

void Gemm(benchmark::State& state) {
  const int64_t rows = state.range(0), channels = 1024;
  const Tensor a = RandomTensor({rows, channels}, 1), b = RandomTensor({channels, channels}, 1);
  Tensor c({rows, channels});
  for (auto _ : state) {
    CpuDevice().Multiply({a.data(), rows, channels}, {b.data(), channels, channels},
                         {c.data(), rows, channels}, {});
    benchmark::DoNotOptimize(c.data());
  }
  SetGigaflops(state, 2.0 * static_cast<double>(rows * channels * channels));
}
BENCHMARK(Gemm)->UseRealTime()->Arg(64)->Arg(512)->Arg(2048);

// Sequences, and frames of each.
void EvaluateSequences(benchmark::State& state) {
  const TemporalModel model = LargeModel();
  const JointSymmetry symmetry{MirroredJoints(Human36m17()), MirroredJoints(Human36m17())};
  std::vector<Sequence> sequences;
  double flops = 0;
  for (int64_t i = 0; i < state.range(0); ++i) {
    const int64_t frames = state.range(1);
    sequences.push_back({.subject = "S9",
                         .action = "Walking",
                         .keypoints = RandomTensor({frames, 17, 2}, 1),
                         .poses = RandomTensor({frames, 17, 3}, 1)});
    flops += 2 * FlopsOf(model.architecture(), frames);  // as it is and mirrored
  }
  for (auto _ : state) benchmark::DoNotOptimize(Evaluate(model, symmetry, sequences));
  SetGigaflops(state, flops);
}
BENCHMARK(EvaluateSequences)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond)
    ->Args({1, 2500})  // Human3.6M
    ->Args({30, 45});  // HumanEva's chunks

}  // namespace
}  // namespace videopose::internal
