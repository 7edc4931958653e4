// SPDX-License-Identifier: Apache-2.0

// Makes people with identities of the keypoints that detectors of others find: COCO's joints of
// whatever layout, hands and feet where it has them, appearance, and the track that each continues.

#ifndef VIDEOPOSE_ONNX_KEYPOINT_FOLLOWER_H_
#define VIDEOPOSE_ONNX_KEYPOINT_FOLLOWER_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "videopose/detect.h"
#include "videopose/detect/body_box.h"
#include "videopose/import/joint_layouts.h"
#include "videopose/track/tracker.h"

namespace videopose::internal {

class KeypointFollower {
 public:
  // `layout`: as OnnxDetectorOptions::layout; `what` is named in errors.
  KeypointFollower(std::string layout, std::string what)
      : layout_(std::move(layout)), what_(std::move(what)) {}

  // Throws Error where no layout has so many points, or the one asked for has others.
  void CheckPoints(std::span<const Keypoint> points);

  // The person with these points, without a track yet. Its presence is the points' mean score.
  DetectedPerson PersonFrom(const Image& frame, std::span<const Keypoint> points);

  // Fills in their tracks, and that they are people; a body that was found twice is left out.
  // `boxes`: around each person's whole body.
  std::vector<DetectedPerson> Follow(std::vector<DetectedPerson> people,
                                     std::span<const BodyBox> boxes, double time_s);

  // All tracks end.
  void StartScene();

 private:
  struct Mapping {
    CocoMapping coco;
    LimbEndMapping limb_ends;
    size_t points;
  };

  std::string layout_, what_;
  std::optional<Mapping> mapping_;  // chosen when the number of points is known
  Tracker tracker_;
};

// The detector of DetectorOptions::finder.
class FinderDetector : public PoseDetector {
 public:
  explicit FinderDetector(KeypointFinder finder);

  const KeypointLayout& layout() const override { return Coco17(); }
  std::vector<DetectedPerson> Detect(const Image& frame, double time_s) override;
  void StartScene() override { follower_.StartScene(); }

 private:
  KeypointFinder finder_;
  KeypointFollower follower_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ONNX_KEYPOINT_FOLLOWER_H_
