// Keypoints without holes: the network knows nothing of scores, so every point must be somewhere.

#ifndef VIDEOPOSE_POSE_TRACK_FILLER_H_
#define VIDEOPOSE_POSE_TRACK_FILLER_H_

#include <vector>

#include "videopose/geometry.h"
#include "videopose/pose.h"

namespace videopose {

// The points of the run's frames, (run.length(), J) row-major, pixels. A point that was not seen
// (score 0, or not finite) lies on the line between where it was seen before and after; before the
// first and after the last time it stays where it was. One that was not seen in the whole run goes
// with its mirror image, or else to where it is guessed (a place other than (0, 0) with score 0),
// or else to the middle of the points that were seen.
std::vector<Vec2f> FilledTrack(const PersonKeypoints& person, const FrameRange& run,
                               const KeypointLayout& layout);

}  // namespace videopose

#endif  // VIDEOPOSE_POSE_TRACK_FILLER_H_
