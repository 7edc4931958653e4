// SPDX-License-Identifier: Apache-2.0

// How fast a training step is, compared with its GEMMs alone.

#ifndef VIDEOPOSE_TRAIN_STEP_BENCHMARK_H_
#define VIDEOPOSE_TRAIN_STEP_BENCHMARK_H_

#include <cstdint>

#include "videopose/lift/architecture.h"
#include "videopose/nn/device.h"

namespace videopose::internal {

struct StepBenchmarkOptions {
  TemporalArchitecture architecture;
  int64_t batch = 1024;  // windows of one receptive field; strided unless the model is dense
  float dropout = 0.25F;
  Precision precision = Precision::kSingle;  // of the model's GEMMs; those alone are single
  int repetitions = 5;                       // of step and GEMMs in turn; the best of each counts
};

// Seconds of the best step. The parts are those of the same step.
struct StepBenchmark {
  double flops = 0;  // of the GEMMs of one step: forward, backward for weights and inputs
  double step_s = 0;
  double gemm_s = 0;  // convolutions, forward and backward
  // What follows each GEMM: batch norm, ReLU, dropout and residuals.
  double statistics_s = 0;   // batch means and variances
  double activations_s = 0;  // the rest of the way forward
  double backward_s = 0;
  double optimizer_s = 0;  // Adam
  double other_s = 0;      // the loss and what is left
  // Cutting the next batch from its sequences. Another thread does it while this batch is learned,
  // so it is no part of the step.
  double data_s = 0;
  double gemms_alone_s = 0;  // the same GEMMs without the rest of the step

  double norms_s() const { return statistics_s + activations_s + backward_s; }
  double step_gflops() const { return flops / step_s * 1e-9; }
  double gemms_alone_gflops() const { return flops / gemms_alone_s * 1e-9; }
  double share() const { return gemms_alone_s / step_s; }  // 1: no time outside of the GEMMs
};

StepBenchmark MeasureTrainingStep(const StepBenchmarkOptions& options);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_STEP_BENCHMARK_H_
