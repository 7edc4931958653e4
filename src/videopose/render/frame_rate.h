// SPDX-License-Identifier: Apache-2.0

// Frame rates of the files that are written.

#ifndef VIDEOPOSE_RENDER_FRAME_RATE_H_
#define VIDEOPOSE_RENDER_FRAME_RATE_H_

#include <cstdint>

#include "videopose/media.h"

namespace videopose::internal {

// The fraction that a rate stands for: whole numbers, NTSC's n * 1000 / 1001 (29.97 is 30000/1001),
// else thousandths. Throws Error outside 0.1 to 1000.
FrameRate FrameRateOf(double fps);

// Showing `frames` at `from_fps` takes so many frames at `to_fps`, at least one ...
int64_t OutputFrameCount(int64_t frames, double from_fps, double to_fps);
// ... of which frame k shows this one.
int64_t SourceFrame(int64_t k, int64_t frames, double from_fps, double to_fps);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_FRAME_RATE_H_
