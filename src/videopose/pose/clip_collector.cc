#include "videopose/pose/clip_collector.h"

#include <algorithm>

#include "videopose/base/check.h"

namespace videopose {

ClipCollector::ClipCollector(int width_px, int height_px, double fps, const KeypointLayout& layout,
                             const Skeleton& skeleton)
    : keypoints_{.layout = layout, .fps = fps, .width_px = width_px, .height_px = height_px},
      motion_{.skeleton = skeleton, .fps = fps, .width_px = width_px, .height_px = height_px} {}

void ClipCollector::Add(const PeopleInFrame& frame) {
  if (!first_index_) {
    first_index_ = frame.index;
    keypoints_.start_s = frame.time_s;
  }
  VP_CHECK(frame.index - *first_index_ >= keypoints_.frame_count, "frame {} after {}", frame.index,
           *first_index_ + keypoints_.frame_count - 1);
  while (keypoints_.frame_count <= frame.index - *first_index_) AppendEmptyFrame();
  const int64_t t = keypoints_.frame_count - 1;
  for (const Person& person : frame.people) {
    const size_t at = PersonIndex(person.id);
    std::ranges::copy(person.keypoints, keypoints_.people[at].frame(t).begin());
    if (person.joints_in_cam.empty()) continue;
    PersonMotion& motion = motion_.people[at];
    std::ranges::copy(person.joints_in_cam, motion.frame(t).begin());
    if (!person.root_in_cam) continue;
    motion.root_in_cam.resize(static_cast<size_t>(motion_.frame_count), kNoJoint);
    motion.root_in_cam.back() = *person.root_in_cam;
  }
}

void ClipCollector::AppendEmptyFrame() {
  ++keypoints_.frame_count;
  ++motion_.frame_count;
  for (PersonKeypoints& person : keypoints_.people) {
    person.keypoints.ResizeFrames(keypoints_.frame_count);
  }
  for (PersonMotion& person : motion_.people) {
    person.joints_in_cam.ResizeFrames(motion_.frame_count, kNoJoint);
    if (!person.root_in_cam.empty()) person.root_in_cam.push_back(kNoJoint);
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

}  // namespace videopose
