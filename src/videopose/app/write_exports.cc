// SPDX-License-Identifier: Apache-2.0

#include <fmt/ranges.h>

#include <algorithm>
#include <system_error>

#include "videopose/app/angle_formats.h"
#include "videopose/app/check_outputs.h"
#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"
#include "videopose/files.h"
#include "videopose/formats/file_formats.h"
#include "videopose/process.h"

namespace videopose {

using namespace internal;
namespace {

namespace fs = std::filesystem;

const FileFormat& AngleFormatFor(const fs::path& path) {
  const auto any = [](const FileFormat&) { return true; };
  if (const FileFormat* format = FindByExtension(AngleFormats(), path, any)) return *format;
  FailAt(path, ErrorCode::kCannotWrite, "cannot write joint angles as '{}'; there are {}",
         path.extension().string(), AngleExtensions());
}

}  // namespace

std::vector<fs::path> WriteExports(const ExportPaths& paths, const Motion& motion,
                                   const KeypointSequence* keypoints) {
  const MotionToWrite content{
      .motion = motion, .keypoints = keypoints, .shown_video = paths.html_video};
  std::vector<fs::path> written;
  const auto write = [&](const FileFormat& format, const fs::path& path) {
    const std::vector<fs::path> files = WriteAs(format, path, content);
    written.insert(written.end(), files.begin(), files.end());
  };
  for (const fs::path& path : paths.poses) write(PoseFormatFor(path), path);
  for (const fs::path& path : paths.angles) write(AngleFormatFor(path), path);
  return written;
}

void CheckExports(const ExportPaths& paths, const fs::path& input) {
  bool shows_video = false;
  for (const fs::path& path : paths.poses) {
    shows_video = shows_video || (PoseFormatFor(path).holds & kShowsVideo) != 0;
  }
  for (const fs::path& path : paths.angles) AngleFormatFor(path);
  if (!paths.html_video.empty() && !shows_video) {
    Fail(ErrorCode::kInvalidArgument, {.file = paths.html_video, .option = "html_video"},
         "{}: a page is to show this video, but none is written", paths.html_video.string());
  }
  std::vector<fs::path> all = paths.poses;
  all.insert(all.end(), paths.angles.begin(), paths.angles.end());
  for (const fs::path& path : all) {
    const AtomicFile attempt(path);
  }
  CheckOutputs({input}, all);
}

bool IsExported(const fs::path& path) {
  std::error_code error;
  if (fs::exists(path, error)) return true;
  const std::string begin = path.stem().string() + "_", extension = path.extension().string();
  const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string stem = entry->path().stem().string();
    if (entry->path().extension() == extension && stem.size() > begin.size() &&
        stem.starts_with(begin) &&
        stem.find_first_not_of("0123456789", begin.size()) == std::string::npos) {
      return true;
    }
  }
  return false;
}

}  // namespace videopose
