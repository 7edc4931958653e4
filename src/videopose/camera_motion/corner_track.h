// SPDX-License-Identifier: Apache-2.0

#ifndef VIDEOPOSE_CAMERA_MOTION_CORNER_TRACK_H_
#define VIDEOPOSE_CAMERA_MOTION_CORNER_TRACK_H_

#include <cstdint>
#include <vector>

#include "videopose/geometry.h"

namespace videopose::internal {

// A corner of the background for as long as it was seen.
struct CornerTrack {
  int64_t begin = 0;        // the first frame in which it was seen
  std::vector<Vec2f> seen;  // (X, Y) / Z, frame after frame

  int64_t end() const { return begin + static_cast<int64_t>(seen.size()); }
  bool is_in(int64_t frame) const { return frame >= begin && frame < end(); }
  Vec2d at(int64_t frame) const { return seen[static_cast<size_t>(frame - begin)].Cast<double>(); }
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_CORNER_TRACK_H_
