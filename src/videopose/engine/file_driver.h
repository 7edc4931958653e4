// SPDX-License-Identifier: Apache-2.0

// The driver for files (ProcessVideo, ProcessKeypoints): sends a video, or keypoints of one,
// through the chain with the whole clip as look-ahead.

#ifndef VIDEOPOSE_ENGINE_FILE_DRIVER_H_
#define VIDEOPOSE_ENGINE_FILE_DRIVER_H_

#include <memory>
#include <vector>

#include "videopose/base.h"
#include "videopose/camera_motion/small_image.h"
#include "videopose/detect.h"
#include "videopose/engine/pose_chain.h"
#include "videopose/pose.h"
#include "videopose/process.h"

namespace videopose::internal {

// The stages sides (unless raw), fill, lift and ground for a whole clip; without a lifter not the
// last two. People with these IDs come first.
PoseStages WholeClipStages(const ClipInfo& clip, const FileDriverOptions& options,
                           const std::vector<int>& ids, const WorkMonitor& monitor);

// From the frames of a video, and the people in them, to a clip: the part of ProcessVideo behind
// the detector.
class ClipMaker {
 public:
  // `layout`: of the detector. Throws as ProcessVideo.
  ClipMaker(const VideoInfo& video, const KeypointLayout& layout, const FileDriverOptions& options,
            const WorkMonitor& monitor);
  ~ClipMaker();
  ClipMaker(const ClipMaker&) = delete;
  ClipMaker& operator=(const ClipMaker&) = delete;

  // The next frame, of a video of this size. Where it is wanted, Take() comes next.
  struct FrameRole {
    bool begins_scene = false;  // of those that are wanted; a detector begins anew
    bool is_wanted = true;      // else it is of a scene that was not asked for
    double time_s = 0;          // since the first one that is wanted
  };
  FrameRole Begin(int width_px, int height_px, SmallImage image);
  void Take(std::vector<DetectedPerson> people);

  ProcessedClip End();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ENGINE_FILE_DRIVER_H_
