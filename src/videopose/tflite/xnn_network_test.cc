// SPDX-License-Identifier: Apache-2.0

#include "videopose/tflite/xnn_network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "videopose/base/error.h"

namespace videopose::internal::xnn_network_test {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;
using testing::Pointwise;
using testing::ThrowsMessage;
using Shape = std::vector<int64_t>;

// Small numbers that look random and are the same everywhere.
std::vector<float> Values(int64_t count, int seed) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i) {
    values.push_back(static_cast<float>((i * 37 + seed * 11) % 19 - 9) / 8);
  }
  return values;
}

// A model of one operator, written in the notation of the tests below.
class OneOperator {
 public:
  OneOperator(TfliteOp op, Shape in, Shape out) {
    model_.file = "test";
    model_.tensors = {{.name = "in", .shape = std::move(in)},
                      {.name = "out", .shape = std::move(out)}};
    model_.inputs = {0};
    model_.outputs = {1};
    model_.operators = {{.op = op, .inputs = {0}, .outputs = {1}}};
  }
  TfliteOptions& options() { return model_.operators[0].options; }
  TfliteModel& model() { return model_; }
  void AddWeights(const Shape& shape, int seed) {
    TfliteTensor tensor{.name = "weights", .shape = shape};
    tensor.values = Values(tensor.element_count(), seed);
    AddInput(tensor);
  }
  void AddInts(const std::vector<int32_t>& ints, const Shape& shape) {
    AddInput({.name = "ints", .shape = shape, .ints = ints});
  }
  const std::vector<float>& weights(size_t index) const { return model_.tensors[index].values; }

  std::vector<float> Run(const std::vector<float>& input) const {
    WorkerPool pool(2);
    XnnNetwork network(model_, {"out"}, pool);
    EXPECT_EQ(network.input().size(), input.size());
    std::copy(input.begin(), input.end(), network.input().begin());
    network.Run();
    return {network.output(0).begin(), network.output(0).end()};
  }

 private:
  void AddInput(const TfliteTensor& tensor) {
    model_.operators[0].inputs.push_back(static_cast<int>(model_.tensors.size()));
    model_.tensors.push_back(tensor);
  }
  TfliteModel model_;
};

// The definition: out(y, x, o) = bias(o) + sum over the window of in * weight.
// `weight` gives the weight from channel c to channel o at (ky, kx); zero where there is none.
std::vector<float> ReferenceConv(
    const std::vector<float>& in, const Shape& in_shape, const Shape& out_shape, int64_t kernel,
    int64_t stride, int64_t before,
    const std::function<float(int64_t o, int64_t ky, int64_t kx, int64_t c)>& weight,
    const std::vector<float>& bias) {
  std::vector<float> out;
  for (int64_t y = 0; y < out_shape[1]; ++y) {
    for (int64_t x = 0; x < out_shape[2]; ++x) {
      for (int64_t o = 0; o < out_shape[3]; ++o) {
        float sum = bias[o];
        for (int64_t ky = 0; ky < kernel; ++ky) {
          for (int64_t kx = 0; kx < kernel; ++kx) {
            const int64_t row = y * stride + ky - before, column = x * stride + kx - before;
            if (row < 0 || row >= in_shape[1] || column < 0 || column >= in_shape[2]) continue;
            for (int64_t c = 0; c < in_shape[3]; ++c) {
              sum += in[(row * in_shape[2] + column) * in_shape[3] + c] * weight(o, ky, kx, c);
            }
          }
        }
        out.push_back(sum);
      }
    }
  }
  return out;
}

// Sums of up to 27 products of numbers around 1: float32 rounding leaves below 1e-5.
constexpr float kRounding = 1e-5F;

TEST(XnnNetworkTest, ConvolutionAgreesWithItsDefinition) {
  const Shape in = {1, 5, 7, 3}, out = {1, 3, 4, 2};
  OneOperator conv(TfliteOp::kConv2d, in, out);
  conv.AddWeights({2, 3, 3, 3}, 1);
  conv.AddWeights({2}, 2);
  conv.options().stride_width = conv.options().stride_height = 2;
  const std::vector<float> input = Values(5 * 7 * 3, 3);
  const auto weight = [&](int64_t o, int64_t ky, int64_t kx, int64_t c) {
    return conv.weights(2)[((o * 3 + ky) * 3 + kx) * 3 + c];
  };
  EXPECT_THAT(conv.Run(input),
              Pointwise(FloatNear(kRounding),
                        ReferenceConv(input, in, out, 3, 2, 1, weight, conv.weights(3))));
}

TEST(XnnNetworkTest, DepthwiseConvolutionAgreesWithItsDefinition) {
  const Shape in = {1, 6, 6, 4}, out = {1, 4, 4, 4};
  OneOperator conv(TfliteOp::kDepthwiseConv2d, in, out);
  conv.AddWeights({1, 3, 3, 4}, 4);
  conv.AddWeights({4}, 5);
  conv.options().padding = TflitePadding::kValid;
  const std::vector<float> input = Values(6 * 6 * 4, 6);
  const auto weight = [&](int64_t o, int64_t ky, int64_t kx, int64_t c) {
    return o == c ? conv.weights(2)[(ky * 3 + kx) * 4 + c] : 0;
  };
  EXPECT_THAT(conv.Run(input),
              Pointwise(FloatNear(kRounding),
                        ReferenceConv(input, in, out, 3, 1, 0, weight, conv.weights(3))));
}

TEST(XnnNetworkTest, MaxPool) {
  OneOperator pool(TfliteOp::kMaxPool2d, {1, 2, 4, 1}, {1, 1, 2, 1});
  pool.options().pool_width = pool.options().pool_height = 2;
  pool.options().stride_width = pool.options().stride_height = 2;
  EXPECT_THAT(pool.Run({1, 5, -3, -2, 2, 4, -7, -1}), ElementsAre(5, -1));
}

TEST(XnnNetworkTest, AddWithActivation) {
  OneOperator add(TfliteOp::kAdd, {1, 1, 1, 3}, {1, 1, 1, 3});
  add.model().operators[0].inputs = {0, 0};
  add.options().activation = TfliteActivation::kRelu6;
  EXPECT_THAT(add.Run({-1, 2, 5}), ElementsAre(0, 4, 6));
}

TEST(XnnNetworkTest, PadWithZeros) {
  OneOperator pad(TfliteOp::kPad, {1, 1, 2, 1}, {1, 2, 3, 2});
  pad.AddInts({0, 0, 1, 0, 0, 1, 0, 1}, {4, 2});
  EXPECT_THAT(pad.Run({1, 2}), ElementsAre(0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0));
}

TEST(XnnNetworkTest, ResizeWithHalfPixelCentres) {
  OneOperator resize(TfliteOp::kResizeBilinear, {1, 1, 2, 1}, {1, 1, 4, 1});
  resize.AddInts({1, 4}, {2});
  resize.options().half_pixel_centers = true;
  EXPECT_THAT(resize.Run({0, 4}), ElementsAre(0, 1, 3, 4));
}

TEST(XnnNetworkTest, DepthToSpace) {
  OneOperator shuffle(TfliteOp::kDepthToSpace, {1, 1, 1, 4}, {1, 2, 2, 1});
  shuffle.options().block_size = 2;
  EXPECT_THAT(shuffle.Run({1, 2, 3, 4}), ElementsAre(1, 2, 3, 4));
}

TEST(XnnNetworkTest, LogisticAndReshape) {
  OneOperator logistic(TfliteOp::kLogistic, {1, 2}, {1, 2});
  // XNNPACK documents its sigmoid to a few units in the last place.
  EXPECT_THAT(logistic.Run({0, 2}),
              ElementsAre(FloatNear(0.5F, 1e-6F), FloatNear(1 / (1 + std::exp(-2.0F)), 1e-6F)));
  OneOperator reshape(TfliteOp::kReshape, {1, 2, 2}, {4});
  EXPECT_THAT(reshape.Run({1, 2, 3, 4}), ElementsAre(1, 2, 3, 4));
}

// out = (sigmoid(in), in as it is) joined along the first dimension that is not 1, and beside it an
// operator that is unknown and not needed.
TfliteModel JoiningModel() {
  TfliteModel model;
  model.file = "join";
  model.tensors = {{.name = "in", .shape = {1, 2, 1}},
                   {.name = "a", .shape = {1, 2, 1}},
                   {.name = "b", .shape = {1, 2, 1}},
                   {.name = "out", .shape = {1, 4, 1}},
                   {.name = "unknown", .shape = {1}}};
  model.inputs = {0};
  model.outputs = {3, 4};
  model.operators = {{.op = TfliteOp::kLogistic, .inputs = {0}, .outputs = {1}},
                     {.op = static_cast<TfliteOp>(77), .inputs = {0}, .outputs = {4}},
                     {.op = TfliteOp::kReshape, .inputs = {0}, .outputs = {2}},
                     {.op = TfliteOp::kConcatenation, .inputs = {1, 2}, .outputs = {3}}};
  model.operators[3].options.axis = 1;
  return model;
}

TEST(XnnNetworkTest, JoinsWantedOutputsAndLeavesOutTheRest) {
  WorkerPool pool(1);
  XnnNetwork network(JoiningModel(), {"out"}, pool);
  std::ranges::fill(network.input(), 0);
  network.Run();
  EXPECT_THAT(network.output(0), ElementsAre(0.5F, 0.5F, 0, 0));
  EXPECT_EQ(network.output_shape(0), Shape({1, 4, 1}));
}

TEST(XnnNetworkTest, JoinsAnOutputThatIsReshapedAfterwards) {
  TfliteModel model = JoiningModel();
  model.tensors.push_back({.name = "flat", .shape = {4}});
  model.operators.push_back({.op = TfliteOp::kReshape, .inputs = {3}, .outputs = {5}});
  model.outputs = {5};
  WorkerPool pool(1);
  XnnNetwork network(model, {"flat"}, pool);
  std::ranges::fill(network.input(), 0);
  network.Run();
  EXPECT_THAT(network.output(0), ElementsAre(0.5F, 0.5F, 0, 0));
  EXPECT_EQ(network.output_shape(0), Shape({4}));
  model.tensors.back().shape = {5};
  EXPECT_THROW(XnnNetwork(model, {"flat"}, pool), Error);
}

TEST(XnnNetworkTest, SaysWhatItCannotBuild) {
  WorkerPool pool(1);
  const auto building = [&pool](const TfliteModel& model, const std::string& output = "out") {
    return [&pool, model, output] { XnnNetwork(model, {output}, pool); };
  };
  EXPECT_THAT(building(JoiningModel(), "unknown"),
              ThrowsMessage<Error>(HasSubstr("join: operator 77 'unknown' is not supported")));
  EXPECT_THAT(building(JoiningModel(), "nothing"),
              ThrowsMessage<Error>(HasSubstr("join: has no output 'nothing'")));
  TfliteModel wrong_axis = JoiningModel();
  wrong_axis.operators[3].options.axis = 2;
  EXPECT_THROW(building(wrong_axis)(), Error);
  TfliteModel gap = JoiningModel();
  gap.operators[2].inputs = {-1};
  EXPECT_THROW(building(gap)(), Error);
}

// Shapes that contradict each other would make XNNPACK write where it must not.
TEST(XnnNetworkTest, RefusesShapesThatDoNotFit) {
  OneOperator pool(TfliteOp::kMaxPool2d, {1, 4, 4, 1}, {1, 1, 1, 1});
  pool.options().pool_width = pool.options().pool_height = 2;
  pool.options().stride_width = pool.options().stride_height = 2;
  EXPECT_THROW(pool.Run(Values(16, 0)), Error);
  OneOperator conv(TfliteOp::kConv2d, {1, 4, 4, 2}, {1, 4, 4, 1});
  conv.AddWeights({1, 1, 1, 3}, 0);
  conv.AddWeights({1}, 0);
  EXPECT_THROW(conv.Run(Values(32, 0)), Error);
  OneOperator pad(TfliteOp::kPad, {1, 2, 2, 1}, {1, 1, 2, 1});
  pad.AddInts({0, 0, 0, -1, 0, 0, 0, 0}, {4, 2});
  EXPECT_THROW(pad.Run(Values(4, 0)), Error);
  OneOperator reshape(TfliteOp::kReshape, {1, 2, 2}, {5});
  EXPECT_THROW(reshape.Run(Values(4, 0)), Error);
}

}  // namespace videopose::internal::xnn_network_test
