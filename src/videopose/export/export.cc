#include "videopose/export/export.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace videopose {

// Alphabetical. A writer's header is included above, its row added here.
std::span<const ExportFormat> ExportFormats() { return {}; }

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
