// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/pose_landmarks.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/detect/crop.h"
#include "videopose/detect/sigmoid.h"

namespace videopose::internal {
namespace {

constexpr int kLandmarkInputSize = 256;
constexpr int kValuesPerPoint = 5;
constexpr int kHeatMapSize = 64;
constexpr int kHeatMapReach = 3;  // cells to each side: 7 x 7
constexpr float kHeatMapThreshold = 0.5F;

enum Output : size_t { kPoints, kPresence, kHeatMaps, kWorld };

size_t OnOtherSide(size_t point) {
  const auto k = static_cast<int>(point);
  return k < kLandmarks ? static_cast<size_t>(BlazePose33().mirrored(k)) : point;
}

}  // namespace

BlazePoseResult ResultFrom(const PoseLandmarks& found) {
  BlazePoseResult result{.presence = found.presence};
  std::copy_n(found.points_px.begin(), kLandmarks, result.landmarks.begin());
  std::copy_n(found.world_m.begin(), kLandmarks, result.world_m.begin());
  return result;
}

RoiPoints DecodePoints(std::span<const float> values) {
  VP_CHECK(values.size() == size_t{kModelPoints} * kValuesPerPoint, "{} values", values.size());
  RoiPoints points;
  for (size_t k = 0; k < points.size(); ++k) {
    const float* v = &values[k * kValuesPerPoint];
    points[k] = {v[0] / kLandmarkInputSize, v[1] / kLandmarkInputSize, v[2] / kLandmarkInputSize,
                 Sigmoid(v[3])};
  }
  return points;
}

void RefineByHeatMaps(std::span<const float> heat_maps, RoiPoints& points) {
  VP_CHECK(heat_maps.size() == size_t{kHeatMapSize} * kHeatMapSize * kModelPoints, "{} values",
           heat_maps.size());
  for (size_t k = 0; k < points.size(); ++k) {
    const float column_f = points[k].x * kHeatMapSize, row_f = points[k].y * kHeatMapSize;
    // Also rejects what is not a number.
    if (!(column_f > -1 && column_f < kHeatMapSize && row_f > -1 && row_f < kHeatMapSize)) continue;
    const int column = static_cast<int>(column_f), row = static_cast<int>(row_f);
    float sum = 0, column_sum = 0, row_sum = 0, largest = 0;
    for (int y = std::max(0, row - kHeatMapReach);
         y <= std::min(kHeatMapSize - 1, row + kHeatMapReach); ++y) {
      for (int x = std::max(0, column - kHeatMapReach);
           x <= std::min(kHeatMapSize - 1, column + kHeatMapReach); ++x) {
        const size_t cell = static_cast<size_t>(y) * kHeatMapSize + static_cast<size_t>(x);
        const float weight = Sigmoid(heat_maps[cell * kModelPoints + k]);
        sum += weight;
        column_sum += static_cast<float>(x) * weight;
        row_sum += static_cast<float>(y) * weight;
        largest = std::max(largest, weight);
      }
    }
    if (largest < kHeatMapThreshold) continue;
    points[k].x = column_sum / sum / kHeatMapSize;
    points[k].y = row_sum / sum / kHeatMapSize;
  }
}

PoseLandmarkModel::PoseLandmarkModel(const std::filesystem::path& model, WorkerPool& pool)
    : pool_(pool),
      network_(ReadTfliteModel(model), {"Identity", "Identity_1", "Identity_3", "Identity_4"},
               pool) {
  using Shape = std::vector<int64_t>;
  if (network_.input_shape() != Shape{1, kLandmarkInputSize, kLandmarkInputSize, 3} ||
      network_.output_shape(kPoints) != Shape{1, kModelPoints * kValuesPerPoint} ||
      network_.output_shape(kPresence) != Shape{1, 1} ||
      network_.output_shape(kHeatMaps) != Shape{1, kHeatMapSize, kHeatMapSize, kModelPoints} ||
      network_.output_shape(kWorld) != Shape{1, kModelPoints * 3}) {
    Fail(ErrorCode::kWrongFormat, {.file = model, .option = "models_dir"},
         "{}: not BlazePose's landmark model", model.string());
  }
}

PoseLandmarks PoseLandmarkModel::Find(const Image& frame, const Roi& roi) {
  CropToRgb(frame, roi, {.size_px = kLandmarkInputSize}, pool_, network_.input());
  network_.Run();

  RoiPoints points = DecodePoints(network_.output(kPoints));
  RefineByHeatMaps(network_.output(kHeatMaps), points);
  PoseLandmarks result{.presence = network_.output(kPresence)[0]};
  const std::span<const float> world = network_.output(kWorld);
  for (size_t k = 0; k < points.size(); ++k) {
    const RoiPoint& point = points[k];
    const Vec2f at_px = roi.PixelFromRoi({point.x, point.y});
    const size_t of_body = roi.is_mirrored ? OnOtherSide(k) : k;
    result.points_px[of_body] = {at_px.x, at_px.y, point.z * roi.side_px, point.visibility};
    const Vec2f turned = roi.IntoFrame({world[3 * k], world[3 * k + 1]});
    result.world_m[of_body] = {turned.x, turned.y, world[3 * k + 2]};
  }
  return result;
}

}  // namespace videopose::internal
