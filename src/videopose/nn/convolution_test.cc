// SPDX-License-Identifier: Apache-2.0

#include "videopose/nn/convolution.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace videopose::internal::convolution_test {

// The reference implementation: the formula of the header in double.
struct ReferenceConvolution {
  ConvolutionShape shape;
  int64_t in, out;
  std::vector<double> x, weight;

  std::vector<double> Forward() const {
    const int64_t frames_out = shape.frames_out();
    std::vector<double> y(static_cast<size_t>(shape.rows_out() * out));
    for (int64_t r = 0; r < shape.rows_out(); ++r) {
      for (int64_t o = 0; o < out; ++o) {
        for (int64_t k = 0; k < shape.taps; ++k) {
          const int64_t row =
              r / frames_out * shape.frames_in + r % frames_out * shape.stride + k * shape.dilation;
          for (int64_t i = 0; i < in; ++i) {
            y[static_cast<size_t>(r * out + o)] +=
                x[static_cast<size_t>(row * in + i)] *
                weight[static_cast<size_t>((k * in + i) * out + o)];
          }
        }
      }
    }
    return y;
  }
};

// dL/dv by central differences, L = sum of upstream * Forward(). It is linear in v, so any step
// will do.
std::vector<double> NumericGradient(std::vector<double>& values,
                                    const ReferenceConvolution& reference,
                                    const std::vector<float>& upstream) {
  const auto loss = [&] {
    const std::vector<double> y = reference.Forward();
    double sum = 0;
    for (size_t i = 0; i < y.size(); ++i) sum += upstream[i] * y[i];
    return sum;
  };
  std::vector<double> gradient;
  for (double& v : values) {
    const double before = v;
    v = before + 0.5;
    const double above = loss();
    v = before - 0.5;
    gradient.push_back(above - loss());
    v = before;
  }
  return gradient;
}

void ExpectNear(const std::vector<float>& actual, const std::vector<double>& expected,
                const std::string& what) {
  ASSERT_EQ(actual.size(), expected.size());
  // At most some hundred terms below 1, each rounded to 2^-24.
  for (size_t i = 0; i < actual.size(); ++i) ASSERT_NEAR(actual[i], expected[i], 3e-5) << what;
}

std::vector<double> ToDouble(const std::vector<float>& x) { return {x.begin(), x.end()}; }

class RandomSource {
 public:
  int64_t Int(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random_);
  }
  std::vector<float> Floats(int64_t count) {
    std::vector<float> values(static_cast<size_t>(count));
    std::uniform_real_distribution<float> uniform(-1, 1);
    for (float& v : values) v = uniform(random_);
    return values;
  }

 private:
  std::mt19937 random_{1};
};

TEST(Convolution, AllPassesAgreeWithThePlainOneForAnyShape) {
  RandomSource random;
  for (int trial = 0; trial < 60; ++trial) {
    ConvolutionShape shape{.batch = random.Int(1, 4), .taps = random.Int(1, 4)};
    if (trial % 3 == 0) {  // strided, no frame left over
      shape.stride = shape.taps;
      shape.frames_in = shape.taps * random.Int(1, 3);
    } else {
      shape.dilation = random.Int(1, 3);
      shape.stride = random.Int(1, 3);
      shape.frames_in = (shape.taps - 1) * shape.dilation + random.Int(1, 6);
    }
    const int64_t in = random.Int(1, 4), out = random.Int(1, 4);
    const std::vector<float> x = random.Floats(shape.rows_in() * in);
    const std::vector<float> weight = random.Floats(shape.taps * in * out);
    const std::vector<float> upstream = random.Floats(shape.rows_out() * out);
    ReferenceConvolution reference{shape, in, out, ToDouble(x), ToDouble(weight)};
    const std::string what =
        fmt::format("trial {}: batch {}, frames {}, taps {}, dilation {}, stride {}", trial,
                    shape.batch, shape.frames_in, shape.taps, shape.dilation, shape.stride);

    const ConstMatrix x_view(x.data(), shape.rows_in(), in);
    const ConstMatrix weight_view(weight.data(), shape.taps * in, out);
    const ConstMatrix upstream_view(upstream.data(), shape.rows_out(), out);
    ConvolutionScratch scratch;
    std::vector<float> y(upstream.size()), x_gradient(x.size(), 7), weight_gradient(weight.size());
    Convolve(shape, x_view, weight_view, {y.data(), shape.rows_out(), out}, scratch);
    ConvolveBackwardWeight(shape, x_view, upstream_view,
                           {weight_gradient.data(), shape.taps * in, out}, scratch);
    ConvolveBackwardInput(shape, upstream_view, weight_view,
                          {x_gradient.data(), shape.rows_in(), in}, scratch);
    ExpectNear(y, reference.Forward(), what + ", y");
    ExpectNear(weight_gradient, NumericGradient(reference.weight, reference, upstream),
               what + ", dW");
    ExpectNear(x_gradient, NumericGradient(reference.x, reference, upstream), what + ", dx");
  }
}

TEST(Convolution, BatchesBeyondTheScratchAreCut) {
  // 40 sequences whose windows of 4 taps * 256 channels * 500 frames are 512,000 floats each.
  const ConvolutionShape shape{.batch = 40, .frames_in = 503, .taps = 4};
  const int64_t in = 256, out = 2;
  RandomSource random;
  const std::vector<float> x = random.Floats(shape.rows_in() * in);
  const std::vector<float> weight = random.Floats(shape.taps * in * out);
  const std::vector<float> upstream = random.Floats(shape.rows_out() * out);
  const ConstMatrix weight_view(weight.data(), shape.taps * in, out);
  ConvolutionScratch scratch;
  std::vector<float> y(upstream.size()), dx(x.size()), dw(weight.size());
  Convolve(shape, {x.data(), shape.rows_in(), in}, weight_view, {y.data(), shape.rows_out(), out},
           scratch);
  ConvolveBackwardWeight(shape, {x.data(), shape.rows_in(), in},
                         {upstream.data(), shape.rows_out(), out},
                         {dw.data(), shape.taps * in, out}, scratch);
  ConvolveBackwardInput(shape, {upstream.data(), shape.rows_out(), out}, weight_view,
                        {dx.data(), shape.rows_in(), in}, scratch);
  EXPECT_LE(scratch.size(), size_t{16} << 20U);
  // One sequence at a time gives the same, and the weight's gradient is the sum.
  const ConvolutionShape one{.batch = 1, .frames_in = 503, .taps = 4};
  std::vector<double> dw_sum(dw.size());
  for (int64_t b = 0; b < shape.batch; ++b) {
    const ConstMatrix x_one(x.data() + b * 503 * in, 503, in);
    const ConstMatrix upstream_one(upstream.data() + b * 500 * out, 500, out);
    std::vector<float> y_one(500 * out), dx_one(503 * in), dw_one(dw.size());
    Convolve(one, x_one, weight_view, {y_one.data(), 500, out}, scratch);
    ConvolveBackwardWeight(one, x_one, upstream_one, {dw_one.data(), weight_view.rows, out},
                           scratch);
    ConvolveBackwardInput(one, upstream_one, weight_view, {dx_one.data(), 503, in}, scratch);
    for (size_t i = 0; i < y_one.size(); ++i) {
      ASSERT_NEAR(y_one[i], y[static_cast<size_t>(b) * y_one.size() + i], 1e-4);
    }
    for (size_t i = 0; i < dx_one.size(); ++i) {
      ASSERT_NEAR(dx_one[i], dx[static_cast<size_t>(b) * dx_one.size() + i], 1e-4);
    }
    for (size_t i = 0; i < dw.size(); ++i) dw_sum[i] += dw_one[i];
  }
  for (size_t i = 0; i < dw.size(); ++i) ASSERT_NEAR(dw[i], dw_sum[i], 1e-2);  // 20,000 terms
}

TEST(Convolution, RefusesWhatDoesNotFit) {
  std::vector<float> v(100);
  ConvolutionScratch scratch;
  const ConvolutionShape shape{.batch = 2, .frames_in = 3, .taps = 3, .dilation = 2};
  EXPECT_THROW(Convolve(shape, {v.data(), 6, 2}, {v.data(), 6, 2}, {v.data(), 2, 2}, scratch),
               std::logic_error);
}

}  // namespace videopose::internal::convolution_test
