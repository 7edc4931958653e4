#include "videopose/export/export.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "videopose/export/bvh.h"
#include "videopose/export/csv.h"
#include "videopose/export/glb.h"
#include "videopose/export/html.h"
#include "videopose/export/marker_motion.h"

namespace videopose {
namespace {

// A writer's header is included above, its row added here.
constexpr ExportFormat kFormats[] = {
    {.extension = ".csv",
     .write_all = [](const std::filesystem::path& path, const Motion& motion,
                     const KeypointSequence* keypoints,
                     const ExportOptions&) { WriteCsv(path, motion, keypoints); }},
    {.extension = ".bvh",
     .write_one = [](const std::filesystem::path& path, const Motion& motion,
                     const PersonMotion& person) { WriteBvh(path, motion, person); }},
    {.extension = ".glb",
     .write_all = [](const std::filesystem::path& path, const Motion& motion,
                     const KeypointSequence*, const ExportOptions&) { WriteGlb(path, motion); }},
    {.extension = ".html",
     .write_all =
         [](const std::filesystem::path& path, const Motion& motion,
            const KeypointSequence* keypoints, const ExportOptions& options) {
           WriteHtml(path, motion, keypoints, {.video = options.video});
         }},
    {.extension = ".trc", .write_one = WriteTrcMotion},
    {.extension = ".c3d", .write_one = WriteC3dMotion},
};

}  // namespace

std::span<const ExportFormat> ExportFormats() { return kFormats; }

const ExportFormat* FindExportFormat(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const ExportFormat& format : ExportFormats()) {
    if (format.extension == extension) return &format;
  }
  return nullptr;
}

}  // namespace videopose
