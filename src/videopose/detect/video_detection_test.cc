#include "videopose/detect/video_detection.h"

#include <gtest/gtest.h>

#include <atomic>

#include "videopose/base/error.h"
#include "videopose/detect/model_store.h"

namespace videopose {
namespace {

class VideoDetectionTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(clip_)) GTEST_SKIP() << clip_ << " is not there";
    if (!MissingModels(DefaultModelsDir(), BlazePoseSize::kLite).empty()) {
      GTEST_SKIP() << "no models in " << DefaultModelsDir() << "; run: videopose models fetch";
    }
  }
  const std::filesystem::path clip_ =
      std::filesystem::path(VIDEOPOSE_SHARED_DIR) / "videos/tfjs_pose_squats.mp4";
};

TEST_F(VideoDetectionTest, FollowsThePersonThroughTheClip) {
  VideoReader reader(clip_, {.max_frames = 12});
  BlazePose detector({.size = BlazePoseSize::kLite});
  int64_t reported = 0;
  const WorkMonitor monitor{.on_progress = [&](const Progress& p) {
    EXPECT_EQ(p.stage, "detect");
    EXPECT_EQ(p.done, ++reported);
  }};
  const DetectedKeypoints found = DetectKeypoints(reader, detector, {}, monitor);
  const KeypointSequence& sequence = found.keypoints;
  EXPECT_EQ(sequence.frame_count, 12);
  EXPECT_EQ(reported, 12);
  EXPECT_EQ(found.tracks.at(0).seen_frames, 12);
  EXPECT_GT(found.tracks.at(0).mean_presence, 0.9);
  EXPECT_EQ(sequence.layout, Coco17());
  EXPECT_EQ(sequence.width_px, 720);
  EXPECT_EQ(sequence.height_px, 1280);
  EXPECT_EQ(sequence.fps, reader.info().frame_rate.per_second());
  ASSERT_EQ(sequence.people.size(), 1U);
  EXPECT_EQ(sequence.people[0].id, 1);
  EXPECT_EQ(sequence.people[0].keypoints.size(), 12U * 17);
  EXPECT_EQ(sequence.people[0].landmarks.size(), 12U * 33);
  // The nose is above the ankles in every frame.
  for (int t = 0; t < 12; ++t) {
    const auto frame = sequence.people[0].frame(t, 17);
    EXPECT_LT(frame[0].y_px + 300, frame[15].y_px);
  }
}

TEST_F(VideoDetectionTest, NoFramesGiveAnEmptySequence) {
  VideoReader reader(clip_, {.max_frames = 0});
  BlazePose detector({.size = BlazePoseSize::kLite});
  const DetectedKeypoints found = DetectKeypoints(reader, detector, {}, {});
  EXPECT_EQ(found.keypoints.frame_count, 0);
  EXPECT_EQ(found.tracks.at(0).seen_frames, 0);
  EXPECT_EQ(found.keypoints.width_px, 720);
  ASSERT_EQ(found.keypoints.people.size(), 1U);
  EXPECT_TRUE(found.keypoints.people[0].keypoints.empty());
}

TEST_F(VideoDetectionTest, StopsWhenAsked) {
  VideoReader reader(clip_);
  BlazePose detector({.size = BlazePoseSize::kLite});
  std::atomic<bool> stop = false;
  const WorkMonitor monitor{.on_progress = [&](const Progress& p) { stop = p.done == 3; },
                            .stop_requested = &stop};
  EXPECT_THROW(DetectKeypoints(reader, detector, {}, monitor), Cancelled);
}

TEST_F(VideoDetectionTest, SizeIsThatOfTheFramesRead) {
  VideoReader reader(clip_, {.max_frames = 2, .scale_to_height_px = 640});
  BlazePose detector({.size = BlazePoseSize::kLite});
  const DetectedKeypoints found = DetectKeypoints(reader, detector, {}, {});
  EXPECT_EQ(found.keypoints.height_px, 640);
  EXPECT_EQ(found.keypoints.width_px, 360);
}

}  // namespace
}  // namespace videopose
