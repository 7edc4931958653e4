// SPDX-License-Identifier: Apache-2.0

// The driver for files (ProcessVideo, ProcessKeypoints): sends a video, or keypoints of one,
// through the chain with the whole clip as look-ahead.

#ifndef VIDEOPOSE_ENGINE_FILE_DRIVER_H_
#define VIDEOPOSE_ENGINE_FILE_DRIVER_H_

#include <functional>
#include <vector>

#include "videopose/base.h"
#include "videopose/detect.h"
#include "videopose/engine/pose_chain.h"
#include "videopose/pose.h"
#include "videopose/process.h"

namespace videopose::internal {

// The stages sides (unless raw), fill, lift and ground for a whole clip; without a lifter not the
// last two. People with these IDs come first.
PoseStages WholeClipStages(const ClipInfo& clip, const FileDriverOptions& options,
                           const std::vector<int>& ids, const WorkMonitor& monitor);

// What a detector saw in a frame of this size.
struct FrameDetections {
  int width_px = 0, height_px = 0;
  std::vector<DetectedPerson> people;
};
// Gives those of all frames, one after another, to `take`.
using DetectionSource =
    std::function<void(const std::function<void(FrameDetections detections)>& take)>;

// ProcessVideo with detections from wherever they come.
ProcessedClip ProcessDetections(const VideoInfo& video, const KeypointLayout& layout,
                                const DetectionSource& detect, const FileDriverOptions& options,
                                const WorkMonitor& monitor);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ENGINE_FILE_DRIVER_H_
