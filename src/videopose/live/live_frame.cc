#include "videopose/live/live_frame.h"

#include <algorithm>

namespace videopose {

PeopleInFrame PeopleOf(const LiveResult& result) {
  PeopleInFrame frame{
      .index = result.frame.index, .time_s = result.frame.time_s, .grounding = result.grounding};
  for (const LivePerson& from : result.people) {
    Person& person = frame.people.emplace_back(Person{.id = from.id});
    person.keypoints.assign(from.keypoints.begin(), from.keypoints.end());
    if (from.joints_in_cam) {
      person.joints_in_cam.assign(from.joints_in_cam->begin(), from.joints_in_cam->end());
    }
    person.root_in_cam = from.root_in_cam;
    if (from.joints_in_world) {
      person.joints_in_world.assign(from.joints_in_world->begin(), from.joints_in_world->end());
    }
  }
  return frame;
}

void TakeGround(const PeopleInFrame& frame, LiveResult& result) {
  result.grounding = frame.grounding;
  for (size_t p = 0; p < result.people.size(); ++p) {
    const Person& from = frame.people[p];
    LivePerson& person = result.people[p];
    person.root_in_cam = from.root_in_cam;
    if (from.joints_in_world.empty()) continue;
    std::ranges::copy(from.joints_in_world, person.joints_in_world.emplace().begin());
  }
}

}  // namespace videopose
