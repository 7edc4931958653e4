// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/error_of.h"
#include "videopose/base/error.h"
#include "videopose/base/statistics.h"
#include "videopose/ground.h"
#include "videopose/ground/contacts.h"
#include "videopose/ground/test_scenes.h"

namespace videopose::internal::grounding_test {

GroundOptions OptionsFor(const TestScene& scene) {
  return {.focal_px = scene.clip.camera.lens.focal_px.x};
}

// Poses as lifted.
GroundOptions RawOptionsFor(const TestScene& scene) {
  GroundOptions options = OptionsFor(scene);
  options.lock_feet = options.refine = false;
  return options;
}

Motion Placed(const TestScene& scene, const GroundOptions& options) {
  Motion motion = scene.lifted;
  GroundMotion(scene.clip.keypoints, options, motion);
  return motion;
}

// Bounds for every scene: roots within 4% of the distance, the floor within 2 degrees, at least 70%
// less skating than without locked feet, joints 5% better. Tilt and skating in the mean
// of two seeds.
class Scenes : public testing::TestWithParam<SceneOptions> {};

TEST_P(Scenes, AreUnderstood) {
  double locked_m_s = 0, raw_m_s = 0, tilt_deg = 0;
  for (const uint64_t seed : {1U, 2U}) {
    const TestScene scene = MakeTestScene(GetParam(), seed);
    const WorldErrors locked = MeasureWorld(scene.clip, Placed(scene, OptionsFor(scene)));
    const WorldErrors raw = MeasureWorld(scene.clip, Placed(scene, RawOptionsFor(scene)));
    EXPECT_LT(locked.root_share, 0.04);
    EXPECT_LT(raw.root_share, 0.04);
    tilt_deg += locked.tilt_deg / 2;
    locked_m_s += locked.skating_m_s;
    raw_m_s += raw.skating_m_s;
    EXPECT_LT(locked.joint_m, 0.95 * raw.joint_m);
    // 8 cm for a person of 1.74 m; lifted people differ by a few per cent.
    EXPECT_NEAR(locked.ankle_height_m, kAnkleShareOfHeight * 1.74, 0.01);
  }
  EXPECT_LT(tilt_deg, 2);
  EXPECT_LT(locked_m_s, 0.30 * raw_m_s);
}

INSTANTIATE_TEST_SUITE_P(All, Scenes, testing::ValuesIn(AllScenes()), [](const auto& scene) {
  std::string name;
  for (const char c : scene.param.name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
  }
  return name;
});

const TestScene& Circle() {
  static const TestScene scene = MakeTestScene({.name = "circle"}, 1);
  return scene;
}

TEST(GroundMotion, WorldStandsOnTheFloorUnderTheFirstPose) {
  const Motion motion = Placed(Circle(), OptionsFor(Circle()));
  const PersonMotion& person = motion.people[0];
  const JointTrack<Vec3f> world = JointsInWorld(motion, person);
  ASSERT_TRUE(motion.camera);
  const auto first =
      static_cast<size_t>(std::find_if(person.feet_down.begin(), person.feet_down.end(),
                                       [](uint8_t d) { return d != 0; }) -
                          person.feet_down.begin());
  ASSERT_LT(first, 15U);
  EXPECT_NEAR(world[first * 17].x, 0, 1e-3);
  EXPECT_NEAR(world[first * 17].y, 0, 1e-3);
  EXPECT_NEAR(world[first * 17].z, 0.53 * 1.74, 0.05);
  EXPECT_EQ(motion.camera->lens, Circle().clip.camera.lens);
  // The camera's right is the world's x.
  const Vec3d right = Rotate(motion.camera->world_from_cam.rotation, {1, 0, 0});
  EXPECT_NEAR(right.y, 0, 1e-9);
  EXPECT_GT(right.x, 0.9);
  // 11 m in a circle: at some time as far away as its diameter.
  float farthest_m = 0;
  for (size_t i = 0; i < world.size(); i += 17) {
    farthest_m = std::max(farthest_m, std::hypot(world[i].x, world[i].y));
  }
  EXPECT_NEAR(farthest_m, 11 / std::numbers::pi, 0.4);
}

TEST(GroundMotion, FeetThatAreDownAreStill) {
  const Motion motion = Placed(Circle(), OptionsFor(Circle()));
  const PersonMotion& person = motion.people[0];
  const JointTrack<Vec3f> world = JointsInWorld(motion, person);
  int down = 0;
  for (size_t t = 1; t < person.feet_down.size(); ++t) {
    for (const auto& [bit, ankle] : {std::pair{kLeftFootDown, 6}, std::pair{kRightFootDown, 3}}) {
      if ((person.feet_down[t] & person.feet_down[t - 1] & bit) == 0) continue;
      const Vec3f step = world[t * 17 + static_cast<size_t>(ankle)] -
                         world[(t - 1) * 17 + static_cast<size_t>(ankle)];
      // Only legs that are too short for their anchor let go.
      down += std::hypot(step.x, step.y) < 0.002 ? 1 : 0;
    }
  }
  // Walking, either foot is down more than half of the time.
  EXPECT_GT(down, static_cast<int>(person.feet_down.size()));
}

TEST(GroundMotion, BonesKeepTheirLengthsAndLockedFeetDoNotPop) {
  const Motion locked = Placed(Circle(), OptionsFor(Circle()));
  const Motion raw = Placed(Circle(), RawOptionsFor(Circle()));
  const auto joint = [](const Motion& motion, size_t t, size_t j) {
    return motion.people[0].joints_in_cam[t * 17 + j] + motion.people[0].root_in_cam[t];
  };
  const auto frames = static_cast<size_t>(locked.frame_count);
  for (size_t t = 0; t < frames; ++t) {
    for (size_t j = 1; j < 17; ++j) {
      const auto parent = static_cast<size_t>(locked.skeleton.parents[j]);
      EXPECT_NEAR(Norm(joint(locked, t, j) - joint(locked, t, parent)),
                  Norm(joint(locked, 0, j) - joint(locked, 0, parent)), 1e-4);
    }
  }
  // A swinging foot changes its velocity by up to about 2 m/s from frame to frame anyway.
  const auto largest_jerk = [&](const Motion& motion, size_t j) {
    float largest = 0;
    for (size_t t = 1; t + 1 < frames; ++t) {
      largest = std::max(largest, Norm(joint(motion, t - 1, j) - 2 * joint(motion, t, j) +
                                       joint(motion, t + 1, j)));
    }
    return largest;
  };
  for (const size_t j : {2U, 3U, 5U, 6U}) {
    EXPECT_LT(largest_jerk(locked, j), 1.25F * largest_jerk(raw, j) + 0.02F);
  }
}

TEST(GroundMotion, RawPosesStayAsLifted) {
  const Motion motion = Placed(Circle(), RawOptionsFor(Circle()));
  EXPECT_EQ(motion.people[0].joints_in_cam, Circle().lifted.people[0].joints_in_cam);
  EXPECT_EQ(motion.people[0].feet_down.size(), static_cast<size_t>(motion.frame_count));
}

// Lifted as if the camera looked down less than it does, people still stand upright in the world.
TEST(GroundMotion, BodiesLeanAsTheCameraDoes) {
  const TestScene scene = MakeTestScene({.name = "circle", .pitch_deg = 30}, 3);
  const auto lean_deg = [&](bool lock_feet) {
    const Motion motion = Placed(scene, lock_feet ? OptionsFor(scene) : RawOptionsFor(scene));
    const auto world = JointsInWorld(motion, motion.people[0]);
    const auto direction = Rotate(motion.camera->world_from_cam.rotation, {0, 0, 1});
    const Vec3d ahead = Normalized(Vec3d{direction.x, direction.y, 0});
    Vec3d trunk;
    for (size_t t = 0; t < world.size(); t += 17)
      trunk = trunk + (world[t + 8] - world[t]).Cast<double>();
    return std::atan2(Dot(trunk, ahead), trunk.z) * 180 / std::numbers::pi;
  };
  EXPECT_LT(std::abs(lean_deg(true)), std::abs(lean_deg(false)) - 1);
  EXPECT_LT(std::abs(lean_deg(true)), 3);
}

// A lying person's lifted pose puts them too far away: they would lie below the floor.
TEST(GroundMotion, NoPersonLiesBelowTheFloor) {
  TestScene scene = MakeTestScene(
      {.name = "lies", .kind = SyntheticKind::kWaving, .event = SceneEvent::kLiesDown}, 1);
  PersonMotion& lifted = scene.lifted.people[0];
  const auto lying = static_cast<size_t>(5.5 * scene.clip.fps), all = scene.clip.poses.size();
  for (size_t i = lying * 17; i < all * 17; ++i) {
    lifted.joints_in_cam[i] = 1.2F * lifted.joints_in_cam[i];
  }
  struct Lying {
    double height_m, root_share;
  };
  const auto placed = [&](bool lock_feet) -> Lying {
    const Motion motion = Placed(scene, lock_feet ? OptionsFor(scene) : RawOptionsFor(scene));
    const JointTrack<Vec3f> world = JointsInWorld(motion, motion.people[0]);
    std::vector<double> heights, shares;
    for (size_t t = lying + 15; t < all; ++t) {
      const Vec3f& truth = scene.clip.motion.people[0].root_in_cam[t];
      heights.push_back(world[t * 17].z);
      shares.push_back(Norm(motion.people[0].root_in_cam[t] - truth) / Norm(truth));
    }
    return {Median(heights), Median(shares)};
  };
  const Lying raw = placed(false), locked = placed(true);
  EXPECT_LT(raw.height_m, 0);
  EXPECT_GT(locked.height_m, 0.04);
  EXPECT_LT(locked.root_share, 0.6 * raw.root_share);
}

TEST(GroundMotion, HeightScalesPoseAndDistance) {
  GroundOptions options = OptionsFor(Circle());
  options.height_m = 0.87;  // half of what the body has
  const Motion motion = Placed(Circle(), options);
  EXPECT_NEAR(StandingHeight(motion.people[0], motion.skeleton), 0.87, 0.025);
  const float near = Norm(motion.people[0].root_in_cam[0]);
  EXPECT_NEAR(near / Norm(Circle().clip.motion.people[0].root_in_cam[0]), 0.5, 0.03);
}

TEST(GroundMotion, AMovingCameraHasNoCommonWorld) {
  GroundOptions options = OptionsFor(Circle());
  options.camera = CameraMotion::kMoving;
  options.refine = false;
  Motion motion = Placed(Circle(), OptionsFor(Circle()));
  const JointTrack<Vec3f> joints = motion.people[0].joints_in_cam;
  GroundMotion(Circle().clip.keypoints, options, motion);
  EXPECT_FALSE(motion.camera);
  EXPECT_TRUE(motion.people[0].root_in_cam.empty());
  EXPECT_TRUE(motion.people[0].feet_down.empty());
  EXPECT_EQ(motion.people[0].joints_in_cam, joints);
  EXPECT_EQ(motion.grounding, Grounding::kCameraMoving);
  const JointTrack<Vec3f> world = JointsInWorld(motion, motion.people[0]);
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    EXPECT_EQ(world.at(t, 0).x, 0) << "above the origin";
    EXPECT_GT(world.at(t, 0).z, 0.7);
    EXPECT_LT(std::min(world.at(t, 3).z, world.at(t, 6).z), 0.12) << "a foot on the floor";
  }
}

TEST(GroundMotion, SaysWhichRungWasReached) {
  const auto rung = [](const GroundOptions& options) {
    return Placed(Circle(), options).grounding;
  };
  EXPECT_EQ(rung(OptionsFor(Circle())), Grounding::kGivenLens);
  EXPECT_EQ(rung({.fov_deg = 60}), Grounding::kGivenLens);
  EXPECT_EQ(rung({}), Grounding::kAssumedLens);
  EXPECT_EQ(rung({.camera = CameraMotion::kMoving}), Grounding::kCameraMoving);
  TestScene unseen = Circle();
  unseen.lifted.people[0].joints_in_cam.Fill(kNoJoint);
  EXPECT_EQ(Placed(unseen, {}).grounding, Grounding::kFloorOnly);
}

TEST(GroundMotion, KeepsRootsOfATrajectoryNetwork) {
  GroundOptions options = OptionsFor(Circle());
  options.keep_roots = true;
  options.lock_feet = options.refine = false;
  Motion motion = Circle().lifted;
  motion.people[0].root_in_cam = Circle().clip.motion.people[0].root_in_cam;
  GroundMotion(Circle().clip.keypoints, options, motion);
  EXPECT_EQ(motion.people[0].root_in_cam, Circle().clip.motion.people[0].root_in_cam);
  EXPECT_LT(MeasureWorld(Circle().clip, motion).tilt_deg, 2);
}

TEST(GroundMotion, OutliersAndGapsDoNotMatter) {
  TestScene scene = Circle();
  JointTrack<Keypoint>& keypoints = scene.clip.keypoints.people[0].keypoints;
  for (size_t t = 0; t < static_cast<size_t>(scene.clip.frame_count); ++t) {
    for (size_t j = 0; j < 17; ++j) {
      if (t % 23 == 5) keypoints[t * 17 + j].x_px += 300;          // another person for a frame
      if (t % 31 == 7) keypoints[t * 17 + j].score = 0;            // no person
      if (j == 9 && t > 100) keypoints[t * 17 + j] = {-1, -1, 1};  // a wrist that is always wrong
    }
    if (t >= 60 && t < 70) {
      for (size_t j = 0; j < 17; ++j) scene.lifted.people[0].joints_in_cam[t * 17 + j] = kNoJoint;
    }
  }
  const Motion motion = Placed(scene, OptionsFor(scene));
  const PersonMotion& truth = scene.clip.motion.people[0];
  std::vector<double> shares;
  for (size_t t = 0; t < truth.root_in_cam.size(); ++t) {
    EXPECT_EQ(IsFinite(motion.people[0].root_in_cam[t]), t < 60 || t >= 70);
    if (!IsFinite(motion.people[0].root_in_cam[t])) continue;
    shares.push_back(Norm(motion.people[0].root_in_cam[t] - truth.root_in_cam[t]) /
                     Norm(truth.root_in_cam[t]));
  }
  EXPECT_LT(Median(shares), 0.04);
  EXPECT_LT(*std::max_element(shares.begin(), shares.end()), 0.12);
}

// Two people before one camera, of whom the second was lifted too small by a factor.
TestScene TwoPeople(float factor, double pitch_deg = 10) {
  const SceneOptions options{.kind = SyntheticKind::kWalkInCircle, .pitch_deg = pitch_deg};
  TestScene both = MakeTestScene(options, 1);
  const TestScene second = MakeTestScene(options, 2);
  const int64_t frames = std::min(both.clip.frame_count, second.clip.frame_count);
  both.clip.keypoints.people.push_back(second.clip.keypoints.people[0]);
  both.lifted.people.push_back(second.lifted.people[0]);
  both.clip.keypoints.people[1].id = both.lifted.people[1].id = 7;
  for (Vec3f& joint : both.lifted.people[1].joints_in_cam) joint = factor * joint;
  for (size_t p : {0U, 1U}) {
    both.clip.keypoints.people[p].keypoints.ResizeFrames(frames);
    both.lifted.people[p].joints_in_cam.ResizeFrames(frames);
  }
  both.clip.keypoints.frame_count = both.lifted.frame_count = frames;
  return both;
}

TEST(GroundMotion, PeopleShareAFloor) {
  const TestScene both = TwoPeople(0.92F);
  const int64_t frames = both.lifted.frame_count;
  const Motion motion = Placed(both, OptionsFor(both));
  for (const PersonMotion& person : motion.people) {
    const JointTrack<Vec3f> world = JointsInWorld(motion, person);
    std::vector<double> heights_m;
    for (int64_t t = 0; t < frames; ++t) {
      const uint8_t down = person.feet_down[static_cast<size_t>(t)];
      if ((down & kLeftFootDown) != 0) heights_m.push_back(world.at(t, 6).z);
    }
    EXPECT_GT(std::ssize(heights_m), frames / 3);
    EXPECT_NEAR(Median(heights_m), 0.08, 0.02);
  }
  // Neither is the reference, so both are brought to the middle between them.
  const double height_m[] = {StandingHeight(motion.people[0], motion.skeleton),
                             StandingHeight(motion.people[1], motion.skeleton)};
  EXPECT_NEAR(height_m[0] / height_m[1], 1, 0.05);
}

// Regression: people whose floors differ, as on a roof or a box, were scaled to share one.
TEST(GroundMotion, PeopleWhoseFloorsDifferHaveOneEach) {
  const TestScene both = TwoPeople(0.7F);
  const Motion motion = Placed(both, OptionsFor(both));
  const double lifted_m[] = {StandingHeight(both.lifted.people[0], motion.skeleton),
                             StandingHeight(both.lifted.people[1], motion.skeleton)};
  int with_own_floor = 0;
  for (const size_t p : {0U, 1U}) {
    const PersonMotion& person = motion.people[p];
    EXPECT_NEAR(StandingHeight(person, motion.skeleton) / lifted_m[p], 1, 0.05);
    if (person.own_floor_m) {
      ++with_own_floor;
      EXPECT_GT(*person.own_floor_m, 0.2);  // the lowest floor is the world's
    }
    const JointTrack<Vec3f> world = JointsInWorld(motion, person);
    std::vector<double> heights_m;
    for (int64_t t = 0; t < motion.frame_count; ++t) {
      const uint8_t down = person.feet_down[static_cast<size_t>(t)];
      if ((down & kLeftFootDown) != 0) heights_m.push_back(world.at(t, 6).z);
    }
    EXPECT_NEAR(Median(heights_m), 0.07 + person.own_floor_m.value_or(0), 0.03);
  }
  EXPECT_EQ(with_own_floor, 1);
}

// Regression: before a camera near the floor the ratio of two levels means nothing, and people were
// scaled by it.
TEST(GroundMotion, PeopleBeforeALowCameraKeepTheirSize) {
  const TestScene both = TwoPeople(0.92F, -7);  // 0.24 m over the floor, looking up
  const Motion motion = Placed(both, OptionsFor(both));
  for (const size_t p : {0U, 1U}) {
    EXPECT_NEAR(StandingHeight(motion.people[p], motion.skeleton),
                StandingHeight(both.lifted.people[p], motion.skeleton), 0.05);
    EXPECT_FALSE(motion.people[p].own_floor_m.has_value());
  }
}

// --no-contacts --no-refine gives back what was lifted, at its size.
TEST(GroundMotion, RawPosesKeepTheirSize) {
  const TestScene both = TwoPeople(0.92F);
  const Motion motion = Placed(both, RawOptionsFor(both));
  for (const size_t p : {0U, 1U}) {
    EXPECT_EQ(motion.people[p].joints_in_cam, both.lifted.people[p].joints_in_cam);
  }
}

// Mean distance of joints from the truth, relative to the root.
double JointError_m(const TestScene& scene, const Motion& motion) {
  double sum_m = 0;
  const JointTrack<Vec3f>& truth = scene.clip.motion.people[0].joints_in_cam;
  for (size_t i = 0; i < truth.size(); ++i) {
    sum_m += Norm(motion.people[0].joints_in_cam[i] - truth[i]);
  }
  return sum_m / static_cast<double>(truth.size());
}

// Mean distance of wrists in the image from where they were seen, in pixels.
double WristsOff_px(const TestScene& scene, const Motion& motion) {
  double sum_px = 0;
  const PersonMotion& person = motion.people[0];
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    for (const char* name : {"left_wrist", "right_wrist"}) {
      const Vec3d joint = JointInCam(person, t, motion.skeleton.IndexOf(name));
      const Keypoint& seen =
          scene.clip.keypoints.people[0].at(t, scene.clip.keypoints.layout.IndexOf(name));
      const Vec2d px = Distorted(scene.clip.camera.lens, {joint.x / joint.z, joint.y / joint.z});
      sum_px += Norm(px - Vec2d{seen.x_px, seen.y_px}) / (2.0 * motion.frame_count);
    }
  }
  return sum_px;
}

TEST(GroundMotion, RefinedPosesAreNearerToImageAndTruth) {
  const Motion raw = Placed(Circle(), RawOptionsFor(Circle()));
  GroundOptions options = OptionsFor(Circle());
  for (const bool contacts : {true, false}) {
    options.lock_feet = contacts;
    const Motion refined = Placed(Circle(), options);
    EXPECT_LT(JointError_m(Circle(), refined), 0.9 * JointError_m(Circle(), raw));
    EXPECT_LT(WristsOff_px(Circle(), refined), 0.6 * WristsOff_px(Circle(), raw));
  }
}

// Where the camera moves, too, though there is no world then.
TEST(GroundMotion, PosesBeforeAMovingCameraAreRefined) {
  GroundOptions options = OptionsFor(Circle());
  options.camera = CameraMotion::kMoving;
  const Motion motion = Placed(Circle(), options);
  EXPECT_TRUE(motion.people[0].root_in_cam.empty());
  EXPECT_LT(JointError_m(Circle(), motion), 0.9 * JointError_m(Circle(), Circle().lifted));
}

TEST(GroundMotion, LittleEvidenceMeansALevelCameraAndAnUprightBody) {
  const TestScene scene = MakeTestScene({.kind = SyntheticKind::kWaving, .pitch_deg = 20}, 3);
  TestScene one_frame = scene;
  one_frame.clip.keypoints.frame_count = one_frame.lifted.frame_count = 1;
  one_frame.clip.keypoints.people[0].keypoints.ResizeFrames(1);
  one_frame.lifted.people[0].joints_in_cam.ResizeFrames(1);
  const Motion motion = Placed(one_frame, OptionsFor(scene));
  const Vec3d up = Rotate(Inverse(motion.camera->world_from_cam.rotation), {0, 0, 1});
  const Vec3d true_up = Rotate(Inverse(scene.clip.camera.world_from_cam.rotation), {0, 0, 1});
  EXPECT_LT(std::acos(Dot(up, true_up)) * 180 / std::numbers::pi, 6);
  EXPECT_NEAR(JointsInWorld(motion, motion.people[0])[0].z, 0.92, 0.1);
}

TEST(GroundMotion, NoPersonIsNoError) {
  TestScene scene = Circle();
  for (Vec3f& joint : scene.lifted.people[0].joints_in_cam) joint = kNoJoint;
  EXPECT_FALSE(Placed(scene, OptionsFor(scene)).camera);
  scene.lifted.people.clear();
  EXPECT_FALSE(Placed(scene, OptionsFor(scene)).camera);
  scene.lifted.frame_count = scene.clip.keypoints.frame_count = 0;
  EXPECT_FALSE(Placed(scene, OptionsFor(scene)).camera);
}

TEST(GroundMotion, KeypointsThatSayNothingLeaveFiniteRoots) {
  TestScene scene = Circle();
  for (Keypoint& keypoint : scene.clip.keypoints.people[0].keypoints) keypoint.score = 0;
  for (const Vec3f& root : Placed(scene, OptionsFor(scene)).people[0].root_in_cam) {
    EXPECT_TRUE(IsFinite(root));
  }
  for (Keypoint& keypoint : scene.clip.keypoints.people[0].keypoints) keypoint = {5e8F, -5e8F, 1};
  for (const Vec3f& root : Placed(scene, OptionsFor(scene)).people[0].root_in_cam) {
    EXPECT_TRUE(IsFinite(root));
  }
}

TEST(GroundMotion, RefusesOptionsThatMakeNoSense) {
  const auto place = [](GroundOptions options) { Placed(Circle(), options); };
  EXPECT_THROW(place({.focal_px = -3}), Error);
  EXPECT_THROW(place({.fov_deg = 180}), Error);
  EXPECT_THROW(place({.height_m = 180}), Error);
  TestScene stranger = Circle();
  stranger.lifted.people[0].id = 9;
  EXPECT_THROW(Placed(stranger, OptionsFor(stranger)), Error);
}

TEST(LensFor, RefusesACalibrationOfAnotherShape) {
  const auto error = [](int width_px, int height_px) {
    return ErrorOf(
        [&] { LensFor({.calibration = PlainLens(900, 1920, 1080)}, width_px, height_px); });
  };
  EXPECT_EQ(error(1280, 720), "no error");
  EXPECT_EQ(error(1920, 1088), "no error");
  EXPECT_THAT(error(1080, 1920),
              testing::HasSubstr("of 1920 x 1080 pixels, but this one has 1080 x "
                                 "1920, turned on its side"));
  EXPECT_THAT(error(640, 480), testing::HasSubstr("640 x 480, another shape"));
}

TEST(LensFor, RefusesACalibrationWhosePrincipalPointIsNotInTheImage) {
  const auto error = [](Vec2d centre_px, bool says_size) {
    Lens lens = PlainLens(900, 1280, 720);
    lens.centre_px = centre_px;
    if (!says_size) lens.width_px = lens.height_px = 0;
    return ErrorOf([&] { LensFor({.calibration = lens}, 1280, 720); });
  };
  for (const bool says_size : {true, false}) {
    EXPECT_EQ(error({600, 380}, says_size), "no error");
    EXPECT_THAT(error({2000, 360}, says_size),
                testing::HasSubstr("(2000, 360), outside of the 1280 x 720 pixels"));
    EXPECT_THAT(error({640, -1}, says_size), testing::HasSubstr("outside of the 1280 x 720"));
  }
  EXPECT_EQ(error({320, 180}, true), "no error");
  EXPECT_THAT(error({320, 180}, false),  // of an image half as large
              testing::AllOf(testing::HasSubstr("far from the middle of the 1280 x 720"),
                             testing::HasSubstr("image_width")));
}

TEST(LensFor, TakesTheFirstThatIsThere) {
  Lens calibration = PlainLens(900, 1920, 1080);
  GroundOptions options{.focal_px = 1000, .fov_deg = 90, .calibration = calibration};
  EXPECT_EQ(LensFor(options, 960, 540).focal_px, (Vec2d{1000, 1000}));
  options.focal_px.reset();
  EXPECT_NEAR(LensFor(options, 960, 540).focal_px.x, 480, 1e-9);
  options.fov_deg.reset();
  EXPECT_EQ(LensFor(options, 960, 540).focal_px.x, 450);
  options.calibration.reset();
  EXPECT_EQ(LensFor(options, 960, 540).focal_px.x, DefaultFocalPx(960, 540));
}

TEST(SmoothMotion, HasNoDelayAndLeavesLines) {
  Motion motion = Circle().clip.motion;
  motion.people[0].root_in_cam.clear();
  const size_t frames = static_cast<size_t>(motion.frame_count);
  for (size_t t = 0; t < frames; ++t) {
    const float x = t == 100 ? 1 : 0;
    motion.people[0].joints_in_cam[t * 17 + 3] = {x, 0.01F * static_cast<float>(t), 2};
  }
  SmoothMotion(motion, 0.1);
  const auto at = [&](size_t t) { return motion.people[0].joints_in_cam[t * 17 + 3]; };
  float sum = 0;
  for (size_t t = 0; t < frames; ++t) {
    EXPECT_NEAR(at(t).y, 0.01 * static_cast<double>(t), 1e-4);
    EXPECT_NEAR(at(t).z, 2, 1e-5);
    sum += at(t).x;
  }
  EXPECT_NEAR(sum, 1, 1e-3);
  for (size_t i = 1; i < 9; ++i) {
    EXPECT_NEAR(at(100 - i).x, at(100 + i).x, 1e-6);
    EXPECT_LT(at(100 + i).x, at(100).x);
  }
  EXPECT_NEAR(at(103).x / at(100).x, std::exp(-0.5), 1e-4);  // 0.1 s are 3 frames
}

}  // namespace videopose::internal::grounding_test
