// SPDX-License-Identifier: Apache-2.0

// Videos by cameras that move and with cuts, through the file driver.

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <vector>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/base/statistics.h"
#include "videopose/camera_motion/camera_decision.h"
#include "videopose/engine/file_driver.h"
#include "videopose/engine/test_detectors.h"
#include "videopose/ground/world.h"
#include "videopose/lift.h"
#include "videopose/media.h"
#include "videopose/synthetic/moving_shot.h"

namespace videopose::internal::camera_watch_test {

namespace fs = std::filesystem;

constexpr double kFps = 12.5;
constexpr int kHeight_px = 144;

// Detects what is true, frame after frame; track IDs begin anew in each scene.
class TrueDetector : public PoseDetector {
 public:
  explicit TrueDetector(std::vector<std::vector<Keypoint>> truth) : truth_(std::move(truth)) {}
  const KeypointLayout& layout() const override { return Coco17(); }
  std::vector<DetectedPerson> Detect(const Image&, double time_s) override {
    const auto t = static_cast<size_t>(std::llround(time_s * kFps));  // of the first frame wanted
    return {{.track_id = scenes, .presence = 0.99F, .keypoints = truth_.at(t)}};
  }
  void StartScene() override { ++scenes; }

  int scenes = 1;

 private:
  std::vector<std::vector<Keypoint>> truth_;
};

class CameraWatchTest : public testing::Test {
 protected:
  // The shots one after the other. In the last `mixed` frames of each the next one fades in.
  ProcessedClip Process(const std::vector<MovingShot>& shots, FileDriverOptions options,
                        int mixed = 0) {
    const fs::path path = TestFolder() / "moving.mp4";
    VideoWriter writer(path, {.width_px = shots[0].cameras[0].lens.width_px,
                              .height_px = kHeight_px,
                              .frame_rate = {25, 2}});
    std::vector<std::vector<Keypoint>> truth;
    Image image, next;
    for (size_t s = 0; s < shots.size(); ++s) {
      const MovingShot& shot = shots[s];
      const int64_t begin = s + 1 < shots.size() ? shot.frame_count() - mixed : shot.frame_count();
      for (int64_t t = 0; t < shot.frame_count(); ++t) {
        shot.RenderFrame(t, image);
        if (t >= begin) {
          shots[s + 1].RenderFrame(0, next);
          Mix(static_cast<double>(t + 1 - begin) / mixed, next, image);
        }
        writer.Write(image);
        truth.push_back(shot.KeypointsAt(t));
      }
    }
    writer.Close();
    VideoReader reader(path);
    TrueDetector detector(truth);
    options.lifter = &lifter_;
    options.lift.ground.focal_px = shots[0].cameras[0].lens.focal_px.x;
    ProcessedClip clip = ProcessVideo(reader, detector, options, {});
    scenes_ = detector.scenes;
    return clip;
  }

  static void Mix(double share, const Image& added, Image& image) {
    for (size_t i = 0; i < image.bgrx.size(); ++i) {
      image.bgrx[i] =
          static_cast<uint8_t>(std::lround((1 - share) * image.bgrx[i] + share * added.bgrx[i]));
    }
  }

  const Lifter lifter_ = Lifter::Load(SourceFile("models/lifter.bin"));
  int scenes_ = 0;
};

TEST_F(CameraWatchTest, AStillCameraLeavesNoTrace) {
  const MovingShot still = MakeMovingShot(CameraMove::kStill, kHeight_px, kFps, 2);
  const ProcessedClip clip = Process({still}, {});
  EXPECT_TRUE(clip.keypoints.camera.views.empty());
  EXPECT_TRUE(clip.keypoints.camera.cuts.empty());
  EXPECT_TRUE(clip.motion.camera_path.empty());
  EXPECT_TRUE(clip.motion.camera);
}

// As of a telephone indoors.
constexpr ShotTroubles kPhone{.exposure_s = 0.010, .readout_s = 0.016, .has_crates = true};

TEST_F(CameraWatchTest, WhatGoesByACameraThatStandsStillDoesNotMoveIt) {
  const ProcessedClip clip =
      Process({MakeMovingShot(CameraMove::kStill, kHeight_px, kFps, 1.6, kPhone)}, {});
  EXPECT_TRUE(clip.keypoints.camera.views.empty());
}

TEST_F(CameraWatchTest, ARollingShutterAndBlurCostLittle) {
  const MovingShot shot = MakeMovingShot(CameraMove::kPan, kHeight_px, kFps, 2, kPhone);
  const ProcessedClip clip = Process({shot}, {});
  ASSERT_EQ(clip.keypoints.camera.views.size(), shot.cameras.size());
  std::vector<double> errors_deg;
  for (size_t t = 0; t < shot.cameras.size(); ++t) {
    const Quaternion truth =
        Inverse(shot.cameras[0].world_from_cam.rotation) * shot.cameras[t].world_from_cam.rotation;
    errors_deg.push_back(DegreesBetween(clip.keypoints.camera.views[t], CameraView{truth, 1}));
  }
  EXPECT_LT(Median(errors_deg), 0.7);
}

TEST_F(CameraWatchTest, APanIsFollowedAndCutsAreFound) {
  const MovingShot pan = MakeMovingShot(CameraMove::kPan, kHeight_px, kFps, 3.2),
                   still = MakeMovingShot(CameraMove::kStill, kHeight_px, kFps, 2);
  const ProcessedClip clip = Process({pan, still}, {.people = {.count = kAllPeople}});
  const int64_t cut = pan.frame_count();
  EXPECT_EQ(clip.keypoints.camera.cuts, std::vector{cut});
  EXPECT_EQ(clip.motion.cuts, std::vector{cut});
  EXPECT_EQ(scenes_, 2);
  // No person is on both sides.
  ASSERT_EQ(clip.motion.people.size(), 2U);
  ASSERT_EQ(clip.tracks.size(), 2U);
  for (int64_t t = 0; t < clip.motion.frame_count; ++t) {
    EXPECT_EQ(clip.motion.people[0].has_pose(t), t < cut) << t;
    EXPECT_EQ(clip.motion.people[1].has_pose(t), t >= cut) << t;
  }
  EXPECT_NE(clip.motion.people[0].id, clip.motion.people[1].id);
  // The pan's walk is as long as in truth, and the camera turned with it.
  ASSERT_EQ(std::ssize(clip.motion.camera_path), clip.motion.frame_count);
  const auto roots = RootsInWorld(clip.motion, clip.motion.people[0]);
  const auto last = static_cast<size_t>(cut - 1);
  const Vec3d way = pan.poses[last][BodyJoint::kPelvis] - pan.poses[0][BodyJoint::kPelvis];
  const Vec3f found = roots[last] - roots[0];
  EXPECT_NEAR(std::hypot(found.x, found.y), Norm(way), 0.15 * Norm(way));
  // The second scene's camera stands still.
  for (int64_t t = cut; t < clip.motion.frame_count; ++t) {
    EXPECT_EQ(clip.motion.camera_at(t), clip.motion.camera_at(cut));
  }

  // The same from a file of keypoints.
  const ProcessedClip again = ProcessKeypoints(
      clip.keypoints, lifter_, {.ground = {.focal_px = clip.keypoints.camera.focal_px}}, {});
  EXPECT_EQ(again.motion.camera_path, clip.motion.camera_path);
  EXPECT_EQ(again.motion.cuts, clip.motion.cuts);
  for (size_t p = 0; p < 2; ++p) {
    EXPECT_EQ(again.motion.people[p].id, clip.motion.people[p].id);
  }
}

// No person is followed from one scene into the next.
TEST_F(CameraWatchTest, ADissolveIsACut) {
  const MovingShot one = MakeMovingShot(CameraMove::kStill, kHeight_px, kFps, 3.2),
                   two = MakeMovingShot(CameraMove::kZoom, kHeight_px, kFps, 2);
  const int mixed = 12;
  const ProcessedClip clip = Process({one, two}, {.people = {.count = kAllPeople}}, mixed);
  ASSERT_EQ(clip.motion.cuts.size(), 1U);
  const int64_t cut = clip.motion.cuts[0];
  EXPECT_NEAR(cut, one.frame_count(), 2);
  ASSERT_EQ(clip.keypoints.people.size(), 2U);
  for (int64_t t = 0; t < clip.motion.frame_count; ++t) {
    if (t < one.frame_count() - mixed) {
      EXPECT_TRUE(clip.motion.people[0].has_pose(t)) << t;
    } else if (t >= cut - 2) {
      EXPECT_FALSE(clip.motion.people[0].has_pose(t)) << t;
    }
    EXPECT_EQ(clip.motion.people[1].has_pose(t), t >= cut) << t;
  }
}

TEST_F(CameraWatchTest, PeopleAreChosenByIdOverAllScenes) {
  const MovingShot one = MakeMovingShot(CameraMove::kStill, kHeight_px, kFps, 1.6),
                   two = MakeMovingShot(CameraMove::kPan, kHeight_px, kFps, 1.6);
  const ProcessedClip clip = Process(
      {one, two}, {.people = {.ids = {2}}, .lift = {.ground = {.camera = CameraMotion::kStatic}}});
  ASSERT_EQ(clip.motion.people.size(), 1U);
  EXPECT_EQ(clip.motion.people[0].id, 2);
  EXPECT_FALSE(clip.motion.people[0].has_pose(0));
  EXPECT_TRUE(clip.motion.people[0].has_pose(clip.motion.frame_count - 1));
  EXPECT_TRUE(clip.keypoints.camera.views.empty()) << "it is said to stand still";
}

TEST_F(CameraWatchTest, OneSceneOfSeveral) {
  const MovingShot one = MakeMovingShot(CameraMove::kStill, kHeight_px, kFps, 1.6),
                   two = MakeMovingShot(CameraMove::kPan, kHeight_px, kFps, 1.2);
  const ProcessedClip clip = Process({one, two}, {.scene = 2});
  EXPECT_EQ(clip.keypoints.frame_count, two.frame_count());
  EXPECT_EQ(clip.motion.frame_count, two.frame_count());
  EXPECT_DOUBLE_EQ(clip.keypoints.start_s, static_cast<double>(one.frame_count()) / kFps);
  EXPECT_TRUE(clip.keypoints.camera.cuts.empty());
  try {
    Process({one}, {.scene = 2});
    ADD_FAILURE() << "there is one scene";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "there is no scene 2: the video has 1");
  }
}

}  // namespace videopose::internal::camera_watch_test
