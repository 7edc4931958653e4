#include "videopose/lift/slow_video.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace videopose {
namespace {

// Everybody's keypoints on one parabola, which a cubic follows exactly.
float Parabola(double t) { return static_cast<float>(100 + 3 * t + 0.5 * t * t); }

KeypointSequence Sequence(int64_t frames) {
  KeypointSequence keypoints{.layout = Coco17(),
                             .fps = 5,
                             .width_px = 640,
                             .height_px = 480,
                             .start_s = 2,
                             .frame_count = frames,
                             .people = {PersonKeypoints{.id = 4, .keypoints = {frames, 17}}}};
  for (int64_t t = 0; t < frames; ++t) {
    const float at = Parabola(static_cast<double>(t));
    std::ranges::fill(keypoints.people[0].frame(t),
                      Keypoint{at, 2 * at, 0.5F + 0.01F * static_cast<float>(t)});
  }
  return keypoints;
}

TEST(SlowVideo, IsWhatHasFewFramesASecond) {
  EXPECT_EQ(FrameParts(30), 1);
  EXPECT_EQ(FrameParts(20), 1);
  EXPECT_EQ(FrameParts(15), 2);
  EXPECT_EQ(FrameParts(5), 5);
  EXPECT_EQ(FrameParts(1), 8);
  EXPECT_EQ(FrameParts(0), 1);
  EXPECT_EQ(FrameParts(std::nan("")), 1);
}

TEST(SlowVideo, FramesBetweenLieOnACurveThroughTheFrames) {
  const KeypointSequence keypoints = Sequence(10), dense = WithFramesBetween(keypoints, 4);
  EXPECT_EQ(dense.fps, 20);
  EXPECT_EQ(dense.start_s, 2);
  ASSERT_EQ(dense.frame_count, 37);
  EXPECT_EQ(dense.people[0].id, 4);
  for (int64_t t = 0; t < 37; ++t) {
    const Keypoint& point = dense.people[0].frame(t)[7];
    // The first and the last stretch have a neighbour on one side only: within half a pixel.
    const double near = t < 4 || t > 32 ? 0.5 : 1e-3;
    EXPECT_NEAR(point.x_px, Parabola(static_cast<double>(t) / 4), near) << t;
    EXPECT_NEAR(point.y_px, 2 * Parabola(static_cast<double>(t) / 4), 2 * near) << t;
    const int64_t before = t / 4;
    EXPECT_FLOAT_EQ(point.score, 0.5F + 0.01F * static_cast<float>(before));
    if (t % 4 == 0) {
      EXPECT_EQ(point, keypoints.people[0].frame(t / 4)[7]);
    }
  }
}

TEST(SlowVideo, WhoIsNotSeenIsNotSeenBetweenEither) {
  KeypointSequence keypoints = Sequence(6);
  keypoints.people[0].frame(3)[0] = {};
  const KeypointSequence dense = WithFramesBetween(keypoints, 3);
  for (int64_t t = 0; t < dense.frame_count; ++t) {
    EXPECT_EQ(dense.people[0].frame(t)[0].score > 0, t <= 6 || t >= 12) << t;
    EXPECT_GT(dense.people[0].frame(t)[1].score, 0);
  }
}

TEST(SlowVideo, NothingAndOneFrameStayWhatTheyAre) {
  EXPECT_EQ(WithFramesBetween(Sequence(0), 5).frame_count, 0);
  const KeypointSequence one = WithFramesBetween(Sequence(1), 5);
  EXPECT_EQ(one.frame_count, 1);
  EXPECT_EQ(one.people[0].keypoints, Sequence(1).people[0].keypoints);
}

TEST(SlowVideo, FramesBetweenAreTakenOutAgain) {
  Motion motion{.skeleton = Human36m17(), .fps = 30, .frame_count = 7, .people = {PersonMotion{}}};
  for (int t = 0; t < 7; ++t) {
    motion.people[0].joints_in_cam.Append(
        std::vector<Vec3f>(17, Vec3f{static_cast<float>(t), 0, 0}));
    motion.people[0].root_in_cam.push_back({0, static_cast<float>(t), 0});
  }
  const Motion sparse = WithoutFramesBetween(motion, 3);
  EXPECT_EQ(sparse.fps, 10);
  ASSERT_EQ(sparse.frame_count, 3);
  ASSERT_EQ(sparse.people[0].joints_in_cam.size(), 51U);
  for (int64_t t = 0; t < 3; ++t) {
    EXPECT_EQ(sparse.people[0].frame(t)[16].x, 3 * static_cast<float>(t));
    EXPECT_EQ(sparse.people[0].root_in_cam[static_cast<size_t>(t)].y, 3 * static_cast<float>(t));
  }
  EXPECT_TRUE(sparse.people[0].feet_down.empty());
}

}  // namespace
}  // namespace videopose
