// SPDX-License-Identifier: Apache-2.0

// The partition of HumanEva's recordings, and the synchronisation of videos and motion capture.

#ifndef VIDEOPOSE_PREPARE_HUMANEVA_FRAMES_H_
#define VIDEOPOSE_PREPARE_HUMANEVA_FRAMES_H_

#include <array>
#include <span>
#include <string_view>

namespace videopose::internal {

// First frame and the one after the last, as HumanEva counts them.
struct HumanEvaFrameRange {
  int begin = 0, end = 0;
  bool operator==(const HumanEvaFrameRange&) const = default;
};

struct HumanEvaRecording {
  std::string_view subject;  // "S1"
  std::string_view action;   // "Walking 1"
  // The frame of each camera's video that shows the first frame of motion capture, from 1.
  std::array<int, 3> video_sync_frame;
  HumanEvaFrameRange train, validate;
};

// S1 to S3, five actions each.
std::span<const HumanEvaRecording> HumanEvaRecordings();

// Null where there is none.
const HumanEvaRecording* FindHumanEvaRecording(std::string_view subject, std::string_view action);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_PREPARE_HUMANEVA_FRAMES_H_
