// SPDX-License-Identifier: Apache-2.0

#include "videopose/onnx/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "videopose/base/error.h"

namespace videopose::internal::decode_test {

constexpr InputSize kInput = {.width_px = 96, .height_px = 64};

OnnxOutput RandomOutput(std::vector<int64_t> shape) {
  OnnxOutput output{.shape = std::move(shape)};
  size_t count = 1;
  for (const int64_t size : output.shape) count *= static_cast<size_t>(size);
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  for (size_t i = 0; i < count; ++i) output.values.push_back(normal(random));
  return output;
}

TEST(DecodeBoxOutputs, YoloxCellsLieRowByRowOfThreeStrides) {
  const OnnxOutput raw = RandomOutput({1, 12 * 8 + 6 * 4 + 3 * 2, 85});
  const auto boxes = DecodeBoxOutputs("net.onnx", {&raw, 1}, kInput);
  ASSERT_EQ(boxes.size(), 126U);
  size_t i = 0;
  for (const int stride : {8, 16, 32}) {
    for (int y = 0; y < 64 / stride; ++y) {
      for (int x = 0; x < 96 / stride; ++x, ++i) {
        const float* row = raw.values.data() + 85 * i;
        EXPECT_FLOAT_EQ(boxes[i].box.centre_px.x, (row[0] + x) * stride);
        EXPECT_FLOAT_EQ(boxes[i].box.centre_px.y, (row[1] + y) * stride);
        EXPECT_FLOAT_EQ(boxes[i].box.size_px.x, std::exp(row[2]) * stride);
        EXPECT_FLOAT_EQ(boxes[i].box.size_px.y, std::exp(row[3]) * stride);
        EXPECT_FLOAT_EQ(boxes[i].score, row[4] * row[5]);
      }
    }
  }
}

TEST(DecodeBoxOutputs, OfBoxesWithClassesPeopleAreLeft) {
  const std::vector<OnnxOutput> outputs = {
      {.shape = {1, 2, 5}, .values = {0, 0, 9, 9, 0.5F, 10, 20, 30, 60, 0.75F}},
      {.shape = {1, 2}, .values = {5, 0}}};
  const auto boxes = DecodeBoxOutputs("net.onnx", outputs, kInput);
  ASSERT_EQ(boxes.size(), 1U);
  EXPECT_EQ(boxes[0].box.centre_px, (Vec2f{20, 40}));
  EXPECT_EQ(boxes[0].box.size_px, (Vec2f{20, 40}));
  EXPECT_EQ(boxes[0].score, 0.75F);
}

TEST(DecodeKeypointOutputs, SimccTakesTheBestColumnAndRow) {
  std::vector<OnnxOutput> outputs = {{.shape = {1, 2, 192}}, {.shape = {1, 2, 128}}};
  outputs[0].values.assign(2 * 192, 0);
  outputs[1].values.assign(2 * 128, 0);
  outputs[0].values[31] = 0.9F, outputs[1].values[100] = 0.6F;
  outputs[0].values[192 + 7] = 1.5F, outputs[1].values[128 + 8] = 1.2F;
  const auto points = DecodeKeypointOutputs("net.onnx", outputs, kInput, 2);
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0], (Keypoint{.x_px = 15.5F, .y_px = 50, .score = 0.6F}));
  EXPECT_EQ(points[1], (Keypoint{.x_px = 3.5F, .y_px = 4, .score = 1}));
}

TEST(DecodeKeypointOutputs, HeatMapsPointBetweenCells) {
  OnnxOutput maps{.shape = {1, 1, 16, 24}};
  maps.values.assign(16 * 24, 0);
  const auto at = [&](int y, int x) -> float& { return maps.values[y * 24 + x]; };
  at(5, 10) = 0.8F;
  at(5, 11) = 0.4F;
  at(4, 10) = 0.2F;
  auto points = DecodeKeypointOutputs("net.onnx", {&maps, 1}, kInput, 2);
  ASSERT_EQ(points.size(), 1U);
  EXPECT_EQ(points[0], (Keypoint{.x_px = 10.25F * 4, .y_px = 4.75F * 4, .score = 0.8F}));
  at(0, 0) = 0.9F;  // at an edge it has one neighbour alone
  points = DecodeKeypointOutputs("net.onnx", {&maps, 1}, kInput, 2);
  EXPECT_EQ(points[0], (Keypoint{.x_px = 0, .y_px = 0, .score = 0.9F}));
}

TEST(Decode, OutputsOfAnotherKindAreNamed) {
  const OnnxOutput classes = RandomOutput({1, 1000});
  const auto expect_refused = [](const auto& decode) {
    try {
      decode();
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::kMismatch);
      EXPECT_THAT(error.what(), testing::HasSubstr("net.onnx: has outputs (1, 1000)"));
    }
  };
  expect_refused([&] { DecodeBoxOutputs("net.onnx", {&classes, 1}, kInput); });
  expect_refused([&] { DecodeKeypointOutputs("net.onnx", {&classes, 1}, kInput, 2); });
}

}  // namespace videopose::internal::decode_test
