// SPDX-License-Identifier: Apache-2.0

// Scenes with known ground truth: people before cameras held more or less level, the output of a
// detector, and the output of a lifter. For tests and bench/.

#ifndef VIDEOPOSE_GROUND_TEST_SCENES_H_
#define VIDEOPOSE_GROUND_TEST_SCENES_H_

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "videopose/base/statistics.h"
#include "videopose/geometry/angle.h"
#include "videopose/ground.h"
#include "videopose/ground/body_measures.h"
#include "videopose/ground/smoothing.h"
#include "videopose/ground/world.h"
#include "videopose/pose/joint_counts.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal {

enum class SceneEvent { kNone, kJumps, kLiesDown };

struct SceneOptions {
  std::string name;
  SyntheticKind kind = SyntheticKind::kWalkInCircle;
  double pitch_deg = 10, roll_deg = 0;  // pitch > 0: the camera looks down
  double distance_m = 5;                // to the middle of the motion
  double camera_height_m = 0;           // 0: so that the person is in the middle of the image
  SceneEvent event = SceneEvent::kNone;
};

inline std::vector<SceneOptions> AllScenes() {
  using enum SyntheticKind;
  return {
      {"walk in a circle", kWalkInCircle},
      {"walk to and fro", kWalkToAndFro},
      {"squats", kSquats},
      {"jumping jacks", kJumpingJacks},
      {"waving", kWaving},
      {"circle, looking down 30", kWalkInCircle, 30},
      {"circle, looking up 20", kWalkInCircle, -20},
      {"to and fro, down 30, roll 5", kWalkToAndFro, 30, 5},
      {"squats, up 20, roll 5", kSquats, -20, 5},
      {"jumping jacks, down 30", kJumpingJacks, 30},
      {"circle, far", kWalkInCircle, 5, 0, 12},
      {"squats, near", kSquats, 5, 0, 2.8},
      {"circle, roll 5", kWalkInCircle, 10, 5},
      {"to and fro with jumps", kWalkToAndFro, 10, 0, 5, 0, SceneEvent::kJumps},
      {"waves, then lies down", kWaving, 15, 0, 5, 0, SceneEvent::kLiesDown},
  };
}

struct TestScene {
  SyntheticClip clip;  // the truth; keypoints with noise
  Motion lifted;       // relative to the root, with errors as lifted poses have them
};

// A camera that sees the middle of the motion in the middle of its image.
inline Camera SceneCamera(const SceneOptions& scene, const std::vector<BodyPose>& poses) {
  Vec3d low{1e9, 1e9, 0}, high{-1e9, -1e9, 0};
  for (const BodyPose& pose : poses) {
    const Vec3d& hip = pose[BodyJoint::kPelvis];
    low = {std::min(low.x, hip.x), std::min(low.y, hip.y), 0};
    high = {std::max(high.x, hip.x), std::max(high.y, hip.y), 0};
  }
  const Vec3d target = 0.5 * (low + high) + Vec3d{0, 0, 0.85};
  const double pitch = RadiansFromDegrees(scene.pitch_deg);
  const Vec3d back{-0.6 * std::cos(pitch), -0.8 * std::cos(pitch), std::sin(pitch)};
  Camera camera =
      LookAt(target + scene.distance_m * back, target, 1280, 720, RadiansFromDegrees(50.0));
  Quaternion& world_from_cam = camera.world_from_cam.rotation;
  world_from_cam = world_from_cam * FromAxisAngle({0, 0, 1}, -RadiansFromDegrees(scene.roll_deg));
  return camera;
}

// Twice a second up to 0.3 m in the air for half a second, or to the floor between 4 and 5 s.
inline BodyPose WithEvent(BodyPose pose, SceneEvent event, double time_s, double height_m) {
  if (event == SceneEvent::kJumps) {
    const double phase = std::fmod(time_s, 2.0) / 0.5;
    const double rise_m = phase < 1 ? 1.2 * phase * (1 - phase) : 0;
    for (Vec3d& joint : pose.joints_in_world) joint.z += rise_m;
  }
  if (event == SceneEvent::kLiesDown) {
    const double share = SmoothStep(time_s - 4);
    const Quaternion tilt = FromAxisAngle({0, 1, 0}, -share * std::numbers::pi / 2);
    const Vec3d heel = pose[BodyJoint::kLeftHeel];
    for (Vec3d& joint : pose.joints_in_world) {
      joint = heel + Rotate(tilt, joint - heel) + Vec3d{0, 0, 0.06 * height_m * share};
    }
  }
  return pose;
}

// Correlated noise: white noise under a Gaussian of `duration_s`, with this standard deviation.
inline std::vector<double> LastingNoise(int64_t count, double sigma, double duration_s, double fps,
                                        std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  std::vector<Vec3d> values(static_cast<size_t>(count));
  for (Vec3d& value : values) value.x = normal(random);
  const double sigma_frames = duration_s * fps;
  SmoothRun(values, sigma_frames);
  // A Gaussian of s frames leaves white noise 1 / (2 sqrt(pi) s) of its variance.
  const double gain = std::sqrt(2 * std::sqrt(std::numbers::pi) * sigma_frames);
  std::vector<double> noise;
  noise.reserve(values.size());
  for (const Vec3d& value : values) noise.push_back(sigma * gain * value.x);
  return noise;
}

struct SceneNoise {
  double keypoint_px = 2.5;
  double joint_m = 0.025;    // along each axis; half as much again in depth: 46 mm in all
  double duration_s = 0.2;   // how long errors of joints last
  double depth_scale = 0.9;  // lifted depths within the body are too small
};

inline TestScene MakeTestScene(const SceneOptions& scene, uint64_t seed,
                               const SceneNoise& noise = {}) {
  constexpr double kFps = 30;
  const SyntheticMotion motion(Choreography(scene.kind), {.seed = seed});
  const auto frames = static_cast<int64_t>(motion.duration_s() * kFps);
  TestScene made;
  SyntheticClip& clip = made.clip;
  for (int64_t t = 0; t < frames; ++t) {
    const double time_s = static_cast<double>(t) / kFps;
    clip.poses.push_back(WithEvent(motion.At(time_s), scene.event, time_s, motion.height_m()));
  }
  clip.camera = SceneCamera(scene, clip.poses);
  clip.fps = kFps;
  clip.frame_count = frames;
  clip.keypoints = {.layout = Coco17(),
                    .fps = kFps,
                    .width_px = clip.camera.lens.width_px,
                    .height_px = clip.camera.lens.height_px,
                    .frame_count = frames,
                    .people = {PersonKeypoints{}}};
  clip.motion = {.skeleton = Human36m17(),
                 .fps = kFps,
                 .width_px = clip.camera.lens.width_px,
                 .height_px = clip.camera.lens.height_px,
                 .frame_count = frames,
                 .people = {PersonMotion{}}};
  std::mt19937_64 random(seed);
  std::normal_distribution<double> pixel(0, noise.keypoint_px);
  PersonMotion& person = clip.motion.people[0];
  std::vector<Keypoint> points;
  std::vector<Vec3f> relative;
  for (const BodyPose& pose : clip.poses) {
    points.clear();
    relative.clear();
    for (const Vec3d& joint : CocoJoints(pose)) {
      const Vec2d px = PixelFromWorld(clip.camera, joint) + Vec2d{pixel(random), pixel(random)};
      points.push_back({static_cast<float>(px.x), static_cast<float>(px.y), 0.9F});
    }
    clip.keypoints.people[0].keypoints.Append(points);
    const auto joints = Human36mJoints(pose);
    const Vec3d root = CamFromWorld(clip.camera, joints[0]);
    person.root_in_cam.push_back(root.Cast<float>());
    for (const Vec3d& joint : joints) {
      relative.push_back((CamFromWorld(clip.camera, joint) - root).Cast<float>());
    }
    person.joints_in_cam.Append(relative);
  }
  made.lifted = clip.motion;
  PersonMotion& lifted = made.lifted.people[0];
  lifted.root_in_cam.clear();
  for (size_t j = 1; j < kH36mJoints; ++j) {
    const auto lasting = [&](double sigma) {
      return LastingNoise(frames, sigma, noise.duration_s, kFps, random);
    };
    const auto x = lasting(noise.joint_m), y = lasting(noise.joint_m),
               z = lasting(1.5 * noise.joint_m);
    for (size_t t = 0; t < static_cast<size_t>(frames); ++t) {
      Vec3f& joint = lifted.joints_in_cam[t * kH36mJoints + j];
      joint.z *= static_cast<float>(noise.depth_scale);
      joint = joint + Vec3d{x[t], y[t], z[t]}.Cast<float>();
    }
  }
  return made;
}

// The errors of a motion in the world, against the truth.
struct WorldErrors {
  double root_share = 0;      // median distance from the true root, of the distance to the camera
  double tilt_deg = 0;        // between the floors
  double skating_m_s = 0;     // mean horizontal speed of ankles of feet in true contact
  double joint_m = 0;         // mean distance from the true joints, both relative to their roots
  double ankle_height_m = 0;  // median over true contacts, of the ankle over the estimated floor
};

inline WorldErrors MeasureWorld(const SyntheticClip& truth, const Motion& motion) {
  WorldErrors errors;
  const PersonMotion& person = motion.people.at(0);
  const PersonMotion& true_person = truth.motion.people[0];
  const JointTrack<Vec3f> world = JointsInWorld(motion, person);
  const BodyJoints body = FindBodyJoints(motion.skeleton);
  const Vec3d true_up = Rotate(Inverse(truth.camera.world_from_cam.rotation), {0, 0, 1});
  const Vec3d up = Rotate(Inverse(motion.camera->world_from_cam.rotation), {0, 0, 1});
  errors.tilt_deg = DegreesFromRadians(std::acos(std::min(1.0, Dot(up, true_up))));
  std::vector<double> shares, heights;
  double path_m = 0, joint_sum_m = 0;
  int64_t steps = 0;
  // From the frame before to this one the foot touches the floor and its ankle hardly moves over
  // it.
  const auto stands = [&](size_t t, BodySide side) {
    if (t == 0) return false;
    const BodyPose &before = truth.poses[t - 1], &now = truth.poses[t];
    const auto height = [&](BodyJoint joint) {
      return std::max(before[OnSide(joint, side)].z, now[OnSide(joint, side)].z);
    };
    const Vec3d step =
        now[OnSide(BodyJoint::kLeftAnkle, side)] - before[OnSide(BodyJoint::kLeftAnkle, side)];
    return std::min(height(BodyJoint::kLeftHeel), height(BodyJoint::kLeftBall)) < 0.01 &&
           std::hypot(step.x, step.y) * truth.fps < 0.05;
  };
  for (size_t t = 0; t < truth.poses.size(); ++t) {
    shares.push_back(Norm(person.root_in_cam[t] - true_person.root_in_cam[t]) /
                     Norm(true_person.root_in_cam[t]));
    for (size_t j = 1; j < kH36mJoints; ++j) {
      joint_sum_m += Norm(person.joints_in_cam[t * kH36mJoints + j] -
                          true_person.joints_in_cam[t * kH36mJoints + j]);
    }
    for (const BodySide side : {BodySide::kLeft, BodySide::kRight}) {
      if (!stands(t, side)) continue;
      const auto ankle = static_cast<size_t>(body.ankles[static_cast<size_t>(side)]);
      const Vec3f step = world[t * kH36mJoints + ankle] - world[(t - 1) * kH36mJoints + ankle];
      path_m += std::hypot(step.x, step.y);
      heights.push_back(world[t * kH36mJoints + ankle].z);
      ++steps;
    }
  }
  errors.root_share = Median(shares);
  errors.skating_m_s = path_m * truth.fps / static_cast<double>(std::max<int64_t>(1, steps));
  errors.joint_m = joint_sum_m / static_cast<double>(truth.poses.size() * 16);
  errors.ankle_height_m = Median(heights);
  return errors;
}

// A clip frame by frame: what is known of the people who are seen or have a pose in each.
inline std::vector<PeopleInFrame> FramesOf(const KeypointSequence& keypoints,
                                           const Motion& motion) {
  std::vector<PeopleInFrame> frames;
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    frames.push_back(PeopleAt(keypoints, t));
    frames.back().time_s += keypoints.start_s;
    frames.back().grounding = motion.grounding;
  }
  for (const PersonMotion& person : motion.people) {
    const JointTrack<Vec3f> in_world = JointsInWorld(motion, person);
    for (PeopleInFrame& frame : frames) {
      if (!person.has_pose(frame.index)) continue;
      const auto found = std::ranges::find(frame.people, person.id, &Person::id);
      Person& there =
          found != frame.people.end() ? *found : frame.people.emplace_back(Person{.id = person.id});
      const auto in_cam = person.frame(frame.index), world = in_world.frame(frame.index);
      const auto t = static_cast<size_t>(frame.index);
      there.joints_in_cam.assign(in_cam.begin(), in_cam.end());
      if (!person.root_in_cam.empty()) there.root_in_cam = person.root_in_cam[t];
      if (!person.feet_down.empty()) there.feet_down = person.feet_down[t];
      there.joints_in_world.assign(world.begin(), world.end());
    }
  }
  return frames;
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_TEST_SCENES_H_
