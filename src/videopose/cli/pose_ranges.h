// SPDX-License-Identifier: Apache-2.0

// Frames, joints and ranges of poses, for `videopose info`.

#ifndef VIDEOPOSE_CLI_POSE_RANGES_H_
#define VIDEOPOSE_CLI_POSE_RANGES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "videopose/base.h"

namespace videopose::internal {

class PoseRanges {
 public:
  // (T, J, C) of one recording or camera; of another number of channels than before: left out.
  void Add(const BasicTensor<double>& poses);

  int64_t frames() const { return frames_; }
  // "12 frames of 17 joints; x 3 to 970, y -2 to 1002; 1 frame with NaN"
  std::string Text() const;

 private:
  int64_t frames_ = 0, gaps_ = 0, joints_ = 0;
  std::vector<double> low_, high_;  // of each channel
};

// Joints (T, J, C), one for each camera, where the shape of a raw recording's numbers tells that
// they are: N x 96 or 96 x N; (N, J, 2 or 3); (cameras, N, J, 2 or 3). Else nothing.
std::vector<BasicTensor<double>> PosesOf(BasicTensor<double> values);

// What PoseRanges says of poses; of other numbers "3 to 970"; of none nothing.
std::string DescribeNumbers(const BasicTensor<double>& values);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_POSE_RANGES_H_
