// SPDX-License-Identifier: Apache-2.0

// The driver for files (ProcessVideo, ProcessKeypoints): sends a video, or keypoints of one,
// through the chain with the whole clip as look-ahead.

#ifndef VIDEOPOSE_ENGINE_FILE_DRIVER_H_
#define VIDEOPOSE_ENGINE_FILE_DRIVER_H_

#include <vector>

#include "videopose/base.h"
#include "videopose/engine/pose_chain.h"
#include "videopose/pose.h"
#include "videopose/process.h"

namespace videopose::internal {

// The stages sides (unless raw), fill, lift and ground for a whole clip; without a lifter not the
// last two. People with these IDs come first.
PoseStages WholeClipStages(const ClipInfo& clip, const FileDriverOptions& options,
                           const std::vector<int>& ids, const WorkMonitor& monitor);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ENGINE_FILE_DRIVER_H_
