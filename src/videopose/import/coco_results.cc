// SPDX-License-Identifier: Apache-2.0

// COCO's keypoint results, [{"image_id", "category_id", "keypoints": [x, y, score, ...], "score"}],
// and annotations in COCO's form, {"images", "annotations", "categories"}: PoseTrack's with
// "track_id", CrowdPose's, Halpe's.

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "videopose/base/error.h"
#include "videopose/import/frame_numbers.h"
#include "videopose/import/json_input.h"
#include "videopose/import/readers.h"

namespace videopose::internal {
namespace {

using nlohmann::json;

// Annotations have 2 (visible), 1 (hidden) and 0 (not labelled) for a score: to be multiplied by
// this, so that hidden is half as good as visible. 1 for a detector's scores.
double ScoreUnit(const json& entries) {
  bool has_two = false;
  for (const json& entry : entries) {
    const json* numbers = Member(entry, "keypoints");
    if (numbers == nullptr || !numbers->is_array()) continue;
    for (size_t i = 2; i < numbers->size(); i += 3) {
      const double score = NumberOf((*numbers)[i]);
      if (score != 0 && score != 1 && score != 2) return 1;
      has_two = has_two || score == 2;
    }
  }
  return has_two ? 0.5 : 1;
}

std::string NameOf(const json* id, const json& entry, const std::string& what) {
  if (id == nullptr || (!id->is_number() && !id->is_string())) {
    Fail("{}: expected the number of an image, found {}", what, Describe(entry));
  }
  return id->is_string() ? id->get<std::string>() : id->dump();
}

// The numbers in the names of one video's frames; none where they are named in another way.
std::vector<int64_t> FramesByName(const std::vector<std::string>& names) {
  const auto is_of_video = [&](const std::string& name) {
    return NameWithoutNumber(name) == NameWithoutNumber(names[0]);
  };
  if (!std::ranges::all_of(names, is_of_video)) return {};
  std::vector<int64_t> frames = FrameNumbers(names);
  const std::set<int64_t> different(frames.begin(), frames.end());
  return different.size() == names.size() ? frames : std::vector<int64_t>();
}

// The frame of each image; and the size of the largest, and which frames there are.
std::map<std::string, int64_t> ReadImages(const json& images, const std::string& what,
                                          Detections& detections) {
  std::vector<std::string> ids, names;
  for (const json& image : images) {
    ids.push_back(NameOf(Member(image, "id"), image, what));
    const json* name = Member(image, "file_name");
    if (name != nullptr && name->is_string()) names.push_back(name->get<std::string>());
    for (const auto& [key, size_px] :
         {std::pair("width", &detections.width_px), std::pair("height", &detections.height_px)}) {
      const int64_t value = WholeNumberOf(Member(image, key)).value_or(0);
      if (value > 0 && value <= 1 << 20) *size_px = std::max(*size_px, static_cast<int>(value));
    }
  }
  std::vector<int64_t> frames;
  if (!names.empty() && names.size() == ids.size()) frames = FramesByName(names);
  if (frames.empty()) {
    std::ranges::sort(ids, [](const std::string& a, const std::string& b) {
      return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
    frames = FrameNumbers(ids);
  }
  std::map<std::string, int64_t> of_images;
  for (size_t i = 0; i < ids.size(); ++i) of_images.try_emplace(ids[i], frames[i]);
  detections.numbering = FrameNumbering::kNames;
  detections.named_frames = std::ssize(of_images);
  if (frames.empty()) return of_images;
  const auto [first, last] = std::ranges::minmax(frames);
  detections.first_frame = first;
  detections.frame_count = last - first + 1;
  return of_images;
}

}  // namespace

MaybeDetections ReadCocoResults(const json& root, const std::string& what) {
  if (!root.is_array() || root.empty()) return std::nullopt;
  const json* first = Member(root.front(), "keypoints");
  if (first == nullptr || !first->is_array() || Member(root.front(), "image_id") == nullptr) {
    return std::nullopt;
  }
  Detections detections{.format = "COCO keypoint results"};
  const double score_unit = ScoreUnit(root);
  std::vector<std::string> images;
  for (const json& entry : root) {
    const std::string of_entry = fmt::format("{}: entry {}", what, images.size());
    images.push_back(NameOf(Member(entry, "image_id"), entry, of_entry));
    const json* numbers = Member(entry, "keypoints");
    if (numbers == nullptr) Fail("{}: no keypoints, but {}", of_entry, Describe(entry));
    detections.found.push_back({.frame = 0,
                                .track_id = WholeNumberOf(Member(entry, "track_id")),
                                .points = FlatPoints(*numbers, of_entry, score_unit)});
  }
  const std::vector<int64_t> frames = FrameNumbers(images);
  for (size_t i = 0; i < frames.size(); ++i) detections.found[i].frame = frames[i];
  detections.numbering = FrameNumbering::kNames;
  return detections;
}

MaybeDetections ReadCocoAnnotations(const json& root, const std::string& what) {
  const json* annotations = Member(root, "annotations");
  const json* images = Member(root, "images");
  if (annotations == nullptr || !annotations->is_array() || images == nullptr ||
      !images->is_array()) {
    return std::nullopt;
  }
  Detections detections{.format = "COCO annotations"};
  const std::map<std::string, int64_t> frames = ReadImages(*images, what, detections);
  const json* categories = Member(root, "categories");
  if (categories != nullptr && categories->is_array() && !categories->empty()) {
    const json* names = Member(categories->front(), "keypoints");
    for (const json& name : names != nullptr ? *names : json::array()) {
      detections.joint_names.push_back(name.is_string() ? name.get<std::string>() : "");
    }
  }
  const double score_unit = ScoreUnit(*annotations);
  for (const json& annotation : *annotations) {
    const json* numbers = Member(annotation, "keypoints");
    if (numbers == nullptr || numbers->empty()) continue;  // a box alone
    const std::string image = NameOf(Member(annotation, "image_id"), annotation, what);
    const auto frame = frames.find(image);
    if (frame == frames.end()) Fail("{}: there is no image {} in it", what, image);
    const json* track = Member(annotation, "track_id");
    if (track != nullptr) detections.format = "PoseTrack annotations";
    detections.found.push_back(
        {.frame = frame->second,
         .track_id = WholeNumberOf(track),
         .points = FlatPoints(*numbers, fmt::format("{}: image {}", what, image), score_unit)});
  }
  return detections;
}

}  // namespace videopose::internal
