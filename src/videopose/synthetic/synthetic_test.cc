// SPDX-License-Identifier: Apache-2.0

#include "videopose/synthetic/synthetic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "videopose/geometry/angle.h"

namespace videopose::internal::synthetic_test {

using enum BodyJoint;
constexpr double kPi = std::numbers::pi;
constexpr double kFps = 50;
constexpr SyntheticKind kKinds[] = {SyntheticKind::kWaving,       SyntheticKind::kArmRaises,
                                    SyntheticKind::kWalkInCircle, SyntheticKind::kWalkToAndFro,
                                    SyntheticKind::kSquats,       SyntheticKind::kJumpingJacks};

std::vector<BodyPose> Poses(SyntheticKind kind, uint64_t seed = 1) {
  const SyntheticMotion motion(Choreography(kind), {.seed = seed});
  std::vector<BodyPose> poses;
  for (double t = 0; t < motion.duration_s(); t += 1 / kFps) poses.push_back(motion.At(t));
  return poses;
}

double AngleAt(const Vec3d& a, const Vec3d& vertex, const Vec3d& b) {
  const double cosine = Dot(Normalized(a - vertex), Normalized(b - vertex));
  return DegreesFromRadians(std::acos(std::clamp(cosine, -1.0, 1.0)));
}

Camera FrontCamera() {
  return LookAt({0, -6, 1.4}, {0, 0, 0.9}, 640, 480, RadiansFromDegrees(45.0));
}

TEST(SyntheticMotion, BonesKeepTheirLengths) {
  for (const SyntheticKind kind : kKinds) {
    const std::vector<BodyPose> poses = Poses(kind);
    const auto reference = Human36mJoints(poses[0]);
    for (const BodyPose& pose : poses) {
      const auto joints = Human36mJoints(pose);
      for (int joint = 1; joint < 17; ++joint) {
        const auto j = static_cast<size_t>(joint);
        const auto parent = static_cast<size_t>(Human36m17().parents[j]);
        // Neck and head turn about the thorax as one; all else is rigid by construction.
        EXPECT_NEAR(Norm(joints[j] - joints[parent]), Norm(reference[j] - reference[parent]), 1e-9)
            << Human36m17().joint_names[j];
      }
    }
  }
}

TEST(SyntheticMotion, FeetThatStandDoNotSlideAndNoneGoesThroughTheFloor) {
  for (const SyntheticKind kind : kKinds) {
    const std::vector<BodyPose> poses = Poses(kind);
    for (const BodySide side : {BodySide::kLeft, BodySide::kRight}) {
      const BodyJoint heel = OnSide(kLeftHeel, side), ball = OnSide(kLeftBall, side);
      int standing = 0;
      for (size_t t = 0; t < poses.size(); ++t) {
        EXPECT_GT(std::min(poses[t][heel].z, poses[t][ball].z), -1e-9);
        for (const BodyJoint joint : {heel, ball}) {
          const bool stands = t > 0 && poses[t][joint].z < 1e-4 && poses[t - 1][joint].z < 1e-4;
          if (!stands) continue;
          ++standing;
          // Within 0.1 mm of the floor a foot has been lifted or set down by at most that; along
          // the floor it moves less than 2 mm between frames, 5% of a walker's speed.
          EXPECT_LT(Norm(poses[t][joint] - poses[t - 1][joint]), 0.002)
              << "frame " << t << " of motion " << static_cast<int>(kind);
        }
      }
      EXPECT_GT(standing, static_cast<int>(poses.size() / 3));
    }
  }
}

TEST(SyntheticMotion, JointsStayWithinWhatPeopleCanDo) {
  for (const SyntheticKind kind : kKinds) {
    for (const BodyPose& pose : Poses(kind)) {
      for (const BodySide side : {BodySide::kLeft, BodySide::kRight}) {
        const auto at = [&](BodyJoint left) { return pose[OnSide(left, side)]; };
        const double knee = AngleAt(at(kLeftHip), at(kLeftKnee), at(kLeftAnkle));
        const double elbow = AngleAt(at(kLeftShoulder), at(kLeftElbow), at(kLeftWrist));
        const double ankle = AngleAt(at(kLeftKnee), at(kLeftAnkle), at(kLeftBall));
        EXPECT_GT(knee, 40);
        EXPECT_GT(elbow, 40);
        EXPECT_GT(ankle, 55);
        EXPECT_LT(ankle, 165);
        // Knees bend forward: they lie before the line from hip to ankle as the foot sees it.
        const Vec3d forward = Rotate(pose.world_from_foot[static_cast<size_t>(side)], {1, 0, 0});
        EXPECT_GT(Dot(at(kLeftKnee) - 0.5 * (at(kLeftHip) + at(kLeftAnkle)), forward), -0.01);
      }
    }
  }
}

TEST(SyntheticMotion, IsSmooth) {
  // Footfalls give a body about 2 g and hands are thrown with some 5 g; a joint that jumps by a
  // centimetre in one frame would show 25 m/s^2 at 50 fps, and larger jumps more.
  for (const SyntheticKind kind : kKinds) {
    const std::vector<BodyPose> poses = Poses(kind);
    for (size_t t = 1; t + 1 < poses.size(); ++t) {
      const auto acceleration = [&](BodyJoint joint) {
        return kFps * kFps *
               Norm(poses[t + 1][joint] - 2.0 * poses[t][joint] + poses[t - 1][joint]);
      };
      EXPECT_LT(acceleration(kPelvis), 24) << "motion " << static_cast<int>(kind) << " at " << t;
      EXPECT_LT(acceleration(kLeftWrist), 60) << "motion " << static_cast<int>(kind) << " at " << t;
    }
  }
}

TEST(SyntheticMotion, DoesWhatItIsCalled) {
  const std::vector<BodyPose> circle = Poses(SyntheticKind::kWalkInCircle);
  EXPECT_LT(Norm(circle.back()[kPelvis] - circle.front()[kPelvis]), 0.15);
  double farthest_m = 0;
  for (const BodyPose& pose : circle) {
    farthest_m = std::max(farthest_m, Norm(pose[kPelvis] - circle.front()[kPelvis]));
  }
  EXPECT_NEAR(farthest_m, 11 / kPi, 0.2);  // the diameter of a circle of 11 m

  double lowest_m = 9, highest_wrist_m = 0;
  for (const BodyPose& pose : Poses(SyntheticKind::kSquats)) {
    lowest_m = std::min(lowest_m, pose[kPelvis].z);
  }
  EXPECT_LT(lowest_m, 0.36 * 1.74);
  for (const BodyPose& pose : Poses(SyntheticKind::kWaving)) {
    highest_wrist_m = std::max(highest_wrist_m, pose[kRightWrist].z);
    EXPECT_LT(pose[kLeftWrist].z, 1.0);  // the other arm hangs
  }
  EXPECT_GT(highest_wrist_m, 1.45);
}

TEST(SyntheticMotion, WalksWithArmsAgainstLegs) {
  // Forward is x; the product of how far left foot and left hand are ahead is negative on average.
  const SyntheticMotion motion({{SyntheticMoveKind::kWalk, 6}});
  double together = 0;
  for (double t = 1; t < motion.duration_s() - 1; t += 0.02) {
    const BodyPose pose = motion.At(t);
    together +=
        (pose[kLeftAnkle].x - pose[kRightAnkle].x) * (pose[kLeftWrist].x - pose[kRightWrist].x);
  }
  EXPECT_LT(together, -0.5);
}

TEST(SyntheticMotion, SameSeedSameMotionOtherSeedAnother) {
  const auto joints = [](uint64_t seed) {
    return SyntheticMotion(Choreography(SyntheticKind::kSquats), {.seed = seed})
        .At(1.7)
        .joints_in_world;
  };
  EXPECT_EQ(joints(4), joints(4));
  EXPECT_NE(joints(4), joints(5));
}

TEST(SyntheticClip, MotionProjectsOntoKeypoints) {
  const Camera camera = FrontCamera();
  const SyntheticMotion motion(Choreography(SyntheticKind::kJumpingJacks),
                               {.start_yaw_rad = -kPi / 2});
  const SyntheticClip clip = MakeSyntheticClip(motion, camera, {.fps = 25, .duration_s = 2});
  ASSERT_EQ(clip.frame_count, 50);
  const int coco_wrist = Coco17().IndexOf("left_wrist");
  const int h36m_wrist = Human36m17().IndexOf("left_wrist");
  for (int64_t t = 0; t < clip.frame_count; ++t) {
    const PersonMotion& person = clip.motion.people[0];
    const Vec3f relative = person.at(t, h36m_wrist);
    const Vec3f wrist = person.root_in_cam[static_cast<size_t>(t)] + relative;
    const Keypoint& keypoint = clip.keypoints.people[0].at(t, coco_wrist);
    // x_px = f x / z + cx; single precision of some hundred pixels.
    EXPECT_NEAR(keypoint.x_px, camera.lens.focal_px.x * wrist.x / wrist.z + 320, 1e-3);
    EXPECT_NEAR(keypoint.y_px, camera.lens.focal_px.x * wrist.y / wrist.z + 240, 1e-3);
    EXPECT_EQ(keypoint.score, 1);
    EXPECT_EQ(person.frame(t)[0], Vec3f());
  }
}

TEST(SyntheticClip, FacingTheCameraTheLeftIsOnTheRightOfTheImage) {
  const SyntheticMotion motion(Choreography(SyntheticKind::kWaving), {.start_yaw_rad = -kPi / 2});
  const SyntheticClip clip = MakeSyntheticClip(motion, FrontCamera(), {.duration_s = 1});
  const auto frame = clip.keypoints.people[0].frame(0);
  for (const char* name : {"left_eye", "left_shoulder", "left_hip", "left_ankle"}) {
    const int left = Coco17().IndexOf(name);
    EXPECT_GT(frame[static_cast<size_t>(left)].x_px,
              frame[static_cast<size_t>(Coco17().mirrored(left))].x_px);
  }
}

TEST(SyntheticClip, NoiseHasTheAskedForSize) {
  const SyntheticMotion motion(Choreography(SyntheticKind::kWaving), {.start_yaw_rad = -kPi / 2});
  const SyntheticClip clean = MakeSyntheticClip(motion, FrontCamera());
  const SyntheticClip noisy = MakeSyntheticClip(motion, FrontCamera(), {.noise_px = 3});
  const auto& a = clean.keypoints.people[0].keypoints;
  const auto& b = noisy.keypoints.people[0].keypoints;
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    sum += std::pow(a[i].x_px - b[i].x_px, 2) + std::pow(a[i].y_px - b[i].y_px, 2);
  }
  // Over 8000 samples: the standard deviation's own is below 1%.
  EXPECT_NEAR(std::sqrt(sum / (2 * static_cast<double>(a.size()))), 3, 0.1);
  EXPECT_EQ(clean.motion.people[0].joints_in_cam, noisy.motion.people[0].joints_in_cam);
}

}  // namespace videopose::internal::synthetic_test
