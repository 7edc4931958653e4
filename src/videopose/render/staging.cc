#include "videopose/render/staging.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include "videopose/ground/placement.h"
#include "videopose/ground/world.h"
#include "videopose/render/aim.h"
#include "videopose/render/over_time.h"

namespace videopose {
namespace {

constexpr double kGravity_m_per_s2 = 9.81;
// Slower push-offs are taken for noise of the poses; 1.5 m/s would lift a body by 11 cm.
constexpr double kPushOff_m_per_s = 1.5;
constexpr double kFastestPushOff_m_per_s = 4;  // 0.8 m
constexpr double kReachSigma_s = 0.04;
constexpr double kRootSigma_s = 0.08;
constexpr double kPictureSigma_s = 0.3;  // sizes in the picture say less than a trajectory model
constexpr float kPlainGap_m = 1.2F;      // between people of whose places nothing is known
constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

std::vector<float> HeightsOf(const PersonMotion& person, const Motion& motion, const Body& body) {
  const int joint_count = motion.joint_count();
  std::vector<float> reach(static_cast<size_t>(motion.frame_count), kNone);
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    if (!person.has_pose(t)) continue;
    const auto joints = person.frame(t);
    float lowest = -std::numeric_limits<float>::infinity();
    for (int joint = 0; joint < joint_count; ++joint) {
      lowest = std::max(lowest, joints[static_cast<size_t>(joint)].y + body.radius_m(joint));
    }
    reach[static_cast<size_t>(t)] = lowest;
  }
  FillGaps(reach);
  return HeightsOverFloor(SmoothOverTime(reach, kReachSigma_s * FpsOf(motion)), FpsOf(motion));
}

// Where the `coordinate` of places that may be unknown goes over time.
std::vector<float> Path(const std::vector<Vec3f>& places, double sigma_frames,
                        const std::function<float(Vec3f)>& coordinate) {
  std::vector<float> path;
  path.reserve(places.size());
  for (const Vec3f& root : places) {
    path.push_back(IsFinite(root) ? coordinate(root) : kNone);
  }
  FillGaps(path);
  return SmoothOverTime(path, sigma_frames);
}

// Unknown places are bridged, so that the viewer has somebody to look at.
std::vector<Vec3f> Bridged(const std::vector<Vec3f>& places) {
  const std::vector<float> x = Path(places, 0, [](Vec3f at) { return at.x; });
  const std::vector<float> y = Path(places, 0, [](Vec3f at) { return at.y; });
  const std::vector<float> z = Path(places, 0, [](Vec3f at) { return at.z; });
  std::vector<Vec3f> bridged(places.size());
  for (size_t t = 0; t < places.size(); ++t) bridged[t] = {x[t], y[t], z[t]};
  return bridged;
}

// The room, turned about its vertical so that the video's camera looks along +y.
struct Room {
  Quaternion scene_from_cam, scene_from_world;

  explicit Room(const CameraPlacement& camera) {
    Vec3d ahead = Rotate(camera.world_from_cam, {0, 0, 1});
    // Where a camera looks straight down, what is above in its picture is ahead.
    if (std::hypot(ahead.x, ahead.y) < 1e-3) ahead = Rotate(camera.world_from_cam, {0, -1, 0});
    scene_from_world = FromAxisAngle({0, 0, 1}, std::atan2(ahead.x, ahead.y));
    scene_from_cam = scene_from_world * camera.world_from_cam;
  }
};

Vec3d AsDouble(Vec3f a) { return {a.x, a.y, a.z}; }
Vec3f AsFloat(Vec3d a) {
  return {static_cast<float>(a.x), static_cast<float>(a.y), static_cast<float>(a.z)};
}

// How high over the floor somebody's feet are drawn when they stand: a skeleton ends at the ankle,
// which is higher over the sole than the drawn limb is thick.
float GapUnderSoles(const Motion& motion, const Staging& staging, size_t p, const Body& body) {
  const PersonMotion& person = motion.people[p];
  std::vector<float> gaps;
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    if (!person.has_pose(t)) continue;
    if (person.feet_down.empty() || person.feet_down[static_cast<size_t>(t)] == 0) continue;
    const std::vector<Vec3f> joints = staging.JointsInWorld(motion, p, t);
    float lowest = std::numeric_limits<float>::infinity();
    for (size_t j = 0; j < joints.size(); ++j) {
      lowest = std::min(lowest, joints[j].z - body.radius_m(static_cast<int>(j)));
    }
    gaps.push_back(lowest);
  }
  // More than that is no matter of soles: a jump, a chair, or somebody on a step.
  constexpr float kMostGap_m = 0.12F;
  const float gap = gaps.empty() ? 0 : Median(std::move(gaps));
  return std::abs(gap) <= kMostGap_m ? gap : 0;
}

Staging StageRoom(const Motion& motion, const std::vector<Body>& bodies) {
  const Room room(*motion.camera);
  Staging staging{.world_from_cam = room.scene_from_cam};
  for (const PersonMotion& person : motion.people) {
    std::vector<Vec3f> roots(static_cast<size_t>(motion.frame_count), kNoJoint);
    for (size_t t = 0; t < std::min(roots.size(), person.root_in_cam.size()); ++t) {
      if (!IsFinite(person.root_in_cam[t])) continue;
      const Vec3d in_room = Rotate(motion.camera->world_from_cam, AsDouble(person.root_in_cam[t])) +
                            motion.camera->position_in_world;
      roots[t] = AsFloat(Rotate(room.scene_from_world, in_room));
    }
    staging.root_in_world.push_back(Bridged(roots));
  }
  for (size_t p = 0; p < bodies.size(); ++p) {
    const float gap = GapUnderSoles(motion, staging, p, bodies[p]);
    for (Vec3f& root : staging.root_in_world[p]) root.z -= gap;
  }
  return staging;
}

Staging StageOnFloor(const Motion& motion, const KeypointSequence* keypoints,
                     const std::vector<Body>& bodies) {
  Staging staging{.world_from_cam = WorldFromLevelCamera()};
  const auto frames = static_cast<size_t>(motion.frame_count);
  const size_t people = motion.people.size();
  for (size_t p = 0; p < people; ++p) {
    const PersonMotion& person = motion.people[p];
    const std::vector<float> heights = HeightsOf(person, motion, bodies[p]);
    std::vector<Vec3f> places = person.root_in_cam;
    double sigma_s = kRootSigma_s;
    if (places.empty() && AreSeveral(motion) && keypoints != nullptr &&
        p < keypoints->people.size()) {
      places = PlacesInPicture(person, motion, *keypoints, keypoints->people[p]);
      sigma_s = kPictureSigma_s;
    }
    const float side_by_side =
        (static_cast<float>(p) - 0.5F * (static_cast<float>(people) - 1)) * kPlainGap_m;
    std::vector<float> x(frames, side_by_side), y(frames, 0.0F);
    if (!places.empty()) {
      x = Path(places, sigma_s * FpsOf(motion), [](Vec3f root) { return root.x; });
      y = Path(places, sigma_s * FpsOf(motion), [](Vec3f root) { return root.z; });
    }
    std::vector<Vec3f> roots(frames);
    for (size_t t = 0; t < frames; ++t) roots[t] = {x[t], y[t], heights[t]};
    staging.root_in_world.push_back(std::move(roots));
  }
  return staging;
}

}  // namespace

std::vector<float> HeightsOverFloor(std::span<const float> reach_below_root_m, double fps) {
  const double dt = 1 / fps;
  std::vector<float> heights(reach_below_root_m.begin(), reach_below_root_m.end());
  double speed = 0;
  for (size_t t = 1; t < heights.size(); ++t) {
    const double falling = heights[t - 1] + speed * dt - 0.5 * kGravity_m_per_s2 * dt * dt;
    const bool in_air = speed != 0 && falling > reach_below_root_m[t];
    if (in_air) {
      heights[t] = static_cast<float>(falling);
      speed -= kGravity_m_per_s2 * dt;
    } else {
      const double rising = (reach_below_root_m[t] - reach_below_root_m[t - 1]) / dt;
      speed = rising < kPushOff_m_per_s ? 0 : std::min(rising, kFastestPushOff_m_per_s);
    }
  }
  return heights;
}

std::vector<Vec3f> Staging::JointsInWorld(const Motion& motion, size_t person, int64_t t) const {
  const auto joints_in_cam = motion.people[person].frame(t);
  const Vec3f root = root_in_world[person][static_cast<size_t>(t)];
  std::vector<Vec3f> joints;
  joints.reserve(joints_in_cam.size());
  for (const Vec3f& joint : joints_in_cam) {
    joints.push_back(root + AsFloat(Rotate(world_from_cam, AsDouble(joint))));
  }
  return joints;
}

Staging StageMotion(const Motion& motion, const KeypointSequence* keypoints,
                    const std::vector<Body>& bodies) {
  Staging staging =
      motion.camera ? StageRoom(motion, bodies) : StageOnFloor(motion, keypoints, bodies);
  AimAtPeople(motion, bodies, staging);
  return staging;
}

}  // namespace videopose
