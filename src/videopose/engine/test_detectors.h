// SPDX-License-Identifier: Apache-2.0

// Detectors with given results.

#ifndef VIDEOPOSE_ENGINE_TEST_DETECTORS_H_
#define VIDEOPOSE_ENGINE_TEST_DETECTORS_H_

#include <functional>
#include <utility>
#include <vector>

#include "videopose/detect.h"

namespace videopose::internal {

class ScriptedDetector : public PoseDetector {
 public:
  using Script = std::function<std::vector<DetectedPerson>(const Image& frame, double time_s)>;
  explicit ScriptedDetector(Script script) : script_(std::move(script)) {}

  const KeypointLayout& layout() const override { return Coco17(); }
  std::vector<DetectedPerson> Detect(const Image& frame, double time_s) override {
    return script_(frame, time_s);
  }

 private:
  Script script_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ENGINE_TEST_DETECTORS_H_
