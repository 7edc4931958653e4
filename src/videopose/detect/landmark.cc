// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect.h"

namespace videopose {

std::vector<Keypoint> CocoFromLandmarks(const Landmarks& landmarks) {
  static const std::vector<size_t> landmark_of_coco = [] {
    std::vector<size_t> indices;
    for (const std::string& name : Coco17().joint_names) {
      indices.push_back(static_cast<size_t>(BlazePose33().IndexOf(name)));
    }
    return indices;
  }();
  std::vector<Keypoint> keypoints;
  keypoints.reserve(landmark_of_coco.size());
  for (const size_t k : landmark_of_coco) {
    keypoints.push_back({landmarks[k].x_px, landmarks[k].y_px, landmarks[k].score});
  }
  return keypoints;
}

}  // namespace videopose
