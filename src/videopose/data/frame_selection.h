// SPDX-License-Identifier: Apache-2.0

// Which frames of a sequence are used: all, every d-th, or a stretch of them.

#ifndef VIDEOPOSE_DATA_FRAME_SELECTION_H_
#define VIDEOPOSE_DATA_FRAME_SELECTION_H_

#include <cstdint>

namespace videopose::internal {

// Frames begin, begin + step, ...
struct FrameSelection {
  int64_t begin = 0, step = 1, count = 0;
  bool operator==(const FrameSelection&) const = default;
};

// Every `downsample`-th frame of a stretch that has the part `subset` (0 < subset <= 1) of the
// frames. Where the stretch lies depends on `frames` alone, so that it is the same each time.
FrameSelection SelectFrames(int64_t frames, double subset, int downsample);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DATA_FRAME_SELECTION_H_
