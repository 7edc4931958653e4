// SPDX-License-Identifier: Apache-2.0

// .trc: markers as text, of Motion Analysis' EVaRT and OpenSim.
// Source of the format: OpenSim's documentation, "Marker (.trc) Files".

#ifndef VIDEOPOSE_MOTION_FILES_TRC_H_
#define VIDEOPOSE_MOTION_FILES_TRC_H_

#include <filesystem>

#include "videopose/motion_files/marker_trial.h"

namespace videopose::internal {

// Atomically. Missing markers are written as NaN, which every version of OpenSim reads.
void WriteTrc(const std::filesystem::path& path, const MarkerTrial& trial);

// Missing markers may be empty or NaN. Throws Error for what is not a .trc file or damaged, with
// the line.
MarkerTrial ReadTrc(const std::filesystem::path& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MOTION_FILES_TRC_H_
