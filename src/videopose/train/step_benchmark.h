// How fast a training step is, next to the plain matrix products that it cannot do without.

#ifndef VIDEOPOSE_TRAIN_STEP_BENCHMARK_H_
#define VIDEOPOSE_TRAIN_STEP_BENCHMARK_H_

#include <cstdint>

#include "videopose/lift/architecture.h"
#include "videopose/nn/gemm.h"

namespace videopose {

struct StepBenchmarkOptions {
  TemporalArchitecture architecture;
  int64_t batch = 1024;  // windows of one receptive field; strided unless the model is dense
  float dropout = 0.25F;
  Precision precision = Precision::kSingle;  // of the model's products; the plain ones are single
  int repetitions = 5;  // of step and products in turn; the best of each counts
};

// Seconds of the best step. The parts are those of the same step.
struct StepBenchmark {
  double flops = 0;  // of the products of one step: forward, backward for weights and inputs
  double step_s = 0;
  double products_s = 0;  // convolutions, forward and backward
  // What follows each product: batch norm, ReLU, dropout and residuals.
  double statistics_s = 0;   // batch means and variances
  double activations_s = 0;  // the rest of the way forward
  double backward_s = 0;
  double optimizer_s = 0;  // Adam
  double other_s = 0;      // the loss and what is left
  // Cutting the next batch from its sequences. Another thread does it while this batch is learned,
  // so it is no part of the step.
  double data_s = 0;
  double plain_products_s = 0;  // the same products with nothing around them

  double norms_s() const { return statistics_s + activations_s + backward_s; }
  double step_gflops() const { return flops / step_s * 1e-9; }
  double plain_gflops() const { return flops / plain_products_s * 1e-9; }
  double share() const { return plain_products_s / step_s; }  // 1: nothing but products
};

StepBenchmark MeasureTrainingStep(const StepBenchmarkOptions& options);

}  // namespace videopose

#endif  // VIDEOPOSE_TRAIN_STEP_BENCHMARK_H_
