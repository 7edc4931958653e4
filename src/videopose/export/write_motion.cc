// SPDX-License-Identifier: Apache-2.0

#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/export/export.h"
#include "videopose/files.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;

// Calls write(path, person) for everybody, or once for nobody at all.
template <typename F>
void WriteEach(const fs::path& path, const Motion& motion, std::vector<fs::path>& written,
               F write) {
  if (motion.people.empty()) {
    write(path,
          PersonMotion{.joints_in_cam = {motion.frame_count, motion.joint_count(), kNoJoint}});
    written.push_back(path);
  }
  for (const PersonMotion& person : motion.people) {
    written.push_back(motion.people.size() == 1 ? path : PersonPath(path, person.id));
    write(written.back(), person);
  }
}

}  // namespace

std::vector<std::string> MotionExtensions() {
  std::vector<std::string> extensions = {".npz", ".json", ".npy"};
  for (const ExportFormat& format : ExportFormats()) extensions.emplace_back(format.extension);
  return extensions;
}

void CheckMotionExtension(const fs::path& path) {
  const std::vector<std::string> known = MotionExtensions();
  if (FindExportFormat(path) == nullptr &&
      std::find(known.begin(), known.end(), path.extension().string()) == known.end()) {
    FailAt(path, ErrorCode::kCannotWrite, "cannot write poses as '{}'; there are {}",
           path.extension().string(), fmt::join(known, ", "));
  }
}

std::vector<fs::path> WriteMotion(const fs::path& path, const Motion& motion,
                                  const KeypointSequence* keypoints,
                                  const MotionFileOptions& options) {
  const ExportFormat* format = FindExportFormat(path);
  if (format == nullptr) return WritePoses(path, motion, keypoints);
  if (format->write_all != nullptr) {
    ExportOptions more;
    if (!options.page_video.empty()) more.video = options.page_video;
    format->write_all(path, motion, keypoints, more);
    return {path};
  }
  std::vector<fs::path> written;
  WriteEach(path, motion, written, [&](const fs::path& file, const PersonMotion& person) {
    format->write_one(file, motion, person);
  });
  return written;
}

}  // namespace videopose
