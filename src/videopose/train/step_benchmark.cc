// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/step_benchmark.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <vector>

#include "videopose/base/random.h"
#include "videopose/nn/adam.h"
#include "videopose/train/loss.h"
#include "videopose/train/trainable_model.h"
#include "videopose/train/window_sampler.h"

namespace videopose::internal {
namespace {

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// y (rows, out) = x (rows, depth) * W, and the GEMMs of its backward pass.
struct Gemm {
  int64_t rows, depth, out;
  bool wants_input_gradient;

  double flops() const {
    return 2.0 * static_cast<double>(rows * depth * out) * (wants_input_gradient ? 3 : 2);
  }
};

std::vector<Gemm> GemmsOfStep(const TemporalArchitecture& a, int64_t batch) {
  // Frames that come out of each block.
  std::vector<int64_t> frames;
  int64_t left = a.receptive_field();
  for (size_t i = 0; i < a.widths.size(); ++i) {
    left = a.dense ? left - a.span(i) : left / a.widths[i];
    frames.push_back(left);
  }
  const int64_t c = a.channels;
  std::vector<Gemm> gemms = {{batch * frames[0], a.kernel(0) * a.input_channels, c, false}};
  for (size_t i = 1; i < frames.size(); ++i) {
    gemms.push_back({batch * frames[i], a.kernel(i) * c, c, true});
    gemms.push_back({batch * frames[i], c, c, true});
  }
  gemms.push_back({batch, c, a.output_channels, true});
  return gemms;
}

// The GEMMs alone, on values of the same size.
class GemmsAlone {
 public:
  explicit GemmsAlone(std::vector<Gemm> gemms) : gemms_(std::move(gemms)) {
    int64_t x = 0, w = 0, y = 0;
    for (const Gemm& p : gemms_) {
      x = std::max(x, p.rows * p.depth);
      w = std::max(w, p.depth * p.out);
      y = std::max(y, p.rows * p.out);
    }
    x_.assign(static_cast<size_t>(x), 0.5F);
    w_.assign(static_cast<size_t>(w), 0.25F);
    y_.assign(static_cast<size_t>(y), 0.125F);
  }

  double Seconds() {
    const double start = Now();
    for (const Gemm& p : gemms_) {
      const Matrix x(x_.data(), p.rows, p.depth), w(w_.data(), p.depth, p.out),
          y(y_.data(), p.rows, p.out);
      CpuDevice().Multiply(x, w, y, {});
      CpuDevice().Multiply(x, y, w, {.transpose_a = true});
      if (p.wants_input_gradient) CpuDevice().Multiply(y, w, x, {.transpose_b = true});
    }
    return Now() - start;
  }

 private:
  std::vector<Gemm> gemms_;
  std::vector<float> x_, w_, y_;
};

std::vector<float> RandomValues(int64_t count) {
  RandomState random(2);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& v : values) v = static_cast<float>(random.NextDouble() - 0.5);
  return values;
}

// Batches from made-up sequences, by one thread.
class Batches {
 public:
  explicit Batches(const StepBenchmarkOptions& options)
      : sequences_(MakeSequences(options)),
        sampler_(sequences_, Symmetry(options.architecture),
                 {.batch_size = options.batch, .pad = options.architecture.pad()}) {}

  double Seconds() {
    const double start = Now();
    sampler_.Fill(sampler_.NextEndless(), batch_);
    return Now() - start;
  }

 private:
  static constexpr int64_t kSequences = 8, kCoordinates = 2;

  // Enough frames for several batches.
  static std::vector<Sequence> MakeSequences(const StepBenchmarkOptions& options) {
    const TemporalArchitecture& a = options.architecture;
    const int64_t frames = std::max<int64_t>(512, options.batch / 2), joints = a.output_joints();
    std::vector<Sequence> sequences(kSequences);
    for (Sequence& sequence : sequences) {
      sequence.keypoints = {{frames, a.input_channels / kCoordinates, kCoordinates},
                            RandomValues(frames * a.input_channels)};
      sequence.poses = {{frames, joints, 3}, RandomValues(frames * joints * 3)};
      sequence.roots = {{frames, 3}, RandomValues(frames * 3)};
    }
    return sequences;
  }
  static JointSymmetry Symmetry(const TemporalArchitecture& a) {
    JointSymmetry symmetry{
        .keypoints = std::vector<int>(static_cast<size_t>(a.input_channels / kCoordinates)),
        .joints = std::vector<int>(static_cast<size_t>(a.output_joints()))};
    std::iota(symmetry.keypoints.begin(), symmetry.keypoints.end(), 0);
    std::iota(symmetry.joints.begin(), symmetry.joints.end(), 0);
    return symmetry;
  }

  std::vector<Sequence> sequences_;
  WindowSampler sampler_;
  WindowBatch batch_;
};

// A model on made-up windows.
class Steps {
 public:
  explicit Steps(const StepBenchmarkOptions& options)
      : batch_(options.batch),
        model_(MakeModel(options)),
        adam_(model_.parameters().size()),
        input_(RandomValues(batch_ * options.architecture.receptive_field() *
                            options.architecture.input_channels)),
        target_(RandomValues(batch_ * options.architecture.output_channels)),
        gradient_(target_.size()) {}

  StepBenchmark Measure() {
    const TrainingTimes before = model_.times();
    const int64_t in = model_.architecture().input_channels;
    const double start = Now();
    const ConstMatrix poses =
        model_.Forward({input_.data(), static_cast<int64_t>(input_.size()) / in, in}, batch_);
    MeanDistance<float, 3>({poses.data, target_.size()}, target_, gradient_);
    model_.Backward({gradient_.data(), poses.rows, poses.cols});
    const double learned = Now();
    adam_.Step(0.001, model_.gradient(), model_.parameters());
    const double end = Now();
    StepBenchmark result{.step_s = end - start,
                         .gemm_s = model_.times().gemm_s - before.gemm_s,
                         .statistics_s = model_.times().statistics_s - before.statistics_s,
                         .activations_s = model_.times().activations_s - before.activations_s,
                         .backward_s = model_.times().backward_s - before.backward_s,
                         .optimizer_s = end - learned};
    result.other_s = result.step_s - result.gemm_s - result.norms_s() - result.optimizer_s;
    return result;
  }

 private:
  static TrainableModel MakeModel(const StepBenchmarkOptions& options) {
    RandomState random(1);
    return {InitialWeights(options.architecture, random),
            {.strided = !options.architecture.dense,
             .dropout = options.dropout,
             .precision = options.precision}};
  }

  int64_t batch_;
  TrainableModel model_;
  Adam adam_;
  std::vector<float> input_, target_, gradient_;
};

}  // namespace

StepBenchmark MeasureTrainingStep(const StepBenchmarkOptions& options) {
  const std::vector<Gemm> gemms = GemmsOfStep(options.architecture, options.batch);
  GemmsAlone gemms_alone(gemms);
  Steps steps(options);
  steps.Measure();  // allocates
  StepBenchmark best = steps.Measure();
  double alone_s = gemms_alone.Seconds();
  Batches batches(options);
  batches.Seconds();  // allocates
  double data_s = batches.Seconds();
  for (int i = 0; i < options.repetitions; ++i) {
    alone_s = std::min(alone_s, gemms_alone.Seconds());
    data_s = std::min(data_s, batches.Seconds());
    const StepBenchmark step = steps.Measure();
    if (step.step_s < best.step_s) best = step;
  }
  best.gemms_alone_s = alone_s;
  best.data_s = data_s;
  for (const Gemm& p : gemms) best.flops += p.flops();
  return best;
}

}  // namespace videopose::internal
