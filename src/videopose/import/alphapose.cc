// SPDX-License-Identifier: Apache-2.0

// AlphaPose: a list of {"image_id": "12.jpg", "keypoints": [x, y, score, ...], "score", "box",
// "idx"}. Frames without people are left out. "idx" is the tracker's number, as it is or in a list;
// without a tracker all have the same, or none. What its tracker writes for display
// (alphapose-results-forvis-tracked.json) is an object of such lists by image, without image_id.

#include <algorithm>

#include "videopose/base/error.h"
#include "videopose/import/frame_numbers.h"
#include "videopose/import/json_input.h"
#include "videopose/import/readers.h"

namespace videopose::internal {
namespace {

using nlohmann::json;

// The list that it would be without `forvis`; null for something else.
json ListFromForvis(const json& root) {
  json list = json::array();
  for (const auto& [image, people] : root.items()) {
    if (!people.is_array()) return nullptr;
    for (const json& person : people) {
      const json* points = Member(person, "keypoints");
      if (points == nullptr || !points->is_array()) return nullptr;
      list.push_back(person);
      list.back()["image_id"] = image;
    }
  }
  return list.empty() ? json(nullptr) : list;
}

}  // namespace

MaybeDetections ReadAlphaPose(const json& root, const std::string& what) {
  if (root.is_object()) {
    const json list = ListFromForvis(root);
    return list.is_null() ? std::nullopt : ReadAlphaPose(list, what);
  }
  if (!root.is_array() || root.empty()) return std::nullopt;
  const json& first = root.front();
  const json* image = Member(first, "image_id");
  const json* points = Member(first, "keypoints");
  if (image == nullptr || points == nullptr || !points->is_array()) return std::nullopt;
  // COCO's results are the same with numbered images and without a tracker's number or a box.
  if (!image->is_string() && AnyMember(first, {"idx", "box"}) == nullptr) return std::nullopt;

  Detections detections{.format = "AlphaPose JSON"};
  std::vector<std::string> images;
  for (const json& entry : root) {
    const json* name = Member(entry, "image_id");
    const json* numbers = Member(entry, "keypoints");
    if (name == nullptr || numbers == nullptr) {
      Fail("{}: entry {}: expected image_id and keypoints, found {}", what, images.size(),
           Describe(entry));
    }
    detections.found.push_back(
        {.frame = 0,
         .track_id = WholeNumberOf(Member(entry, "idx")),
         .points = FlatPoints(*numbers, fmt::format("{}: entry {}", what, images.size()))});
    images.push_back(name->is_string() ? name->get<std::string>() : name->dump());
  }
  // Without a tracker all are 0.
  const bool has_tracks =
      std::any_of(detections.found.begin(), detections.found.end(),
                  [](const Detection& d) { return d.track_id.value_or(0) != 0; });
  const std::vector<int64_t> frames = FrameNumbers(images);
  detections.numbering = FrameNumbering::kNames;
  if (AreAlphaPoseFrames(images)) {
    detections.numbering = FrameNumbering::kFrames;
    detections.counts_from = 0;
  }
  for (size_t i = 0; i < frames.size(); ++i) {
    detections.found[i].frame = frames[i];
    if (!has_tracks) detections.found[i].track_id.reset();
  }
  return detections;
}

}  // namespace videopose::internal
