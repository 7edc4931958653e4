// SPDX-License-Identifier: Apache-2.0

// Which frame of the video a file's frame is. One rule for all formats; docs/formats.md states it.

#ifndef VIDEOPOSE_IMPORT_FRAME_NUMBERS_H_
#define VIDEOPOSE_IMPORT_FRAME_NUMBERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "videopose/import/detections.h"

namespace videopose::internal {

// Numbers of frames from names or numbers of images ("video_000012.jpg": 12): the last digits in
// each, where those are about as dense as the frames of a video; else 0, 1, 2, ... in the order of
// the numbers, or of first appearance where some have no digits. Same name, same number.
std::vector<int64_t> FrameNumbers(const std::vector<std::string>& images);

// Whether all are called as AlphaPose calls the frames of a video, which it counts from 0:
// "12.jpg". Images of a folder keep their own names.
bool AreAlphaPoseFrames(const std::vector<std::string>& images);

// Whether no name's number has zeros before it, as in names that Ultralytics gives to the frames of
// a video; cameras and FFmpeg fill up with zeros.
bool AreUnpadded(const std::vector<std::string>& images);

// The name with # for those digits: the same for all frames of a video.
std::string NameWithoutNumber(const std::string& image);

struct FrameSpan {
  int64_t first = 0;  // the file's number of the video's first frame
  double count = 0;   // as a number of frames may be anything
  std::string note;   // what was assumed about it; empty: nothing
};

// `detections`: some, in the order of their frames.
FrameSpan SpanOf(const Detections& detections);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_IMPORT_FRAME_NUMBERS_H_
