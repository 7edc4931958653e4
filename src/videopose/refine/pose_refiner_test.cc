// SPDX-License-Identifier: Apache-2.0

#include "videopose/refine/pose_refiner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "videopose/base/statistics.h"
#include "videopose/refine/rigid_bones.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal::pose_refiner_test {

constexpr size_t kJoints = 17;
constexpr double kFps = 30;
// Joints of Human36m17() that detectors find.
constexpr size_t kSeen[] = {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16};

// What is refined, and the truth of it.
struct Clip {
  std::vector<Vec3f> joints_in_cam, root_in_cam, true_joints, true_roots;
  std::vector<double> lengths_m;
  std::vector<JointSight> sights;
  std::vector<JointAnchor> anchors;

  RefineInput input() const {
    return {.skeleton = &Human36m17(),
            .fps = kFps,
            .bone_lengths_m = lengths_m,
            .joints_in_cam = joints_in_cam,
            .root_in_cam = root_in_cam,
            .sights = sights,
            .anchors = anchors};
  }
  size_t frames() const { return root_in_cam.size(); }
  Vec3f TrueJoint(size_t t, size_t j) const { return true_roots[t] + true_joints[t * kJoints + j]; }
};

// A person 4 m before a level camera, lifted and seen without any error.
Clip CleanClip(SyntheticKind kind, double duration_s) {
  const SyntheticMotion motion(Choreography(kind));
  Clip clip;
  for (int t = 0; t < duration_s * kFps; ++t) {
    const auto pose = Human36mJoints(motion.At(t / kFps));
    const auto in_cam = [](const Vec3d& x) { return Vec3d{x.x, 1.2 - x.z, 4 + x.y}; };
    const Vec3d root = in_cam(pose[0]);
    clip.true_roots.push_back(root.Cast<float>());
    for (size_t j = 0; j < kJoints; ++j) {
      const Vec3d joint = in_cam(pose[j]);
      clip.true_joints.push_back((joint - root).Cast<float>());
      const bool is_seen = std::ranges::find(kSeen, j) != std::end(kSeen);
      clip.sights.push_back({{joint.x / joint.z, joint.y / joint.z}, is_seen ? 1.0 : 0.0});
    }
  }
  clip.joints_in_cam = clip.true_joints;
  clip.root_in_cam = clip.true_roots;
  clip.lengths_m = SteadyBoneLengths(Human36m17(), clip.true_joints);
  return clip;
}

// Errors as those of lifted joints, which last: a wave for each coordinate.
void AddErrors(const Vec3d& sigma_m, Clip& clip) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> rate_hz(0.3, 1.5), phase(0, 2 * std::numbers::pi);
  for (size_t j = 1; j < kJoints; ++j) {
    const auto wave = [&](double sigma) {
      return [sigma, rate = 2 * std::numbers::pi * rate_hz(random),
              start = phase(random)](double time_s) {
        return std::numbers::sqrt2 * sigma * std::sin(rate * time_s + start);
      };
    };
    const auto x = wave(sigma_m.x), y = wave(sigma_m.y), z = wave(sigma_m.z);
    for (size_t t = 0; t < clip.frames(); ++t) {
      const double time_s = static_cast<double>(t) / kFps;
      Vec3f& joint = clip.joints_in_cam[t * kJoints + j];
      joint = joint + Vec3d{x(time_s), y(time_s), z(time_s)}.Cast<float>();
    }
  }
}

struct Errors {
  double mean_m = 0, largest_m = 0;  // of joints relative to the root
  double root_m = 0;                 // largest
};

Errors ErrorsOf(const Clip& clip, const std::vector<Vec3f>& joints,
                const std::vector<Vec3f>& roots) {
  Errors errors;
  for (size_t i = 0; i < joints.size(); ++i) {
    const double error_m = Norm(joints[i] - clip.true_joints[i]);
    errors.mean_m += error_m / static_cast<double>(joints.size());
    errors.largest_m = std::max(errors.largest_m, error_m);
  }
  for (size_t t = 0; t < roots.size(); ++t) {
    errors.root_m = std::max<double>(errors.root_m, Norm(roots[t] - clip.true_roots[t]));
  }
  return errors;
}

Errors Refined(const Clip& clip) {
  const RefinedPoses refined = RefinePoses(clip.input());
  return ErrorsOf(clip, refined.joints_in_cam, refined.root_in_cam);
}

class AllMotions : public testing::TestWithParam<SyntheticKind> {};

// Calm takes a little from fast motion.
TEST_P(AllMotions, WithoutErrorsComeBackNearlyUnchanged) {
  const Errors errors = Refined(CleanClip(GetParam(), 4));
  EXPECT_LT(errors.mean_m, 0.004);
  EXPECT_LT(errors.largest_m, 0.04);
  EXPECT_LT(errors.root_m, 0.006);
}
INSTANTIATE_TEST_SUITE_P(Refine, AllMotions,
                         testing::Values(SyntheticKind::kWalkToAndFro, SyntheticKind::kSquats,
                                         SyntheticKind::kWaving, SyntheticKind::kJumpingJacks));

TEST(RefinePoses, StillPosesWithoutErrorsComeBackUnchanged) {
  Clip clip = CleanClip(SyntheticKind::kWaving, 1 / kFps);
  for (int t = 1; t < 20; ++t) {
    for (auto* joints : {&clip.joints_in_cam, &clip.true_joints}) {
      joints->insert(joints->end(), joints->begin(), joints->begin() + kJoints);
    }
    clip.root_in_cam.push_back(clip.root_in_cam[0]);
    clip.true_roots.push_back(clip.true_roots[0]);
    clip.sights.insert(clip.sights.end(), clip.sights.begin(), clip.sights.begin() + kJoints);
  }
  const Errors errors = Refined(clip);
  EXPECT_LT(errors.largest_m, 0.002);  // left and right bones of the body differ by that
  EXPECT_LT(errors.root_m, 0.001);
}

TEST(RefinePoses, ErrorsOfLiftedPosesBecomeSmaller) {
  Clip clip = CleanClip(SyntheticKind::kWalkToAndFro, 4);
  AddErrors({0.03, 0.03, 0.04}, clip);
  const Errors before = ErrorsOf(clip, clip.joints_in_cam, clip.root_in_cam);
  EXPECT_LT(Refined(clip).mean_m, 0.7 * before.mean_m);
}

// Regression: without the prior of the root, noise in depth moved it by 15 cm.
TEST(RefinePoses, NoiseInDepthDoesNotMoveTheRoot) {
  Clip clip = CleanClip(SyntheticKind::kWaving, 4);
  AddErrors({0, 0, 0.08}, clip);
  EXPECT_LT(Refined(clip).root_m, 0.02);
}

TEST(RefinePoses, BonesHaveTheirLengthsAndHipsTheirMiddle) {
  Clip clip = CleanClip(SyntheticKind::kWalkToAndFro, 2);
  AddErrors({0.03, 0.03, 0.04}, clip);
  const RefinedPoses refined = RefinePoses(clip.input());
  for (size_t t = 0; t < clip.frames(); ++t) {
    const Vec3f* joints = refined.joints_in_cam.data() + t * kJoints;
    for (size_t j = 1; j < kJoints; ++j) {
      const auto parent = static_cast<size_t>(Human36m17().parents[j]);
      EXPECT_NEAR(Norm(joints[j] - joints[parent]), clip.lengths_m[j], 1e-6);
    }
    EXPECT_LT(Norm(joints[1] + joints[4]), 1e-6);
  }
}

TEST(RefinePoses, WrongKeypointsDoNotPullThePose) {
  const Clip clean = CleanClip(SyntheticKind::kWalkToAndFro, 4);
  Clip clip = clean;
  for (size_t t = 0; t < clip.frames(); ++t) {
    JointSight* sights = clip.sights.data() + t * kJoints;
    sights[13].ray.x += 0.2;  // a wrist that is always 0.8 m off
    if (t % 10 == 3) sights[6].ray.y -= 0.15;
    if (t >= 40 && t < 46) {  // legs exchanged
      for (const size_t j : {1U, 2U, 3U}) std::swap(sights[j].ray, sights[j + 3].ray);
    }
  }
  const Errors before = Refined(clean), after = Refined(clip);
  EXPECT_LT(after.mean_m, before.mean_m + 0.003);  // of keypoints off by 0.6 m and more
  EXPECT_LT(after.largest_m, before.largest_m + 0.12);
  EXPECT_LT(after.root_m, before.root_m + 0.01);
}

TEST(RefinePoses, MissingKeypointsLeaveWhatWasLifted) {
  Clip clip = CleanClip(SyntheticKind::kWaving, 2);
  for (size_t i = 0; i < clip.sights.size(); ++i) {
    // Some points, all points of some frames, a joint for good; where they would be is no number.
    if (i % 7 == 0 || i / kJoints % 20 < 8 || i % kJoints == 12) clip.sights[i] = {{NAN, NAN}, 0};
  }
  EXPECT_LT(Refined(clip).mean_m, 0.001);
  clip.sights.clear();
  EXPECT_LT(Refined(clip).mean_m, 0.001);
}

TEST(RefinePoses, HeldFeetAreWhereTheyShouldBe) {
  Clip clip = CleanClip(SyntheticKind::kSquats, 3);
  AddErrors({0.02, 0.02, 0.03}, clip);
  for (size_t t = 20; t < 60; ++t) {
    for (const int ankle : {3, 6}) {
      const Vec3f truth = clip.TrueJoint(30, static_cast<size_t>(ankle));
      clip.anchors.push_back({static_cast<int64_t>(t), ankle, truth.Cast<double>()});
    }
  }
  const RefinedPoses refined = RefinePoses(clip.input());
  for (const JointAnchor& anchor : clip.anchors) {
    const auto t = static_cast<size_t>(anchor.frame);
    const Vec3f joint = refined.root_in_cam[t] +
                        refined.joints_in_cam[t * kJoints + static_cast<size_t>(anchor.joint)];
    EXPECT_LT(Norm(joint.Cast<double>() - anchor.place_in_cam), 0.003) << t;
  }
}

// The poses with the joints from `joint` on moved as its bone turns about an axis by an angle.
RefinedPoses Turned(const RefinedPoses& poses, size_t t, size_t joint, const Vec3d& axis,
                    double angle_rad) {
  RefinedPoses turned = poses;
  Vec3f* joints = turned.joints_in_cam.data() + t * kJoints;
  const auto& parents = Human36m17().parents;
  const Vec3f bone = joints[joint] - joints[static_cast<size_t>(parents[joint])];
  const Vec3f shift =
      Rotate(FromAxisAngle(axis, angle_rad), bone.Cast<double>()).Cast<float>() - bone;
  std::vector<bool> moves(kJoints);
  for (size_t j = 0; j < kJoints; ++j) {
    moves[j] = j == joint || (parents[j] >= 0 && moves[static_cast<size_t>(parents[j])]);
    if (moves[j]) joints[j] = joints[j] + shift;
  }
  return turned;
}

// By numbers: from the result on, the parabola through three costs has its lowest point next to it
// in every direction.
TEST(RefinePoses, TheResultIsWhereTheCostIsLowest) {
  Clip clip = CleanClip(SyntheticKind::kJumpingJacks, 1.5);
  AddErrors({0.03, 0.03, 0.04}, clip);
  clip.sights[20 * kJoints + 13].ray.x += 0.1;
  for (size_t t = 10; t < 20; ++t) {
    clip.anchors.push_back({static_cast<int64_t>(t), 3, clip.TrueJoint(12, 3).Cast<double>()});
  }
  const RefineInput input = clip.input();
  const RefinedPoses refined = RefinePoses(input);
  const double cost = RefineCost(input, refined);
  const auto expect_lowest = [&](const RefinedPoses& less, const RefinedPoses& more, double step,
                                 double most) {
    const double below = RefineCost(input, less), above = RefineCost(input, more);
    const double curvature = (below - 2 * cost + above) / (step * step);
    EXPECT_GT(curvature, 0);
    EXPECT_LT(std::abs((above - below) / (2 * step)) / curvature, most);
  };
  constexpr double kStep = 2e-3;
  for (const size_t t : {0U, 12U, 20U, 44U}) {
    for (const Vec3d& axis : {Vec3d{1, 0, 0}, Vec3d{0, 1, 0}, Vec3d{0, 0, 1}}) {
      RefinedPoses less = refined, more = refined;
      const Vec3f shift = (kStep * axis).Cast<float>();
      less.root_in_cam[t] = refined.root_in_cam[t] - shift;
      more.root_in_cam[t] = refined.root_in_cam[t] + shift;
      expect_lowest(less, more, kStep, 1e-4);
      for (const size_t joint : {2U, 3U, 8U, 12U, 13U}) {
        expect_lowest(Turned(refined, t, joint, axis, -kStep),
                      Turned(refined, t, joint, axis, kStep), kStep, 1e-3);
      }
    }
  }
}

// Long clips are solved in pieces, which meet.
TEST(RefinePoses, PiecesGiveWhatTheWholeGives) {
  const SyntheticKind kind = SyntheticKind::kWaving;
  Clip whole = CleanClip(kind, 24), part = CleanClip(kind, 14);  // two pieces, one piece
  AddErrors({0.03, 0.03, 0.04}, whole);
  AddErrors({0.03, 0.03, 0.04}, part);
  part.lengths_m = whole.lengths_m;
  const RefinedPoses in_two = RefinePoses(whole.input()), in_one = RefinePoses(part.input());
  for (size_t i = 0; i < 13 * 30 * kJoints; ++i) {  // not the end of the part
    EXPECT_LT(Norm(in_two.joints_in_cam[i] - in_one.joints_in_cam[i]), 5e-4) << i / kJoints;
  }
}

TEST(RefinePoses, TheShortestClips) {
  for (const double frames : {1.0, 2.0, 3.0}) {
    const Clip clip = CleanClip(SyntheticKind::kWaving, frames / kFps);
    ASSERT_EQ(clip.frames(), static_cast<size_t>(frames));
    EXPECT_LT(Refined(clip).mean_m, 0.002);
  }
  EXPECT_TRUE(RefinePoses({.skeleton = &Human36m17(),
                           .fps = 30,
                           .bone_lengths_m = std::vector<double>(kJoints, 0.3)})
                  .root_in_cam.empty());
}

TEST(RefinePoses, PosesInOnePointStayFinite) {
  Clip clip = CleanClip(SyntheticKind::kWaving, 1);
  for (Vec3f& joint : clip.joints_in_cam) joint = {};
  for (const double length_m : {0.0, 0.3}) {
    clip.lengths_m.assign(kJoints, length_m);
    for (const Vec3f& joint : RefinePoses(clip.input()).joints_in_cam) EXPECT_TRUE(IsFinite(joint));
  }
}

}  // namespace videopose::internal::pose_refiner_test
