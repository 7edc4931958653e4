// SPDX-License-Identifier: Apache-2.0

// The positions of people have one source: rendered images, files and live output agree.

#include <gtest/gtest.h>

#include <filesystem>

#include "support/test_folder.h"
#include "videopose/files.h"
#include "videopose/ground/grounder.h"
#include "videopose/ground/test_scenes.h"
#include "videopose/process.h"
#include "videopose/render/drawn_clip.h"
#include "videopose/render/drawn_stream.h"

namespace videopose::internal::world_test {

namespace fs = std::filesystem;

constexpr double kTolerance_m = 1e-4;

TestScene Scene() {
  static const TestScene scene = MakeTestScene({.name = "circle"}, 5);
  return scene;
}

GroundOptions OptionsOf(Grounding rung, const TestScene& scene) {
  GroundOptions options;
  if (rung == Grounding::kGivenLens) options.focal_px = scene.clip.camera.lens.focal_px.x;
  if (rung == Grounding::kCameraMoving) options.camera = CameraMotion::kMoving;
  return options;
}

class World : public testing::TestWithParam<Grounding> {
 protected:
  World() {
    GroundMotion(keypoints_, OptionsOf(GetParam(), scene_), motion_);
    drawn_.emplace(motion_, &keypoints_, RenderOptions());
  }

  void ExpectAsDrawn(int64_t t, std::span<const Vec3f> joints) const {
    const std::vector<Vec3f> drawn = drawn_->At(t).people.at(0).joints_in_world;
    ASSERT_EQ(drawn.size(), joints.size());
    for (size_t j = 0; j < joints.size(); ++j) {
      ASSERT_LT(Norm(drawn[j] - joints[j]), kTolerance_m) << "frame " << t << ", joint " << j;
    }
  }

  TestScene scene_ = Scene();
  const KeypointSequence& keypoints_ = scene_.clip.keypoints;
  Motion motion_ = scene_.lifted;
  std::optional<DrawnClip> drawn_;
};

TEST_P(World, ImagesAndFilesShowTheSame) {
  ASSERT_EQ(motion_.grounding, GetParam());
  for (const char* extension : {".csv", ".c3d", ".trc", ".npz", ".json"}) {
    const fs::path path = TestFolder() / (std::string("world") + extension);
    WriteExports({.poses = {path}}, motion_, &keypoints_);
    const Motion read = ReadMotion(path, scene_.clip.fps).motion;
    const JointTrack<Vec3f> joints = JointsInWorld(read, read.people.at(0));
    for (int64_t t = 0; t < motion_.frame_count; t += 7) ExpectAsDrawn(t, joints.frame(t));
    const bool is_ours = std::string(extension) == ".npz" || std::string(extension) == ".json";
    EXPECT_EQ(read.grounding, is_ours ? GetParam() : Grounding::kGivenCamera) << extension;
  }
}

TEST_P(World, LiveWithTheWholeLookAheadShowsTheSame) {
  Grounder grounder({.ground = OptionsOf(GetParam(), scene_),
                     .look_ahead = GroundLookAhead::kWholeClip,
                     .clip = InfoOf(keypoints_)});
  std::vector<PeopleInFrame> grounded;
  std::vector<PeopleInFrame> lifted = FramesOf(keypoints_, scene_.lifted);
  for (PeopleInFrame& frame : lifted) {
    grounder.Push(std::move(frame), grounded);
  }
  DrawnStream stream({.skeleton = Human36m17(), .layout = Coco17(), .fps = keypoints_.fps}, {});
  int64_t t = 0;
  EXPECT_TRUE(grounded.empty());
  grounder.Flush(grounded);
  for (const PeopleInFrame& frame : grounded) {
    EXPECT_EQ(frame.grounding, GetParam());
    ExpectAsDrawn(t, frame.people.at(0).joints_in_world);
    ExpectAsDrawn(t, stream.Push(frame).people.at(0).joints_in_world);
    ++t;
  }
  EXPECT_EQ(t, motion_.frame_count);
}

INSTANTIATE_TEST_SUITE_P(Rungs, World,
                         testing::Values(Grounding::kGivenLens, Grounding::kAssumedLens,
                                         Grounding::kCameraMoving),
                         [](const auto& rung) {
                           return std::to_string(static_cast<int>(rung.param));
                         });

}  // namespace videopose::internal::world_test
