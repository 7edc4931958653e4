// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/on_floor.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "videopose/ground/body_measures.h"
#include "videopose/ground/placement.h"
#include "videopose/ground/smoothing.h"
#include "videopose/pose/default_fps.h"

namespace videopose::internal {
namespace {

constexpr double kGravity_m_per_s2 = 9.81;
// Slower push-offs are taken as noise of the poses; 1.5 m/s would lift a body by 11 cm.
constexpr double kPushOff_m_per_s = 1.5;
constexpr double kFastestPushOff_m_per_s = 4;  // 0.8 m
constexpr double kReachSigma_s = 0.04;
constexpr double kRootSigma_s = 0.08;
constexpr double kImageSigma_s = 0.3;  // sizes in the image say less than a trajectory model
constexpr float kSideBySide_m = 1.2F;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct NamedClearance {
  std::string_view name_part;
  float clearance_m;
};
// For an adult. The first entry whose name the joint's name contains counts. The ankle's is
// kAnkleShareOfHeight of 1.74 m, the hip's kLyingShareOfHeight.
constexpr NamedClearance kClearances[] = {
    {"ankle", 0.080F}, {"foot", 0.030F},   {"heel", 0.032F},     {"knee", 0.085F},
    {"wrist", 0.060F}, {"elbow", 0.070F},  {"shoulder", 0.087F}, {"hip", 0.090F},
    {"spine", 0.110F}, {"thorax", 0.110F}, {"neck", 0.085F},     {"head", 0.105F}};
constexpr float kOtherClearance_m = 0.036F;

float ClearanceByName(std::string_view name) {
  for (const NamedClearance& entry : kClearances) {
    if (name.find(entry.name_part) != std::string_view::npos) return entry.clearance_m;
  }
  return kOtherClearance_m;
}

// Values of frames that may be unknown, smooth over time.
std::vector<double> Smoothed(std::vector<double> values, double sigma_frames) {
  FillGaps(values);
  SmoothRun(values, sigma_frames);
  return values;
}

std::vector<float> HeightsOf(const PersonMotion& person, const Motion& motion) {
  const std::vector<float> clearances_m =
      JointClearances_m(motion.skeleton, BodyScale(motion.skeleton, person.joints_in_cam.values()));
  std::vector<double> reach(static_cast<size_t>(motion.frame_count), kNone);
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    if (!person.has_pose(t)) continue;
    reach[t] = ReachBelowRoot(person.frame(t), clearances_m);
  }
  reach = Smoothed(std::move(reach), kReachSigma_s * FpsOf(motion));
  return HeightsOverFloor(std::vector<float>(reach.begin(), reach.end()), FpsOf(motion));
}

// Horizontally: roots in front of a level camera, none where not known.
struct Places {
  Grounding rung = Grounding::kFloorOnly;
  std::vector<Vec3f> in_cam;
  double sigma_s = 0;
};

Places PlacesOf(const PersonMotion& person, const Motion& motion,
                const KeypointSequence* keypoints) {
  if (std::ranges::any_of(person.root_in_cam, [](const Vec3f& root) { return IsFinite(root); })) {
    return {Grounding::kLevelCamera, person.root_in_cam, kRootSigma_s};
  }
  if (!AreSeveral(motion) || keypoints == nullptr) return {};
  for (const PersonKeypoints& seen : keypoints->people) {
    if (seen.id != person.id) continue;
    return {Grounding::kFromImage, RootsFromImage(person, motion, *keypoints, seen), kImageSigma_s};
  }
  return {};
}

// One coordinate of the places over time.
std::vector<double> PathOf(const Places& places, float Vec3f::*coordinate, double fps) {
  std::vector<double> path;
  path.reserve(places.in_cam.size());
  for (const Vec3f& at : places.in_cam) path.push_back(IsFinite(at) ? at.*coordinate : kNone);
  return Smoothed(std::move(path), places.sigma_s * fps);
}

void PutOnFloor(const Places& places, float side_by_side_m, const Motion& motion,
                PersonMotion& person) {
  const std::vector<float> heights = HeightsOf(person, motion);
  std::vector<double> x(heights.size(), side_by_side_m), y(heights.size(), 0.0);
  if (!places.in_cam.empty()) {
    x = PathOf(places, &Vec3f::x, FpsOf(motion));
    y = PathOf(places, &Vec3f::z, FpsOf(motion));
  }
  person.root_in_world.assign(heights.size(), kNoJoint);
  for (size_t t = 0; t < heights.size(); ++t) {
    if (!person.has_pose(static_cast<int64_t>(t))) continue;
    person.root_in_world[t] = {static_cast<float>(x[t]), static_cast<float>(y[t]), heights[t]};
  }
}

}  // namespace

float HeightOverFloor::Push(float reach_below_root_m, int64_t steps) {
  const double dt_s = dt_s_ * static_cast<double>(steps);
  const double falling = height_m_ + speed_m_per_s_ * dt_s - 0.5 * kGravity_m_per_s2 * dt_s * dt_s;
  const bool in_air = has_last_ && speed_m_per_s_ != 0 && falling > reach_below_root_m;
  if (in_air) {
    height_m_ = static_cast<float>(falling);
    speed_m_per_s_ -= kGravity_m_per_s2 * dt_s;
  } else {
    const double rising = has_last_ ? (reach_below_root_m - last_reach_m_) / dt_s : 0;
    speed_m_per_s_ = rising < kPushOff_m_per_s ? 0 : std::min(rising, kFastestPushOff_m_per_s);
    height_m_ = reach_below_root_m;
  }
  last_reach_m_ = reach_below_root_m;
  has_last_ = true;
  return height_m_;
}

std::vector<float> HeightsOverFloor(std::span<const float> reach_below_root_m, double fps) {
  HeightOverFloor height(fps);
  std::vector<float> heights;
  heights.reserve(reach_below_root_m.size());
  for (const float reach_m : reach_below_root_m) heights.push_back(height.Push(reach_m));
  return heights;
}

std::vector<float> JointClearances_m(const Skeleton& skeleton, float body_scale) {
  std::vector<float> clearances_m;
  clearances_m.reserve(skeleton.joint_names.size());
  for (const std::string& name : skeleton.joint_names) {
    clearances_m.push_back(body_scale * ClearanceByName(name));
  }
  return clearances_m;
}

float ReachBelowRoot(std::span<const Vec3f> joints_in_cam, std::span<const float> clearances_m) {
  float reach_m = -std::numeric_limits<float>::infinity();
  for (size_t j = 0; j < joints_in_cam.size(); ++j) {
    if (IsFinite(joints_in_cam[j])) {
      reach_m = std::max(reach_m, joints_in_cam[j].y + clearances_m[j]);
    }
  }
  return reach_m;
}

bool AreSeveral(const Motion& motion) {
  return std::ranges::any_of(motion.people, [&](const PersonMotion& person) {
    return person.id != motion.people.front().id;
  });
}

void StandOnFloor(const KeypointSequence* keypoints, Motion& motion) {
  const bool is_moving = motion.grounding == Grounding::kCameraMoving;
  Grounding reached = Grounding::kFloorOnly;
  const auto count = static_cast<float>(motion.people.size());
  for (size_t p = 0; p < motion.people.size(); ++p) {
    PersonMotion& person = motion.people[p];
    const Places places = PlacesOf(person, motion, keypoints);
    reached = std::min(reached, places.rung);
    const float side_by_side_m = (static_cast<float>(p) - 0.5F * (count - 1)) * kSideBySide_m;
    PutOnFloor(places, side_by_side_m, motion, person);
  }
  motion.grounding = is_moving ? Grounding::kCameraMoving : reached;
}

}  // namespace videopose::internal
