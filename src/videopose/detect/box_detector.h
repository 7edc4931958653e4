// SPDX-License-Identifier: Apache-2.0

// A detector of people as plain boxes: SSD with a MobileNetV2, from MediaPipe's Objectron. It
// detects people far from the camera, whom BlazePose's own detector, made for faces near it,
// misses.

#ifndef VIDEOPOSE_DETECT_BOX_DETECTOR_H_
#define VIDEOPOSE_DETECT_BOX_DETECTOR_H_

#include <filesystem>
#include <span>
#include <vector>

#include "videopose/base/worker_pool.h"
#include "videopose/detect/body_box.h"
#include "videopose/media.h"
#include "videopose/tflite/xnn_network.h"

namespace videopose::internal {

struct DetectedBox {
  float score = 0;  // 0..1
  BodyBox box;
};

// The boxes that the network's outputs are relative to, in its input's coordinates 0..1, in the
// order of its outputs.
//
//   layer l of 6 with stride 16 2^l: scale s_l = 0.2 + 0.75 l / 5, s_6 = 1
//   the first: widths and heights 0.1, 0.1; s sqrt(2), s / sqrt(2); s / sqrt(2), s sqrt(2)
//   the others: s sqrt(r), s / sqrt(r) for r = 1, 2, 1/2, 3, 1/3; then sqrt(s_l s_l+1) twice
//
// Liu et al.: SSD: Single Shot MultiBox Detector, ECCV 2016, with the settings of MediaPipe.
std::vector<BodyBox> BoxAnchors();

// Decodes the network's outputs, the best first, and of boxes that overlap the best alone
// (non-maximum suppression). codes: (anchors, 4): y, x, height, width; class_scores: (anchors, 24),
// before the sigmoid. The results are in the input's coordinates.
//
//   x = code_x / 10 * anchor_width + anchor_x,  width = exp(code_width / 5) * anchor_width
std::vector<DetectedBox> DecodeBoxes(std::span<const float> codes,
                                     std::span<const float> class_scores,
                                     std::span<const BodyBox> anchors);

// Of boxes that overlap the best alone; these come first.
void SuppressOverlaps(std::vector<DetectedBox>& boxes);

class BoxDetector {
 public:
  // Throws Error if the file is missing or is another model. `pool` must outlive the detector.
  BoxDetector(const std::filesystem::path& model, WorkerPool& pool);

  // The people in a part of the frame, the best first.
  std::vector<DetectedBox> Detect(const Image& frame, const BodyBox& part);

 private:
  WorkerPool& pool_;
  XnnNetwork network_;
  std::vector<BodyBox> anchors_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DETECT_BOX_DETECTOR_H_
