#include "videopose/data/sequence.h"

#include <algorithm>

namespace videopose {

Tensor MirrorJoints(const Tensor& joints, std::span<const int> mirrored) {
  VP_CHECK(joints.rank() == 3 && joints.dim(1) == static_cast<int64_t>(mirrored.size()),
           "{} counterparts for joints of shape ({})", mirrored.size(),
           fmt::join(joints.shape, ", "));
  const int64_t joint_count = joints.dim(1), features = joints.dim(2);
  Tensor result(joints.shape);
  for (int64_t t = 0; t < joints.dim(0); ++t) {
    for (int64_t j = 0; j < joint_count; ++j) {
      const int64_t other = mirrored[static_cast<size_t>(j)];
      float* to = result.data() + (t * joint_count + j) * features;
      std::copy_n(joints.data() + (t * joint_count + other) * features, features, to);
      to[0] = -to[0];
    }
  }
  return result;
}

}  // namespace videopose
