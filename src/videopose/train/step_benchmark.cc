#include "videopose/train/step_benchmark.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "videopose/base/random.h"
#include "videopose/nn/adam.h"
#include "videopose/nn/gemm.h"
#include "videopose/train/loss.h"
#include "videopose/train/trainable_model.h"

namespace videopose {
namespace {

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// y (rows, out) = x (rows, depth) * W, and what its backward pass multiplies.
struct Product {
  int64_t rows, depth, out;
  bool wants_input_gradient;

  double flops() const {
    return 2.0 * static_cast<double>(rows * depth * out) * (wants_input_gradient ? 3 : 2);
  }
};

std::vector<Product> ProductsOfStep(const TemporalArchitecture& a, int64_t batch) {
  // Frames that come out of each block.
  std::vector<int64_t> frames;
  int64_t left = a.receptive_field();
  for (size_t i = 0; i < a.widths.size(); ++i) {
    left = a.dense ? left - a.span(i) : left / a.widths[i];
    frames.push_back(left);
  }
  const int64_t c = a.channels;
  std::vector<Product> products = {{batch * frames[0], a.kernel(0) * a.input_channels, c, false}};
  for (size_t i = 1; i < frames.size(); ++i) {
    products.push_back({batch * frames[i], a.kernel(i) * c, c, true});
    products.push_back({batch * frames[i], c, c, true});
  }
  products.push_back({batch, c, a.output_channels, true});
  return products;
}

// The products alone, on values of the same size.
class PlainProducts {
 public:
  explicit PlainProducts(std::vector<Product> products) : products_(std::move(products)) {
    int64_t x = 0, w = 0, y = 0;
    for (const Product& p : products_) {
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
    for (const Product& p : products_) {
      const Matrix x(x_.data(), p.rows, p.depth), w(w_.data(), p.depth, p.out),
          y(y_.data(), p.rows, p.out);
      Multiply(x, w, y);
      Multiply(x, y, w, {.transpose_a = true});
      if (p.wants_input_gradient) Multiply(y, w, x, {.transpose_b = true});
    }
    return Now() - start;
  }

 private:
  std::vector<Product> products_;
  std::vector<float> x_, w_, y_;
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
                         .products_s = model_.times().products_s - before.products_s,
                         .norms_s = model_.times().norms_s - before.norms_s,
                         .optimizer_s = end - learned};
    result.other_s = result.step_s - result.products_s - result.norms_s - result.optimizer_s;
    return result;
  }

 private:
  static TrainableModel MakeModel(const StepBenchmarkOptions& options) {
    RandomState random(1);
    return {InitialWeights(options.architecture, random),
            {.strided = !options.architecture.dense, .dropout = options.dropout}};
  }
  static std::vector<float> RandomValues(int64_t count) {
    RandomState random(2);
    std::vector<float> values(static_cast<size_t>(count));
    for (float& v : values) v = static_cast<float>(random.NextDouble() - 0.5);
    return values;
  }

  int64_t batch_;
  TrainableModel model_;
  Adam adam_;
  std::vector<float> input_, target_, gradient_;
};

}  // namespace

StepBenchmark MeasureTrainingStep(const StepBenchmarkOptions& options) {
  const std::vector<Product> products = ProductsOfStep(options.architecture, options.batch);
  PlainProducts plain(products);
  Steps steps(options);
  steps.Measure();  // allocates
  StepBenchmark best = steps.Measure();
  double plain_s = plain.Seconds();
  for (int i = 0; i < options.repetitions; ++i) {
    plain_s = std::min(plain_s, plain.Seconds());
    const StepBenchmark step = steps.Measure();
    if (step.step_s < best.step_s) best = step;
  }
  best.plain_products_s = plain_s;
  for (const Product& p : products) best.flops += p.flops();
  return best;
}

}  // namespace videopose
