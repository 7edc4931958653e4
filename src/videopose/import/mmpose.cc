// SPDX-License-Identifier: Apache-2.0

// MMPose: of a video [{"frame_id", "instances": [...]}] (from 0), or {"meta_info", "instance_info":
// that list} of its demo scripts (from 1); of an image the list of instances alone. An instance is
// {"keypoints": [[x, y], ...], "keypoint_scores": [...], "bbox", "bbox_score"}.

#include "videopose/base/error.h"
#include "videopose/import/json_input.h"
#include "videopose/import/readers.h"

namespace videopose::internal {
namespace {

using nlohmann::json;

bool IsInstance(const json& value) {
  return Member(value, "keypoints") != nullptr && Member(value, "keypoint_scores") != nullptr;
}

Detection ReadInstance(const json& instance, int64_t frame, const std::string& what) {
  const json* keypoints = Member(instance, "keypoints");
  const json* keypoint_scores = Member(instance, "keypoint_scores");
  if (keypoints == nullptr || keypoint_scores == nullptr) {
    Fail("{}: frame {}: expected keypoints and keypoint_scores, found {}", what, frame,
         Describe(instance));
  }
  const json &places = Unwrapped(*keypoints), &scores = Unwrapped(*keypoint_scores);
  if (!places.is_array() || !scores.is_array() || places.size() != scores.size()) {
    Fail("{}: frame {}: expected a score for each keypoint, found {} for {}", what, frame,
         Describe(scores), Describe(places));
  }
  Detection detection{.frame = frame,
                      .track_id = WholeNumberOf(AnyMember(instance, {"track_id", "instance_id"})),
                      .points = {}};
  for (size_t i = 0; i < places.size(); ++i) {
    const json& place = places[i];
    if (!place.is_array() || place.size() < 2) {
      Fail("{}: frame {}: expected x and y, found {}", what, frame, Describe(place));
    }
    detection.points.push_back(
        UsablePoint(NumberOf(place[0]), NumberOf(place[1]), NumberOf(scores[i])));
  }
  return detection;
}

void ReadNames(const json* meta, Detections& detections) {
  const json* names = meta == nullptr ? nullptr : Member(*meta, "keypoint_id2name");
  for (size_t i = 0; names != nullptr && i < names->size(); ++i) {
    const json* name = Member(*names, std::to_string(i));
    detections.joint_names.push_back(name != nullptr && name->is_string() ? name->get<std::string>()
                                                                          : "");
  }
}

}  // namespace

MaybeDetections ReadMmpose(const json& root, const std::string& what) {
  const json* frames = Member(root, "instance_info");
  if (frames == nullptr) frames = &root;
  if (!frames->is_array() || frames->empty()) return std::nullopt;
  Detections detections{.format = "MMPose predictions"};
  ReadNames(Member(root, "meta_info"), detections);
  if (IsInstance(frames->front())) {
    detections.first_frame = 0;
    detections.frame_count = 1;
    for (const json& instance : *frames) {
      detections.found.push_back(ReadInstance(instance, 0, what));
    }
    return detections;
  }
  if (Member(frames->front(), "instances") == nullptr) return std::nullopt;
  int64_t first = INT64_MAX, last = 0;
  for (const json& frame : *frames) {
    const json* instances = Member(frame, "instances");
    const auto number = WholeNumberOf(Member(frame, "frame_id"));
    if (instances == nullptr || !instances->is_array() || !number) {
      Fail("{}: expected frame_id and instances of each frame, found {}", what, Describe(frame));
    }
    first = std::min(first, *number);
    last = std::max(last, *number);
    for (const json& instance : *instances) {
      detections.found.push_back(ReadInstance(instance, *number, what));
    }
  }
  detections.numbering = FrameNumbering::kFrames;
  detections.counts_from = frames == &root ? 0 : 1;
  detections.first_frame = first;
  detections.frame_count = last - first + 1;
  return detections;
}

}  // namespace videopose::internal
