// SPDX-License-Identifier: Apache-2.0

// Joint angles (videopose/pose.h) as a table that spreadsheets open.

#ifndef VIDEOPOSE_EXPORT_ANGLES_CSV_H_
#define VIDEOPOSE_EXPORT_ANGLES_CSV_H_

#include <filesystem>

#include "videopose/pose.h"

namespace videopose::internal {

// Columns frame (from 0), time_s (of the video: start_s + frame / fps), person, then one for each
// angle, "left_knee_flexion_deg"; empty where it is not known. A row for each frame and person.
// Atomically; throws Error where it cannot write.
void WriteAnglesCsv(const std::filesystem::path& path, const Motion& motion, double start_s);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_EXPORT_ANGLES_CSV_H_
