// SPDX-License-Identifier: Apache-2.0

// A detector of two networks: one finds people as boxes, the other the keypoints of the person in a
// box. The tracker says who is who.

#ifndef VIDEOPOSE_ONNX_TOP_DOWN_H_
#define VIDEOPOSE_ONNX_TOP_DOWN_H_

#include <optional>
#include <span>
#include <vector>

#include "videopose/detect.h"
#include "videopose/detect/body_box.h"
#include "videopose/onnx/keypoint_follower.h"
#include "videopose/onnx/onnx_network.h"

namespace videopose::internal {

// Where the image that a network sees lies in the frame: pixel (x, y) of it, counted from the
// corner, is at origin + step * (x, y) of the frame.
struct View {
  Vec2f origin_px;
  float step_px = 1;
};

// A network's input, (3, height, width): the frame bilinearly, `outside` where it ends, less
// ImageNet's mean and over its deviation if `normalised`.
struct ViewColours {
  bool blue_first = false, normalised = false;
  float outside = 0;  // of the levels 0..255, before they are normalised
};
void Sample(const Image& frame, const View& view, const ViewColours& colours, int width_px,
            int height_px, std::span<float> channels);

class TopDownDetector : public PoseDetector {
 public:
  // most_at_once: 0: no limit; else the largest boxes only. Throws Error as OnnxNetwork does, and
  // where the layout is unknown.
  TopDownDetector(const OnnxDetectorOptions& options, int most_at_once);

  // Whatever the network's joints are.
  const KeypointLayout& layout() const override { return Coco17(); }
  std::vector<DetectedPerson> Detect(const Image& frame, double time_s) override;
  void StartScene() override { follower_.StartScene(); }

 private:
  std::vector<BodyBox> FindBoxes(const Image& frame);
  DetectedPerson Look(const Image& frame, const BodyBox& box);

  OnnxDetectorOptions options_;
  int most_at_once_;
  OnnxNetwork keypoints_;
  std::optional<OnnxNetwork> boxes_;
  std::vector<float> input_;
  KeypointFollower follower_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ONNX_TOP_DOWN_H_
