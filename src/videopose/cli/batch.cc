// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/batch.h"

#include <algorithm>
#include <map>
#include <string>

#include "videopose/base/error.h"
#include "videopose/media/media_formats.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

bool IsCalledLikeAVideo(const fs::path& path) {
  const MediaFormat* format = FindMediaFormat(path);
  return format != nullptr && format->is_moving();
}

std::vector<fs::path> VideosIn(const fs::path& folder) {
  std::vector<fs::path> videos;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const bool is_hidden = entry->path().filename().string().starts_with(".");
    if (entry->is_regular_file(error) && !is_hidden && IsCalledLikeAVideo(entry->path())) {
      videos.push_back(entry->path());
    }
  }
  if (error) Fail("{}: cannot read this folder: {}", folder.string(), error.message());
  std::sort(videos.begin(), videos.end());
  return videos;
}

// ".npz" alone is a hidden file without extension to std::filesystem.
std::string ExtensionOf(const fs::path& path) {
  return path.has_extension() ? path.extension().string() : path.filename().string();
}

}  // namespace

bool BatchItem::IsDone() const {
  return fs::exists(output) && std::ranges::all_of(exports.poses, IsExported) &&
         std::ranges::all_of(exports.angles, IsExported);
}

bool IsFolderOfVideos(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) && !VideosIn(path).empty();
}

std::vector<BatchItem> PlanBatch(const fs::path& folder, const fs::path& output_folder,
                                 const ExportPaths& exports) {
  const std::vector<fs::path> videos = VideosIn(folder);
  std::map<std::string, int> stem_count;
  for (const fs::path& video : videos) ++stem_count[video.stem().string()];
  std::vector<BatchItem> items;
  for (const fs::path& video : videos) {
    const std::string name =
        stem_count[video.stem().string()] == 1 ? video.stem().string() : video.filename().string();
    BatchItem item{.input = video, .output = output_folder / (name + "_3d.mp4")};
    for (const fs::path& path : exports.poses) {
      item.exports.poses.push_back(output_folder / (name + ExtensionOf(path)));
    }
    for (const fs::path& path : exports.angles) {
      item.exports.angles.push_back(output_folder / (name + "_angles" + ExtensionOf(path)));
    }
    if (!exports.html_video.empty()) item.exports.html_video = video;
    items.push_back(std::move(item));
  }
  return items;
}

fs::path DefaultOutput(const fs::path& input) {
  // A folder of images may be given as "shots/".
  const fs::path named = input.has_filename() ? input : input.parent_path();
  return named.stem().string() + "_3d.mp4";
}

}  // namespace videopose::internal
