// SPDX-License-Identifier: Apache-2.0

#include "videopose/refine/limb_ends.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "videopose/base.h"
#include "videopose/geometry/angle.h"
#include "videopose/pose/h36m17.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal::limb_ends_test {

using enum BodyJoint;

// A clip whose keypoints have BlazePose's points, and what they are of.
struct Scene {
  SyntheticClip clip;
  JointTrack<Vec3f> truth;  // (T, 25), in the camera's frame, relative to the root
};

struct SceneOptions {
  SyntheticKind kind = SyntheticKind::kWalkInCircle;
  Vec3d camera_in_world{4.5, -1.5, 1.5};
  double noise_px = 0;
};

// Rigid feet and hands, of other measures than the fitter's, as BodyPose turns them.
Scene MakeScene(const SceneOptions& options) {
  const SyntheticMotion motion(Choreography(options.kind));
  const Camera camera = LookAt(options.camera_in_world, {0, 0, 0.9}, 1280, 720, 0.8);
  Scene scene{.clip = MakeSyntheticClip(motion, camera, {.fps = 30, .duration_s = 4}), .truth = {}};
  std::mt19937_64 random(3);
  std::normal_distribution<double> noise_px(0, options.noise_px > 0 ? options.noise_px : 1e-9);
  PersonKeypoints& person = scene.clip.keypoints.people[0];
  for (int64_t t = 0; t < scene.clip.frame_count; ++t) {
    const BodyPose& pose = scene.clip.poses[static_cast<size_t>(t)];
    std::vector<ExtraPoint> points(33);
    const auto see = [&](const std::string& name, const Vec3d& in_world) {
      const Vec2d px = PixelFromWorld(camera, in_world);
      points[static_cast<size_t>(BlazePose33().IndexOf(name))] = {
          .x_px = static_cast<float>(px.x + noise_px(random)),
          .y_px = static_cast<float>(px.y + noise_px(random)),
          .score = 1};
    };
    const auto coco = CocoJoints(pose);
    for (size_t k = 0; k < coco.size(); ++k) see(Coco17().joint_names[k], coco[k]);
    std::vector<Vec3f> joints(25);
    std::ranges::copy(scene.clip.motion.people[0].frame(t), joints.begin());
    const Vec3d root =
        scene.clip.motion.people[0].root_in_cam[static_cast<size_t>(t)].Cast<double>();
    for (const BodySide side : kSides) {
      const bool is_left = side == BodySide::kLeft;
      const std::string name = is_left ? "left_" : "right_";
      const auto put = [&](const char* joint, const char* landmark, BodyJoint base,
                           const Quaternion& turn, const Vec3d& at) {
        const Vec3d in_world = pose[OnSide(base, side)] + Rotate(turn, at);
        see(name + landmark, in_world);
        joints[static_cast<size_t>(Body25().IndexOf(name + joint))] =
            (CamFromWorld(camera, in_world) - root).Cast<float>();
      };
      const Quaternion& foot = pose.world_from_foot[static_cast<size_t>(side)];
      put("heel", "heel", kLeftAnkle, foot, {-0.05, 0, -0.055});
      put("toe", "foot_index", kLeftAnkle, foot, {0.17, 0, -0.055});
      const Quaternion& hand = pose.world_from_hand[static_cast<size_t>(side)];
      put("index", "index", kLeftWrist, hand, {0.03, 0, -0.09});
      put("pinky", "pinky", kLeftWrist, hand, {-0.03, 0, -0.08});
    }
    scene.truth.Append(joints);
    person.extra_points.Append(points);
  }
  scene.clip.motion.camera = camera;
  return scene;
}

struct Errors {
  double toe_m = 0, knuckle_m = 0, foot_deg = 0, foot_bias_deg = 0;
};

Vec3d At(const JointTrack<Vec3f>& joints, int64_t t, const std::string& name) {
  return joints.at(t, Body25().IndexOf(name)).Cast<double>();
}

// How far the sole's forward axis is raised over the plane square to the shank.
double Raised_deg(const JointTrack<Vec3f>& joints, int64_t t, const std::string& side) {
  const Vec3d up = Normalized(At(joints, t, side + "knee") - At(joints, t, side + "ankle"));
  const Vec3d ahead = Normalized(At(joints, t, side + "toe") - At(joints, t, side + "heel"));
  return DegreesFromRadians(std::asin(Dot(up, ahead)));
}

Errors Compare(const JointTrack<Vec3f>& found, const JointTrack<Vec3f>& truth) {
  Errors errors;
  const double each = 0.5 / static_cast<double>(truth.frame_count());
  for (int64_t t = 0; t < truth.frame_count(); ++t) {
    for (const std::string side : {"left_", "right_"}) {
      const auto distance = [&](const char* name) {
        return Norm(At(found, t, side + name) - At(truth, t, side + name));
      };
      const double raised_deg = Raised_deg(found, t, side) - Raised_deg(truth, t, side);
      errors.toe_m += each * distance("toe");
      errors.knuckle_m += each * distance("index");
      errors.foot_deg += each * std::abs(raised_deg);
      errors.foot_bias_deg += each * raised_deg;
    }
  }
  return errors;
}

TEST(LimbEnds, AreWhereTheyAreSeen) {
  for (const SyntheticKind kind : {SyntheticKind::kWalkInCircle, SyntheticKind::kJumpingJacks}) {
    const Scene scene = MakeScene({.kind = kind, .noise_px = 1.5});
    const Motion whole = WithHandsAndFeet(scene.clip.motion, scene.clip.keypoints);
    const Errors errors = Compare(whole.people[0].joints_in_cam, scene.truth);
    EXPECT_LT(errors.toe_m, 0.035);
    EXPECT_LT(errors.knuckle_m, 0.035);
    EXPECT_LT(errors.foot_deg, 8);
    EXPECT_LT(std::abs(errors.foot_bias_deg), 5);
  }
}

// At the minimum the sum's numeric derivatives are none, so those that led there were right.
TEST(LimbEnds, FitsAreMinimaOfTheSum) {
  const Scene scene = MakeScene({.noise_px = 1.5});
  const PersonMotion& person = scene.clip.motion.people[0];
  constexpr int64_t kFrame = 40;
  for (const LimbEnd& end : LimbEnds()) {
    const SeenBody body{.joints_in_cam = person.frame(kFrame),
                        .root_in_cam = person.root_in_cam[kFrame],
                        .points = scene.clip.keypoints.people[0].extra_points.frame(kFrame),
                        .feet_down = kLeftFootDown,
                        .up_in_cam = {0, -0.98, -0.2}};
    const std::optional<Quaternion> before = FromAxisAngle({0.6, 0, 0.8}, 0.9);
    const auto cost = [&](const Quaternion& turn) {
      return LimbEndCost(end, body, scene.clip.camera.lens, 0.42, 30, before, turn);
    };
    const auto gradient = [&](const Quaternion& at) {
      Vec3d slope;
      constexpr double kStep = 1e-5;
      for (const auto& [axis, part] : {std::pair{Vec3d{1, 0, 0}, &slope.x},
                                       {Vec3d{0, 1, 0}, &slope.y},
                                       {Vec3d{0, 0, 1}, &slope.z}}) {
        *part = (cost(at * FromAxisAngle(axis, kStep)) - cost(at * FromAxisAngle(axis, -kStep))) /
                (2 * kStep);
      }
      return slope;
    };
    const double at_start = Norm(gradient(*before));
    const Quaternion found = FitLimbEnd(end, body, scene.clip.camera.lens, 0.42, 30, before);
    EXPECT_LT(Norm(gradient(found)), 0.02 * at_start) << end.base;
    EXPECT_LT(cost(found), cost(*before)) << end.base;
    for (const Vec3d axis : {Vec3d{1, 0, 0}, Vec3d{0, 1, 0}, Vec3d{0, 0, 1}}) {
      for (const double turn : {-0.05, 0.05}) {
        EXPECT_LT(cost(found), cost(found * FromAxisAngle(axis, turn))) << end.base;
      }
    }
  }
}

TEST(LimbEnds, OtherJointsStay) {
  const Scene scene = MakeScene({});
  const Motion whole = WithHandsAndFeet(scene.clip.motion, scene.clip.keypoints);
  ASSERT_EQ(whole.skeleton, Body25());
  ASSERT_EQ(whole.people[0].joints_in_cam.frame_count(), scene.clip.frame_count);
  for (int64_t t = 0; t < scene.clip.frame_count; ++t) {
    for (int j = 0; j < h36m17::kJointCount; ++j) {
      EXPECT_EQ(whole.people[0].at(t, j), scene.clip.motion.people[0].at(t, j));
    }
  }
  EXPECT_EQ(whole.people[0].root_in_cam, scene.clip.motion.people[0].root_in_cam);
}

// A sole that the camera sees end on says little; that the foot is down says that it is level.
TEST(LimbEnds, FeetOnTheFloorLieOnIt) {
  Scene scene = MakeScene({.kind = SyntheticKind::kWaving, .camera_in_world = {4.5, 0, 0.4}});
  for (ExtraPoint& point : scene.clip.keypoints.people[0].extra_points) point.score = 0;
  const auto frames = static_cast<size_t>(scene.clip.frame_count);
  scene.clip.motion.people[0].feet_down.assign(frames, kLeftFootDown | kRightFootDown);
  const Motion whole = WithHandsAndFeet(scene.clip.motion, scene.clip.keypoints);
  EXPECT_LT(Compare(whole.people[0].joints_in_cam, scene.truth).foot_deg, 4);
}

// Without seeing anything a foot is square to its shank and a hand goes on along the forearm.
TEST(LimbEnds, ThatAreNotSeenAreNeutral) {
  Scene scene = MakeScene({.kind = SyntheticKind::kSquats});
  scene.clip.keypoints.people[0].extra_points = {};
  EXPECT_FALSE(HasHandsAndFeet(scene.clip.keypoints));
  const Motion whole = WithHandsAndFeet(scene.clip.motion, scene.clip.keypoints);
  const JointTrack<Vec3f>& joints = whole.people[0].joints_in_cam;
  for (int64_t t = 0; t < joints.frame_count(); t += 10) {
    EXPECT_NEAR(Raised_deg(joints, t, "left_"), 0, 5);  // the frame before has a say
    const Vec3d forearm = At(joints, t, "left_wrist") - At(joints, t, "left_elbow");
    const Vec3d hand = 0.5 * (At(joints, t, "left_index") + At(joints, t, "left_pinky")) -
                       At(joints, t, "left_wrist");
    EXPECT_LT(AngleBetween_rad(forearm, hand), 0.2);
  }
}

TEST(LimbEnds, RootsAreNotNeeded) {
  Scene scene = MakeScene({.noise_px = 1});
  scene.clip.motion.people[0].root_in_cam.clear();
  const Motion whole = WithHandsAndFeet(scene.clip.motion, scene.clip.keypoints);
  EXPECT_LT(Compare(whole.people[0].joints_in_cam, scene.truth).toe_m, 0.045);
}

// Later than with the whole clip, but there.
TEST(LimbEnds, FrameByFrameTheyAreNearlyTheSame) {
  const Scene scene = MakeScene({.noise_px = 1.5});
  const PersonMotion& person = scene.clip.motion.people[0];
  LimbEndTracker tracker(scene.clip.fps);
  JointTrack<Vec3f> found;
  for (int64_t t = 0; t < scene.clip.frame_count; ++t) {
    found.Append(tracker.Push({.joints_in_cam = person.frame(t),
                               .root_in_cam = person.root_in_cam[static_cast<size_t>(t)],
                               .points = scene.clip.keypoints.people[0].extra_points.frame(t)},
                              scene.clip.camera.lens));
  }
  const Errors errors = Compare(found, scene.truth);
  EXPECT_LT(errors.toe_m, 0.045);
  EXPECT_LT(errors.knuckle_m, 0.04);
  EXPECT_LT(errors.foot_deg, 11);
}

TEST(LimbEnds, FramesWithoutPoseStayWithout) {
  Scene scene = MakeScene({});
  for (Vec3f& joint : scene.clip.motion.people[0].frame(10)) joint = kNoJoint;
  const Motion whole = WithHandsAndFeet(scene.clip.motion, scene.clip.keypoints);
  for (int j = 0; j < 25; ++j) {
    EXPECT_FALSE(IsFinite(whole.people[0].at(10, j)));
    EXPECT_TRUE(IsFinite(whole.people[0].at(11, j)));
  }
}

TEST(LimbEnds, DegenerateBodiesGiveNumbers) {
  Scene scene = MakeScene({});
  scene.clip.motion.people[0].joints_in_cam.Fill({});
  const Motion whole = WithHandsAndFeet(scene.clip.motion, scene.clip.keypoints);
  for (const Vec3f& joint : whole.people[0].joints_in_cam) EXPECT_TRUE(IsFinite(joint));
}

TEST(LimbEnds, OtherSkeletonsAreRefused) {
  Scene scene = MakeScene({});
  scene.clip.motion.skeleton.name = "mine";
  EXPECT_THROW(WithHandsAndFeet(scene.clip.motion, scene.clip.keypoints), Error);
}

}  // namespace videopose::internal::limb_ends_test
