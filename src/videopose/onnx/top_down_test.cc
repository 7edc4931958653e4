// SPDX-License-Identifier: Apache-2.0

// The networks here are made for the tests: they "see" the brightest spot, so that what comes back
// shows every step from frame to network and back.

#include "videopose/onnx/top_down.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "support/test_folder.h"
#include "videopose/arrays/onnx_file.h"
#include "videopose/base/error.h"
#include "videopose/detect.h"

namespace videopose::internal::top_down_test {

namespace fs = std::filesystem;
using testing::HasSubstr;

template <typename F>
std::string ErrorOf(F call, ErrorCode code) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    return error.what();
  }
  return "no error";
}

TEST(Sample, MapsPixelsOfTheFrameToPlanesOfColours) {
  Image frame(4, 2);
  const auto set = [&](int x, int y, uint8_t blue, uint8_t green, uint8_t red) {
    uint8_t* pixel = frame.row(y) + 4 * x;
    pixel[0] = blue, pixel[1] = green, pixel[2] = red;
  };
  set(1, 0, 10, 20, 30);
  set(2, 0, 50, 60, 70);
  std::vector<float> channels(3 * 6 * 2);
  // One pixel for one, moved to the left by one: the first column is outside.
  Sample(frame, {.origin_px = {-1, 0}}, {.outside = 114}, 6, 2, channels);
  EXPECT_EQ(channels[0], 114);
  EXPECT_EQ(channels[2], 30);       // red
  EXPECT_EQ(channels[12 + 3], 60);  // green
  EXPECT_EQ(channels[24 + 2], 10);  // blue
  Sample(frame, {.origin_px = {-1, 0}}, {.blue_first = true, .normalised = true}, 6, 2, channels);
  EXPECT_FLOAT_EQ(channels[2], (10 - 103.53F) / 57.375F);
  EXPECT_FLOAT_EQ(channels[24 + 3], (70 - 123.675F) / 58.395F);
  EXPECT_FLOAT_EQ(channels[24], -123.675F / 58.395F);
  // Half a pixel on: the mean of two.
  Sample(frame, {.origin_px = {0.5F, 0}}, {}, 6, 2, channels);
  EXPECT_FLOAT_EQ(channels[1], 50);
}

class OnnxDetectorFile : public testing::Test {
 protected:
  fs::path Saved(const std::string& name, const OnnxGraph& graph) const {
    graph.Write(folder_ / name);
    return folder_ / name;
  }

  // 17 times the column and the row of the brightest spot, two cells a pixel.
  fs::path Simcc() const {
    OnnxGraph graph("simcc");
    graph.AddInput("image", {1, 3, kHeight, kWidth});
    graph.AddConstant("two", std::vector<int64_t>{2});
    graph.AddConstant("pairs", std::vector<int64_t>{1, 1, 2});
    graph.AddConstant("joints", std::vector<int64_t>{1, 17, 1});
    const auto add = [&](const std::string& output, int64_t size, int64_t other_axis) {
      graph.AddConstant(output + "_shape", std::vector<int64_t>{1, 1, 2 * size});
      graph.AddNode("ReduceMax", {"image"}, output + "_1",
                    {{"axes", std::vector<int64_t>{1, other_axis}}, {"keepdims", int64_t{0}}});
      graph.AddNode("Unsqueeze", {output + "_1", "two"}, output + "_2");
      graph.AddNode("Tile", {output + "_2", "pairs"}, output + "_3");
      graph.AddNode("Reshape", {output + "_3", output + "_shape"}, output + "_4");
      graph.AddNode("Tile", {output + "_4", "joints"}, output);
      graph.AddOutput(output, {1, 17, 2 * size});
    };
    add("simcc_x", kWidth, 2);
    add("simcc_y", kHeight, 3);
    return Saved("simcc.onnx", graph);
  }

  fs::path HeatMaps() const {
    OnnxGraph graph("maps");
    graph.AddInput("image", {1, 3, kHeight, kWidth});
    graph.AddConstant("joints", std::vector<int64_t>{1, 17, 1, 1});
    graph.AddNode("ReduceMean", {"image"}, "grey", {{"axes", std::vector<int64_t>{1}}});
    graph.AddNode(
        "MaxPool", {"grey"}, "map",
        {{"kernel_shape", std::vector<int64_t>{4, 4}}, {"strides", std::vector<int64_t>{4, 4}}});
    graph.AddNode("Tile", {"map", "joints"}, "maps");
    graph.AddOutput("maps", {1, 17, kHeight / 4, kWidth / 4});
    return Saved("maps.onnx", graph);
  }

  // Boxes that do not depend on the image: one person, one of another class, one unlikely.
  fs::path Boxes() const {
    OnnxGraph graph("boxes");
    graph.AddInput("image", {1, 3, 320, 320});
    Tensor boxes({1, 3, 5}), classes({1, 3}), zero({1});
    const float rows[3][5] = {
        {100, 50, 200, 220, 0.9F}, {0, 0, 99, 99, 0.9F}, {0, 0, 99, 99, 0.2F}};
    std::copy(&rows[0][0], &rows[0][0] + 15, boxes.data());
    classes.data()[1] = 5;
    graph.AddConstant("boxes", boxes);
    graph.AddConstant("classes", classes);
    graph.AddConstant("zero", zero);
    graph.AddNode("ReduceSum", {"image"}, "sum", {{"keepdims", int64_t{0}}});
    graph.AddNode("Mul", {"sum", "zero"}, "nothing");
    graph.AddNode("Add", {"boxes", "nothing"}, "dets");
    graph.AddNode("Add", {"classes", "nothing"}, "labels");
    graph.AddOutput("dets", {1, 3, 5});
    graph.AddOutput("labels", {1, 3});
    return Saved("boxes.onnx", graph);
  }

  static Image FrameWithSpot(int x, int y) {
    Image frame(640, 480);
    for (int row = y - 6; row <= y + 6; ++row) {
      std::fill_n(frame.row(row) + 4 * (x - 6), 4 * 13, uint8_t{255});
    }
    return frame;
  }

  static constexpr int64_t kWidth = 96, kHeight = 128;
  const fs::path folder_ = TestFolder();
};

TEST_F(OnnxDetectorFile, SettingsLieBesideTheirNetworks) {
  std::ofstream(folder_ / "a.yaml") << "keypoints: pose.onnx\nboxes: sub/yolox.onnx\n"
                                       "layout: halpe26\nleast_box_score: 0.4\n";
  const OnnxDetectorOptions options = ReadOnnxDetectorOptions(folder_ / "a.yaml");
  EXPECT_EQ(options.keypoints, folder_ / "pose.onnx");
  EXPECT_EQ(options.boxes, folder_ / "sub/yolox.onnx");
  EXPECT_EQ(options.layout, "halpe26");
  EXPECT_EQ(options.least_box_score, 0.4);
  std::ofstream(folder_ / "b.yaml") << "boxs: yolox.onnx\n";
  EXPECT_THAT(
      ErrorOf([&] { ReadOnnxDetectorOptions(folder_ / "b.yaml"); }, ErrorCode::kInvalidArgument),
      HasSubstr("boxes"));
  std::ofstream(folder_ / "c.yaml") << "least_box_score: 2\n";
  EXPECT_THAT(
      ErrorOf([&] { ReadOnnxDetectorOptions(folder_ / "c.yaml"); }, ErrorCode::kInvalidArgument),
      HasSubstr("c.yaml"));
}

#ifndef VIDEOPOSE_ONNX

TEST_F(OnnxDetectorFile, WithoutOnnxRuntimeThatIsSaid) {
  EXPECT_THAT(ErrorOf([&] { TopDownDetector({.keypoints = Simcc()}, 0); }, ErrorCode::kUnsupported),
              HasSubstr("built without ONNX Runtime"));
}

#else

TEST_F(OnnxDetectorFile, KeypointsComeBackToTheFrame) {
  // A SimCC network's pixel is 425 / 128 = 3.3 of the frame's, a heat map's cell 13.3.
  for (const auto& [network, precision_px] : {std::pair{Simcc(), 8.0F}, {HeatMaps(), 14.0F}}) {
    TopDownDetector detector({.keypoints = network, .boxes = Boxes()}, 0);
    double time_s = 0;
    for (const auto& [x, y] : {std::pair{300, 250}, {330, 230}, {340, 300}}) {
      const auto people = detector.Detect(FrameWithSpot(x, y), time_s += 0.04);
      ASSERT_EQ(people.size(), 1U);
      EXPECT_EQ(people[0].track_id, 1);
      EXPECT_TRUE(people[0].extra_points.empty());
      ASSERT_EQ(people[0].keypoints.size(), 17U);
      for (const Keypoint& point : people[0].keypoints) {
        EXPECT_NEAR(point.x_px, x, precision_px);
        EXPECT_NEAR(point.y_px, y, precision_px);
        EXPECT_GT(point.score, 0.3F);
      }
    }
  }
}

TEST_F(OnnxDetectorFile, AfterACutPeopleAreOthers) {
  TopDownDetector detector({.keypoints = Simcc(), .boxes = Boxes()}, 0);
  EXPECT_EQ(detector.Detect(FrameWithSpot(300, 250), 0).at(0).track_id, 1);
  detector.StartScene();
  EXPECT_EQ(detector.Detect(FrameWithSpot(300, 250), 0.04).at(0).track_id, 2);
}

TEST_F(OnnxDetectorFile, WithoutBoxesTheImageIsOnePerson) {
  TopDownDetector detector({.keypoints = Simcc()}, 0);
  const auto people = detector.Detect(FrameWithSpot(100, 90), 0);
  ASSERT_EQ(people.size(), 1U);
  EXPECT_NEAR(people[0].keypoints[0].x_px, 100, 12);
}

TEST_F(OnnxDetectorFile, ALayoutOfOtherJointsIsRefused) {
  EXPECT_THAT(ErrorOf([&] { TopDownDetector({.keypoints = Simcc(), .layout = "halpe26"}, 0); },
                      ErrorCode::kMismatch),
              HasSubstr("halpe26"));
  EXPECT_THAT(ErrorOf([&] { TopDownDetector({.boxes = Simcc()}, 0); }, ErrorCode::kInvalidArgument),
              HasSubstr("no network for keypoints"));
}

TEST_F(OnnxDetectorFile, WhatIsNoNetworkIsAnError) {
  std::ofstream(folder_ / "text.onnx") << "no model";
  EXPECT_THAT(ErrorOf([&] { TopDownDetector({.keypoints = folder_ / "text.onnx"}, 0); },
                      ErrorCode::kWrongFormat),
              HasSubstr("text.onnx"));
  EXPECT_THAT(ErrorOf([&] { TopDownDetector({.keypoints = folder_ / "none.onnx"}, 0); },
                      ErrorCode::kFileNotFound),
              HasSubstr("none.onnx"));
  OnnxGraph vector("vector");
  vector.AddInput("rows", {1, 54});
  vector.AddNode("Identity", {"rows"}, "out");
  vector.AddOutput("out", {1, 54});
  EXPECT_THAT(ErrorOf([&] { TopDownDetector({.keypoints = Saved("v.onnx", vector)}, 0); },
                      ErrorCode::kMismatch),
              HasSubstr("expected one input (N, 3, height, width)"));
}

#endif  // VIDEOPOSE_ONNX

}  // namespace videopose::internal::top_down_test
