// SPDX-License-Identifier: Apache-2.0

// From detections to people in the world, for files and live sources alike:
//
//   detections -> sides, smoothed -> select -> fill -> lift -> ground -> limb ends -> people
//
// Each stage takes frames with Push and returns those that are done; with the whole clip as
// look-ahead it returns all of them at Flush.

#ifndef VIDEOPOSE_ENGINE_POSE_CHAIN_H_
#define VIDEOPOSE_ENGINE_POSE_CHAIN_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "videopose/camera_motion/small_image.h"
#include "videopose/detect.h"
#include "videopose/engine/limb_end_stage.h"
#include "videopose/engine/live_camera.h"
#include "videopose/ground/grounder.h"
#include "videopose/lift/gap_filler.h"
#include "videopose/lift/lift_stage.h"
#include "videopose/pose.h"
#include "videopose/track/detection_smoother.h"
#include "videopose/track/people_selector.h"
#include "videopose/track/side_corrector.h"

namespace videopose::internal {

// Omitted stages pass everything on.
struct PoseStages {
  std::optional<LiveCamera> camera;  // of frames as they come
  std::optional<SideCorrector> sides;
  std::optional<PeopleSelector> select;
  std::optional<GapFiller> fill;
  std::optional<LiftStage> lift;
  std::optional<Grounder> ground;
  std::optional<LimbEndStage> limb_ends;  // hands and feet, frame by frame
};

class PoseChain {
 public:
  explicit PoseChain(PoseStages stages) : stages_(std::move(stages)) {}

  // A frame's detections; appends the frames that are done to `out`, all of them in order.
  void Push(int64_t index, double time_s, std::vector<DetectedPerson> people,
            std::vector<PeopleInFrame>& out);
  // The same with the image, for the stage `camera`. `is_cut`: the frame begins a scene, and what
  // is under way ends before it.
  void Push(int64_t index, double time_s, std::vector<DetectedPerson> people,
            const SmallImage& image, bool is_cut, std::vector<PeopleInFrame>& out);
  // A frame whose people are selected already, as in a file of keypoints: without a selector.
  void Push(PeopleInFrame frame, std::vector<PeopleInFrame>& out);
  // The end, or that of a scene: appends all frames in progress.
  void Flush(std::vector<PeopleInFrame>& out);

  const PoseStages& stages() const { return stages_; }
  PoseStages& stages() { return stages_; }

 private:
  // Mended frames, and at the end all that the stages hold.
  void PassOn(std::vector<Detections> mended, bool is_end, std::vector<PeopleInFrame>& out);

  // What the camera saw of the frames that are selected.
  struct Sighted {
    int64_t index = 0;
    LiveCamera::Sight sight;
  };
  void TellCamera(std::vector<PeopleInFrame>& frames);

  PoseStages stages_;
  DetectionSmoother smoother_;
  std::deque<Sighted> sighted_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ENGINE_POSE_CHAIN_H_
