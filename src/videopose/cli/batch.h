// SPDX-License-Identifier: Apache-2.0

// The inputs and outputs of a run over many videos.

#ifndef VIDEOPOSE_CLI_BATCH_H_
#define VIDEOPOSE_CLI_BATCH_H_

#include <filesystem>
#include <string>
#include <vector>

#include "videopose/process.h"

namespace videopose::internal {

struct BatchItem {
  std::string name;  // which no other has
  std::filesystem::path input, output;
  ExportPaths exports;

  // Whether all its outputs exist. (Files are written atomically, so an existing one is complete.)
  bool IsDone() const;
};

// A folder with at least one video file, by extension; a folder of images is one video.
bool IsFolderOfVideos(const std::filesystem::path& path);

// The videos in `folder`, in order.
std::vector<std::filesystem::path> VideosIn(const std::filesystem::path& folder);

// What a list names: a path (relative to the list's folder) or an address a line. Empty lines and
// those that begin with # are left out. Throws Error for a list without lines.
std::vector<std::filesystem::path> VideosOnList(const std::filesystem::path& list);

// "https://..."
bool IsAddress(const std::filesystem::path& input);

// For each video, by its name: OUT/NAME_3d.mp4, OUT/NAME.EXT for each pose export and
// OUT/NAME_angles.EXT for each of angles, of which only the extension counts. Where there is an
// html_video, each page gets its own, if that is a file. Two inputs that differ in extension alone
// keep it in their names, and those that differ in their folder alone are numbered.
std::vector<BatchItem> PlanBatch(const std::vector<std::filesystem::path>& videos,
                                 const std::filesystem::path& output_folder,
                                 const ExportPaths& exports);

// "clip_3d.mp4" in the current folder for "/where/ever/clip.mov".
std::filesystem::path DefaultOutput(const std::filesystem::path& input);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_BATCH_H_
