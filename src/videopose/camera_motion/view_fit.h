// SPDX-License-Identifier: Apache-2.0

// The rotation and zoom between a keyframe and a frame, from points seen in both.

#ifndef VIDEOPOSE_CAMERA_MOTION_VIEW_FIT_H_
#define VIDEOPOSE_CAMERA_MOTION_VIEW_FIT_H_

#include <span>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/pose.h"

namespace videopose::internal {

struct PointPair {
  Vec3d in_first;  // direction in the scene's first frame
  Vec2d seen;      // (X, Y) / Z times the zoom, in the frame
};

// Where the point should be; not finite behind the camera.
Vec2d SeenThrough(const CameraView& view, const Vec3d& in_first);

struct ViewFit {
  CameraView view;  // sigma_deg: of this fit alone
  int inliers = 0;
  double residual = 0;  // median distance of the inliers, as PointPair::seen
};

// `pixel` is the size of a pixel, as PointPair::seen. `still` is the view that the camera has if it
// has not moved since the keyframe, which is preferred where it explains about as much; `guess`
// another start. At least kFewestPairs pairs.
inline constexpr int kFewestPairs = 10;
ViewFit FitView(std::span<const PointPair> pairs, const CameraView& still, const CameraView& guess,
                double pixel);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_VIEW_FIT_H_
