// SPDX-License-Identifier: Apache-2.0

// BlazePose's two networks and the detector of boxes, one copy for each thread that runs them.
//
// One network on several threads waits about 70 times for the last of them (base/worker_pool.h);
// several people on as many networks of one thread each wait once.

#ifndef VIDEOPOSE_DETECT_BLAZEPOSE_MODELS_H_
#define VIDEOPOSE_DETECT_BLAZEPOSE_MODELS_H_

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "videopose/detect.h"
#include "videopose/detect/box_detector.h"
#include "videopose/detect/person_detector.h"
#include "videopose/detect/pose_landmarks.h"
#include "videopose/detect/roi.h"
#include "videopose/media.h"

namespace videopose::internal {

// presence from which BlazePose reports a person.
inline constexpr float kPresenceThreshold = 0.5F;

// Whether the region can be cropped; also rejects what is not a number.
bool IsUsable(const Roi& roi);

class BlazePoseModels {
 public:
  // Throws Error if a model file is missing (saying how to fetch it) or is not what it should be.
  explicit BlazePoseModels(const BlazePoseOptions& options);
  ~BlazePoseModels();

  // Whether the detector of boxes is wanted and there.
  bool can_find_boxes() const { return !box_file_.empty(); }

  // The body in each region, all people in each square, and boxes of people in each part of the
  // frame, all at the same time. Regions must be usable.
  struct Sight {
    std::vector<PoseLandmarks> bodies;                 // of each region
    std::vector<std::vector<PersonDetection>> people;  // of each square
    std::vector<std::vector<DetectedBox>> boxes;       // of each part
  };
  Sight Look(const Image& frame, std::span<const Roi> bodies, std::span<const Roi> squares,
             std::span<const BodyBox> parts = {});

 private:
  struct Networks;

  const std::filesystem::path detector_file_, landmark_file_;
  const std::filesystem::path box_file_;           // empty: no boxes
  const int threads_;                              // for several regions at once
  std::unique_ptr<Networks> first_;                // on all threads of options.threads
  std::vector<std::unique_ptr<Networks>> single_;  // on one thread each, made when first needed
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DETECT_BLAZEPOSE_MODELS_H_
