// SPDX-License-Identifier: Apache-2.0

#include "videopose/onnx/keypoint_follower.h"

#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/detect/appearance.h"
#include "videopose/import/detections.h"
#include "videopose/track/observation.h"

namespace videopose::internal {
namespace {

float MeanScore(std::span<const Keypoint> points) {
  float sum = 0;
  for (const Keypoint& point : points) sum += point.score;
  return sum / static_cast<float>(points.size());
}

}  // namespace

void KeypointFollower::CheckPoints(std::span<const Keypoint> points) {
  if (mapping_) {
    if (mapping_->points == points.size()) return;
    Fail(ErrorCode::kMismatch, {.option = "layout"}, "{}: {} points of one person, {} of another",
         what_, mapping_->points, points.size());
  }
  Detections detections;
  detections.found.push_back({.points = {points.begin(), points.end()}});
  const ChosenLayout layout = ChooseLayout(detections, layout_, what_);
  mapping_.emplace(Mapping{CocoMapping(layout, what_), LimbEndMapping(layout), points.size()});
}

DetectedPerson KeypointFollower::PersonFrom(const Image& frame, std::span<const Keypoint> points) {
  CheckPoints(points);
  DetectedPerson person;
  person.keypoints.resize(static_cast<size_t>(Coco17().joint_count()));
  const std::vector<Keypoint> all(points.begin(), points.end());
  mapping_->coco.Map(all, person.keypoints);
  if (!mapping_->limb_ends.empty()) {
    person.extra_points.resize(kLandmarks);
    mapping_->limb_ends.Map(all, person.keypoints, person.extra_points);
  }
  person.presence = MeanScore(person.keypoints);
  person.appearance = AppearanceOf(frame, person.keypoints);
  return person;
}

std::vector<DetectedPerson> KeypointFollower::Follow(std::vector<DetectedPerson> people,
                                                     std::span<const BodyBox> boxes,
                                                     double time_s) {
  VP_CHECK(people.size() == boxes.size(), "{} people, {} boxes", people.size(), boxes.size());
  std::vector<Observation> seen;
  for (size_t i = 0; i < people.size(); ++i) {
    // Points' scores say how well a point is seen, of detectors each on a scale of its own. Where
    // BlazePose doubts that something is a person, these leave it out.
    people[i].presence = 1;
    seen.push_back({.keypoints = people[i].keypoints,
                    .box = boxes[i],
                    .presence = people[i].presence,
                    .appearance = people[i].appearance});
  }
  const std::vector<int> ids = tracker_.Update(time_s, seen);
  for (size_t i = 0; i < people.size(); ++i) people[i].track_id = ids[i];
  std::erase_if(people, [](const DetectedPerson& person) { return person.track_id == 0; });
  return people;
}

void KeypointFollower::StartScene() {
  std::vector<int> ids;
  for (const Track& track : tracker_.tracks()) ids.push_back(track.id);
  for (const int id : ids) tracker_.Drop(id);
}

FinderDetector::FinderDetector(KeypointFinder finder)
    : finder_(std::move(finder)), follower_(finder_.layout, "the detector") {
  VP_CHECK(finder_.find, "a finder of keypoints that is no function");
}

std::vector<DetectedPerson> FinderDetector::Detect(const Image& frame, double time_s) {
  std::vector<DetectedPerson> people;
  std::vector<BodyBox> boxes;
  for (std::vector<Keypoint>& points : finder_.find(frame, time_s)) {
    for (Keypoint& point : points) point = UsablePoint(point.x_px, point.y_px, point.score);
    if (!IsSeen(points)) continue;
    people.push_back(follower_.PersonFrom(frame, points));
    boxes.push_back(BoxAround(std::span<const Keypoint>(points)));
  }
  return follower_.Follow(std::move(people), boxes, time_s);
}

}  // namespace videopose::internal
