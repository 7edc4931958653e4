// SPDX-License-Identifier: Apache-2.0

// The whole network against outputs that the reference computed (golden/expected/model_*.npz).

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "support/test_data.h"
#include "videopose/arrays/npz.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/temporal_model.h"
#include "videopose/nn/test_devices.h"

namespace videopose::internal::golden_model_test {

namespace fs = std::filesystem;

const fs::path kExpected = TestData("golden/expected");

// The model as it was after the last training step, which is what eval.output was made with.
StateDict StateAfterTraining(const NpzReader& file) {
  constexpr std::string_view kPrefix = "step2.after.";
  StateDict state;
  for (const std::string& name : file.names()) {
    if (name.starts_with(kPrefix)) {
      state.entries.emplace_back(name.substr(kPrefix.size()), file.ReadTensor<float>(name));
    }
  }
  return state;
}

// (B, T, J, 2) or (B, T, J, 3) as rows of channels.
Tensor AsRows(Tensor tensor) {
  tensor.shape = {tensor.dim(0), tensor.dim(1), tensor.dim(2) * tensor.dim(3)};
  return tensor;
}

struct GoldenModel {
  std::string name;
  TemporalModelOptions options;
};

class GoldenModelTest : public testing::TestWithParam<std::tuple<GoldenModel, TestDevice>> {};

TEST_P(GoldenModelTest, ReproducesTheReference) {
  const auto& [golden, device] = GetParam();
  const fs::path path = kExpected / (golden.name + ".npz");
  const NpzReader file(path);
  const TemporalModel model(
      WeightsFromStateDict(StateAfterTraining(file), golden.options, path.string()), device.get());
  // Strided models were given one receptive field, for which striding and dilation are the same.
  const Tensor output = model.Forward(AsRows(file.ReadTensor<float>("eval.input")));
  const Tensor expected = AsRows(file.ReadTensor<float>("eval.output"));
  ASSERT_EQ(output.shape, expected.shape);
  float largest = 0, largest_error = 0;
  for (size_t i = 0; i < output.values.size(); ++i) {
    largest = std::max(largest, std::abs(expected.values[i]));
    largest_error = std::max(largest_error, std::abs(output.values[i] - expected.values[i]));
  }
  // Both sides sum some hundred floats in different orders, layer after layer.
  EXPECT_LT(largest_error, 1e-5F * largest);
}

INSTANTIATE_TEST_SUITE_P(
    All, GoldenModelTest,
    testing::Combine(testing::Values(GoldenModel{"model_dilated_333", {}},
                                     GoldenModel{"model_dilated_353_causal", {.causal = true}},
                                     GoldenModel{"model_dense_33", {.dense = true}},
                                     GoldenModel{"model_strided_333", {}},
                                     GoldenModel{"model_strided_333_causal", {.causal = true}}),
                     AllDevices()),
    NameAndDevice([](const GoldenModel& golden) { return golden.name; }));

}  // namespace videopose::internal::golden_model_test
