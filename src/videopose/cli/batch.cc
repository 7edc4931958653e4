// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/batch.h"

#include <algorithm>
#include <map>
#include <sstream>
#include <string>

#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/media/media_formats.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

bool IsCalledLikeAVideo(const fs::path& path) {
  const MediaFormat* format = FindMediaFormat(path);
  return format != nullptr && format->is_moving();
}

// ".npz" alone is a hidden file without extension to std::filesystem.
std::string ExtensionOf(const fs::path& path) {
  return path.has_extension() ? path.extension().string() : path.filename().string();
}

// "clip.mp4" of "https://a.org/b/clip.mp4?key=1#t".
fs::path FileNameOf(const fs::path& input) {
  const std::string text = input.string();
  const fs::path path =
      IsAddress(input) ? fs::path(text.substr(0, text.find_first_of("?#"))) : input;
  return path.has_filename() ? path.filename() : path.parent_path().filename();
}

std::vector<std::string> UniqueNames(const std::vector<fs::path>& videos) {
  std::map<std::string, int> stems, names, seen;
  for (const fs::path& video : videos) {
    ++stems[FileNameOf(video).stem().string()];
    ++names[FileNameOf(video).string()];
  }
  std::vector<std::string> unique;
  for (const fs::path& video : videos) {
    const fs::path file = FileNameOf(video);
    std::string name = stems[file.stem().string()] == 1 ? file.stem().string() : file.string();
    if (names[file.string()] > 1) name += fmt::format("_{}", ++seen[file.string()]);
    unique.push_back(std::move(name));
  }
  return unique;
}

}  // namespace

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

std::vector<fs::path> VideosOnList(const fs::path& list) {
  std::vector<fs::path> videos;
  std::istringstream lines(ReadFile(list));
  for (std::string line; std::getline(lines, line);) {
    line.erase(line.find_last_not_of(" \t\r") + 1);
    line.erase(0, line.find_first_not_of(" \t"));
    if (line.empty() || line.starts_with('#')) continue;
    videos.push_back(IsAddress(line) ? fs::path(line) : list.parent_path() / line);
  }
  if (videos.empty()) {
    FailAt(list, ErrorCode::kWrongFormat,
           "no clips on this list: expected a path or address a line");
  }
  return videos;
}

bool IsAddress(const fs::path& input) { return input.string().find("://") != std::string::npos; }

bool BatchItem::IsDone() const {
  return fs::exists(output) && std::ranges::all_of(exports.poses, IsExported) &&
         std::ranges::all_of(exports.angles, IsExported);
}

bool IsFolderOfVideos(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) && !VideosIn(path).empty();
}

std::vector<BatchItem> PlanBatch(const std::vector<fs::path>& videos, const fs::path& output_folder,
                                 const ExportPaths& exports) {
  const std::vector<std::string> names = UniqueNames(videos);
  std::vector<BatchItem> items;
  for (size_t i = 0; i < videos.size(); ++i) {
    const std::string& name = names[i];
    BatchItem item{.name = name, .input = videos[i], .output = output_folder / (name + "_3d.mp4")};
    for (const fs::path& path : exports.poses) {
      item.exports.poses.push_back(output_folder / (name + ExtensionOf(path)));
    }
    for (const fs::path& path : exports.angles) {
      item.exports.angles.push_back(output_folder / (name + "_angles" + ExtensionOf(path)));
    }
    if (!exports.html_video.empty() && !IsAddress(videos[i])) item.exports.html_video = videos[i];
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
