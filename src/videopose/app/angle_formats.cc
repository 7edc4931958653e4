// SPDX-License-Identifier: Apache-2.0

#include "videopose/app/angle_formats.h"

#include <fmt/ranges.h>

#include <vector>

#include "videopose/app/angle_plots.h"
#include "videopose/export/angles_csv.h"
#include "videopose/render/plot.h"

namespace videopose::internal {

std::span<const FileFormat> AngleFormats() {
  static const std::vector<FileFormat> formats = {
      {.name = "CSV of joint angles",
       .extensions = {".csv"},
       .use = "joint angles",
       .holds = kHoldsAngles,
       .frame = "degrees",
       .write_all =
           [](const std::filesystem::path& path, const MotionToWrite& content) {
             WriteAnglesCsv(path, content.motion, content.start_s());
           }},
      {.name = "plots of joint angles",
       .extensions = {kPlotExtensions.begin(), kPlotExtensions.end()},
       .use = "plots of them",
       .holds = kHoldsAngles,
       .frame = "degrees over seconds",
       .skips_unseen = true,  // a plot needs something to show
       .write_one =
           [](const std::filesystem::path& path, const MotionToWrite& content,
              const PersonMotion& person) {
             WriteAnglePlots(path, content.motion, person, content.start_s());
           }},
  };
  return formats;
}

std::string AngleExtensions() {
  return fmt::format(
      "{}", fmt::join(ExtensionsOf(AngleFormats(), [](const auto&) { return true; }), ", "));
}

}  // namespace videopose::internal
