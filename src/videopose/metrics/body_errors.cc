// SPDX-License-Identifier: Apache-2.0

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "videopose/base/check.h"
#include "videopose/geometry/angle.h"
#include "videopose/metrics.h"
#include "videopose/pose/h36m17.h"

namespace videopose {

using namespace internal;
namespace {

using namespace h36m17;

constexpr std::array<int, 12> kLimbJoints = {kLeftHip,   kRightHip,   kLeftKnee,     kRightKnee,
                                             kLeftAnkle, kRightAnkle, kLeftShoulder, kRightShoulder,
                                             kLeftElbow, kRightElbow, kLeftWrist,    kRightWrist};

// The limbs, and between the middles of hips and shoulders the trunk: of LimbSkeleton().
constexpr int kPelvis = 12, kChest = 13;
constexpr std::array<std::array<int, 2>, 9> kBones = {
    {{0, 2}, {1, 3}, {2, 4}, {3, 5}, {6, 8}, {7, 9}, {8, 10}, {9, 11}, {kPelvis, kChest}}};

// A rotation is not determined by fewer points.
constexpr size_t kFewestToAlign = 3;

// What the angles need, with names that JointAnglesOf() knows: no spine, which is defined in many
// ways.
const Skeleton& LimbSkeleton() {
  static const Skeleton skeleton = [] {
    Skeleton limbs{.name = "limbs"};
    for (const int joint : kLimbJoints) {
      limbs.joint_names.push_back(Human36m17().joint_names[static_cast<size_t>(joint)]);
    }
    limbs.joint_names.insert(limbs.joint_names.end(), {"hip", "thorax"});
    limbs.parents.assign(limbs.joint_names.size(), kPelvis);
    limbs.parents[kPelvis] = -1;
    return limbs;
  }();
  return skeleton;
}

std::vector<Vec3f> LimbsOf(std::span<const Vec3f> frame) {
  std::vector<Vec3f> limbs;
  for (const int joint : kLimbJoints) limbs.push_back(frame[static_cast<size_t>(joint)]);
  limbs.push_back(0.5F * (limbs[0] + limbs[1]));
  limbs.push_back(0.5F * (limbs[6] + limbs[7]));
  return limbs;
}

// In LimbSkeleton(), angles over time.
struct Limbs {
  explicit Limbs(const JointTrack<Vec3f>& track) {
    Motion motion{.skeleton = LimbSkeleton(), .frame_count = track.frame_count()};
    PersonMotion person;
    for (int64_t t = 0; t < track.frame_count(); ++t) {
      person.joints_in_cam.Append(LimbsOf(track.frame(t)));
    }
    angles_deg = JointAnglesOf(motion, person);
    joints = std::move(person.joints_in_cam);
  }
  JointTrack<Vec3f> joints;
  std::vector<float> angles_deg;
};

void Append(const Vec3f& joint, std::vector<float>& to) {
  for (const float value : {joint.x, joint.y, joint.z}) to.push_back(value);
}

// The joints that both have, as they lie in Tensors.
struct SharedJoints {
  SharedJoints(std::span<const Vec3f> p, std::span<const Vec3f> q, std::span<const int> which) {
    for (const int i : which) {
      const auto j = static_cast<size_t>(i);
      if (!IsFinite(p[j]) || !IsFinite(q[j])) continue;
      Append(p[j], predicted);
      Append(q[j], target);
    }
  }
  size_t count() const { return target.size() / 3; }
  std::vector<float> predicted, target;
};

std::vector<int> AllJoints() {
  std::vector<int> joints;
  for (int j = 0; j < kJointCount; ++j) joints.push_back(j);
  return joints;
}

// The movements from one frame to the next.
std::vector<Vec3f> Moves(std::span<const Vec3f> before, std::span<const Vec3f> after) {
  std::vector<Vec3f> moves;
  for (size_t j = 0; j < after.size(); ++j) moves.push_back(after[j] - before[j]);
  return moves;
}

}  // namespace

std::span<const int> LimbJoints() { return kLimbJoints; }

void BodyErrorMean::Add(const JointTrack<Vec3f>& predicted, const JointTrack<Vec3f>& target) {
  VP_CHECK(predicted.frame_count() == target.frame_count() &&
               predicted.joint_count() == kJointCount && target.joint_count() == kJointCount,
           "{} and {} frames", predicted.frame_count(), target.frame_count());
  const std::vector<int> all = AllJoints();
  joints_.resize(all.size());
  for (int64_t t = 0; t < target.frame_count(); ++t) {
    for (const int j : all) {
      const double distance = Norm(predicted.at(t, j) - target.at(t, j));
      if (std::isfinite(distance)) joints_[static_cast<size_t>(j)].Add(distance);
    }
    const SharedJoints joints(predicted.frame(t), target.frame(t), all);
    if (joints.count() == 0) continue;
    ++frames_;
    mpjpe_.Add(JointError(joints.predicted, joints.target));
    n_mpjpe_.Add(ScaledJointError(joints.predicted, joints.target));
    if (joints.count() >= kFewestToAlign) {
      p_mpjpe_.Add(AlignedJointError(joints.predicted, joints.target));
    }
    const SharedJoints limbs(predicted.frame(t), target.frame(t), kLimbJoints);
    if (limbs.count() > 0) limb_mpjpe_.Add(JointError(limbs.predicted, limbs.target));
    if (limbs.count() >= kFewestToAlign) {
      limb_p_mpjpe_.Add(AlignedJointError(limbs.predicted, limbs.target));
    }
    if (t == 0) continue;
    const SharedJoints moves(Moves(predicted.frame(t - 1), predicted.frame(t)),
                             Moves(target.frame(t - 1), target.frame(t)), all);
    if (moves.count() > 0) mpjve_.Add(JointError(moves.predicted, moves.target));
  }
  AddAngles(predicted, target);
}

void BodyErrorMean::AddAngles(const JointTrack<Vec3f>& predicted, const JointTrack<Vec3f>& target) {
  const Limbs p(predicted), q(target);
  const std::span<const std::string_view> names = JointAngleNames();
  for (size_t i = 0; i < q.angles_deg.size(); ++i) {
    const double error_deg = std::abs(std::remainder(p.angles_deg[i] - q.angles_deg[i], 360.0));
    if (!std::isfinite(error_deg)) continue;
    const std::string_view name = names[i % names.size()];
    if (name.ends_with("hip_flexion")) hip_.Add(error_deg);
    if (name.ends_with("knee_flexion")) {
      knee_.Add(error_deg);
      AddBias(p.angles_deg[i], q.angles_deg[i], knee_bias_);
    }
    if (name.ends_with("shoulder_elevation")) shoulder_.Add(error_deg);
    if (name.ends_with("elbow_flexion")) {
      elbow_.Add(error_deg);
      AddBias(p.angles_deg[i], q.angles_deg[i], elbow_bias_);
    }
  }
  for (int64_t t = 0; t < target.frame_count(); ++t) {
    for (const auto& [from, to] : kBones) {
      const Vec3f a = p.joints.at(t, to) - p.joints.at(t, from);
      const Vec3f b = q.joints.at(t, to) - q.joints.at(t, from);
      const double error_deg =
          DegreesFromRadians(AngleBetween_rad(a.Cast<double>(), b.Cast<double>()));
      if (std::isfinite(error_deg)) bones_.Add(error_deg);
    }
  }
}

void BodyErrorMean::AddBias(double predicted_deg, double target_deg, AveragesInBands& to) {
  size_t band = 0;
  while (band + 1 < to.size() && target_deg >= kFlexionBands_deg[band + 1]) ++band;
  to[band].Add(predicted_deg - target_deg);
}

FlexionBiases BodyErrorMean::BiasesOf(const AveragesInBands& averages) {
  FlexionBiases biases;
  for (size_t band = 0; band < biases.size(); ++band) {
    const Average& average = averages[band];
    if (average.count > 0) biases[band] = {average.count, average.Value()};
  }
  return biases;
}

BodyErrors BodyErrorMean::Mean() const {
  std::vector<double> joint_mpjpe;
  for (const Average& joint : joints_) joint_mpjpe.push_back(joint.Value());
  return {.joints = {.mpjpe = mpjpe_.Value(),
                     .p_mpjpe = p_mpjpe_.Value(),
                     .n_mpjpe = n_mpjpe_.Value(),
                     .mpjve = mpjve_.Value()},
          .limb_mpjpe = limb_mpjpe_.Value(),
          .limb_p_mpjpe = limb_p_mpjpe_.Value(),
          .hip_deg = hip_.Value(),
          .knee_deg = knee_.Value(),
          .shoulder_deg = shoulder_.Value(),
          .elbow_deg = elbow_.Value(),
          .bones_deg = bones_.Value(),
          .joint_mpjpe = std::move(joint_mpjpe),
          .knee_bias = BiasesOf(knee_bias_),
          .elbow_bias = BiasesOf(elbow_bias_),
          .frames = frames_};
}

double BodyErrorMean::Average::Value() const {
  return count == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(count);
}

}  // namespace videopose
