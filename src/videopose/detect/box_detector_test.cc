// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/box_detector.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/detect.h"

namespace videopose::internal::box_detector_test {

constexpr size_t kAnchorCount = 1917, kClasses = 24, kPerson = 4;

TEST(BoxDetectorTest, AnchorsAreThoseOfTheLayers) {
  const std::vector<BodyBox> anchors = BoxAnchors();
  ASSERT_EQ(anchors.size(), kAnchorCount);
  // The first layer: 19 x 19 cells, a small square, a wide and a tall box.
  EXPECT_EQ(anchors[0].centre_px, (Vec2f{0.5F / 19, 0.5F / 19}));
  EXPECT_EQ(anchors[0].size_px, (Vec2f{0.1F, 0.1F}));
  EXPECT_NEAR(anchors[1].size_px.x, 0.2 * std::sqrt(2.0), 1e-6);
  EXPECT_NEAR(anchors[1].size_px.y, 0.2 / std::sqrt(2.0), 1e-6);
  EXPECT_NEAR(anchors[2].size_px.y, 0.2 * std::sqrt(2.0), 1e-6);
  EXPECT_EQ(anchors[3].centre_px, (Vec2f{1.5F / 19, 0.5F / 19}));
  // The second: 10 x 10 cells of six, the last of them between this scale and the next.
  constexpr size_t kSecond = 19 * 19 * 3;
  EXPECT_EQ(anchors[kSecond].centre_px, (Vec2f{0.05F, 0.05F}));
  EXPECT_NEAR(anchors[kSecond].size_px.x, 0.35, 1e-6);
  EXPECT_NEAR(anchors[kSecond + 4].size_px.x, 0.35 / std::sqrt(3.0), 1e-6);
  EXPECT_NEAR(anchors[kSecond + 4].size_px.y, 0.35 * std::sqrt(3.0), 1e-6);
  EXPECT_NEAR(anchors[kSecond + 5].size_px.x, std::sqrt(0.35 * 0.5), 1e-6);
  // The last has one cell, and a scale of 1 after it.
  EXPECT_EQ(anchors.back().centre_px, (Vec2f{0.5F, 0.5F}));
  EXPECT_NEAR(anchors.back().size_px.x, std::sqrt(0.95), 1e-6);
}

// The network's outputs.
struct Outputs {
  std::vector<float> codes = std::vector<float>(4 * kAnchorCount);
  std::vector<float> class_scores = std::vector<float>(kClasses * kAnchorCount, -20);
};

// The definition, in double precision and without any order: all candidates, of which the best is
// taken, again and again.
std::vector<DetectedBox> ReferenceDecode(const Outputs& outputs,
                                         const std::vector<BodyBox>& anchors) {
  struct Candidate {
    double score, left, top, right, bottom;
  };
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < anchors.size(); ++i) {
    const double logit = outputs.class_scores[kClasses * i + kPerson];
    const double score = 1 / (1 + std::exp(-logit));
    if (score < 0.26) continue;
    const float* code = &outputs.codes[4 * i];
    const double w = anchors[i].size_px.x, h = anchors[i].size_px.y;
    const double y = anchors[i].centre_px.y + code[0] / 10.0 * h;
    const double x = anchors[i].centre_px.x + code[1] / 10.0 * w;
    const double height = h * std::exp(code[2] / 5.0), width = w * std::exp(code[3] / 5.0);
    candidates.push_back({score, x - width / 2, y - height / 2, x + width / 2, y + height / 2});
  }
  std::vector<DetectedBox> boxes;
  while (!candidates.empty()) {
    const Candidate best = *std::ranges::max_element(candidates, {}, &Candidate::score);
    boxes.push_back({static_cast<float>(best.score),
                     {{static_cast<float>((best.left + best.right) / 2),
                       static_cast<float>((best.top + best.bottom) / 2)},
                      {static_cast<float>(best.right - best.left),
                       static_cast<float>(best.bottom - best.top)}}});
    std::erase_if(candidates, [&](const Candidate& other) {
      const double width = std::min(best.right, other.right) - std::max(best.left, other.left);
      const double height = std::min(best.bottom, other.bottom) - std::max(best.top, other.top);
      const double both = std::max(0.0, width) * std::max(0.0, height);
      const auto area = [](const Candidate& c) { return (c.right - c.left) * (c.bottom - c.top); };
      return both / (area(best) + area(other) - both) > 0.5;
    });
  }
  return boxes;
}

TEST(BoxDetectorTest, DecodesAsDefined) {
  const std::vector<BodyBox> anchors = BoxAnchors();
  std::mt19937 random(1);
  std::normal_distribution<float> code(0, 3), logit(-3, 2);
  for (int repetition = 0; repetition < 5; ++repetition) {
    Outputs outputs;
    for (float& value : outputs.codes) value = code(random);
    for (float& value : outputs.class_scores) value = logit(random);
    const std::vector<DetectedBox> expected = ReferenceDecode(outputs, anchors);
    const std::vector<DetectedBox> boxes =
        DecodeBoxes(outputs.codes, outputs.class_scores, anchors);
    ASSERT_EQ(boxes.size(), expected.size());
    EXPECT_GT(boxes.size(), 20U);
    for (size_t i = 0; i < boxes.size(); ++i) {
      // float32 of numbers around 1.
      EXPECT_NEAR(boxes[i].score, expected[i].score, 1e-5);
      EXPECT_NEAR(boxes[i].box.centre_px.x, expected[i].box.centre_px.x, 1e-5);
      EXPECT_NEAR(boxes[i].box.centre_px.y, expected[i].box.centre_px.y, 1e-5);
      EXPECT_NEAR(boxes[i].box.size_px.x, expected[i].box.size_px.x, 1e-5);
      EXPECT_NEAR(boxes[i].box.size_px.y, expected[i].box.size_px.y, 1e-5);
    }
  }
}

TEST(BoxDetectorTest, OtherThingsAndOddNumbersAreNoPeople) {
  const std::vector<BodyBox> anchors = BoxAnchors();
  Outputs outputs;
  for (size_t i = 0; i < kAnchorCount; ++i) outputs.class_scores[kClasses * i + 5] = 5;  // chairs
  outputs.class_scores[kPerson] = NAN;
  EXPECT_TRUE(DecodeBoxes(outputs.codes, outputs.class_scores, anchors).empty());
}

TEST(BoxDetectorTest, RefusesAnotherFile) {
  WorkerPool pool(1);
  EXPECT_THROW(BoxDetector("/no/such/file", pool), Error);
  const std::filesystem::path file = TestFolder() / "model.data";
  for (const int bytes : {0, 100, 184, 1000}) {
    std::ofstream(file) << std::string(static_cast<size_t>(bytes), 'x');
    EXPECT_THROW(BoxDetector(file, pool), Error) << bytes;
  }
}

// The real model.

TEST(BoxDetectorTest, FindsPeople) {
  const std::filesystem::path model = DefaultModelsDir() / BoxDetectorFile().name;
  SKIP_WITHOUT_MODELS();
  const Image frame = ReadImage(TestData("fixtures/images/tfjs_pose.jpg"));
  WorkerPool pool(2);
  BoxDetector detector(model, pool);
  const Vec2f size = {static_cast<float>(frame.width_px), static_cast<float>(frame.height_px)};
  const std::vector<DetectedBox> boxes =
      detector.Detect(frame, {.centre_px = 0.5F * size, .size_px = size});
  ASSERT_FALSE(boxes.empty());
  // Where the woman is, by eye.
  const BodyBox woman = {.centre_px = {504, 436}, .size_px = {505, 407}};
  EXPECT_GT(Overlap(boxes[0].box, woman), 0.7F);
  EXPECT_GT(boxes[0].score, 0.4F);
}

}  // namespace videopose::internal::box_detector_test
