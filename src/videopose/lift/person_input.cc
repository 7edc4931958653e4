// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/person_input.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "videopose/base/check.h"
#include "videopose/geometry/screen.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {
namespace {

constexpr int kCoco = kCocoJoints;
constexpr std::array<int, 4> kTorso = {5, 6, 11, 12};  // shoulders and hips

// The mean of shoulders and hips, or of all points where none of those is seen; nothing where no
// point is seen.
std::optional<Vec2f> CentreOf(std::span<const Keypoint> frame,
                              const std::array<Vec2f, kCoco>& points) {
  Vec2f sum, torso_sum;
  float seen = 0, torso_seen = 0;
  for (size_t k = 0; k < kCoco; ++k) {
    if (!(frame[k].score > 0)) continue;
    sum = sum + points[k];
    ++seen;
  }
  if (seen == 0) return std::nullopt;
  for (const int k : kTorso) {
    if (!(frame[static_cast<size_t>(k)].score > 0)) continue;
    torso_sum = torso_sum + points[static_cast<size_t>(k)];
    ++torso_seen;
  }
  return torso_seen > 0 ? (1 / torso_seen) * torso_sum : (1 / seen) * sum;
}

// The 17 keypoints about `centre` and their size; returns the logarithm of that.
float WriteRelative(std::span<const Keypoint> frame, const std::array<Vec2f, kCoco>& points,
                    Vec2f centre, std::span<float> row) {
  float squares = 0, seen = 0;
  for (size_t k = 0; k < kCoco; ++k) {
    if (!(frame[k].score > 0)) continue;
    squares += Dot(points[k] - centre, points[k] - centre);
    ++seen;
  }
  const float size = std::max(1e-3F, std::sqrt(squares / seen));
  for (size_t k = 0; k < kCoco; ++k) {
    if (!(frame[k].score > 0)) continue;
    row[3 * k] = (points[k].x - centre.x) / size;
    row[3 * k + 1] = (points[k].y - centre.y) / size;
    row[3 * k + 2] = std::min(frame[k].score, 1.0F);
  }
  return std::log(size);
}

// The smallest rotation that takes the ray (x, y, 1) to the axis.
Quaternion TowardsAxis(Vec2d ray) {
  const Vec3d direction = Normalized(Vec3d{ray.x, ray.y, 1});
  const double w = std::sqrt((1 + direction.z) / 2);
  return {w, direction.y / (2 * w), -direction.x / (2 * w), 0};
}

void CheckSizes(std::span<const Keypoint> frame, std::span<float> row) {
  VP_CHECK(frame.size() == kCoco && row.size() == kPersonInputValues, "{} keypoints, {} values",
           frame.size(), row.size());
}

}  // namespace

void PersonInputRow(std::span<const Keypoint> frame, float width_px, float height_px,
                    std::span<float> row) {
  CheckSizes(frame, row);
  std::fill(row.begin(), row.end(), 0.0F);
  std::array<Vec2f, kCoco> points;
  for (size_t k = 0; k < kCoco; ++k) {
    points[k] = ScreenFromPixel({frame[k].x_px, frame[k].y_px}, width_px, height_px);
  }
  const std::optional<Vec2f> centre = CentreOf(frame, points);
  if (!centre) return;
  const float log_size = WriteRelative(frame, points, *centre, row);
  row[3 * kCoco] = centre->x;
  row[3 * kCoco + 1] = centre->y;
  row[3 * kCoco + 2] = log_size + 1.5F;
}

Quaternion RayInputRow(std::span<const Keypoint> frame, const InputImage& image,
                       std::span<float> row) {
  CheckSizes(frame, row);
  std::fill(row.begin(), row.end(), 0.0F);
  // Points that are farther than this from the axis are not seen by any lens without distortion.
  constexpr double kLeastZ = 0.1;
  const Vec2d middle_px = {0.5 * image.width_px, 0.5 * image.height_px};
  std::array<Vec2f, kCoco> points;
  for (size_t k = 0; k < kCoco; ++k) {
    points[k] =
        ((1 / image.focal_px) * (Vec2d{frame[k].x_px, frame[k].y_px} - middle_px)).Cast<float>();
  }
  const std::optional<Vec2f> centre = CentreOf(frame, points);
  if (!centre) return {};
  const Quaternion view_from_cam = TowardsAxis(centre->Cast<double>());
  for (Vec2f& point : points) {
    const Vec3d ray = Rotate(view_from_cam, {point.x, point.y, 1});
    const double z = std::max(ray.z, kLeastZ);
    point = Vec2d{ray.x / z, ray.y / z}.Cast<float>();
  }
  row[3 * kCoco + 2] = WriteRelative(frame, points, {}, row) + 2.05F;
  return view_from_cam;
}

std::array<int, kPersonInputPoints> PersonInputMirror() {
  std::array<int, kPersonInputPoints> mirror{};
  for (int k = 0; k < kCoco; ++k) mirror[static_cast<size_t>(k)] = Coco17().mirrored(k);
  mirror[kCoco] = kCoco;
  return mirror;
}

}  // namespace videopose::internal
