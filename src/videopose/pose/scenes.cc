// SPDX-License-Identifier: Apache-2.0

#include "videopose/pose/scenes.h"

#include <algorithm>
#include <stdexcept>

namespace videopose::internal {
namespace {

// Empty stays empty.
template <typename T>
std::vector<T> Cut(const std::vector<T>& values, FrameRange frames) {
  if (values.empty()) return {};
  return {values.begin() + frames.begin, values.begin() + frames.end};
}

template <typename T>
JointTrack<T> Cut(const JointTrack<T>& track, FrameRange frames) {
  if (track.empty()) return {};
  JointTrack<T> cut(frames.length(), track.joint_count());
  std::ranges::copy(
      track.values().subspan(static_cast<size_t>(frames.begin) * track.joint_count(), cut.size()),
      cut.begin());
  return cut;
}

template <typename T>
void Put(const std::vector<T>& part, int64_t begin, int64_t frame_count, const T& none,
         std::vector<T>& whole) {
  if (part.empty()) return;
  whole.resize(static_cast<size_t>(frame_count), none);
  std::ranges::copy(part, whole.begin() + begin);
}

}  // namespace

bool Walks(std::span<const CameraView> views) {
  return std::ranges::any_of(views,
                             [](const CameraView& view) { return view.place_in_first != Vec3d(); });
}

std::vector<FrameRange> ScenesOf(std::span<const int64_t> cuts, int64_t frame_count) {
  std::vector<FrameRange> scenes{{0, frame_count}};
  for (const int64_t cut : cuts) {
    if (cut <= scenes.back().begin || cut >= frame_count) continue;
    scenes.back().end = cut;
    scenes.push_back({cut, frame_count});
  }
  return scenes;
}

KeypointSequence SceneOf(const KeypointSequence& keypoints, FrameRange scene) {
  KeypointSequence cut = keypoints;
  cut.frame_count = scene.length();
  cut.camera.cuts.clear();
  cut.camera.views = Cut(keypoints.camera.views, scene);
  if (keypoints.fps > 0) cut.start_s += static_cast<double>(scene.begin) / keypoints.fps;
  for (PersonKeypoints& person : cut.people) {
    person.keypoints = Cut(person.keypoints, scene);
    person.extra_points = Cut(person.extra_points, scene);
  }
  std::erase_if(cut.people,
                [](const PersonKeypoints& person) { return SeenRanges(person).empty(); });
  return cut;
}

Motion SceneOf(const Motion& motion, FrameRange scene) {
  Motion cut = motion;
  cut.frame_count = scene.length();
  cut.cuts.clear();
  cut.camera_path = Cut(motion.camera_path, scene);
  if (!cut.camera_path.empty()) cut.camera = cut.camera_path.front();
  for (PersonMotion& person : cut.people) {
    person.joints_in_cam = Cut(person.joints_in_cam, scene);
    person.root_in_cam = Cut(person.root_in_cam, scene);
    person.root_in_world = Cut(person.root_in_world, scene);
    person.feet_down = Cut(person.feet_down, scene);
  }
  return cut;
}

void PutScene(const Motion& scene, int64_t begin, Motion& motion) {
  if (scene.people.size() != motion.people.size()) {
    throw std::invalid_argument("a scene of other people");
  }
  const int64_t frames = motion.frame_count;
  for (size_t p = 0; p < motion.people.size(); ++p) {
    const PersonMotion& part = scene.people[p];
    PersonMotion& person = motion.people[p];
    for (int64_t t = 0; t < scene.frame_count; ++t) {
      std::ranges::copy(part.frame(t), person.frame(begin + t).begin());
    }
    Put(part.root_in_cam, begin, frames, kNoJoint, person.root_in_cam);
    Put(part.root_in_world, begin, frames, kNoJoint, person.root_in_world);
    Put(part.feet_down, begin, frames, uint8_t{0}, person.feet_down);
    if (part.own_floor_m) person.own_floor_m = part.own_floor_m;
  }
}

}  // namespace videopose::internal
