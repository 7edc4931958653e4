// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/person_detector.h"

#include <gtest/gtest.h>

#include <cmath>

namespace videopose::internal::person_detector_test {

constexpr int kValues = 12;

// The network's outputs with no person in them, and with people at chosen anchors.
class Outputs {
 public:
  Outputs() : scores_(anchors_.size(), -100), boxes_(anchors_.size() * kValues) {}

  // All coordinates in the square, 0..1.
  void Add(size_t anchor, float score, Vec2f centre, Vec2f size) {
    scores_[anchor] = std::log(score / (1 - score));
    float* box = &boxes_[anchor * kValues];
    const auto put = [&](int index, Vec2f v) {
      box[index] = v.x * 224;
      box[index + 1] = v.y * 224;
    };
    put(0, centre - anchors_[anchor]);
    put(2, size);
    for (int k = 0; k < 4; ++k) {
      put(4 + 2 * k, centre + Vec2f{0.1F * static_cast<float>(k), 0} - anchors_[anchor]);
    }
  }
  std::vector<PersonDetection> Decode() const {
    return DecodeDetections(boxes_, scores_, anchors_);
  }

 private:
  const std::vector<Vec2f> anchors_ = PersonAnchors();
  std::vector<float> scores_, boxes_;
};

TEST(PersonDetectorTest, AnchorsAreCellCentres) {
  const std::vector<Vec2f> anchors = PersonAnchors();
  ASSERT_EQ(anchors.size(), 2254U);
  EXPECT_EQ(anchors[0], (Vec2f{0.5F / 28, 0.5F / 28}));
  EXPECT_EQ(anchors[1], anchors[0]);
  EXPECT_EQ(anchors[2], (Vec2f{1.5F / 28, 0.5F / 28}));
  EXPECT_EQ(anchors[28 * 28 * 2], (Vec2f{0.5F / 14, 0.5F / 14}));
  EXPECT_EQ(anchors.back(), (Vec2f{6.5F / 7, 6.5F / 7}));
}

TEST(PersonDetectorTest, NoPersonBelowTheThreshold) {
  Outputs outputs;
  EXPECT_TRUE(outputs.Decode().empty());
  outputs.Add(100, 0.49F, {0.5F, 0.5F}, {0.2F, 0.2F});
  EXPECT_TRUE(outputs.Decode().empty());
}

// Two boxes that overlap are averaged by score; one far away is another person.
TEST(PersonDetectorTest, OverlappingBoxesAreAveraged) {
  Outputs outputs;
  outputs.Add(100, 0.6F, {0.52F, 0.5F}, {0.2F, 0.2F});
  outputs.Add(101, 0.9F, {0.50F, 0.5F}, {0.2F, 0.2F});
  outputs.Add(2000, 0.8F, {0.1F, 0.1F}, {0.1F, 0.1F});
  const std::vector<PersonDetection> people = outputs.Decode();
  ASSERT_EQ(people.size(), 2U);
  const PersonDetection& best = people[0];
  EXPECT_NEAR(best.score, 0.9, 1e-5);
  const float x = (0.9F * 0.50F + 0.6F * 0.52F) / 1.5F;
  EXPECT_NEAR(best.centre.x, x, 1e-5);
  EXPECT_NEAR(best.centre.y, 0.5, 1e-5);
  EXPECT_NEAR(best.size.x, 0.2, 1e-5);
  EXPECT_NEAR(best.points[1].x, x + 0.1F, 1e-5);
  EXPECT_NEAR(people[1].score, 0.8, 1e-5);
  EXPECT_NEAR(people[1].centre.x, 0.1, 1e-5);
}

// Of a chain of boxes the best one takes those that overlap itself, not those that overlap them.
TEST(PersonDetectorTest, NeighboursOfNeighboursAreAnotherPerson) {
  Outputs outputs;
  outputs.Add(100, 0.9F, {0.3F, 0.5F}, {0.2F, 0.2F});
  outputs.Add(101, 0.8F, {0.4F, 0.5F}, {0.2F, 0.2F});
  outputs.Add(102, 0.7F, {0.5F, 0.5F}, {0.2F, 0.2F});
  const std::vector<PersonDetection> people = outputs.Decode();
  ASSERT_EQ(people.size(), 2U);
  EXPECT_NEAR(people[1].centre.x, 0.5, 1e-5);
}

TEST(PersonDetectorTest, EmptyBoxAndOddNumbersDoNotCrash) {
  Outputs outputs;
  outputs.Add(5, 0.9F, {0.5F, 0.5F}, {0, 0});
  ASSERT_EQ(outputs.Decode().size(), 1U);
  EXPECT_NEAR(outputs.Decode()[0].centre.x, 0.5, 1e-5);
  Outputs odd;
  odd.Add(5, NAN, {0.5F, 0.5F}, {0.1F, 0.1F});
  EXPECT_TRUE(odd.Decode().empty());
}

}  // namespace videopose::internal::person_detector_test
