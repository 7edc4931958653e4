// SPDX-License-Identifier: Apache-2.0

#include "videopose/data/sequence.h"

#include <algorithm>
#include <array>

#include "videopose/base/check.h"
#include "videopose/lift/person_input.h"

namespace videopose::internal {

Tensor MirrorJoints(const Tensor& joints, std::span<const int> mirrored) {
  VP_CHECK(joints.rank() == 3 && joints.dim(1) == std::ssize(mirrored),
           "{} counterparts for joints of shape ({})", mirrored.size(),
           fmt::join(joints.shape, ", "));
  const int64_t joint_count = joints.dim(1), features = joints.dim(2);
  Tensor result(joints.shape);
  for (int64_t t = 0; t < joints.dim(0); ++t) {
    for (int64_t j = 0; j < joint_count; ++j) {
      const int64_t other = mirrored[j];
      float* to = result.data() + (t * joint_count + j) * features;
      std::copy_n(joints.data() + (t * joint_count + other) * features, features, to);
      to[0] = -to[0];
    }
  }
  return result;
}

InputTrack RelativeToPerson(LifterInput input, const Tensor& keypoints, double focal) {
  VP_CHECK(
      keypoints.rank() == 3 && keypoints.dim(1) == kPersonInputPoints - 1 && keypoints.dim(2) >= 2,
      "keypoints of shape ({})", fmt::join(keypoints.shape, ", "));
  const int64_t features = keypoints.dim(2);
  InputTrack track{.rows = Tensor({keypoints.dim(0), kPersonInputPoints, 3})};
  std::array<Keypoint, kPersonInputPoints - 1> frame;
  // In an image 2 pixels wide and high, pixels minus 1 are screen coordinates.
  constexpr int kSize = 2;
  constexpr float kCentre = 1;
  for (int64_t t = 0; t < keypoints.dim(0); ++t) {
    for (size_t k = 0; k < frame.size(); ++k) {
      const float* point =
          keypoints.data() + (t * keypoints.dim(1) + static_cast<int64_t>(k)) * features;
      frame[k] = {point[0] + kCentre, point[1] + kCentre, features > 2 ? point[2] : 1};
    }
    const std::span<float> row(track.rows.data() + t * kPersonInputValues, kPersonInputValues);
    const Quaternion view_from_cam = InputRow(input, frame, {kSize, kSize, focal}, row);
    if (input == LifterInput::kRays) track.view_from_cam.push_back(view_from_cam);
  }
  return track;
}

}  // namespace videopose::internal
