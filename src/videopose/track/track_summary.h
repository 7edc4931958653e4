// Who was seen when, how large, how sure: one line about each person of a clip.

#ifndef VIDEOPOSE_TRACK_TRACK_SUMMARY_H_
#define VIDEOPOSE_TRACK_TRACK_SUMMARY_H_

#include <cstdint>

#include "videopose/geometry/vec.h"

namespace videopose {

struct TrackSummary {
  int id = 1;
  int64_t first_frame = 0, last_frame = -1;  // both seen; last < first: never seen
  int64_t seen_frames = 0;                   // in which the detector saw the person and is believed
  double height_px = 0;      // median over the seen frames, from the highest point to the lowest
  double mean_presence = 0;  // over the seen frames, 0..1
  Vec2f centre_px;           // median over the seen frames, of the points' bounding box
};

}  // namespace videopose

#endif  // VIDEOPOSE_TRACK_TRACK_SUMMARY_H_
