// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <limits>

#include "support/error_of.h"
#include "support/test_data.h"
#include "videopose/base/error.h"

namespace videopose::internal::checkpoint_test {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kGolden = TestData("golden");

void AddNorm(StateDict& state, const std::string& name, int64_t channels) {
  for (const char* part : {"weight", "bias", "running_mean", "running_var"}) {
    state.entries.emplace_back(name + "." + part,
                               Tensor({channels}, std::vector<float>(channels, 0.5F)));
  }
  state.entries.emplace_back(name + ".num_batches_tracked", Tensor({}, {3}));
}

// Kernels of 4 channels from 2 joints to 1.
StateDict SmallState(const std::vector<int64_t>& kernels) {
  StateDict state;
  state.entries.emplace_back("expand_conv.weight", Tensor({4, 4, kernels[0]}));
  AddNorm(state, "expand_bn", 4);
  for (size_t i = 1; i < kernels.size(); ++i) {
    for (const size_t layer : {2 * i - 2, 2 * i - 1}) {
      const int64_t taps = layer % 2 == 0 ? kernels[i] : 1;
      state.entries.emplace_back(fmt::format("layers_conv.{}.weight", layer), Tensor({4, 4, taps}));
      AddNorm(state, fmt::format("layers_bn.{}", layer), 4);
    }
  }
  state.entries.emplace_back("shrink.weight", Tensor({3, 4, 1}));
  state.entries.emplace_back("shrink.bias", Tensor({3}));
  return state;
}

Tensor& TensorIn(StateDict& state, std::string_view name) {
  for (auto& entry : state.entries) {
    if (entry.first == name) return entry.second;
  }
  throw std::logic_error("no such tensor");
}

void Remove(StateDict& state, std::string_view name) {
  std::erase_if(state.entries, [&](const auto& entry) { return entry.first == name; });
}

TEST(WeightsFromStateDict, TakesSettingsFromShapes) {
  const TemporalWeights weights = WeightsFromStateDict(SmallState({3, 5, 3}), {}, "x.bin");
  EXPECT_EQ(weights.architecture,
            (TemporalArchitecture{
                .widths = {3, 5, 3}, .channels = 4, .input_channels = 4, .output_channels = 3}));
  EXPECT_EQ(weights.convolutions.size(), 5U);
}

TEST(WeightsFromStateDict, WideKernelsAreWhatTheCallerSays) {
  const StateDict state = SmallState({3, 7});
  EXPECT_EQ(WeightsFromStateDict(state, {}, "x").architecture.widths, (std::vector<int>{3, 7}));
  const TemporalArchitecture dense =
      WeightsFromStateDict(state, {.causal = true, .dense = true}, "x").architecture;
  EXPECT_EQ(dense.widths, (std::vector<int>{3, 3}));
  EXPECT_TRUE(dense.dense);
  EXPECT_TRUE(dense.causal);
  EXPECT_THAT(ErrorOf([] {
                WeightsFromStateDict(SmallState({3, 5}), {.dense = true}, "x.bin");
              }),
              HasSubstr("x.bin: kernels of 3, 5 frames make no dense temporal model"));
}

TEST(WeightsFromStateDict, NamesBothWhereSettingsDiffer) {
  EXPECT_THAT(ErrorOf([] {
                WeightsFromStateDict(SmallState({3, 7}),
                                     {.expected_widths = std::vector<int>{3, 3, 3}}, "x.bin");
              }),
              HasSubstr("x.bin: has widths 3,7, but 3,3,3 were asked for"));
  EXPECT_THAT(ErrorOf([] {
                WeightsFromStateDict(SmallState({3, 7}),
                                     {.expected_widths = std::vector<int>{3, 3}}, "x.bin");
              }),
              HasSubstr("x.bin: has widths 3,7, unless it is dense, but 3,3 were asked for"));
  EXPECT_THAT(ErrorOf([] {
                WeightsFromStateDict(SmallState({3, 7}), {.expected_channels = 1024}, "x.bin");
              }),
              HasSubstr("x.bin: has 4 channels, but 1024 were asked for"));
}

TEST(WeightsFromStateDict, OldFilesHaveNoBatchCount) {
  StateDict state = SmallState({3, 3});
  std::erase_if(state.entries,
                [](const auto& entry) { return entry.first.ends_with("num_batches_tracked"); });
  EXPECT_EQ(WeightsFromStateDict(state, {}, "x").architecture.widths, (std::vector<int>{3, 3}));
}

TEST(WeightsFromStateDict, RefusesWhatIsNoTemporalModel) {
  const auto error_after = [](const std::function<void(StateDict&)>& change) {
    StateDict state = SmallState({3, 3});
    change(state);
    return ErrorOf([&] { WeightsFromStateDict(state, {}, "x.bin: model_pos"); });
  };
  EXPECT_THAT(error_after([](StateDict& s) { s.entries.clear(); }),
              HasSubstr("no expand_conv.weight in it"));
  EXPECT_THAT(error_after([](StateDict& s) { Remove(s, "shrink.bias"); }),
              HasSubstr("no shrink.bias in it"));
  EXPECT_THAT(error_after([](StateDict& s) { Remove(s, "layers_conv.1.weight"); }),
              HasSubstr("no layers_conv.1.weight in it"));
  EXPECT_THAT(error_after([](StateDict& s) { s.entries.emplace_back("fc.weight", Tensor({1})); }),
              HasSubstr("unknown tensor fc.weight"));
  EXPECT_THAT(error_after([](StateDict& s) { TensorIn(s, "layers_bn.1.bias") = Tensor({5}); }),
              HasSubstr("layers_bn.1.bias has the shape (5), expected (4)"));
  EXPECT_THAT(error_after([](StateDict& s) {
                TensorIn(s, "expand_conv.weight") = Tensor({4, 4});
              }),
              HasSubstr("expand_conv.weight has the shape (4, 4), expected (-1, -1, -1)"));
  EXPECT_THAT(error_after([](StateDict& s) {
                TensorIn(s, "expand_conv.weight") = Tensor({4, 4, 2});
              }),
              HasSubstr("widths are odd"));
  EXPECT_THAT(error_after([](StateDict& s) {
                TensorIn(s, "layers_conv.0.weight") = Tensor({4, 4, 9999});
              }),
              HasSubstr("at most 20000 frames"));
  EXPECT_THAT(error_after([](StateDict& s) {
                TensorIn(s, "expand_conv.weight") = Tensor({4, 0, 3});
              }),
              HasSubstr("expand_conv.weight has the shape (4, 0, 3)"));
  EXPECT_THAT(error_after([](StateDict& s) {
                TensorIn(s, "expand_bn.bias").values[2] = std::numeric_limits<float>::quiet_NaN();
              }),
              HasSubstr("expand_bn.bias holds values that are not finite"));
  EXPECT_THAT(
      error_after([](StateDict& s) { TensorIn(s, "expand_bn.running_var").values[2] = -1; }),
      HasSubstr("negative"));
}

TEST(ReadLiftCheckpoint, ReadsEveryCheckpointOfTheReference) {
  const auto widths_of = [](const std::string& name, const TemporalModelOptions& options = {}) {
    return ReadLiftCheckpoint(kGolden / name / "epoch_1.bin", options).pose.architecture.widths;
  };
  EXPECT_EQ(widths_of("ck_333"), (std::vector<int>{3, 3, 3}));
  EXPECT_EQ(widths_of("ck_33333"), (std::vector<int>{3, 3, 3, 3, 3}));
  EXPECT_EQ(widths_of("ck_353"), (std::vector<int>{3, 5, 3}));
  EXPECT_EQ(widths_of("ck_dense", {.dense = true}), (std::vector<int>{3, 3}));
  // What the reference counted: expected/train_333.json and train_dense.json, "parameters".
  EXPECT_EQ(ReadLiftCheckpoint(kGolden / "ck_333/epoch_1.bin").pose.architecture.parameter_count(),
            26307);
  for (const auto& entry : fs::recursive_directory_iterator(kGolden)) {
    if (entry.path().extension() != ".bin") continue;
    SCOPED_TRACE(entry.path());
    const LiftCheckpoint checkpoint = ReadLiftCheckpoint(entry.path());
    EXPECT_EQ(checkpoint.pose.architecture.channels, 48);
    const bool is_semi = entry.path().string().find("semi") != std::string::npos;
    ASSERT_EQ(checkpoint.trajectory.has_value(), is_semi);
    if (is_semi) {
      EXPECT_EQ(checkpoint.trajectory->architecture.output_joints(), 1);
    }
  }
}

TEST(DescribeCheckpoint, SaysWhatIsInIt) {
  EXPECT_THAT(DescribeCheckpoint(kGolden / "ck_333/epoch_1_legacy.bin"), HasSubstr("legacy"));
  const std::string semi = DescribeCheckpoint(kGolden / "out_train_semi/epoch_4.bin");
  EXPECT_THAT(semi, HasSubstr("epoch: 4\nlearning rate: 0.000814506\noptimizer state: stored\n"));
  EXPECT_THAT(semi, HasSubstr("pose model: widths 3,3,3 (27 frames), 48 channels, 17 joints in, "
                              "17 out, 26307 parameters"));
  EXPECT_THAT(semi, HasSubstr("expand_conv.weight float32 (48, 34, 3)"));
  EXPECT_THAT(semi, HasSubstr("trajectory model: widths 3,3,3"));
  const std::string dense = DescribeCheckpoint(kGolden / "ck_dense/epoch_1.bin");
  EXPECT_THAT(dense, HasSubstr("zip"));
  EXPECT_THAT(dense, HasSubstr("widths 3,7 (21 frames; 3,3 if it is dense)"));
  EXPECT_THAT(dense, HasSubstr("trajectory model: none"));
  EXPECT_THAT(DescribeCheckpoint(SourceFile("models/lifter.bin")),
              AllOf(HasSubstr("input: rays about the person"), HasSubstr(" 17 joints in, 17 out")));
  EXPECT_THAT(ErrorOf([] { DescribeCheckpoint(kGolden / "lift_eval.npz"); }),
              HasSubstr("lift_eval.npz: a zip archive, but none of torch.save"));
}

}  // namespace videopose::internal::checkpoint_test
