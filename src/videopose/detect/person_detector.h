// SPDX-License-Identifier: Apache-2.0

// BlazePose's person detector: detects people in a single frame, without earlier frames.

#ifndef VIDEOPOSE_DETECT_PERSON_DETECTOR_H_
#define VIDEOPOSE_DETECT_PERSON_DETECTOR_H_

#include <array>
#include <filesystem>
#include <span>
#include <vector>

#include "videopose/base/worker_pool.h"
#include "videopose/detect/roi.h"
#include "videopose/geometry.h"
#include "videopose/media.h"
#include "videopose/tflite/xnn_network.h"

namespace videopose::internal {

struct PersonDetection {
  float score = 0;              // 0.5 .. 1
  Vec2f centre, size;           // of the box around head and shoulders
  std::array<Vec2f, 4> points;  // 0 the hips' centre, 1 on the circle around the whole body
};

// The centres of the places that the network looks at, in its square's coordinates 0..1, in the
// order of its outputs.
std::vector<Vec2f> PersonAnchors();

// Decodes the network's outputs: the best detection, averaged with those that overlap it, weighted
// by score; then the best of the rest, and so on (weighted non-maximum suppression).
// boxes: (anchors, 12): x, y, w, h and four points, in pixels of the input, positions relative to
// the anchor; scores: (anchors), before the sigmoid. The results are in the square's coordinates.
std::vector<PersonDetection> DecodeDetections(std::span<const float> boxes,
                                              std::span<const float> scores,
                                              std::span<const Vec2f> anchors);

class PersonDetector {
 public:
  // Throws Error if the file is missing or is another model. `pool` must outlive the detector.
  PersonDetector(const std::filesystem::path& model, WorkerPool& pool);

  // In pixels of the frame, the best first. `square` is the part of the frame to look at; what
  // lies outside the frame is black.
  std::vector<PersonDetection> Detect(const Image& frame, const Roi& square);

 private:
  WorkerPool& pool_;
  XnnNetwork network_;
  std::vector<Vec2f> anchors_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DETECT_PERSON_DETECTOR_H_
