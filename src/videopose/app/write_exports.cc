#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <system_error>

#include "videopose/app/angle_plots.h"
#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"
#include "videopose/export/angles_csv.h"
#include "videopose/export/export.h"
#include "videopose/files.h"
#include "videopose/process.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;

bool IsAnglePlot(const fs::path& path) {
  return path.extension() == ".png" || path.extension() == ".svg";
}

// A plot needs something to show.
void WritePlotsOfSeen(const fs::path& path, const Motion& motion, double start_s,
                      std::vector<fs::path>& written) {
  for (const PersonMotion& person : motion.people) {
    bool is_seen = false;
    for (int64_t t = 0; t < motion.frame_count && !is_seen; ++t) {
      is_seen = person.has_pose(t);
    }
    if (!is_seen) continue;
    written.push_back(motion.people.size() == 1 ? path : PersonPath(path, person.id));
    WriteAnglePlots(written.back(), motion, person, start_s);
  }
}

}  // namespace

std::vector<fs::path> WriteExports(const ExportPaths& paths, const Motion& motion,
                                   const KeypointSequence* keypoints) {
  std::vector<fs::path> written;
  for (const fs::path& path : paths.poses) {
    const auto files = WriteMotion(path, motion, keypoints, {.page_video = paths.html_video});
    written.insert(written.end(), files.begin(), files.end());
  }
  const double start_s = keypoints == nullptr ? 0 : keypoints->start_s;
  for (const fs::path& path : paths.angles) {
    if (IsAnglePlot(path)) {
      WritePlotsOfSeen(path, motion, start_s, written);
    } else {
      WriteAnglesCsv(path, motion, start_s);
      written.push_back(path);
    }
  }
  return written;
}

void CheckExports(const ExportPaths& paths, const fs::path& input) {
  const auto is_page = [](const fs::path& path) { return path.extension() == ".html"; };
  if (!paths.html_video.empty() && std::ranges::none_of(paths.poses, is_page)) {
    Fail(ErrorCode::kInvalidArgument, {.file = paths.html_video, .option = "html_video"},
         "{}: a page is to show this video, but none is written", paths.html_video.string());
  }
  for (const fs::path& path : paths.poses) CheckMotionExtension(path);
  for (const fs::path& path : paths.angles) {
    if (!IsAnglePlot(path) && path.extension() != ".csv") {
      Fail(ErrorCode::kCannotWrite,
           "{}: cannot write joint angles as '{}'; there are .csv, and plots: .png and .svg",
           path.string(), path.extension().string());
    }
  }
  std::vector<fs::path> all = paths.poses;
  all.insert(all.end(), paths.angles.begin(), paths.angles.end());
  for (const fs::path& path : all) {
    const AtomicFile attempt(path);
    std::error_code ignored;
    if (fs::equivalent(input, path, ignored)) {
      Fail(ErrorCode::kInvalidArgument,
           "{}: the output would overwrite the input; give another name", path.string());
    }
    if (std::count(all.begin(), all.end(), path) > 1) {
      Fail(ErrorCode::kInvalidArgument, "{}: would be written twice; give two names",
           path.string());
    }
  }
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
