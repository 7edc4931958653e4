#include "videopose/live/clip_collector.h"

#include <algorithm>

namespace videopose {

ClipCollector::ClipCollector(int width_px, int height_px, double fps)
    : keypoints_{.layout = Coco17(), .fps = fps, .width_px = width_px, .height_px = height_px},
      motion_{.skeleton = Human36m17(), .fps = fps, .width_px = width_px, .height_px = height_px} {}

void ClipCollector::Add(const LiveResult& result) {
  if (!first_index_) {
    first_index_ = result.frame.index;
    keypoints_.start_s = result.frame.time_s;
  }
  while (keypoints_.frame_count <= result.frame.index - *first_index_) AppendEmptyFrame();
  const int64_t frame = keypoints_.frame_count - 1;
  for (const LivePerson& person : result.people) {
    const size_t at = PersonIndex(person.id);
    std::copy(person.keypoints.begin(), person.keypoints.end(),
              keypoints_.people[at].frame(frame).begin());
    if (!person.joints_in_cam) continue;
    PersonMotion& motion = motion_.people[at];
    std::copy(person.joints_in_cam->begin(), person.joints_in_cam->end(),
              motion.frame(frame).begin());
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
  const auto found = std::find_if(motion_.people.begin(), motion_.people.end(),
                                  [id](const PersonMotion& person) { return person.id == id; });
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
