// SPDX-License-Identifier: Apache-2.0

// Simulated detections of known points, with a detector's errors. Private to augment/.

#ifndef VIDEOPOSE_AUGMENT_MOCAP_DETECTION_H_
#define VIDEOPOSE_AUGMENT_MOCAP_DETECTION_H_

#include <vector>

#include "videopose/augment/mocap_camera.h"
#include "videopose/base/fast_random.h"

namespace videopose::internal {

// (T, 17) COCO keypoints.
std::vector<Keypoint> Detect(const ProjectedBody& body, double fps, const DetectionOptions& options,
                             FastRandom& random);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_AUGMENT_MOCAP_DETECTION_H_
