// SPDX-License-Identifier: Apache-2.0

// The cameras that data sets were recorded with.

#ifndef VIDEOPOSE_DATA_CAMERAS_H_
#define VIDEOPOSE_DATA_CAMERAS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/geometry.h"

namespace videopose {

// x_in_cam = Rotate(Inverse(world_from_cam), x_in_world - position_in_world). World: z up, metres.
struct CameraPose {
  Quaternion world_from_cam;
  Vec3d position_in_world;
};

struct DatasetCamera {
  std::string id;  // "54138969", "C1"; empty where it has none
  int width_px = 0, height_px = 0;
  double azimuth_deg = 0;          // viewing direction for rendered 3D poses
  std::optional<CameraPose> pose;  // where that is known
  std::optional<ScreenIntrinsics> intrinsics;
};

// Human3.6M's four cameras for `subject` ("S1" to "S11"); without poses for the subjects
// whose motion capture was never published, and for unknown names.
std::vector<DatasetCamera> Human36mCameras(std::string_view subject);

// HumanEva's three colour cameras; `subject` is "S1", "Train/S1", "Validate/S1", "Unlabeled/S1".
std::vector<DatasetCamera> HumanEvaCameras(std::string_view subject);

// A default camera for any video: upright, at eye height, looking slightly down.
DatasetCamera CustomCamera(int width_px, int height_px);

}  // namespace videopose

#endif  // VIDEOPOSE_DATA_CAMERAS_H_
