// BlazePose's person detector: where in a frame somebody is, without knowing anything from before.

#ifndef VIDEOPOSE_DETECT_PERSON_DETECTOR_H_
#define VIDEOPOSE_DETECT_PERSON_DETECTOR_H_

#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "videopose/detect/roi.h"
#include "videopose/detect/worker_pool.h"
#include "videopose/detect/xnn_network.h"
#include "videopose/geometry/vec.h"
#include "videopose/io/image.h"

namespace videopose {

struct PersonDetection {
  float score = 0;              // 0.5 .. 1
  Vec2f centre, size;           // of the box around head and shoulders
  std::array<Vec2f, 4> points;  // 0 the hips' centre, 1 on the circle around the whole body
};

// The centres of the places that the network looks at, in its square's coordinates 0..1, in the
// order of its outputs.
std::vector<Vec2f> PersonAnchors();

// Decodes the network's outputs and gives the best detection, averaged with those that overlap it,
// weighted by score (weighted non-maximum suppression of which only the first is wanted).
// boxes: (anchors, 12): x, y, w, h and four points, in pixels of the input, positions relative to
// the anchor; scores: (anchors), before the sigmoid. The result is in the square's coordinates.
std::optional<PersonDetection> BestDetection(std::span<const float> boxes,
                                             std::span<const float> scores,
                                             std::span<const Vec2f> anchors);

class PersonDetector {
 public:
  // Throws Error if the file is missing or is another model. `pool` must outlive the detector.
  PersonDetector(const std::filesystem::path& model, WorkerPool& pool);

  // The best detection, in pixels of the frame.
  std::optional<PersonDetection> Detect(const Image& frame);

 private:
  WorkerPool& pool_;
  XnnNetwork network_;
  std::vector<Vec2f> anchors_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_DETECT_PERSON_DETECTOR_H_
