// SPDX-License-Identifier: Apache-2.0

// OpenPose: one JSON object a frame, {"people": [{"pose_keypoints_2d": [x, y, score, ...]}]}.
// RTMPose and others write it, too. Points that were not detected are 0, 0, 0; people may have no
// points at all. Also AlphaPose's imitations of it: {"1.jpg": {"bodies": [{"joints": [...]}]},
// ...}.

#include "videopose/base/error.h"
#include "videopose/import/frame_numbers.h"
#include "videopose/import/json_input.h"
#include "videopose/import/readers.h"

namespace videopose::internal {
namespace {

using nlohmann::json;

const json* PeopleInOpenPoseFrame(const json& frame) {
  const json* people = Member(frame, "people");
  if (people != nullptr && people->is_array()) return people;
  people = Member(frame, "bodies");
  const bool is_imitation = people != nullptr && people->is_array() &&
                            (people->empty() || Member(people->front(), "joints") != nullptr);
  return is_imitation ? people : nullptr;
}

void AddFrame(const json& people, int64_t frame, const std::string& what, Detections& detections) {
  for (const json& person : people) {
    const json* numbers = AnyMember(person, {"pose_keypoints_2d", "pose_keypoints", "joints"});
    if (numbers == nullptr || numbers->empty()) continue;
    Detection detection{.frame = frame, .points = FlatPoints(*numbers, what)};
    for (Keypoint& point : detection.points) {
      // Points on the image's first row or column were not detected: 0 stands for that.
      if (point.x_px == 0 || point.y_px == 0) point = {};
    }
    const auto id = WholeNumberOf(Member(person, "person_id"));
    if (id && *id >= 0) detection.track_id = id;
    detections.found.push_back(std::move(detection));
  }
}

}  // namespace

MaybeDetections ReadOpenPose(const json& root, const std::string& what) {
  Detections detections{.format = "OpenPose JSON"};
  detections.first_frame = 0;
  if (const json* people = PeopleInOpenPoseFrame(root)) {
    detections.frame_count = 1;
    AddFrame(*people, 0, what, detections);
    return detections;
  }
  // All frames in one document: a list of them, or an object by the images' names.
  if (!root.is_structured() || root.empty() || PeopleInOpenPoseFrame(root.front()) == nullptr) {
    return std::nullopt;
  }
  std::vector<std::string> names;
  if (root.is_object()) {
    for (const auto& [name, unused] : root.items()) names.push_back(name);
  } else {
    for (size_t i = 0; i < root.size(); ++i) names.push_back(std::to_string(i));
  }
  const std::vector<int64_t> frames = FrameNumbers(names);
  detections.first_frame = *std::min_element(frames.begin(), frames.end());
  if (root.is_object()) {
    const bool is_video = AreAlphaPoseFrames(names);
    detections.numbering = is_video ? FrameNumbering::kFrames : FrameNumbering::kNames;
    if (is_video) detections.counts_from = 0;
    detections.named_frames = std::ssize(names);
  }
  detections.frame_count =
      *std::max_element(frames.begin(), frames.end()) + 1 - *detections.first_frame;
  size_t next = 0;
  for (const json& frame : root) {
    const json* people = PeopleInOpenPoseFrame(frame);
    if (people == nullptr) {
      Fail("{}: {}: expected OpenPose's people, found {}", what, names[next], Describe(frame));
    }
    AddFrame(*people, frames[next++], what, detections);
  }
  return detections;
}

}  // namespace videopose::internal
