// A detector's view of known points, with its errors. Private to data/.

#ifndef VIDEOPOSE_DATA_MOCAP_DETECTION_H_
#define VIDEOPOSE_DATA_MOCAP_DETECTION_H_

#include <vector>

#include "videopose/base/fast_random.h"
#include "videopose/data/mocap_camera.h"

namespace videopose {

// (T, 17) COCO keypoints.
std::vector<Keypoint> Detect(const FilmedBody& body, double fps, const DetectionOptions& options,
                             FastRandom& random);

}  // namespace videopose

#endif  // VIDEOPOSE_DATA_MOCAP_DETECTION_H_
