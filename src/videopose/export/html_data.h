// SPDX-License-Identifier: Apache-2.0

// Numbers over time, small enough for a page: quantised, coded as residuals of a linear prediction,
// base64.
//
// Channel c of frame t is the whole number q[t] = round(value / step). Within a run of frames in
// which there is anything, [begin, end), frame after frame and channel after channel, it is coded
// as
//   0                                   where there is no number
//   zigzag(q[t] - prediction) + 1       else; zigzag(n) = 2 n, or -2 n - 1 where n < 0
// in groups of 7 bits, the lowest first, the eighth bit set where another follows. The prediction
// is the channel's last q plus the difference of its last two; with one before it that q; else 0.

#ifndef VIDEOPOSE_EXPORT_HTML_DATA_H_
#define VIDEOPOSE_EXPORT_HTML_DATA_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/pose.h"

namespace videopose::internal {

struct CodedTrack {
  std::vector<FrameRange> runs;
  int channels = 0;
  double step = 0;    // what is decoded is within half of it
  std::string bytes;  // base64
};

// `values` (T, channels) row-major; not finite: no number. Numbers beyond 2e8 steps end there.
CodedTrack EncodeTrack(std::span<const float> values, int channels, double step);

std::string Base64(std::string_view bytes);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_EXPORT_HTML_DATA_H_
