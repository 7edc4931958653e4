// SPDX-License-Identifier: Apache-2.0

// Kinetics-skeleton, as ST-GCN and its kin read it: {"data": [{"frame_index": 1, "skeleton":
// [{"pose": [x, y, x, y, ...], "score": [...]}]}], "label"}; OpenPose's 18 points as parts of the
// image.

#include "videopose/base/error.h"
#include "videopose/import/json_input.h"
#include "videopose/import/readers.h"

namespace videopose::internal {

using nlohmann::json;

MaybeDetections ReadKinetics(const json& root, const std::string& what) {
  const json* frames = Member(root, "data");
  if (frames == nullptr || !frames->is_array() || frames->empty() ||
      Member(frames->front(), "skeleton") == nullptr) {
    return std::nullopt;
  }
  Detections detections{
      .format = "Kinetics-skeleton JSON", .numbering = FrameNumbering::kFrames, .counts_from = 1};
  int64_t index = 0;
  for (const json& frame : *frames) {
    const int64_t number = WholeNumberOf(Member(frame, "frame_index")).value_or(index);
    if (index++ == 0) detections.first_frame = number;
    const json* people = Member(frame, "skeleton");
    if (people == nullptr || !people->is_array()) {
      Fail("{}: frame {}: no list called skeleton, but {}", what, number, Describe(frame));
    }
    for (const json& person : *people) {
      const json* pose = Member(person, "pose");
      const json* scores = Member(person, "score");
      if (pose == nullptr || !pose->is_array() || scores == nullptr || !scores->is_array() ||
          pose->size() != 2 * scores->size()) {
        Fail("{}: frame {}: expected pose (x, y, ...) and score, found {}", what, number,
             Describe(person));
      }
      Detection detection{.frame = number, .points = {}};
      for (size_t j = 0; j < scores->size(); ++j) {
        detection.points.push_back(UsablePoint(
            NumberOf((*pose)[2 * j]), NumberOf((*pose)[2 * j + 1]), NumberOf((*scores)[j])));
      }
      detections.found.push_back(std::move(detection));
    }
  }
  return detections;
}

}  // namespace videopose::internal
