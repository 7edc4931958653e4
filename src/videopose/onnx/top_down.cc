// SPDX-License-Identifier: Apache-2.0

#include "videopose/onnx/top_down.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/detect/box_detector.h"
#include "videopose/import/detections.h"
#include "videopose/onnx/decode.h"

namespace videopose::internal {
namespace {

// ImageNet's red, green and blue, with which these networks were trained.
constexpr std::array<float, 3> kMean = {123.675F, 116.28F, 103.53F};
constexpr std::array<float, 3> kDeviation = {58.395F, 57.12F, 57.375F};
// What YOLOX and RTMDet were trained to see where the image does not fill the square.
constexpr float kPadding = 114;
// Top-down networks are shown a quarter more than the box.
constexpr float kMargin = 1.25F;
// A person whose points' mean score is below was not one.
constexpr float kLeastPresence = 0.2F;

InputSize SizeOf(const OnnxNetwork& network) { return {network.width_px(), network.height_px()}; }

const std::filesystem::path& RequireName(const std::filesystem::path& network) {
  if (network.empty()) {
    Fail(ErrorCode::kInvalidArgument, {.option = "keypoints"}, "no network for keypoints is named");
  }
  return network;
}

}  // namespace

void Sample(const Image& frame, const View& view, const ViewColours& colours, int width_px,
            int height_px, std::span<float> channels) {
  const size_t plane = static_cast<size_t>(width_px) * height_px;
  VP_CHECK(channels.size() == 3 * plane, "{} values", channels.size());
  // Of channel c: the byte in BGRX, and what a level becomes.
  std::array<int, 3> byte{};
  std::array<float, 3> gain{}, offset{};
  for (size_t c = 0; c < 3; ++c) {
    const size_t rgb = colours.blue_first ? 2 - c : c;
    byte[c] = static_cast<int>(2 - rgb);
    gain[c] = colours.normalised ? 1 / kDeviation[rgb] : 1;
    offset[c] = colours.normalised ? -kMean[rgb] / kDeviation[rgb] : 0;
  }
  const int last_x = frame.width_px - 1, last_y = frame.height_px - 1;
  for (int row = 0; row < height_px; ++row) {
    const float y = view.origin_px.y + (static_cast<float>(row) + 0.5F) * view.step_px - 0.5F;
    const bool row_inside = y >= -0.5F && y <= static_cast<float>(last_y) + 0.5F;
    const float yc = std::clamp(y, 0.0F, static_cast<float>(last_y));
    const int top = static_cast<int>(yc), bottom = std::min(top + 1, last_y);
    const float fy = yc - static_cast<float>(top);
    for (int column = 0; column < width_px; ++column) {
      const float x = view.origin_px.x + (static_cast<float>(column) + 0.5F) * view.step_px - 0.5F;
      const size_t at = static_cast<size_t>(row) * width_px + column;
      if (!row_inside || x < -0.5F || x > static_cast<float>(last_x) + 0.5F) {
        for (size_t c = 0; c < 3; ++c)
          channels[c * plane + at] = gain[c] * colours.outside + offset[c];
        continue;
      }
      const float xc = std::clamp(x, 0.0F, static_cast<float>(last_x));
      const int left = static_cast<int>(xc), right = std::min(left + 1, last_x);
      const float fx = xc - static_cast<float>(left);
      for (size_t c = 0; c < 3; ++c) {
        const auto level = [&](int pixel_x, int pixel_y) {
          return static_cast<float>(frame.row(pixel_y)[pixel_x * Image::kBytesPerPixel + byte[c]]);
        };
        const float upper = std::lerp(level(left, top), level(right, top), fx);
        const float lower = std::lerp(level(left, bottom), level(right, bottom), fx);
        channels[c * plane + at] = gain[c] * std::lerp(upper, lower, fy) + offset[c];
      }
    }
  }
}

TopDownDetector::TopDownDetector(const OnnxDetectorOptions& options, int most_at_once)
    : options_(options),
      most_at_once_(most_at_once),
      keypoints_(RequireName(options.keypoints), options.threads),
      follower_(options.layout, options.keypoints.string()) {
  if (!options.boxes.empty()) boxes_.emplace(options.boxes, options.threads);
  // Outputs that make no sense, or of an unknown layout, are refused before the long work.
  input_.assign(static_cast<size_t>(3) * keypoints_.width_px() * keypoints_.height_px(), 0);
  follower_.CheckPoints(DecodeKeypointOutputs(options_.keypoints.string(), keypoints_.Run(input_),
                                              SizeOf(keypoints_), options_.simcc_split));
}

std::vector<BodyBox> TopDownDetector::FindBoxes(const Image& frame) {
  const Vec2f size = {static_cast<float>(frame.width_px), static_cast<float>(frame.height_px)};
  if (!boxes_) return {{.centre_px = 0.5F * size, .size_px = size}};
  const InputSize input = SizeOf(*boxes_);
  const float step_px = std::max(size.x / static_cast<float>(input.width_px),
                                 size.y / static_cast<float>(input.height_px));
  input_.resize(static_cast<size_t>(3) * input.width_px * input.height_px);
  Sample(frame, {.step_px = step_px},
         {.blue_first = true, .normalised = options_.normalise_for_boxes, .outside = kPadding},
         input.width_px, input.height_px, input_);
  std::vector<DetectedBox> found =
      DecodeBoxOutputs(options_.boxes.string(), boxes_->Run(input_), input);
  std::erase_if(found, [&](const DetectedBox& box) {
    return !(box.score >= static_cast<float>(options_.least_box_score)) ||
           !(box.box.size_px.x > 0) || !(box.box.size_px.y > 0);
  });
  SuppressOverlaps(found);
  std::vector<BodyBox> boxes;
  for (const DetectedBox& box : found) {
    boxes.push_back(
        {.centre_px = step_px * box.box.centre_px, .size_px = step_px * box.box.size_px});
  }
  if (most_at_once_ > 0 && std::ssize(boxes) > most_at_once_) {
    std::ranges::stable_sort(boxes, std::greater(), &BodyBox::scale_px);
    boxes.resize(static_cast<size_t>(most_at_once_));
  }
  return boxes;
}

DetectedPerson TopDownDetector::Look(const Image& frame, const BodyBox& box) {
  const InputSize input = SizeOf(keypoints_);
  const Vec2f input_px = {static_cast<float>(input.width_px), static_cast<float>(input.height_px)};
  const float step_px =
      std::max({kMargin * box.size_px.x / input_px.x, kMargin * box.size_px.y / input_px.y, 1e-6F});
  const View view = {.origin_px = box.centre_px - 0.5F * step_px * input_px, .step_px = step_px};
  input_.resize(static_cast<size_t>(3) * input.width_px * input.height_px);
  Sample(frame, view, {.normalised = true}, input.width_px, input.height_px, input_);
  std::vector<Keypoint> points = DecodeKeypointOutputs(
      options_.keypoints.string(), keypoints_.Run(input_), input, options_.simcc_split);
  for (Keypoint& point : points) {
    point = UsablePoint(view.origin_px.x + step_px * point.x_px,
                        view.origin_px.y + step_px * point.y_px, point.score);
  }
  return follower_.PersonFrom(frame, points);
}

std::vector<DetectedPerson> TopDownDetector::Detect(const Image& frame, double time_s) {
  std::vector<DetectedPerson> people;
  std::vector<BodyBox> boxes;
  for (const BodyBox& box : FindBoxes(frame)) {
    DetectedPerson person = Look(frame, box);
    if (person.presence < kLeastPresence) continue;
    people.push_back(std::move(person));
    boxes.push_back(box);
  }
  return follower_.Follow(std::move(people), boxes, time_s);
}

}  // namespace videopose::internal
