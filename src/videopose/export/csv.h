// SPDX-License-Identifier: Apache-2.0

// Poses as a table that spreadsheets open, and back.
//
// Columns: frame (from 0), time_s (of the video), person; x, y and z of each joint in the world
// (ground/world.h: z up), "left_knee_x_m"; where known, whether a foot stands on the floor,
// "left_foot_down" (0 or 1); and where the keypoints are known each one's place in the image and
// score, "keypoint_left_knee_x_px", "..._y_px", "..._score". A row for each frame and person; cells
// are empty where there is no pose or the keypoint was not seen.

#ifndef VIDEOPOSE_EXPORT_CSV_H_
#define VIDEOPOSE_EXPORT_CSV_H_

#include <filesystem>

#include "videopose/pose.h"

namespace videopose::internal {

// `keypoints` may be null; else they are of the same people and frames.
void WriteCsv(const std::filesystem::path& path, const Motion& motion,
              const KeypointSequence* keypoints);

// The poses of such a file, its world kept (export/marker_motion.h: MotionInWorld). Columns may
// stand in any order and others among them. Throws Error that says what is missing.
Motion ReadCsv(const std::filesystem::path& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_EXPORT_CSV_H_
