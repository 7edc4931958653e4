// SPDX-License-Identifier: Apache-2.0

#include "videopose/synthetic/synthetic.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "videopose/base/check.h"

namespace videopose::internal {
namespace {

using enum SyntheticMoveKind;
constexpr double kPi = std::numbers::pi;
constexpr double kEase_s = 0.55;  // how long an arm takes to where a move begins
constexpr double kSquatPeriod_s = 2.4, kArmRaisePeriod_s = 2.4, kJumpingJackPeriod_s = 1.1,
                 kWavePeriod_s = 0.75;

constexpr ArmAngles kRestingArm{
    .flexion_rad = 0.03, .abduction_rad = 0.16, .twist_rad = -0.25, .elbow_rad = 0.24};

void Approach(double& value, double target, double share) { value += share * (target - value); }

void Approach(ArmAngles& arm, const ArmAngles& target, double share) {
  Approach(arm.flexion_rad, target.flexion_rad, share);
  Approach(arm.abduction_rad, target.abduction_rad, share);
  Approach(arm.twist_rad, target.twist_rad, share);
  Approach(arm.elbow_rad, target.elbow_rad, share);
}

// 0 at whole phases, 1 half way.
double Bump(double phase) { return 0.5 - 0.5 * std::cos(2 * kPi * phase); }

}  // namespace

std::vector<SyntheticMove> Choreography(SyntheticKind kind) {
  switch (kind) {
    case SyntheticKind::kWaving:
      return {{kStand, 0.5}, {kWave, 8.5}, {kStand, 1}};
    case SyntheticKind::kArmRaises:
      return {{kStand, 0.5}, {kRaiseArms, 4}};
    case SyntheticKind::kWalkInCircle:
      return {{kWalk, 11, 2 * kPi}};
    case SyntheticKind::kWalkToAndFro:
      return {{kWalk, 4}, {kWalk, 0, kPi}, {kWalk, 4}};
    case SyntheticKind::kSquats:
      return {{kStand, 0.5}, {kSquat, 4}};
    case SyntheticKind::kJumpingJacks:
      return {{kStand, 0.5}, {kJumpingJack, 9}};
  }
  VP_CHECK(false, "unknown kind of synthetic motion {}", static_cast<int>(kind));
}

SyntheticMotion::SyntheticMotion(const std::vector<SyntheticMove>& moves,
                                 const SyntheticMotionOptions& options)
    : options_(options), feet_(options.start_in_world, options.start_yaw_rad, options.height_m) {
  std::mt19937_64 random(options.seed);
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(random() >> 11) * 0x1p-53;
  };
  tempo_ = uniform(0.95, 1.05);
  reach_ = uniform(0.93, 1.0);
  sway_phase_rad_ = uniform(0, 2 * kPi);
  for (const SyntheticMove& move : moves) Add(move);
}

void SyntheticMotion::Add(const SyntheticMove& move) {
  const double begin_s = feet_.end_s();
  const auto perform = [&](double period_s, double count) {
    feet_.Wait(count * period_s);
    activities_.push_back({move.kind, begin_s, feet_.end_s(), period_s});
  };
  switch (move.kind) {
    case kStand:
      return feet_.Wait(move.amount);
    case kWalk:
      return feet_.Walk(move.amount, move.turn_rad);
    case kWave:
      return perform(kWavePeriod_s / tempo_, move.amount / kWavePeriod_s * tempo_);
    case kRaiseArms:
      return perform(kArmRaisePeriod_s / tempo_, move.amount);
    case kSquat:
      return perform(kSquatPeriod_s / tempo_, move.amount);
    case kJumpingJack: {
      const double period_s = kJumpingJackPeriod_s / tempo_;
      perform(period_s, move.amount);
      const auto repetitions = std::llround(move.amount);
      for (int64_t repetition = 0; repetition < repetitions; ++repetition) {
        const double start_s = begin_s + static_cast<double>(repetition) * period_s;
        feet_.Jump(start_s + 0.12 * period_s, start_s + 0.40 * period_s,
                   0.17 * reach_ * options_.height_m, 0.06);
        feet_.Jump(start_s + 0.60 * period_s, start_s + 0.88 * period_s,
                   feet_.standing_half_width_m(), 0.06);
      }
    }
  }
}

BodyPose SyntheticMotion::At(double time_s) const {
  BodyControls controls;
  controls.arms = {kRestingArm, kRestingArm};
  FollowFeet(time_s, controls);
  Sway(time_s, controls);
  for (const Activity& activity : activities_) {
    if (time_s > activity.begin_s && time_s < activity.end_s) Perform(activity, time_s, controls);
  }
  return PoseBody(controls, options_.height_m);
}

// The pelvis glides where the feet step: it follows their middle under a Hann window of two steps,
// which leaves of a steady walk only its mean speed (the window's spectrum is zero at one step's
// frequency). Arms and chest swing against the legs.
void SyntheticMotion::FollowFeet(double time_s, BodyControls& controls) const {
  constexpr int kSamples = 24;
  controls.feet = feet_.At(time_s);
  for (int i = 0; i < kSamples; ++i) {
    const double phase = (i + 0.5) / kSamples;
    const auto [left, right] = feet_.At(time_s + (2 * phase - 1) * feet_.step_period_s());
    const double weight = 2 * Bump(phase) / kSamples;
    controls.pelvis_in_world =
        controls.pelvis_in_world + weight / 2 * (left.ankle_in_world + right.ankle_in_world);
    controls.pelvis_yaw_rad += weight / 2 * (left.yaw_rad + right.yaw_rad);
  }
  const auto& [left, right] = controls.feet;
  const double yaw = controls.pelvis_yaw_rad;
  const Vec2d forward{std::cos(yaw), std::sin(yaw)}, leftward{-std::sin(yaw), std::cos(yaw)};
  const double stride_m = Dot(left.ankle_in_world - right.ankle_in_world, forward);
  const double left_lift_m = left.rise_m - right.rise_m;
  controls.pelvis_in_world =
      controls.pelvis_in_world + 0.012 * options_.height_m * forward - 0.6 * left_lift_m * leftward;
  controls.pelvis_yaw_rad -= 0.16 * stride_m;
  controls.pelvis_roll_rad = -1.2 * left_lift_m;
  controls.twist_rad = 0.34 * stride_m;
  controls.head_yaw_rad = -0.18 * stride_m;
  controls.lean_rad = 0.05;
  for (const double sign : {1.0, -1.0}) {
    ArmAngles& arm = controls.arms[sign > 0 ? 0 : 1];
    arm.flexion_rad -= 0.60 * sign * stride_m;
    arm.elbow_rad += 0.35 * std::abs(stride_m) - 0.25 * sign * stride_m;
  }
}

void SyntheticMotion::Sway(double time_s, BodyControls& controls) const {
  const auto wave = [&](double frequency_hz, double offset_rad) {
    return std::sin(2 * kPi * frequency_hz * time_s + sway_phase_rad_ + offset_rad);
  };
  controls.head_yaw_rad += 0.05 * wave(0.23, 0) + 0.03 * wave(0.41, 2);
  controls.head_pitch_rad += 0.03 * wave(0.31, 1);
  controls.side_bend_rad += 0.012 * wave(0.19, 3);
  controls.lean_rad += 0.010 * wave(0.27, 4);
  for (ArmAngles& arm : controls.arms) arm.elbow_rad += 0.04 * wave(0.29, 5);
}

void SyntheticMotion::Perform(const Activity& activity, double time_s,
                              BodyControls& controls) const {
  const double share = SmoothStep((time_s - activity.begin_s) / kEase_s) *
                       SmoothStep((activity.end_s - time_s) / kEase_s);
  const double phase = (time_s - activity.begin_s) / activity.period_s;
  switch (activity.kind) {
    case kWave:
      Approach(controls.arms[static_cast<size_t>(BodySide::kRight)],
               {.flexion_rad = 0.15,
                .abduction_rad = 1.35 * reach_,
                .twist_rad = 1.40,
                .elbow_rad = 1.70 + 0.40 * std::sin(2 * kPi * phase)},
               share);
      controls.side_bend_rad += 0.04 * share;
      break;
    case kRaiseArms:
      for (ArmAngles& arm : controls.arms) {
        Approach(arm, {.flexion_rad = 2.85 * reach_, .abduction_rad = 0.10, .elbow_rad = 0.15},
                 Bump(phase));
      }
      controls.lean_rad -= 0.06 * Bump(phase);
      break;
    case kSquat: {
      const double depth = reach_ * Bump(phase);
      const double height_m = options_.height_m;
      const double yaw = controls.pelvis_yaw_rad;
      controls.pelvis_drop_m += 0.215 * height_m * depth;
      controls.pelvis_in_world =
          controls.pelvis_in_world - 0.125 * height_m * depth * Vec2d{std::cos(yaw), std::sin(yaw)};
      controls.lean_rad += 0.72 * depth;
      controls.knees_out_rad += 0.32 * depth;
      controls.head_pitch_rad -= 0.10 * depth;
      for (ArmAngles& arm : controls.arms) {
        Approach(arm, {.flexion_rad = 1.95, .abduction_rad = 0.05, .elbow_rad = 0.20}, depth);
      }
      break;
    }
    case kJumpingJack:
      for (ArmAngles& arm : controls.arms) {
        Approach(arm, {.abduction_rad = 2.70 * reach_, .elbow_rad = 0.30}, Bump(phase));
      }
      // Knees give before and after each of the two jumps.
      controls.pelvis_drop_m += 0.035 * Bump(2 * phase + 0.5) * share;
      break;
    case kStand:
    case kWalk:
      break;
  }
}

SyntheticClip MakeSyntheticClip(const SyntheticMotion& motion, const Camera& camera,
                                const SyntheticClipOptions& options) {
  const double duration_s =
      options.duration_s > 0 ? options.duration_s : motion.duration_s() - options.begin_s;
  VP_CHECK(options.fps > 0 && duration_s > 0, "{} s at {} fps", duration_s, options.fps);
  SyntheticClip clip{.camera = camera,
                     .fps = options.fps,
                     .frame_count = std::max<int64_t>(1, std::llround(duration_s * options.fps))};
  clip.keypoints = {.layout = Coco17(),
                    .fps = options.fps,
                    .width_px = camera.lens.width_px,
                    .height_px = camera.lens.height_px,
                    .frame_count = clip.frame_count,
                    .people = {{}}};
  clip.motion = {.skeleton = Human36m17(),
                 .fps = options.fps,
                 .width_px = camera.lens.width_px,
                 .height_px = camera.lens.height_px,
                 .frame_count = clip.frame_count,
                 .people = {{}}};
  std::mt19937_64 random(options.seed);
  std::normal_distribution<double> noise(0, 1);
  for (int64_t t = 0; t < clip.frame_count; ++t) {
    const BodyPose& pose =
        clip.poses.emplace_back(motion.At(options.begin_s + static_cast<double>(t) / options.fps));
    std::vector<Keypoint> coco;
    for (const Vec3d& joint_in_world : CocoJoints(pose)) {
      const Vec3d joint_in_cam = CamFromWorld(camera, joint_in_world);
      VP_CHECK(joint_in_cam.z > 0, "frame {} has a joint behind the camera", t);
      const Vec2d point_px = PixelFromCam(camera.lens, joint_in_cam);
      const double x_px = point_px.x + options.noise_px * noise(random);
      const double y_px = point_px.y + options.noise_px * noise(random);
      coco.push_back(
          {.x_px = static_cast<float>(x_px), .y_px = static_cast<float>(y_px), .score = 1});
    }
    clip.keypoints.people[0].keypoints.Append(coco);
    const auto joints_in_world = Human36mJoints(pose);
    const Vec3d root_in_cam = CamFromWorld(camera, joints_in_world[0]);
    clip.motion.people[0].root_in_cam.push_back(root_in_cam.Cast<float>());
    std::vector<Vec3f> joints;
    for (const Vec3d& joint_in_world : joints_in_world) {
      joints.push_back((CamFromWorld(camera, joint_in_world) - root_in_cam).Cast<float>());
    }
    clip.motion.people[0].joints_in_cam.Append(joints);
  }
  return clip;
}

}  // namespace videopose::internal
