// SPDX-License-Identifier: Apache-2.0

#ifndef VIDEOPOSE_DETECT_SIGMOID_H_
#define VIDEOPOSE_DETECT_SIGMOID_H_

#include <cmath>

namespace videopose::internal {

// From a network's logit to 0..1.
inline float Sigmoid(float x) { return 1 / (1 + std::exp(-x)); }

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DETECT_SIGMOID_H_
