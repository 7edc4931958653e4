// SPDX-License-Identifier: Apache-2.0

#include <optional>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/files.h"
#include "videopose/import/keypoint_formats.h"
#include "videopose/import/sequence_from.h"

namespace videopose {

using namespace internal;
namespace {

// Options take precedence over what the file says.
ImportedKeypoints Own(KeypointSequence keypoints, const ImportOptions& options,
                      const std::filesystem::path& path) {
  if (options.layout) {
    Fail(ErrorCode::kInvalidArgument, {.file = path, .option = "layout"},
         "{}: says itself which joints it has", path.string());
  }
  ImportedKeypoints result{.keypoints = std::move(keypoints), .format = "videopose keypoints"};
  if (options.fps > 0) result.keypoints.fps = options.fps;
  if (options.width_px > 0) result.keypoints.width_px = options.width_px;
  if (options.height_px > 0) result.keypoints.height_px = options.height_px;
  return result;
}

}  // namespace

std::optional<ImportedKeypoints> internal::ImportAs(const KeypointFormat& format, FileContent& file,
                                                    const ImportOptions& options) {
  if (format.read_own != nullptr) {
    std::optional<KeypointSequence> own = format.read_own(file);
    if (own) return Own(std::move(*own), options, file.path());
  } else if (std::optional<Detections> found = format.read(file)) {
    return SequenceFrom(std::move(*found), options, file.name(), file.byte_count());
  }
  return std::nullopt;
}

ImportedKeypoints Import(const std::filesystem::path& path, const ImportOptions& options) try {
  if ((options.width_px > 0) != (options.height_px > 0)) {
    Fail(ErrorCode::kInvalidArgument, "an image of {} x {} pixels; give both width and height",
         options.width_px, options.height_px);
  }
  FileContent file(path);
  for (const KeypointFormat& format : KeypointFormats()) {
    if (auto imported = ImportAs(format, file, options)) return std::move(*imported);
  }
  FailUnknownKeypoints(file);
} catch (Error& error) {
  RethrowFromReading(path, error);
}

KeypointSequence ImportKeypoints(const std::filesystem::path& path, const ImportOptions& options) {
  return Import(path, options).keypoints;
}

}  // namespace videopose
