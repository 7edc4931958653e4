// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/marker_motion.h"

#include <algorithm>
#include <cctype>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/ground/world.h"
#include "videopose/motion_files/c3d.h"
#include "videopose/motion_files/trc.h"
#include "videopose/pose/largest_skeleton.h"

namespace videopose::internal {
namespace {

constexpr float kMillimetres = 1000;
constexpr int kNominalSize_px = 1000;

Vec3f Rotated(const Quaternion& b_from_a, Vec3f v) {
  const Vec3d r = Rotate(b_from_a, {v.x, v.y, v.z});
  return r.Cast<float>();
}

}  // namespace

std::string MarkerLabel(std::string_view joint_name) {
  std::string label;
  for (const auto& [side, letter] : {std::pair("left_", 'L'), std::pair("right_", 'R')}) {
    if (!joint_name.starts_with(side)) continue;
    label += letter;
    joint_name.remove_prefix(std::string_view(side).size());
  }
  bool starts_word = true;
  for (const char c : joint_name) {
    if (c != '_') {
      label += starts_word ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    }
    starts_word = c == '_';
  }
  return label;
}

MarkerTrial MarkersOf(const Motion& motion, const PersonMotion& person) {
  MarkerTrial trial{.rate_hz = motion.fps, .units = "mm"};
  for (const std::string& joint : motion.skeleton.joint_names) {
    trial.labels.push_back(MarkerLabel(joint));
  }
  trial.points = Tensor({motion.frame_count, motion.joint_count(), 3});
  float* out = trial.points.data();
  for (const Vec3f& joint : JointsInWorld(motion, person)) {
    *out++ = kMillimetres * joint.x;
    *out++ = kMillimetres * joint.z;
    *out++ = -kMillimetres * joint.y;
  }
  return trial;
}

Motion MotionOfMarkers(const MarkerTrial& trial, std::string_view what) {
  const Skeleton& skeleton = LargestSkeleton([&](const std::string& joint) {
    return std::ranges::find(trial.labels, MarkerLabel(joint)) != trial.labels.end();
  });
  const auto scale = static_cast<float>(1 / UnitsInMetre(trial, what));
  std::vector<int64_t> markers;
  for (const std::string& joint : skeleton.joint_names) {
    const auto found = std::find(trial.labels.begin(), trial.labels.end(), MarkerLabel(joint));
    if (found == trial.labels.end()) {
      Fail("{}: no marker '{}'; expected the {} joints that videopose writes", what,
           MarkerLabel(joint), skeleton.joint_count());
    }
    markers.push_back(found - trial.labels.begin());
  }
  std::vector<Vec3f> joints;
  for (int64_t t = 0; t < trial.points.dim(0); ++t) {
    for (const int64_t marker : markers) {
      const float* p = trial.points.data() + 3 * (t * trial.points.dim(1) + marker);
      joints.push_back({scale * p[0], -scale * p[2], scale * p[1]});
    }
  }
  return MotionInWorld(skeleton, trial.rate_hz, {{std::move(joints), skeleton.joint_count()}});
}

Motion MotionInWorld(const Skeleton& skeleton, double fps,
                     const std::vector<JointTrack<Vec3f>>& joints_in_world) {
  Motion motion{
      .skeleton = skeleton, .fps = fps, .width_px = kNominalSize_px, .height_px = kNominalSize_px};
  motion.camera = Camera{PlainLens(kNominalSize_px, kNominalSize_px, kNominalSize_px),
                         {WorldFromLevelCamera(), {}}};
  const Quaternion cam_from_world = Inverse(WorldFromLevelCamera());
  for (const JointTrack<Vec3f>& joints : joints_in_world) {
    motion.frame_count = joints.frame_count();
    PersonMotion person{.id = static_cast<int>(motion.people.size()) + 1, .joints_in_cam = joints};
    for (int64_t t = 0; t < motion.frame_count; ++t) {
      const Vec3f root = joints.at(t, 0);
      person.root_in_cam.push_back(Rotated(cam_from_world, root));
      for (Vec3f& joint : person.frame(t)) joint = Rotated(cam_from_world, joint - root);
    }
    motion.people.push_back(std::move(person));
  }
  return motion;
}

void WriteTrcMotion(const std::filesystem::path& path, const Motion& motion,
                    const PersonMotion& person) {
  WriteTrc(path, MarkersOf(motion, person));
}

void WriteC3dMotion(const std::filesystem::path& path, const Motion& motion,
                    const PersonMotion& person) {
  WriteC3d(path, MarkersOf(motion, person), true);
}

}  // namespace videopose::internal
