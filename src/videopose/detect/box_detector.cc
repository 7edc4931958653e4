// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/box_detector.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/detect/crop.h"
#include "videopose/detect/sigmoid.h"

namespace videopose::internal {
namespace {

constexpr int kInputSize = 300;
constexpr int kClasses = 24, kPersonClass = 4;
constexpr int kLayers = 6, kFirstStride = 16;
constexpr int kValuesPerBox = 4;
constexpr float kCentreScale = 10, kSizeScale = 5;
// Where precision and recall of people are both best.
constexpr float kScoreThreshold = 0.26F;
constexpr float kOverlapThreshold = 0.5F;
// The model's file holds the names of its classes first.
constexpr int64_t kModelOffset = 184;

// Widths and heights of a layer's anchors.
std::vector<Vec2f> AnchorSizes(int layer) {
  constexpr float kReduced = 0.1F;
  const auto scale_of = [](int l) {
    return l == kLayers ? 1.0F : 0.2F + 0.75F * static_cast<float>(l) / (kLayers - 1);
  };
  const float scale = scale_of(layer);
  const auto sized = [](float s, float ratio) {
    return Vec2f{s * std::sqrt(ratio), s / std::sqrt(ratio)};
  };
  if (layer == 0) return {sized(kReduced, 1), sized(scale, 2), sized(scale, 0.5F)};
  std::vector<Vec2f> sizes;
  for (const float ratio : {1.0F, 2.0F, 0.5F, 3.0F, 1.0F / 3}) sizes.push_back(sized(scale, ratio));
  sizes.push_back(sized(std::sqrt(scale * scale_of(layer + 1)), 1));
  return sizes;
}

}  // namespace

std::vector<BodyBox> BoxAnchors() {
  std::vector<BodyBox> anchors;
  for (int layer = 0; layer < kLayers; ++layer) {
    const int stride = kFirstStride << layer, cells = (kInputSize + stride - 1) / stride;
    const std::vector<Vec2f> sizes = AnchorSizes(layer);
    for (int cell = 0; cell < cells * cells; ++cell) {
      const Vec2f centre = {(static_cast<float>(cell % cells) + 0.5F) / static_cast<float>(cells),
                            (static_cast<float>(cell / cells) + 0.5F) / static_cast<float>(cells)};
      for (const Vec2f size : sizes) anchors.push_back({.centre_px = centre, .size_px = size});
    }
  }
  return anchors;
}

std::vector<DetectedBox> DecodeBoxes(std::span<const float> codes,
                                     std::span<const float> class_scores,
                                     std::span<const BodyBox> anchors) {
  VP_CHECK(codes.size() == anchors.size() * kValuesPerBox &&
               class_scores.size() == anchors.size() * kClasses,
           "{} codes", codes.size());
  std::vector<DetectedBox> boxes;
  for (size_t i = 0; i < anchors.size(); ++i) {
    const float score = Sigmoid(class_scores[i * kClasses + kPersonClass]);
    if (!(score >= kScoreThreshold)) continue;
    const float* code = &codes[i * kValuesPerBox];
    const Vec2f size = anchors[i].size_px;
    const Vec2f moved = {code[1] / kCentreScale * size.x, code[0] / kCentreScale * size.y};
    boxes.push_back({.score = score,
                     .box = {.centre_px = anchors[i].centre_px + moved,
                             .size_px = {std::exp(code[3] / kSizeScale) * size.x,
                                         std::exp(code[2] / kSizeScale) * size.y}}});
  }
  SuppressOverlaps(boxes);
  return boxes;
}

void SuppressOverlaps(std::vector<DetectedBox>& boxes) {
  std::ranges::stable_sort(boxes, std::ranges::greater{}, &DetectedBox::score);
  std::vector<DetectedBox> kept;
  for (const DetectedBox& box : boxes) {
    const bool is_known = std::ranges::any_of(kept, [&](const DetectedBox& better) {
      return Overlap(better.box, box.box) > kOverlapThreshold;
    });
    if (!is_known) kept.push_back(box);
  }
  boxes = std::move(kept);
}

BoxDetector::BoxDetector(const std::filesystem::path& model, WorkerPool& pool)
    : pool_(pool),
      network_(ReadTfliteModel(model, kModelOffset),
               {"raw_outputs/box_encodings", "raw_outputs/class_predictions"}, pool),
      anchors_(BoxAnchors()) {
  const auto anchor_count = static_cast<int64_t>(anchors_.size());
  if (network_.input_shape() != std::vector<int64_t>{1, kInputSize, kInputSize, 3} ||
      network_.output_shape(0) != std::vector<int64_t>{1, anchor_count, kValuesPerBox} ||
      network_.output_shape(1) != std::vector<int64_t>{1, anchor_count, kClasses}) {
    Fail(ErrorCode::kWrongFormat, {.file = model, .option = "models_dir"},
         "{}: not Objectron's detector of boxes", model.string());
  }
}

std::vector<DetectedBox> BoxDetector::Detect(const Image& frame, const BodyBox& part) {
  StretchToRgb(frame, part, {.size_px = kInputSize, .black = -1, .white = 1}, pool_,
               network_.input());
  network_.Run();
  std::vector<DetectedBox> boxes = DecodeBoxes(network_.output(0), network_.output(1), anchors_);
  const Vec2f corner = part.centre_px - 0.5F * part.size_px;
  for (DetectedBox& found : boxes) {
    const auto scaled = [&](Vec2f v) { return Vec2f{v.x * part.size_px.x, v.y * part.size_px.y}; };
    found.box = {.centre_px = corner + scaled(found.box.centre_px),
                 .size_px = scaled(found.box.size_px)};
  }
  return boxes;
}

}  // namespace videopose::internal
