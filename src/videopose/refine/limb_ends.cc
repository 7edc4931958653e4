// SPDX-License-Identifier: Apache-2.0

#include "videopose/refine/limb_ends.h"

#include <algorithm>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/base/statistics.h"
#include "videopose/geometry/clip_lens.h"
#include "videopose/geometry/rotation_vector.h"

namespace videopose::internal {
namespace {

constexpr double kBoneMemory_s = 2;

double BoneLength_m(const LimbEnd& end, std::span<const Vec3f> joints) {
  return Norm(joints[static_cast<size_t>(end.base)] - joints[static_cast<size_t>(end.middle)]);
}

// The points of hands and feet, relative to the root.
void Place(const LimbEndTracker::Lengths_m& bones, const LimbEndTracker::Rotations& cam_from_end,
           std::span<Vec3f> joints_in_cam) {
  for (size_t e = 0; e < kLimbEndCount; ++e) {
    const LimbEnd& end = LimbEnds()[e];
    const Vec3d base = joints_in_cam[static_cast<size_t>(end.base)].Cast<double>();
    for (const EndPoint& point : end.points) {
      joints_in_cam[static_cast<size_t>(point.joint)] =
          (base + Rotate(cam_from_end[e], bones[e] * point.at)).Cast<float>();
    }
  }
}

// What saw the clip: cameras, or where those are not known a level one.
class Viewers {
 public:
  Viewers(const Motion& motion, const KeypointSequence& keypoints)
      : motion_(motion),
        plain_(ClipLens(keypoints.focal_px, keypoints.width_px, keypoints.height_px)) {}

  const Lens& lens(int64_t t) const {
    const bool is_known = motion_.camera && motion_.camera->lens.width_px > 0;
    return is_known ? motion_.camera_at(t).lens : plain_;
  }
  Vec3d up_in_cam(int64_t t) const {
    if (!motion_.camera) return SeenBody().up_in_cam;
    constexpr Vec3d kUpInWorld{0, 0, 1};
    return Rotate(Inverse(motion_.camera_at(t).world_from_cam.rotation), kUpInWorld);
  }

 private:
  const Motion& motion_;
  Lens plain_;
};

// One person of a clip.
class PersonEnds {
 public:
  PersonEnds(const Motion& motion, const PersonMotion& person, const PersonKeypoints* seen,
             const Viewers& viewers)
      : motion_(motion), person_(person), viewers_(viewers) {
    if (seen != nullptr && seen->extra_points.joint_count() == BlazePose33().joint_count()) {
      seen_ = seen;
    }
  }

  void Fit(JointTrack<Vec3f>& joints_in_cam) const {
    const LimbEndTracker::Lengths_m bones = MedianLengths();
    const int64_t count = motion_.frame_count;
    std::vector<LimbEndTracker::Rotations> forwards(static_cast<size_t>(count));
    LimbEndTracker tracker(motion_.fps, bones), back(motion_.fps, bones);
    for (int64_t t = 0; t < count; ++t) {
      if (const auto* fitted = FitFrame(t, tracker)) forwards[static_cast<size_t>(t)] = *fitted;
    }
    for (int64_t t = count - 1; t >= 0; --t) {
      const auto* after = FitFrame(t, back);
      if (after == nullptr) continue;
      LimbEndTracker::Rotations& both = forwards[static_cast<size_t>(t)];
      for (size_t e = 0; e < kLimbEndCount; ++e) both[e] = Between(both[e], (*after)[e], 0.5);
      Place(bones, both, joints_in_cam.frame(t));
    }
  }

 private:
  LimbEndTracker::Lengths_m MedianLengths() const {
    LimbEndTracker::Lengths_m bones{};
    for (size_t e = 0; e < kLimbEndCount; ++e) {
      std::vector<double> lengths_m;
      for (int64_t t = 0; t < motion_.frame_count; ++t) {
        if (person_.has_pose(t)) {
          lengths_m.push_back(BoneLength_m(LimbEnds()[e], person_.frame(t)));
        }
      }
      if (!lengths_m.empty()) bones[e] = Median(std::move(lengths_m));
    }
    return bones;
  }

  // Null without a pose.
  const LimbEndTracker::Rotations* FitFrame(int64_t t, LimbEndTracker& tracker) const {
    if (!person_.has_pose(t)) {
      tracker.Forget();
      return nullptr;
    }
    const auto at = static_cast<size_t>(t);
    SeenBody body{.joints_in_cam = person_.frame(t), .up_in_cam = viewers_.up_in_cam(t)};
    if (at < person_.root_in_cam.size() && IsFinite(person_.root_in_cam[at])) {
      body.root_in_cam = person_.root_in_cam[at];
    }
    if (seen_ != nullptr) body.points = seen_->extra_points.frame(t);
    if (at < person_.feet_down.size()) body.feet_down = person_.feet_down[at];
    return &tracker.Follow(body, viewers_.lens(t));
  }

  const Motion& motion_;
  const PersonMotion& person_;
  const PersonKeypoints* seen_ = nullptr;
  const Viewers& viewers_;
};

}  // namespace

bool HasHandsAndFeet(const KeypointSequence& keypoints) {
  return std::ranges::any_of(keypoints.people, [](const PersonKeypoints& person) {
    return person.extra_points.joint_count() == BlazePose33().joint_count();
  });
}

Motion WithHandsAndFeet(const Motion& motion, const KeypointSequence& keypoints) {
  if (!(motion.skeleton == Human36m17())) {
    Fail(ErrorCode::kMismatch, "hands and feet are put on the joints of Human3.6M; '{}' is another",
         motion.skeleton.name);
  }
  VP_CHECK(keypoints.frame_count == motion.frame_count, "{} frames of keypoints, {} of poses",
           keypoints.frame_count, motion.frame_count);
  VP_CHECK(motion.fps > 0, "a motion at {} frames per second", motion.fps);
  const Viewers viewers(motion, keypoints);
  Motion whole = motion;
  whole.skeleton = Body25();
  for (size_t p = 0; p < motion.people.size(); ++p) {
    const PersonMotion& person = motion.people[p];
    JointTrack<Vec3f>& joints = whole.people[p].joints_in_cam;
    joints = {motion.frame_count, Body25().joint_count(), kNoJoint};
    for (int64_t t = 0; t < motion.frame_count; ++t) {
      std::ranges::copy(person.frame(t), joints.frame(t).begin());
    }
    const auto seen = std::ranges::find(keypoints.people, person.id, &PersonKeypoints::id);
    PersonEnds(motion, person, seen == keypoints.people.end() ? nullptr : &*seen, viewers)
        .Fit(joints);
  }
  return whole;
}

const LimbEndTracker::Rotations& LimbEndTracker::Follow(const SeenBody& body, const Lens& lens) {
  ++frames_;
  const double share = 1 / std::min(static_cast<double>(frames_), kBoneMemory_s * fps_);
  Rotations now;
  for (size_t e = 0; e < kLimbEndCount; ++e) {
    const LimbEnd& end = LimbEnds()[e];
    if (!are_bones_known_) {
      bones_[e] += share * (BoneLength_m(end, body.joints_in_cam) - bones_[e]);
    }
    const auto before = rotations_ ? std::optional((*rotations_)[e]) : std::nullopt;
    now[e] = FitLimbEnd(end, body, lens, bones_[e], fps_, before);
  }
  return rotations_.emplace(now);
}

std::vector<Vec3f> LimbEndTracker::Push(const SeenBody& body, const Lens& lens) {
  std::vector<Vec3f> joints(body.joints_in_cam.begin(), body.joints_in_cam.end());
  joints.resize(static_cast<size_t>(Body25().joint_count()));
  const Rotations& rotations = Follow(body, lens);
  Place(bones_, rotations, joints);
  return joints;
}

}  // namespace videopose::internal
