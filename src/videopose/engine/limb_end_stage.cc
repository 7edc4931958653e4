// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/limb_end_stage.h"

#include <span>
#include <utility>

#include "videopose/base/gaps.h"
#include "videopose/geometry/align.h"

namespace videopose::internal {
namespace {

std::span<const float> Coordinates(const std::vector<Vec3f>& points) {
  return {&points.front().x, 3 * points.size()};
}

}  // namespace

void LimbEndStage::Push(PeopleInFrame frame, std::vector<PeopleInFrame>& out) {
  std::erase_if(tracks_, [&](const auto& track) {
    return static_cast<double>(frame.index - track.second.index) > kLongestGap_s * fps_;
  });
  for (Person& person : frame.people) {
    if (!person.joints_in_cam.empty()) Complete(frame.index, person);
  }
  out.push_back(std::move(frame));
}

void LimbEndStage::Complete(int64_t index, Person& person) {
  Track& track = tracks_.try_emplace(person.id, Track{LimbEndTracker(fps_)}).first->second;
  track.index = index;
  SeenBody body{.joints_in_cam = person.joints_in_cam,
                .root_in_cam = person.root_in_cam,
                .points = person.extra_points,
                .feet_down = person.feet_down};
  // However the person was put in the world, it was by a similarity.
  Similarity world_from_cam;
  const bool is_in_world = person.joints_in_world.size() == person.joints_in_cam.size();
  if (is_in_world) {
    world_from_cam =
        AlignSimilarity(Coordinates(person.joints_in_cam), Coordinates(person.joints_in_world));
    body.up_in_cam = Rotate(Inverse(world_from_cam.b_from_a), {0, 0, 1});
  }
  std::vector<Vec3f> joints = track.tracker.Push(body, lens_);
  for (size_t j = person.joints_in_world.size(); is_in_world && j < joints.size(); ++j) {
    person.joints_in_world.push_back(Apply(world_from_cam, joints[j].Cast<double>()).Cast<float>());
  }
  person.joints_in_cam = std::move(joints);
}

}  // namespace videopose::internal
