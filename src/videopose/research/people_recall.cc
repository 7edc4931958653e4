// SPDX-License-Identifier: Apache-2.0

#include "videopose/research/people_recall.h"

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <tuple>

#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/media.h"
#include "videopose/process.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr float kSameBody = 0.4F;

std::vector<BodyBox> BoxesFrom(const Json& rows) {
  std::vector<BodyBox> boxes;
  for (const auto& [x0, y0, x1, y1] : rows.get<std::vector<std::array<float, 4>>>()) {
    boxes.push_back({.centre_px = {(x0 + x1) / 2, (y0 + y1) / 2}, .size_px = {x1 - x0, y1 - y0}});
  }
  return boxes;
}

fs::path FindImage(const fs::path& folder, const std::string& name) {
  for (const char* extension : {".jpg", ".png"}) {
    fs::path path = folder / (name + extension);
    std::error_code ignored;
    if (fs::exists(path, ignored)) return path;
  }
  FailAt(folder, ErrorCode::kFileNotFound, "has no image {0}.jpg or {0}.png", name);
}

std::vector<BodyBox> DetectBodies(const fs::path& image, const DetectorOptions& options) {
  const PersonSelection all{.count = kAllPeople};
  VideoReader reader(image);
  const std::unique_ptr<PoseDetector> detector = DetectorFor(options, all);
  const ProcessedClip clip = ProcessVideo(reader, *detector, {.people = all}, {});
  std::vector<BodyBox> bodies;
  for (const PersonKeypoints& person : clip.keypoints.people) {
    if (clip.keypoints.frame_count == 0 || !IsSeen(person.frame(0))) continue;
    const Image size(clip.keypoints.width_px, clip.keypoints.height_px);
    bodies.push_back(ClippedTo(size, BoxAround(person.frame(0))));
  }
  return bodies;
}

}  // namespace

std::vector<ImageOfPeople> ReadImagesOfPeople(const fs::path& path) {
  std::vector<ImageOfPeople> images;
  try {
    const Json file = Json::parse(ReadFile(path));
    for (const auto& [name, boxes] : file.at("images").items()) {
      ImageOfPeople& image = images.emplace_back();
      image.name = name;
      image.people = BoxesFrom(boxes.at("boxes"));
      for (const char* kind : {"hard", "ign"}) {
        if (!boxes.contains(kind)) continue;
        const std::vector<BodyBox> more = BoxesFrom(boxes.at(kind));
        image.ignored.insert(image.ignored.end(), more.begin(), more.end());
      }
    }
  } catch (const Json::exception& error) {
    FailAt(path, ErrorCode::kWrongFormat, "expected images with boxes of people: {}", error.what());
  }
  return images;
}

PeopleRecall CompareWithTruth(const ImageOfPeople& truth, std::span<const BodyBox> bodies) {
  std::vector<std::tuple<float, size_t, size_t>> pairs;
  for (size_t i = 0; i < truth.people.size(); ++i) {
    for (size_t k = 0; k < bodies.size(); ++k) {
      const float overlap = Overlap(truth.people[i], bodies[k]);
      if (overlap >= kSameBody) pairs.emplace_back(overlap, i, k);
    }
  }
  std::ranges::sort(pairs, std::ranges::greater{});
  std::vector<bool> is_found(truth.people.size(), false), is_used(bodies.size(), false);
  for (const auto& [overlap, i, k] : pairs) {
    if (is_found[i] || is_used[k]) continue;
    is_found[i] = is_used[k] = true;
  }
  PeopleRecall recall{.name = truth.name};
  for (size_t i = 0; i < truth.people.size(); ++i) {
    const float height_px = truth.people[i].size_px.y;
    if (height_px < kLeastHeightPx) continue;
    (is_found[i] ? recall.found_px : recall.missed_px).push_back(height_px);
  }
  for (size_t k = 0; k < bodies.size(); ++k) {
    if (is_used[k]) continue;
    const bool is_ignored = std::ranges::any_of(truth.ignored, [&](const BodyBox& region) {
      return Overlap(region, bodies[k]) >= kSameBody || ShareInside(bodies[k], region) > 0.5F;
    });
    if (!is_ignored) ++recall.false_people;
  }
  return recall;
}

std::vector<PeopleRecall> MeasurePeopleRecall(const fs::path& truth, const fs::path& folder,
                                              const DetectorOptions& detector,
                                              const WorkMonitor& monitor) {
  const std::vector<ImageOfPeople> images = ReadImagesOfPeople(truth);
  std::vector<PeopleRecall> recalls;
  for (const ImageOfPeople& image : images) {
    recalls.push_back(
        CompareWithTruth(image, DetectBodies(FindImage(folder, image.name), detector)));
    monitor.Report("detect", std::ssize(recalls), std::ssize(images));
  }
  return recalls;
}

}  // namespace videopose::internal
