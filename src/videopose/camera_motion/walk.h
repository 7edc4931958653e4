// SPDX-License-Identifier: Apache-2.0

// A camera that walks: its rotation and its place, from how corners of the background move.
//
// A camera that only turns and zooms moves all corners as their directions alone say. Where many
// move otherwise between keyframes, whatever the focal length, near ones went by: the camera was
// carried. Then keyframes and points are placed by bundle adjustment (bundle.h), from the window of
// keyframes with the clearest parallax on in both directions, each keyframe with those around it
// and at the end all at once; and the frames between them by the points. The focal length is taken
// as constant: to approach and to zoom look alike.

#ifndef VIDEOPOSE_CAMERA_MOTION_WALK_H_
#define VIDEOPOSE_CAMERA_MOTION_WALK_H_

#include <cstdint>
#include <span>
#include <vector>

#include "videopose/camera_motion/corner_track.h"
#include "videopose/pose.h"

namespace videopose::internal {

struct Walk {
  enum class Verdict {
    kInPlace,  // the camera may have turned and zoomed
    kWalks,    // `views` are how
    kLost,     // it was carried, but it is not known how
  };
  Verdict verdict = Verdict::kInPlace;
  std::vector<CameraView> views;  // of all frames; sigma_deg of those that are not known: kLost_deg
};

// Of one scene; `pixel` is its size, as CornerTrack::seen.
Walk FollowWalk(std::span<const CornerTrack> tracks, int64_t frame_count, double pixel);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_WALK_H_
