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

struct Detections {
  std::string format;                    // "OpenPose JSON", for people
  std::vector<std::string> joint_names;  // empty: the file does not say
  std::vector<Detection> found;
  // The first frame and the number of frames, where the file says so by frames without people.
  std::optional<int64_t> first_frame;
  int64_t frame_count = 0;  // 0: up to the last detection
  double fps = 0;           // 0: not said
  int width_px = 0, height_px = 0;
};

// A point as it can be used: not seen (all 0) where a number is not finite or absurd, or the score
// is not above 0; scores above 1 become 1.
Keypoint UsablePoint(double x_px, double y_px, double score);

// Numbers of frames from names or numbers of images ("video_000012.jpg": 12): the last digits in
// each, where those are about as dense as the frames of a video; else 0, 1, 2, ... in the order of
// the numbers, or of first appearance where some have no digits. Same name, same number.
std::vector<int64_t> FrameNumbers(const std::vector<std::string>& images);

// Whether all are called as AlphaPose calls the frames of a video, which it counts from 0:
// "12.jpg". Images of a folder keep their own names.
bool AreAlphaPoseFrames(const std::vector<std::string>& images);

// The name with # for those digits: the same for all frames of a video.
std::string NameWithoutNumber(const std::string& image);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_IMPORT_DETECTIONS_H_
