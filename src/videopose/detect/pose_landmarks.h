// SPDX-License-Identifier: Apache-2.0

// BlazePose's landmark model: the body's points in a region of interest.

#ifndef VIDEOPOSE_DETECT_POSE_LANDMARKS_H_
#define VIDEOPOSE_DETECT_POSE_LANDMARKS_H_

#include <array>
#include <filesystem>
#include <span>

#include "videopose/base/worker_pool.h"
#include "videopose/detect.h"
#include "videopose/detect/roi.h"
#include "videopose/geometry.h"
#include "videopose/media.h"
#include "videopose/pose.h"
#include "videopose/tflite/xnn_network.h"

namespace videopose::internal {

// The model gives 39 points: the 33 of a body, two that describe the next region of interest and
// four that are not used.
constexpr int kModelPoints = 39;

struct PoseLandmarks {
  float presence = 0;                            // 0..1
  std::array<Landmark, kModelPoints> points_px;  // of the frame
  std::array<Vec3f, kModelPoints> world_m;       // the hips' centre the origin, axes as the frame's

  Vec2f hips_px() const { return {points_px[33].x_px, points_px[33].y_px}; }
  Vec2f circle_px() const { return {points_px[34].x_px, points_px[34].y_px}; }
};

BlazePoseResult ResultFrom(const PoseLandmarks& found);

// Coordinates 0..1 in the region of interest; z in the same scale.
struct RoiPoint {
  float x = 0, y = 0, z = 0;
  float visibility = 0;  // 0..1
};
using RoiPoints = std::array<RoiPoint, kModelPoints>;

// values: (39, 5): x, y, z in pixels of the 256 x 256 input, visibility and presence before the
// sigmoid.
RoiPoints DecodePoints(std::span<const float> values);

// Moves each point to the centre of gravity of its heat map within 7 x 7 cells around it, unless
// the heat map is low everywhere there. heat_maps: (64, 64, 39), before the sigmoid.
void RefineByHeatMaps(std::span<const float> heat_maps, RoiPoints& points);

class PoseLandmarkModel {
 public:
  // Throws Error if the file is missing or is another model. `pool` must outlive the model.
  PoseLandmarkModel(const std::filesystem::path& model, WorkerPool& pool);

  // In a mirrored region the model takes left for right; the result names them as they are.
  PoseLandmarks Find(const Image& frame, const Roi& roi);

 private:
  WorkerPool& pool_;
  XnnNetwork network_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DETECT_POSE_LANDMARKS_H_
