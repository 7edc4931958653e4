#include "videopose/engine/ground_stage.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "videopose/ground/world.h"
#include "videopose/pose/clip_collector.h"

namespace videopose {

void GroundStage::Push(PeopleInFrame frame, std::vector<PeopleInFrame>& out) {
  if (live_) {
    live_->Place(frame);
    out.push_back(std::move(frame));
  } else {
    frames_.push_back(std::move(frame));
  }
}

void GroundStage::Flush(std::vector<PeopleInFrame>& out) {
  if (frames_.empty()) return;
  ClipCollector clip(clip_, ids_);
  for (const PeopleInFrame& frame : frames_) clip.Add(frame);
  Motion motion = clip.TakeMotion();
  PlaceInRoom(clip.keypoints(), options_, motion);
  camera_ = motion.camera;
  for (const PersonMotion& placed : motion.people) {
    const JointTrack<Vec3f> world =
        motion.camera ? JointsInWorld(motion, placed) : JointTrack<Vec3f>();
    for (PeopleInFrame& frame : frames_) {
      const auto person = std::ranges::find(frame.people, placed.id, &Person::id);
      const int64_t t = frame.index - frames_.front().index;
      if (person == frame.people.end() || !placed.has_pose(t)) continue;
      const auto at = static_cast<size_t>(t);
      person->joints_in_cam.assign(placed.frame(t).begin(), placed.frame(t).end());
      person->root_in_cam.reset();
      if (!placed.root_in_cam.empty()) person->root_in_cam = placed.root_in_cam[at];
      if (!placed.feet_down.empty()) person->feet_down = placed.feet_down[at];
      if (!world.empty()) {
        person->joints_in_world.assign(world.frame(t).begin(), world.frame(t).end());
      }
    }
  }
  std::ranges::move(frames_, std::back_inserter(out));
  frames_.clear();
}

}  // namespace videopose
