// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/onnx_lifter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <string>

#include "support/error_of.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/arrays/onnx_file.h"
#include "videopose/base/read_file.h"
#include "videopose/lift/test_weights.h"

namespace videopose::internal::onnx_lifter_test {

using ::testing::HasSubstr;

void ExpectTheSame(const TemporalWeights& read, const TemporalWeights& written) {
  EXPECT_EQ(read.architecture, written.architecture);
  ASSERT_EQ(read.convolutions.size(), written.convolutions.size());
  for (size_t i = 0; i < read.convolutions.size(); ++i) {
    EXPECT_EQ(read.convolutions[i].weight, written.convolutions[i].weight);
    EXPECT_EQ(read.convolutions[i].norm.running_var, written.convolutions[i].norm.running_var);
    EXPECT_EQ(read.convolutions[i].norm.bias, written.convolutions[i].norm.bias);
  }
  EXPECT_EQ(read.shrink_weight, written.shrink_weight);
  EXPECT_EQ(read.shrink_bias, written.shrink_bias);
}

LiftCheckpoint Random(const TemporalArchitecture& architecture) {
  RandomValues random(3);
  return {.pose = RandomWeights(random, architecture), .input = LifterInput::kScreen};
}

// What onnxruntime makes of the files: python/tests/test_onnx.py.
TEST(OnnxLifter, IsReadBackAsItWas) {
  for (const OnnxKind kind : {OnnxKind::kWholeSequence, OnnxKind::kFrameByFrame}) {
    for (const bool is_causal : {false, true}) {
      LiftCheckpoint written = Random({.widths = {3, 1, 5},
                                       .channels = 8,
                                       .input_channels = 34,
                                       .output_channels = 51,
                                       .causal = is_causal,
                                       .dense = is_causal});
      RandomValues random(4);
      TemporalArchitecture of_root = written.pose.architecture;
      of_root.output_channels = 3;
      written.trajectory = RandomWeights(random, of_root);
      const auto path = EmptyFolder("onnx") / "lifter.onnx";
      WriteOnnxLifter(path, written, kind);
      const LiftCheckpoint read = ReadLiftCheckpoint(path);
      ExpectTheSame(read.pose, written.pose);
      ASSERT_TRUE(read.trajectory);
      ExpectTheSame(*read.trajectory, *written.trajectory);
      EXPECT_EQ(read.input, written.input);
      EXPECT_EQ(read.joints, written.joints);
    }
  }
}

TEST(OnnxLifter, TheShippedOneLiftsTheSame) {
  const LiftCheckpoint shipped = ReadLiftCheckpoint(SourceFile("models/lifter.bin"));
  const auto path = EmptyFolder("onnx") / "lifter.onnx";
  WriteOnnxLifter(path, shipped, OnnxKind::kWholeSequence);
  const LiftCheckpoint read = ReadLiftCheckpoint(path);
  ExpectTheSame(read.pose, shipped.pose);
  EXPECT_EQ(read.input, LifterInput::kRays);
  EXPECT_EQ(read.joints, kHuman36mJoints);
}

TEST(OnnxLifter, OthersFilesAreRefused) {
  const auto folder = EmptyFolder("onnx");
  std::ofstream(folder / "text.onnx") << "no model";
  EXPECT_THAT(ErrorOf([&] { ReadLiftCheckpoint(folder / "text.onnx"); }),
              HasSubstr("text.onnx: no ONNX model"));
  OnnxGraph graph("another");
  graph.AddConstant("weight", Tensor({2, 3}));
  graph.Write(folder / "another.onnx");
  EXPECT_THAT(ErrorOf([&] { ReadLiftCheckpoint(folder / "another.onnx"); }),
              HasSubstr("expected a lifter of videopose"));
  EXPECT_THAT(ErrorOf([&] { ReadLiftCheckpoint(folder / "none.onnx"); }), HasSubstr("none.onnx"));
}

// Whatever is damaged is an Error or harmless.
TEST(OnnxLifter, DamagedFilesAreErrorsAtMost) {
  const auto folder = EmptyFolder("onnx");
  WriteOnnxLifter(
      folder / "whole.onnx",
      Random({.widths = {3}, .channels = 4, .input_channels = 34, .output_channels = 51}),
      OnnxKind::kFrameByFrame);
  const std::string whole = ReadFile(folder / "whole.onnx");
  const auto read = [&](const std::string& bytes) {
    std::ofstream(folder / "damaged.onnx", std::ios::binary) << bytes;
    try {
      ReadLiftCheckpoint(folder / "damaged.onnx");
    } catch (const Error&) {
    }
  };
  std::mt19937 random(1);
  for (size_t size = 0; size < whole.size(); size += 23) read(whole.substr(0, size));
  for (int i = 0; i < 1000; ++i) {
    std::string bytes = whole;
    bytes[random() % bytes.size()] = static_cast<char>(random());
    read(bytes);
  }
}

}  // namespace videopose::internal::onnx_lifter_test
