// SPDX-License-Identifier: Apache-2.0

// Corners of the background followed from frame to frame, for as long as each is seen.

#ifndef VIDEOPOSE_CAMERA_MOTION_CORNER_TRACKS_H_
#define VIDEOPOSE_CAMERA_MOTION_CORNER_TRACKS_H_

#include <cstdint>
#include <vector>

#include "videopose/camera_motion/corner_track.h"
#include "videopose/camera_motion/corners.h"
#include "videopose/geometry.h"

namespace videopose::internal {

class CornerTracks {
 public:
  // The next frame; the lens is of the small images.
  void Push(const Pyramid& before, const Pyramid& now, const std::vector<PeopleBox>& people,
            const Lens& lens);

  const std::vector<CornerTrack>& tracks() const { return tracks_; }
  int64_t frame_count() const { return frame_count_; }

 private:
  void Find(const Pyramid& now, const std::vector<PeopleBox>& people, const Lens& lens);

  int64_t frame_count_ = 0;
  std::vector<CornerTrack> tracks_;
  std::vector<size_t> live_;  // tracks that reach the newest frame
  Points at_;                 // where they are in it
  size_t enough_ = 0;         // while so many are live no new ones are looked for
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_CORNER_TRACKS_H_
