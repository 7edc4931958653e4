// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/import_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>

#include "videopose/base/error.h"
#include "videopose/cli/advice.h"
#include "videopose/files.h"

namespace videopose::internal {
namespace {

constexpr const char* kGroup = "Keypoints of other programs (docs/lift.md)";

// "1920x1080".
void ParseSize(const std::string& text, ImportOptions& options) {
  const char* end = text.data() + text.size();
  const auto width = std::from_chars(text.data(), end, options.width_px);
  const bool has_height = width.ec == std::errc() && width.ptr < end && *width.ptr == 'x';
  const auto height = has_height ? std::from_chars(width.ptr + 1, end, options.height_px) : width;
  constexpr int kMost = 1 << 20;
  if (!has_height || height.ec != std::errc() || height.ptr != end || options.width_px < 1 ||
      options.height_px < 1 || options.width_px > kMost || options.height_px > kMost) {
    throw CLI::ValidationError("--size", fmt::format("'{}' is no size like 1920x1080", text));
  }
}

// Points that are parts of the image cannot be read without its size.
ImportedKeypoints ImportOr(const std::filesystem::path& path, ImportOptions options,
                           const ImportOptions& otherwise) {
  try {
    return Import(path, options);
  } catch (const Error& error) {
    if (error.facts().option != "width_px" || otherwise.width_px == 0) throw;
  }
  options.width_px = otherwise.width_px;
  options.height_px = otherwise.height_px;
  return Import(path, options);
}

}  // namespace

void AddImportOptions(CLI::App& app, ImportOptions& options) {
  app.add_option_function<std::string>(
         "--layout", [&](const std::string& name) { options.layout = name; },
         "joint layout: body25, halpe26, mediapipe, ..., or names separated by commas")
      ->type_name("NAME")
      ->group(kGroup);
  app.add_option_function<std::string>(
         "--size", [&](const std::string& text) { ParseSize(text, options); },
         "frame size in pixels, if the file does not say")
      ->type_name("WxH")
      ->group(kGroup);
}

void AddImportRateOption(CLI::App& app, ImportOptions& options) {
  app.add_option_function<double>(
         "--fps",
         [&](double fps) {
           constexpr double kLeastFps = 0.001, kMostFps = 1e4;
           if (!(fps >= kLeastFps && fps <= kMostFps)) {  // NaN, too
             throw CLI::ValidationError("--fps", fmt::format("{} is no frame rate", fps));
           }
           options.fps = fps;
         },
         "frame rate, if the file does not say (default: 25)")
      ->type_name("N")
      ->group(kGroup);
}

std::string DescribeAssumption(const ImportAssumption& assumption) {
  std::string text = "assuming " + assumption.text;
  if (!assumption.option.empty()) text += fmt::format(" ({})", FlagOf(assumption.option));
  return text;
}

KeypointSequence ImportAndTell(const std::filesystem::path& path, const ImportOptions& options,
                               bool quiet, const ImportOptions& otherwise) {
  ImportedKeypoints imported = ImportOr(path, options, otherwise);
  std::erase_if(imported.assumptions, [&](const ImportAssumption& assumption) {
    const bool has_fps = assumption.option == "fps" && otherwise.fps > 0;
    const bool has_size = assumption.option == "width_px" && otherwise.width_px > 0;
    if (has_fps) imported.keypoints.fps = otherwise.fps;
    if (has_size) {
      imported.keypoints.width_px = otherwise.width_px;
      imported.keypoints.height_px = otherwise.height_px;
    }
    return has_fps || has_size;
  });
  if (!quiet) {
    for (const ImportAssumption& assumption : imported.assumptions) {
      fmt::print(stderr, "videopose: {} ({}): {}\n", path.string(), imported.format,
                 DescribeAssumption(assumption));
    }
  }
  return std::move(imported.keypoints);
}

}  // namespace videopose::internal
