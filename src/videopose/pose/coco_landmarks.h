// SPDX-License-Identifier: Apache-2.0

// Which of BlazePose33() are COCO's keypoints.

#ifndef VIDEOPOSE_POSE_COCO_LANDMARKS_H_
#define VIDEOPOSE_POSE_COCO_LANDMARKS_H_

#include <array>
#include <cstddef>

#include "videopose/pose.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {

// By Coco17().
inline const std::array<size_t, kCocoJoints>& LandmarksOfCoco() {
  static const std::array<size_t, kCocoJoints> landmarks = [] {
    std::array<size_t, kCocoJoints> indices{};
    for (size_t j = 0; j < indices.size(); ++j) {
      indices[j] = static_cast<size_t>(BlazePose33().IndexOf(Coco17().joint_names[j]));
    }
    return indices;
  }();
  return landmarks;
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_POSE_COCO_LANDMARKS_H_
