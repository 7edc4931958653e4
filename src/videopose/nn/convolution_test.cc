// SPDX-License-Identifier: Apache-2.0

// Device's convolutions.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "videopose/nn/test_devices.h"

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

class Convolution : public DeviceTest {};
INSTANTIATE_TEST_SUITE_P(On, Convolution, AllDevices(), kDeviceName);

TEST_P(Convolution, AllPassesAgreeWithThePlainOneForAnyShape) {
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

    OnDevice on_x(device(), x), on_weight(device(), weight), on_upstream(device(), upstream);
    OnDevice y(device(), upstream), x_gradient(device(), x), weight_gradient(device(), weight);
    const ConstMatrix x_view = on_x.matrix(shape.rows_in(), in);
    const ConstMatrix weight_view = on_weight.matrix(shape.taps * in, out);
    const ConstMatrix upstream_view = on_upstream.matrix(shape.rows_out(), out);
    Buffer scratch(device());
    device().Convolve(shape, x_view, weight_view, y.matrix(shape.rows_out(), out), {}, scratch);
    device().ConvolveBackwardWeight(shape, x_view, upstream_view,
                                    weight_gradient.matrix(shape.taps * in, out), scratch);
    device().ConvolveBackwardInput(shape, upstream_view, weight_view,
                                   x_gradient.matrix(shape.rows_in(), in), scratch);
    const std::vector<double> expected = reference.Forward();
    ExpectNear(y.host(), expected, what + ", y");
    ExpectNear(weight_gradient.host(), NumericGradient(reference.weight, reference, upstream),
               what + ", dW");
    ExpectNear(x_gradient.host(), NumericGradient(reference.x, reference, upstream), what + ", dx");

    // max(y + bias, 0) + residual.
    OnDevice bias(device(), std::vector<float>(static_cast<size_t>(out), 0.5F));
    device().Convolve(shape, x_view, weight_view, y.matrix(shape.rows_out(), out),
                      {.bias = bias.span(), .relu = true, .residual = upstream_view}, scratch);
    std::vector<double> followed;
    for (size_t i = 0; i < expected.size(); ++i) {
      followed.push_back(std::max(expected[i] + 0.5, 0.0) + upstream[i]);
    }
    ExpectNear(y.host(), followed, what + ", epilogue");
  }
}

TEST_P(Convolution, BatchesBeyondTheScratchAreCut) {
  // 40 sequences whose windows of 4 taps * 256 channels * 500 frames are 512,000 floats each.
  const ConvolutionShape shape{.batch = 40, .frames_in = 503, .taps = 4};
  const int64_t in = 256, out = 2;
  RandomSource random;
  OnDevice x(device(), random.Floats(shape.rows_in() * in));
  OnDevice weight(device(), random.Floats(shape.taps * in * out));
  OnDevice upstream(device(), random.Floats(shape.rows_out() * out));
  Buffer scratch(device());
  // The results for some sequences.
  const auto all_passes = [&](int64_t first, int64_t count) {
    ConvolutionShape some = shape;
    some.batch = count;
    const ConstMatrix some_x(x.matrix(0, in).row(first * 503), some.rows_in(), in);
    const ConstMatrix some_upstream(upstream.matrix(0, out).row(first * 500), some.rows_out(), out);
    const ConstMatrix weight_view = weight.matrix(shape.taps * in, out);
    OnDevice y(device(), std::vector<float>(static_cast<size_t>(some.rows_out() * out)));
    OnDevice dx(device(), std::vector<float>(static_cast<size_t>(some.rows_in() * in)));
    OnDevice dw(device(), std::vector<float>(static_cast<size_t>(weight_view.rows * out)));
    device().Convolve(some, some_x, weight_view, y.matrix(some.rows_out(), out), {}, scratch);
    device().ConvolveBackwardWeight(some, some_x, some_upstream, dw.matrix(weight_view.rows, out),
                                    scratch);
    device().ConvolveBackwardInput(some, some_upstream, weight_view, dx.matrix(some.rows_in(), in),
                                   scratch);
    return std::array{y.host(), dx.host(), dw.host()};
  };
  const auto [y, dx, dw] = all_passes(0, shape.batch);
  EXPECT_LE(scratch.size(), size_t{16} << 20U);
  // One sequence at a time gives the same, and the weight's gradient is the sum.
  std::vector<double> dw_sum(dw.size());
  for (int64_t b = 0; b < shape.batch; ++b) {
    const auto [y_one, dx_one, dw_one] = all_passes(b, 1);
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

TEST_P(Convolution, RefusesWhatDoesNotFit) {
  OnDevice v(device(), std::vector<float>(100));
  Buffer scratch(device());
  const ConvolutionShape shape{.batch = 2, .frames_in = 3, .taps = 3, .dilation = 2};
  EXPECT_THROW(
      device().Convolve(shape, v.matrix(6, 2), v.matrix(6, 2), v.matrix(2, 2), {}, scratch),
      std::logic_error);
}

}  // namespace videopose::internal::convolution_test
