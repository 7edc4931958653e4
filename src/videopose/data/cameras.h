// SPDX-License-Identifier: Apache-2.0

// The cameras that data sets were recorded with.

#ifndef VIDEOPOSE_DATA_CAMERAS_H_
#define VIDEOPOSE_DATA_CAMERAS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/geometry.h"

namespace videopose::internal {

struct DatasetCamera {
  std::string id;  // "54138969", "C1"; empty where it has none
  int width_px = 0, height_px = 0;
  double azimuth_deg = 0;                 // viewing direction for rendered 3D poses
  std::optional<Rigid3d> world_from_cam;  // where that is known; world: z up, metres
  std::optional<ScreenIntrinsics> intrinsics;
};

// Human3.6M's four cameras for `subject` ("S1" to "S11"); without a place for the subjects
// whose motion capture was never published, and for unknown names.
std::vector<DatasetCamera> Human36mCameras(std::string_view subject);

// HumanEva's three colour cameras; `subject` is "S1", "Train/S1", "Validate/S1", "Unlabeled/S1".
std::vector<DatasetCamera> HumanEvaCameras(std::string_view subject);

// A default camera for any video: upright, at eye height, looking slightly down.
DatasetCamera CustomCamera(int width_px, int height_px);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DATA_CAMERAS_H_
