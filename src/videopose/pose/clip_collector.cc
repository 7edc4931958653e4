// SPDX-License-Identifier: Apache-2.0

#include "videopose/pose/clip_collector.h"

#include <algorithm>

namespace videopose::internal {

ClipCollector::ClipCollector(const ClipInfo& clip, const std::vector<int>& ids)
    : keypoints_{.layout = clip.layout,
                 .fps = clip.fps,
                 .width_px = clip.width_px,
                 .height_px = clip.height_px},
      motion_{.skeleton = Human36m17(),
              .fps = clip.fps,
              .width_px = clip.width_px,
              .height_px = clip.height_px} {
  for (const int id : ids) PersonIndex(id);
}

void ClipCollector::Add(const PeopleInFrame& frame) {
  if (!first_index_) {
    first_index_ = frame.index;
    keypoints_.start_s = frame.time_s;
  }
  while (keypoints_.frame_count <= frame.index - *first_index_) AppendEmptyFrame();
  AddCamera(frame);
  motion_.grounding = frame.grounding;
  const int64_t t = keypoints_.frame_count - 1;
  for (const Person& person : frame.people) {
    const size_t at = PersonIndex(person.id);
    PersonKeypoints& keypoints = keypoints_.people[at];
    std::ranges::copy(person.keypoints, keypoints.frame(t).begin());
    if (!person.extra_points.empty()) {
      if (keypoints.extra_points.empty()) {
        keypoints.extra_points = {keypoints_.frame_count,
                                  static_cast<int>(person.extra_points.size())};
      }
      std::ranges::copy(person.extra_points, keypoints.extra_points.frame(t).begin());
    }
    AddPose(person, motion_.people[at]);
  }
}

void ClipCollector::AddCamera(const PeopleInFrame& frame) {
  std::vector<CameraView>& views = keypoints_.camera.views;
  const auto frames = static_cast<size_t>(keypoints_.frame_count);
  if (frame.begins_scene && frames > 1) {
    keypoints_.camera.cuts.push_back(keypoints_.frame_count - 1);
  }
  if (!frame.view && views.empty()) return;
  // Those before the first view are of a camera that stood still.
  views.resize(frames, views.empty() ? CameraView() : views.back());
  views.back() = frame.view.value_or(CameraView());
}

void ClipCollector::AddPose(const Person& person, PersonMotion& motion) const {
  const auto frames = static_cast<size_t>(motion_.frame_count);
  if (person.joints_in_cam.empty()) return;
  // Hands and feet, which follow, are of another skeleton.
  std::ranges::copy(std::span(person.joints_in_cam).first(Human36m17().joint_names.size()),
                    motion.frame(motion_.frame_count - 1).begin());
  if (!HasCamera(motion_.grounding) && !person.joints_in_world.empty()) {
    motion.root_in_world.resize(frames, kNoJoint);
    motion.root_in_world.back() = person.joints_in_world.front();
  }
  if (person.root_in_cam) {
    motion.root_in_cam.resize(frames, kNoJoint);
    motion.root_in_cam.back() = *person.root_in_cam;
  }
  if (person.feet_down != 0) {
    motion.feet_down.resize(frames);
    motion.feet_down.back() = person.feet_down;
  }
}

void ClipCollector::AppendEmptyFrame() {
  ++keypoints_.frame_count;
  ++motion_.frame_count;
  for (PersonKeypoints& person : keypoints_.people) {
    person.keypoints.ResizeFrames(keypoints_.frame_count);
    person.extra_points.ResizeFrames(keypoints_.frame_count);
  }
  for (PersonMotion& person : motion_.people) {
    person.joints_in_cam.ResizeFrames(motion_.frame_count, kNoJoint);
    if (!person.root_in_cam.empty()) person.root_in_cam.push_back(kNoJoint);
    if (!person.root_in_world.empty()) person.root_in_world.push_back(kNoJoint);
    if (!person.feet_down.empty()) person.feet_down.push_back(0);
  }
}

size_t ClipCollector::PersonIndex(int id) {
  const auto found = std::ranges::find(motion_.people, id, &PersonMotion::id);
  if (found != motion_.people.end()) {
    return static_cast<size_t>(found - motion_.people.begin());
  }
  keypoints_.people.push_back(
      {.id = id, .keypoints = {keypoints_.frame_count, keypoints_.joint_count()}});
  motion_.people.push_back(
      {.id = id, .joints_in_cam = {motion_.frame_count, motion_.joint_count(), kNoJoint}});
  return motion_.people.size() - 1;
}

}  // namespace videopose::internal

namespace videopose {

using namespace internal;

ClipInfo InfoOf(const KeypointSequence& keypoints) {
  return {.fps = keypoints.fps,
          .width_px = keypoints.width_px,
          .height_px = keypoints.height_px,
          .focal_px = keypoints.focal_px,
          .layout = keypoints.layout};
}

PeopleInFrame PeopleAt(const KeypointSequence& keypoints, int64_t t) {
  PeopleInFrame frame{.index = t,
                      .time_s = keypoints.fps > 0 ? static_cast<double>(t) / keypoints.fps : 0};
  for (const PersonKeypoints& person : keypoints.people) {
    const auto points = person.frame(t);
    if (!IsSeen(points)) continue;
    Person& seen = frame.people.emplace_back(
        Person{.id = person.id, .keypoints = {points.begin(), points.end()}});
    if (person.extra_points.empty()) continue;
    const auto extra = person.extra_points.frame(t);
    seen.extra_points.assign(extra.begin(), extra.end());
  }
  return frame;
}

}  // namespace videopose
