// One recording of one person by one camera: what is trained on, evaluated and drawn.

#ifndef VIDEOPOSE_DATA_SEQUENCE_H_
#define VIDEOPOSE_DATA_SEQUENCE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "videopose/base/tensor.h"
#include "videopose/geometry/projection.h"

namespace videopose {

struct Sequence {
  std::string subject, action;
  int camera = 0;    // its index among the subject's
  Tensor keypoints;  // (T, J2, F): x and y in normalised screen coordinates; F = 3: a confidence
  // Metres, camera frame; both empty where there is no ground truth.
  Tensor poses;  // (T, J3, 3), relative to the root, which is at 0
  Tensor roots;  // (T, 3)
  std::optional<ScreenIntrinsics> intrinsics;

  int64_t frame_count() const { return keypoints.dim(0); }
  bool has_poses() const { return !poses.shape.empty(); }
};

// What a mirror would show of (T, J, F) joints: x changes its sign, left and right their places.
// mirrored[j] is joint j's counterpart.
Tensor MirrorJoints(const Tensor& joints, std::span<const int> mirrored);

// Keypoints as lift/person_input.h has them: (T, 17, F) of COCO's, in screen coordinates, become
// (T, 18, 3). Without a confidence (F = 2) all are seen.
Tensor RelativeToPerson(const Tensor& keypoints);

}  // namespace videopose

#endif  // VIDEOPOSE_DATA_SEQUENCE_H_
