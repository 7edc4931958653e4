// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect.h"
#include "videopose/pose/coco_landmarks.h"

namespace videopose {

std::vector<Keypoint> CocoFromLandmarks(const Landmarks& landmarks) {
  std::vector<Keypoint> keypoints;
  keypoints.reserve(internal::LandmarksOfCoco().size());
  for (const size_t k : internal::LandmarksOfCoco()) {
    keypoints.push_back({landmarks[k].x_px, landmarks[k].y_px, landmarks[k].score});
  }
  return keypoints;
}

}  // namespace videopose
