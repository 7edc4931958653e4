// SPDX-License-Identifier: Apache-2.0

// The result of every reader: points as the file has them, before they become COCO's joints and
// people with a history.

#ifndef VIDEOPOSE_IMPORT_DETECTIONS_H_
#define VIDEOPOSE_IMPORT_DETECTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "videopose/pose.h"

namespace videopose::internal {

// One person in one frame.
struct Detection {
  int64_t frame = 0;                // the file's own number
  std::optional<int64_t> track_id;  // the file's own
  std::vector<Keypoint> points;     // in the order of the file's joints
};

// What the numbers of a file's frames are.
enum class FrameNumbering {
  kCounted,  // places in the file
  kFrames,   // those of the video's frames, as the program that wrote the file counted them
  kNames,    // in names, or identities, of images: of a video's frames, or of anything
};

struct Detections {
  std::string format;                    // "OpenPose JSON", for people
  std::vector<std::string> joint_names;  // empty: the file does not say
  std::vector<Detection> found;
  // The first frame and the number of frames, where the file says so by frames without people.
  std::optional<int64_t> first_frame;
  int64_t frame_count = 0;  // 0: up to the last detection
  FrameNumbering numbering = FrameNumbering::kCounted;
  std::optional<int64_t> counts_from;  // the video's first frame, where the format says so
  int64_t named_frames = 0;            // at least so many, with people or without
  double fps = 0;                      // 0: not said
  int width_px = 0, height_px = 0;
};

// A point as it can be used: not seen (all 0) where a number is not finite or absurd, or the score
// is not above 0; scores above 1 become 1.
Keypoint UsablePoint(double x_px, double y_px, double score);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_IMPORT_DETECTIONS_H_
