// SPDX-License-Identifier: Apache-2.0

// Live sources whose camera moves and which are cut, through the live driver.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/engine/file_driver.h"
#include "videopose/engine/live_driver.h"
#include "videopose/geometry/angle.h"
#include "videopose/ground/world.h"
#include "videopose/lift.h"
#include "videopose/media.h"
#include "videopose/synthetic/moving_shot.h"

namespace videopose::internal::live_moving_test {

namespace fs = std::filesystem;

constexpr double kFps = 12.5;
constexpr int kHeight_px = 144;

// The shots one after the other, rendered once.
struct Film {
  explicit Film(std::vector<MovingShot> made) : shots(std::move(made)) {
    for (const MovingShot& shot : shots) {
      for (int64_t t = 0; t < shot.frame_count(); ++t) {
        shot.RenderFrame(t, images.emplace_back());
        truth.push_back(shot.KeypointsAt(t));
      }
    }
  }

  const Lens& lens() const { return shots[0].cameras[0].lens; }

  std::vector<MovingShot> shots;
  std::vector<Image> images;
  std::vector<std::vector<Keypoint>> truth;
};

class FilmSource : public LiveSource {
 public:
  explicit FilmSource(const Film& film) : film_(film) {
    info_ = {.width_px = film.lens().width_px, .height_px = film.lens().height_px, .fps = kFps};
  }
  const LiveSourceInfo& info() const override { return info_; }
  std::string error_text() const override { return ""; }
  bool Read(Image& image, double& time_s) override {
    if (next_ == film_.images.size()) return false;
    time_s = static_cast<double>(next_) / kFps;
    image = film_.images[next_++];
    return true;
  }

 private:
  const Film& film_;
  LiveSourceInfo info_;
  size_t next_ = 0;
};

// Detects what is true, frame after frame; a track a scene.
class TrueDetector : public PoseDetector {
 public:
  explicit TrueDetector(const Film& film) : film_(film) {}
  const KeypointLayout& layout() const override { return Coco17(); }
  std::vector<DetectedPerson> Detect(const Image&, double time_s) override {
    const auto t = static_cast<size_t>(std::llround(time_s * kFps));
    return {{.track_id = scenes_, .presence = 0.99F, .keypoints = film_.truth.at(t)}};
  }
  void StartScene() override { ++scenes_; }

 private:
  const Film& film_;
  int scenes_ = 1;
};

std::vector<PeopleInFrame> RunOn(const Film& film, CameraMotion camera) {
  const Lens& lens = film.lens();
  LiveOptions options{
      .lifter = SourceFile("models/lifter_causal.bin"),
      .width_px = lens.width_px,
      .height_px = lens.height_px,
      .fps = kFps,
      .ground = {
          .focal_px = lens.focal_px.x, .height_m = film.shots[0].height_m, .camera = camera}};
  options.model.causal = true;
  PoseChain chain = LiveChain(options, false);
  TrueDetector detector(film);
  std::vector<PeopleInFrame> frames;
  RunLive(std::make_unique<FilmSource>(film), detector, chain,
          [&](const Frame&, const PeopleInFrame& people) { frames.push_back(people); }, {});
  return frames;
}

Vec3d RootAt(const std::vector<PeopleInFrame>& frames, int64_t t) {
  const auto& people = frames.at(static_cast<size_t>(t)).people;
  if (people.empty() || people[0].joints_in_world.empty()) return kNoJoint.Cast<double>();
  return people[0].joints_in_world[0].Cast<double>();
}
Vec3d TruthAt(const MovingShot& shot, int64_t t) {
  return shot.poses[static_cast<size_t>(t)][BodyJoint::kPelvis];
}
double Flat(const Vec3d& way) { return std::hypot(way.x, way.y); }

// Stands for two seconds, then turns away from the person and comes to rest again.
MovingShot GentlePan() {
  MovingShot shot = MakeMovingShot(CameraMove::kStill, kHeight_px, kFps);
  shot.camera_at = [still = shot.camera_at](double time_s) {
    const double s = std::clamp(time_s / 2 - 1, 0.0, 1.0);
    Camera camera = still(time_s);
    Quaternion& rotation = camera.world_from_cam.rotation;
    rotation = FromAxisAngle({0, 0, 1}, RadiansFromDegrees(15.0) * s * s * (3 - 2 * s)) * rotation;
    return camera;
  };
  for (size_t t = 0; t < shot.cameras.size(); ++t) {
    shot.cameras[t] = shot.camera_at(static_cast<double>(t) / kFps);
  }
  return shot;
}

TEST(LiveMoving, APersonWhoIsFollowedByAPanWalksThroughTheWorld) {
  const Film film({MakeMovingShot(CameraMove::kPan, kHeight_px, kFps, 7)});
  const MovingShot& pan = film.shots[0];
  const std::vector<PeopleInFrame> moving = RunOn(film, CameraMotion::kAuto),
                                   still = RunOn(film, CameraMotion::kStatic);
  ASSERT_EQ(std::ssize(moving), pan.frame_count());
  // From when the camera was solved for to the end of the walk.
  const int64_t begin = std::llround(3.5 * kFps), end = std::llround(6.5 * kFps);
  ASSERT_LT(end, pan.frame_count());
  const double way = Flat(TruthAt(pan, end) - TruthAt(pan, begin));
  EXPECT_GT(way, 3);
  EXPECT_NEAR(Flat(RootAt(moving, end) - RootAt(moving, begin)), way, 0.1 * way);
  EXPECT_LT(Flat(RootAt(still, end) - RootAt(still, begin)), 0.5 * way);
  // The camera turned as much as in truth.
  ASSERT_TRUE(moving[static_cast<size_t>(end)].view);
  ASSERT_TRUE(moving[static_cast<size_t>(end)].camera);
  EXPECT_EQ(moving[static_cast<size_t>(end)].grounding, Grounding::kGivenLens);
  const Quaternion turned = moving[static_cast<size_t>(end)].view->first_from_cam,
                   truth = Inverse(pan.cameras[0].world_from_cam.rotation) *
                           pan.cameras[static_cast<size_t>(end)].world_from_cam.rotation;
  const Quaternion off = Inverse(turned) * truth;
  EXPECT_LT(DegreesFromRadians(2 * std::asin(Norm(Vec3d{off.x, off.y, off.z}))), 1);

  // The file driver, which sees all of it.
  const fs::path path = TestFolder() / "live_pan.mp4";
  VideoWriter writer(
      path,
      {.width_px = pan.cameras[0].lens.width_px, .height_px = kHeight_px, .frame_rate = {25, 2}});
  for (const Image& image : film.images) writer.Write(image);
  writer.Close();
  VideoReader reader(path);
  TrueDetector detector(film);
  const Lifter lifter = Lifter::Load(SourceFile("models/lifter.bin"));
  FileDriverOptions options{.lifter = &lifter};
  options.lift.ground = {.focal_px = pan.cameras[0].lens.focal_px.x, .height_m = pan.height_m};
  const ProcessedClip clip = ProcessVideo(reader, detector, options, {});
  const auto roots = RootsInWorld(clip.motion, clip.motion.people.at(0));
  const Vec3d way_of_file =
      (roots[static_cast<size_t>(end)] - roots[static_cast<size_t>(begin)]).Cast<double>();
  EXPECT_NEAR(Flat(RootAt(moving, end) - RootAt(moving, begin)), Flat(way_of_file), 0.1 * way);
}

TEST(LiveMoving, ACameraThatStandsStillGivesWhatStaticGives) {
  const Film film({MakeMovingShot(CameraMove::kStill, kHeight_px, kFps, 4)});
  const std::vector<PeopleInFrame> by_itself = RunOn(film, CameraMotion::kAuto),
                                   told = RunOn(film, CameraMotion::kStatic);
  ASSERT_EQ(by_itself.size(), told.size());
  for (size_t t = 0; t < told.size(); ++t) {
    EXPECT_FALSE(by_itself[t].view || by_itself[t].camera || by_itself[t].begins_scene);
    EXPECT_EQ(by_itself[t].grounding, told[t].grounding);
    ASSERT_EQ(by_itself[t].people.size(), told[t].people.size());
    for (size_t p = 0; p < told[t].people.size(); ++p) {
      EXPECT_EQ(by_itself[t].people[p].joints_in_world, told[t].people[p].joints_in_world);
      EXPECT_EQ(by_itself[t].people[p].root_in_cam, told[t].people[p].root_in_cam);
    }
  }
  EXPECT_EQ(told.back().grounding, Grounding::kGivenLens);
}

TEST(LiveMoving, NoPersonJumpsWhereAPanBegins) {
  const Film film({GentlePan()});
  const MovingShot& shot = film.shots[0];
  const std::vector<PeopleInFrame> moving = RunOn(film, CameraMotion::kAuto),
                                   still = RunOn(film, CameraMotion::kStatic);
  // Around the pan's beginning, before the camera is solved for.
  double worst_m = 0;
  int64_t first_view = 0;
  for (int64_t t = std::llround(1.6 * kFps); t < std::llround(2.9 * kFps); ++t) {
    if (first_view == 0 && moving[static_cast<size_t>(t)].view) first_view = t;
    const double step = Flat(RootAt(moving, t) - RootAt(moving, t - 1)),
                 truth = Flat(TruthAt(shot, t) - TruthAt(shot, t - 1));
    worst_m = std::max(worst_m, std::abs(step - truth));
  }
  EXPECT_GT(first_view, 2 * kFps);
  EXPECT_LT(first_view, 2.7 * kFps);
  EXPECT_LT(worst_m, 0.05);
  // Over the pan: 15 degrees at 4 m are 1 m.
  const auto off = [&](const std::vector<PeopleInFrame>& frames) {
    const int64_t begin = std::llround(3.5 * kFps), end = std::llround(5.5 * kFps);
    return std::abs(Flat(RootAt(frames, end) - RootAt(frames, begin)) -
                    Flat(TruthAt(shot, end) - TruthAt(shot, begin)));
  };
  EXPECT_LT(off(moving), 0.12);
  EXPECT_GT(off(still), 3 * off(moving));
}

TEST(LiveMoving, ACutBeginsAnotherWorldWithOtherPeople) {
  const Film film({MakeMovingShot(CameraMove::kPan, kHeight_px, kFps, 3.2),
                   MakeMovingShot(CameraMove::kStill, kHeight_px, kFps, 4)});
  const std::vector<PeopleInFrame> frames = RunOn(film, CameraMotion::kAuto);
  const auto cut = static_cast<size_t>(film.shots[0].frame_count());
  ASSERT_GT(frames.size(), cut + 40);
  for (size_t t = 0; t < frames.size(); ++t) EXPECT_EQ(frames[t].begins_scene, t == cut) << t;
  EXPECT_TRUE(frames[cut - 1].view);
  EXPECT_EQ(frames[cut - 1].grounding, Grounding::kGivenLens);
  EXPECT_EQ(frames[cut].grounding, Grounding::kLevelCamera);
  EXPECT_FALSE(frames[cut].view);
  EXPECT_EQ(frames.back().grounding, Grounding::kGivenLens);
  ASSERT_FALSE(frames[cut + 3].people.empty());
  EXPECT_NE(frames[cut + 3].people[0].id, frames[cut - 1].people.at(0).id);
  for (size_t t = cut; t < frames.size(); ++t) {
    for (const Person& person : frames[t].people) EXPECT_NE(person.id, 1) << t;
  }
}

}  // namespace videopose::internal::live_moving_test
