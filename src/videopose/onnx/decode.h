// SPDX-License-Identifier: Apache-2.0

// What the outputs of common networks mean. All throw Error (kMismatch), with the name,
// for outputs of other shapes.

#ifndef VIDEOPOSE_ONNX_DECODE_H_
#define VIDEOPOSE_ONNX_DECODE_H_

#include <span>
#include <string>
#include <vector>

#include "videopose/detect/box_detector.h"
#include "videopose/onnx/onnx_network.h"
#include "videopose/pose.h"

namespace videopose::internal {

struct InputSize {
  int width_px = 0, height_px = 0;
};

// People, not yet suppressed, in pixels of the input. Of one output (1, cells, 5 + classes),
// YOLOX's own: for each cell of strides 8, 16 and 32, row by row,
//
//   centre = (output + cell) * stride,  size = exp(output) * stride,  score = object * person
//
// (Ge et al.: YOLOX: Exceeding YOLO Series in 2021). Or of boxes (1, N, 5), left, top, right,
// bottom and score, and where there is a second output, their classes (1, N), of which 0 are
// people.
std::vector<DetectedBox> DecodeBoxOutputs(const std::string& name,
                                          std::span<const OnnxOutput> outputs, InputSize input);

// One person's keypoints, in pixels of the input. Of two outputs, SimCC's scores of columns and
// rows (1, J, width * split), (1, J, height * split): the best of each (Li et al.: SimCC, ECCV
// 2022). Or of one, heat maps (1, J, h, w): the best cell, moved by a quarter of a cell towards its
// higher neighbour (Newell et al.: Stacked Hourglass Networks, ECCV 2016).
std::vector<Keypoint> DecodeKeypointOutputs(const std::string& name,
                                            std::span<const OnnxOutput> outputs, InputSize input,
                                            double simcc_split);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ONNX_DECODE_H_
