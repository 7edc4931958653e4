// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/person_detector.h"

#include <algorithm>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/detect/body_box.h"
#include "videopose/detect/crop.h"
#include "videopose/detect/sigmoid.h"

namespace videopose::internal {
namespace {

constexpr int kInputSize = 224;
constexpr int kValuesPerBox = 12;
constexpr float kScoreThreshold = 0.5F;
constexpr float kOverlapThreshold = 0.3F;

PersonDetection Decode(std::span<const float> box, float score, Vec2f anchor) {
  constexpr float kScale = 1.0F / kInputSize;
  const auto pair = [&](size_t index) { return kScale * Vec2f{box[index], box[index + 1]}; };
  PersonDetection detection{.score = score, .centre = pair(0) + anchor, .size = pair(2)};
  for (size_t k = 0; k < detection.points.size(); ++k) {
    detection.points[k] = pair(4 + 2 * k) + anchor;
  }
  return detection;
}

float Overlap(const PersonDetection& a, const PersonDetection& b) {
  return Overlap(BodyBox{a.centre, a.size}, BodyBox{b.centre, b.size});
}

// Weighted by score; the first one's score stays.
PersonDetection WeightedMean(std::span<const PersonDetection> detections) {
  PersonDetection sum;
  for (const PersonDetection& one : detections) {
    sum.score += one.score;
    sum.centre = sum.centre + one.score * one.centre;
    sum.size = sum.size + one.score * one.size;
    for (size_t k = 0; k < sum.points.size(); ++k) {
      sum.points[k] = sum.points[k] + one.score * one.points[k];
    }
  }
  const float share = 1 / sum.score;
  PersonDetection mean{
      .score = detections.front().score, .centre = share * sum.centre, .size = share * sum.size};
  for (size_t k = 0; k < mean.points.size(); ++k) mean.points[k] = share * sum.points[k];
  return mean;
}

}  // namespace

std::vector<Vec2f> PersonAnchors() {
  std::vector<Vec2f> anchors;
  // Two anchors a cell for each of the strides 8, 16, 32, 32, 32; layers of one stride share cells.
  for (const auto& [stride, per_cell] : {std::pair{8, 2}, {16, 2}, {32, 6}}) {
    const int cells = kInputSize / stride;
    for (int y = 0; y < cells; ++y) {
      for (int x = 0; x < cells; ++x) {
        const Vec2f centre = {(static_cast<float>(x) + 0.5F) / static_cast<float>(cells),
                              (static_cast<float>(y) + 0.5F) / static_cast<float>(cells)};
        anchors.insert(anchors.end(), static_cast<size_t>(per_cell), centre);
      }
    }
  }
  return anchors;
}

std::vector<PersonDetection> DecodeDetections(std::span<const float> boxes,
                                              std::span<const float> scores,
                                              std::span<const Vec2f> anchors) {
  VP_CHECK(boxes.size() == anchors.size() * kValuesPerBox && scores.size() == anchors.size(),
           "{} boxes", boxes.size());
  std::vector<PersonDetection> candidates;
  for (size_t i = 0; i < anchors.size(); ++i) {
    const float score = Sigmoid(scores[i]);
    if (!(score >= kScoreThreshold)) continue;
    candidates.push_back(
        Decode(boxes.subspan(i * kValuesPerBox, kValuesPerBox), score, anchors[i]));
  }
  std::ranges::stable_sort(candidates, std::ranges::greater{}, &PersonDetection::score);

  std::vector<PersonDetection> people;
  while (!candidates.empty()) {
    const PersonDetection best = candidates.front();
    const auto rest = std::stable_partition(
        candidates.begin() + 1, candidates.end(),
        [&](const PersonDetection& other) { return Overlap(best, other) > kOverlapThreshold; });
    people.push_back(WeightedMean({candidates.begin(), rest}));
    candidates.erase(candidates.begin(), rest);
  }
  return people;
}

PersonDetector::PersonDetector(const std::filesystem::path& model, WorkerPool& pool)
    : pool_(pool),
      network_(ReadTfliteModel(model), {"Identity", "Identity_1"}, pool),
      anchors_(PersonAnchors()) {
  const auto anchor_count = static_cast<int64_t>(anchors_.size());
  if (network_.input_shape() != std::vector<int64_t>{1, kInputSize, kInputSize, 3} ||
      network_.output_shape(0) != std::vector<int64_t>{1, anchor_count, kValuesPerBox} ||
      network_.output_shape(1) != std::vector<int64_t>{1, anchor_count, 1}) {
    Fail(ErrorCode::kWrongFormat, {.file = model, .option = "models_dir"},
         "{}: not BlazePose's person detector", model.string());
  }
}

std::vector<PersonDetection> PersonDetector::Detect(const Image& frame, const Roi& square) {
  const CropOptions crop = {
      .size_px = kInputSize, .black = -1, .white = 1, .border = CropBorder::kBlack};
  CropToRgb(frame, square, crop, pool_, network_.input());
  network_.Run();
  std::vector<PersonDetection> people =
      DecodeDetections(network_.output(0), network_.output(1), anchors_);
  for (PersonDetection& person : people) {
    person.centre = square.PixelFromRoi(person.centre);
    person.size = square.side_px * person.size;
    for (Vec2f& point : person.points) point = square.PixelFromRoi(point);
  }
  return people;
}

}  // namespace videopose::internal
