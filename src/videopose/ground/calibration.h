// SPDX-License-Identifier: Apache-2.0

// All cameras of a calibration file, with their places where the file says them.

#ifndef VIDEOPOSE_GROUND_CALIBRATION_H_
#define VIDEOPOSE_GROUND_CALIBRATION_H_

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/ground.h"

namespace videopose::internal {

struct CalibratedCamera {
  std::string name;  // empty where the file has a single camera without one
  Lens lens;
  std::optional<Rigid3d> cam_from_world;  // in the file's unit of length
};

// The files that ReadCalibration reads (ground.h). A place is a rotation and a translation: R,
// rvec, rotation_matrix, ... as a matrix or as Rodrigues' vector, and T, tvec, translation, ...; or
// both in one matrix, extrinsics, of three or four rows. Throws Error as ReadCalibration does.
std::vector<CalibratedCamera> ReadCalibratedCameras(const std::filesystem::path& path);
std::vector<CalibratedCamera> ParseCalibratedCameras(std::string_view text,
                                                     const std::string& name);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_CALIBRATION_H_
