// SPDX-License-Identifier: Apache-2.0

// Draws a sequence of a data set: input, predicted poses and ground truth.

#ifndef VIDEOPOSE_RESEARCH_RENDER_DATASET_H_
#define VIDEOPOSE_RESEARCH_RENDER_DATASET_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "videopose/base.h"
#include "videopose/research/dataset_clip.h"

namespace videopose::internal {

struct RenderDatasetOptions {
  std::filesystem::path video;          // what the keypoints were found in; empty: on black
  std::filesystem::path output;         // by extension, see VideoWriter
  int64_t skip_frames = 0;              // of the video and of the keypoints
  std::optional<int64_t> limit_frames;  // that are written, at most
  int downsample = 1;                   // groups of so many frames become one, their mean
  int bitrate_kbps = 3000;
  bool ground_truth = true;  // a panel for it, where it is known
  int height_px = 500;
  WorkMonitor monitor;
};

struct RenderDatasetResult {
  int64_t frame_count = 0;            // written
  std::vector<std::string> warnings;  // one line each: mismatch of the video, decode warnings
};

// Reads no more of the video than is drawn. Ends with whichever is shorter, video or keypoints. The
// frame rate is the data set's, or the video's where the data set has none, divided by
// `downsample`. Throws Error, e.g. where nothing is left to draw.
RenderDatasetResult RenderDataset(const Dataset& dataset, const DatasetClip& clip,
                                  const RenderDatasetOptions& options);

// What is drawn, for exports: the same frames at the same rate, in the data set's world where its
// camera is known.
DrawnDatasetClip DrawnClip(const Dataset& dataset, const DatasetClip& clip,
                           const RenderDatasetOptions& options);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RESEARCH_RENDER_DATASET_H_
