// SPDX-License-Identifier: Apache-2.0

// A whole training step next to GEMMs of the same sizes, in one run:
//   train_bench          paper's 27-frame model at batch 1024 and 243-frame model at batch 256
//   share = rate of the step / rate of the GEMMs; the other columns are milliseconds of a step.

#include <benchmark/benchmark.h>

#include <vector>

#include "videopose/nn/cpu/kernels.h"
#include "videopose/train/step_benchmark.h"

namespace videopose::internal {
namespace {

void TrainingStep(benchmark::State& state) {
  const StepBenchmarkOptions options{
      .architecture = {.widths = std::vector<int>(static_cast<size_t>(state.range(0)), 3),
                       .channels = static_cast<int>(state.range(1)),
                       .input_channels = 34,
                       .output_channels = 51},
      .batch = state.range(2),
      .precision = state.range(3) != 0 ? Precision::kBf16 : Precision::kSingle};
  if (state.range(3) != 0 && !HasBf16()) {
    state.SkipWithError("no AVX512_BF16");
    return;
  }
  StepBenchmark result;
  for (auto _ : state) {
    result = MeasureTrainingStep(options);
    state.SetIterationTime(result.step_s);
  }
  state.counters["GFLOP/s"] = result.step_gflops();
  state.counters["plain"] = result.gemms_alone_gflops();
  state.counters["share"] = result.share();
  state.counters["products"] = result.gemm_s * 1e3;
  state.counters["norms"] = result.norms_s() * 1e3;
  state.counters["adam"] = result.optimizer_s * 1e3;
  state.counters["other"] = result.other_s * 1e3;
}
BENCHMARK(TrainingStep)
    ->ArgNames({"blocks", "channels", "batch", "bf16"})
    ->Args({3, 1024, 1024, 0})
    ->Args({3, 1024, 1024, 1})
    ->Args({5, 1024, 256, 0})
    ->Args({5, 1024, 256, 1})
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace videopose::internal
