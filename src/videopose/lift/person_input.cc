// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/person_input.h"

#include <algorithm>
#include <cmath>

#include "videopose/base/check.h"
#include "videopose/geometry/screen.h"

namespace videopose {
namespace {

constexpr int kCoco = 17;
constexpr std::array<int, 4> kTorso = {5, 6, 11, 12};  // shoulders and hips

}  // namespace

void PersonInputRow(std::span<const Keypoint> frame, float width_px, float height_px,
                    std::span<float> row) {
  VP_CHECK(frame.size() == kCoco && row.size() == kPersonInputValues, "{} keypoints, {} values",
           frame.size(), row.size());
  std::fill(row.begin(), row.end(), 0.0F);
  std::array<Vec2f, kCoco> points;
  Vec2f sum, torso_sum;
  float seen = 0, torso_seen = 0;
  for (size_t k = 0; k < kCoco; ++k) {
    if (!(frame[k].score > 0)) continue;
    points[k] = ScreenFromPixel({frame[k].x_px, frame[k].y_px}, width_px, height_px);
    sum = sum + points[k];
    ++seen;
  }
  if (seen == 0) return;
  for (const int k : kTorso) {
    if (!(frame[static_cast<size_t>(k)].score > 0)) continue;
    torso_sum = torso_sum + points[static_cast<size_t>(k)];
    ++torso_seen;
  }
  const Vec2f centre = torso_seen > 0 ? (1 / torso_seen) * torso_sum : (1 / seen) * sum;
  float squares = 0;
  for (size_t k = 0; k < kCoco; ++k) {
    if (frame[k].score > 0) squares += Dot(points[k] - centre, points[k] - centre);
  }
  const float size = std::max(1e-3F, std::sqrt(squares / seen));
  for (size_t k = 0; k < kCoco; ++k) {
    if (!(frame[k].score > 0)) continue;
    row[3 * k] = (points[k].x - centre.x) / size;
    row[3 * k + 1] = (points[k].y - centre.y) / size;
    row[3 * k + 2] = std::min(frame[k].score, 1.0F);
  }
  row[3 * kCoco] = centre.x;
  row[3 * kCoco + 1] = centre.y;
  row[3 * kCoco + 2] = std::log(size) + 1.5F;
}

std::array<int, kPersonInputPoints> PersonInputMirror() {
  std::array<int, kPersonInputPoints> mirror{};
  for (int k = 0; k < kCoco; ++k) mirror[static_cast<size_t>(k)] = Coco17().mirrored(k);
  mirror[kCoco] = kCoco;
  return mirror;
}

}  // namespace videopose
