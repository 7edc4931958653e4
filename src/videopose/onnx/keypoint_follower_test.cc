// SPDX-License-Identifier: Apache-2.0

#include "videopose/onnx/keypoint_follower.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "videopose/base/error.h"

namespace videopose::internal::keypoint_follower_test {

constexpr int kWidth_px = 640, kHeight_px = 360;

// COCO's joints of a body around (x, y).
std::vector<Keypoint> Body(float x, float y) {
  constexpr float kSize_px = 60;
  std::vector<Keypoint> points;
  for (int j = 0; j < 17; ++j) {
    points.push_back({x + kSize_px * static_cast<float>(j % 3 - 1) / 2,
                      y + kSize_px * static_cast<float>(j) / 8, 0.9F});
  }
  return points;
}

using Frames = std::vector<std::vector<std::vector<Keypoint>>>;

// Of the frames' people those with IDs, frame after frame.
std::vector<std::vector<DetectedPerson>> Detect(PoseDetector& detector, size_t frames) {
  std::vector<std::vector<DetectedPerson>> found;
  const Image image(kWidth_px, kHeight_px);
  for (size_t t = 0; t < frames; ++t) {
    found.push_back(detector.Detect(image, 0.04 * static_cast<double>(t)));
  }
  return found;
}

std::unique_ptr<PoseDetector> Recorded(Frames frames, int count, std::string layout = "coco") {
  return DetectorFor({{},
                      {},
                      KeypointFinder{[frames = std::move(frames)](const Image&, double s) {
                                       return frames.at(static_cast<size_t>(25 * s + 0.5));
                                     },
                                     std::move(layout)}},
                     {.count = count});
}

TEST(FinderDetector, FollowsPeopleInWhateverOrderTheyCome) {
  Frames frames;
  for (int t = 0; t < 8; ++t) {
    const auto step = static_cast<float>(4 * t);
    frames.push_back({Body(100 + step, 100), Body(500 - step, 100)});
    if (t % 2 == 1) std::swap(frames.back()[0], frames.back()[1]);
  }
  const auto detector = Recorded(frames, kAllPeople);
  EXPECT_EQ(&detector->layout(), &Coco17());
  const auto found = Detect(*detector, frames.size());
  for (size_t t = 0; t < frames.size(); ++t) {
    ASSERT_EQ(found[t].size(), 2U) << t;
    for (const DetectedPerson& person : found[t]) {
      EXPECT_EQ(person.presence, 1) << "else none is a confirmed person";
      EXPECT_EQ(person.track_id == found[0][0].track_id, person.keypoints[0].x_px < 300) << t;
    }
  }
}

TEST(FinderDetector, NobodyIsNoError) {
  std::vector<Keypoint> unseen(17);
  for (const auto& people : Detect(*Recorded({{}, {unseen}, {}}, 1), 3)) {
    EXPECT_TRUE(people.empty());
  }
}

TEST(FinderDetector, JointsAreChosenByName) {
  const std::string names =
      "tail,left_shoulder,right_shoulder,left_elbow,right_elbow,left_wrist,right_wrist,left_hip,"
      "right_hip,left_knee,right_knee,left_ankle,right_ankle";
  std::vector<Keypoint> points;
  for (int i = 0; i < 13; ++i) points.push_back({10.0F * static_cast<float>(i), 20, 0.5F});
  const auto people = Detect(*Recorded({{points}}, 1, names), 1)[0];
  ASSERT_EQ(people.size(), 1U);
  for (const auto& [name, at] : {std::pair{"left_shoulder", 1}, {"left_wrist", 5}, {"nose", -1}}) {
    const Keypoint& found = people[0].keypoints[static_cast<size_t>(Coco17().IndexOf(name))];
    EXPECT_EQ(found.score, at < 0 ? 0 : 0.5F) << name;
    EXPECT_EQ(found.x_px, at < 0 ? 0 : 10.0F * static_cast<float>(at)) << name;
  }
}

TEST(FinderDetector, OtherNumbersOfPointsAreAnError) {
  EXPECT_THROW(Detect(*Recorded({{std::vector<Keypoint>(5, {1, 1, 1})}}, 1), 1), Error);
  std::vector<Keypoint> shorter = Body(100, 100);
  shorter.pop_back();
  EXPECT_THROW(Detect(*Recorded({{Body(300, 100), shorter}}, kAllPeople), 1), Error);
}

}  // namespace videopose::internal::keypoint_follower_test
