// BlazePose's own points, 33 of a body.

#ifndef VIDEOPOSE_DETECT_LANDMARK_H_
#define VIDEOPOSE_DETECT_LANDMARK_H_

#include <array>
#include <vector>

#include "videopose/pose/keypoints.h"

namespace videopose {

constexpr int kLandmarks = 33;
using Landmark = ExtraPoint;                         // its score is the visibility
using Landmarks = std::array<Landmark, kLandmarks>;  // pixels of the frame, BlazePose33() order

// COCO's 17 keypoints by name; the score is the visibility.
std::vector<Keypoint> CocoFromLandmarks(const Landmarks& landmarks);

}  // namespace videopose

#endif  // VIDEOPOSE_DETECT_LANDMARK_H_
