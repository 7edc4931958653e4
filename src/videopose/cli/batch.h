// SPDX-License-Identifier: Apache-2.0

// The inputs and outputs of a run over a folder of videos.

#ifndef VIDEOPOSE_CLI_BATCH_H_
#define VIDEOPOSE_CLI_BATCH_H_

#include <filesystem>
#include <vector>

#include "videopose/process.h"

namespace videopose::internal {

struct BatchItem {
  std::filesystem::path input, output;
  ExportPaths exports;

  // Whether all its outputs exist. (Files are written atomically, so an existing one is complete.)
  bool IsDone() const;
};

// A folder with at least one video file, by extension; a folder of images is one video.
bool IsFolderOfVideos(const std::filesystem::path& path);

// For each video in `folder`, by name: OUT/NAME_3d.mp4, OUT/NAME.EXT for each pose export and
// OUT/NAME_angles.EXT for each of angles, of which only the extension counts. Where there is an
// html_video, each page gets its own. Two inputs that
// differ in extension alone keep it in their names.
std::vector<BatchItem> PlanBatch(const std::filesystem::path& folder,
                                 const std::filesystem::path& output_folder,
                                 const ExportPaths& exports);

// "clip_3d.mp4" in the current folder for "/where/ever/clip.mov".
std::filesystem::path DefaultOutput(const std::filesystem::path& input);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_BATCH_H_
