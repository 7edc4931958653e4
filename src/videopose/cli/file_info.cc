// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/file_info.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/cli/advice.h"
#include "videopose/cli/dataset_info.h"
#include "videopose/cli/import_flags.h"
#include "videopose/cli/pose_ranges.h"
#include "videopose/cli/raw_info.h"
#include "videopose/cli/recording_name.h"
#include "videopose/cli/summary.h"
#include "videopose/files.h"
#include "videopose/formats/describe.h"
#include "videopose/formats/file_formats.h"
#include "videopose/geometry.h"
#include "videopose/import/keypoint_formats.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/media.h"
#include "videopose/scientific/cdf.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

std::string DescribeVideoFile(const fs::path& path) {
  const VideoReader reader(path);
  return DescribeVideo(path, reader.info());
}

// Of those that were found.
std::string DescribeRanges(const KeypointSequence& keypoints) {
  Vec2f low = {INFINITY, INFINITY}, high = {-INFINITY, -INFINITY};
  for (const PersonKeypoints& person : keypoints.people) {
    for (const Keypoint& point : person.keypoints) {
      if (point.score <= 0) continue;
      low = {std::min(low.x, point.x_px), std::min(low.y, point.y_px)};
      high = {std::max(high.x, point.x_px), std::max(high.y, point.y_px)};
    }
  }
  if (low.x > high.x) return "";
  return fmt::format("  {} joints; x {:.4g} to {:.4g}, y {:.4g} to {:.4g}\n",
                     keypoints.joint_count(), low.x, high.x, low.y, high.y);
}

// Of the first of the formats that reads the file; empty where none does.
std::string DescribeAsKeypoints(FileContent& file) {
  for (const KeypointFormat& format : KeypointFormats()) {
    const std::optional<ImportedKeypoints> imported = ImportAs(format, file);
    if (!imported) continue;
    const KeypointSequence& keypoints = imported->keypoints;
    std::string text =
        fmt::format("{}: keypoints ({}): {}, {} frames, {:g} frames per second, {} x {} pixels\n",
                    file.name(), imported->format, DescribePeople(keypoints), keypoints.frame_count,
                    keypoints.fps, keypoints.width_px, keypoints.height_px);
    for (const ImportAssumption& assumption : imported->assumptions) {
      text += fmt::format("  {}\n", DescribeAssumption(assumption));
    }
    text += DescribeCamera(keypoints.camera, keypoints.fps, keypoints.start_s, "  ");
    return text + DescribeRecordingName(file.path()) + DescribeRanges(keypoints);
  }
  return {};
}

// Null for all but zip archives with arrays in them.
const NpzReader* ArraysIn(FileContent& file) {
  try {
    const NpzReader* npz = file.npz();
    return npz == nullptr || npz->names().empty() ? nullptr : npz;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::kLimit) throw;
    return nullptr;
  }
}

// Their ranges take twice their memory as double.
constexpr int64_t kMostForRanges = int64_t{8} << 20;

std::string ListArrays(const NpzReader& npz, bool with_ranges) {
  std::string text;
  for (const std::string& name : npz.names()) {
    const NpyArray array = npz.Read(name);
    text += fmt::format("  {:<16} {}", name, Describe(array));
    if (array.dtype.kind == 'U' && array.shape.empty())
      text += fmt::format("  {}", ToStrings(array, name).at(0));
    if ((array.dtype.kind == 'i' || array.dtype.kind == 'f') && array.shape.empty()) {
      text += fmt::format("  {:g}", ToScalar<double>(array, name));
    } else if (array.dtype.kind == 'f' && with_ranges &&
               std::ssize(array.data) / array.dtype.item_bytes <= kMostForRanges) {
      text += "  " + DescribeNumbers(ToTensor<double>(array, name));
    }
    text += '\n';
  }
  return text;
}

// What data sets and models come in, which `info` alone shows. They are looked for first: none of
// them can be taken for keypoints or poses.
std::vector<FileFormat> DataFormats(const ArchiveOptions& archive) {
  const auto is_zip = [](FileContent& file) { return file.beginning().starts_with("PK"); };
  const auto is_arrays = [](FileContent& file) { return ArraysIn(file) != nullptr; };
  return {
      {.name = "data set for run",
       .extensions = {".npz"},
       .recognises = [=](FileContent& file) { return is_arrays(file) && IsDataset(*file.npz()); },
       .describe = [](FileContent& file) { return DescribeDataset(*file.npz()); }},
      {.name = "archive",
       .extensions = {".zip", ".tar.gz"},
       .recognises =
           [=](FileContent& file) {
             if (!is_zip(file)) return LooksLikeArchive(file.path());
             return !is_arrays(file) && LowerCaseExtension(file.path()) == ".zip";
           },
       .describe = [&](FileContent& file) { return DescribeArchive(file.path(), archive); }},
      {.name = "checkpoint",
       .extensions = {".bin"},
       .recognises =
           [=](FileContent& file) {
             const bool is_pickle = file.beginning().starts_with("\x80");  // torch's older format
             return is_pickle || (is_zip(file) && !is_arrays(file));
           },
       .describe = [](FileContent& file) { return DescribeCheckpoint(file.path()); }},
      {.name = "NASA CDF",
       .extensions = {".cdf"},
       .recognises = [](FileContent& file) { return LooksLikeCdf(file.beginning()); },
       .describe = [](FileContent& file) { return DescribeCdf(file.path()); }},
      {.name = "HDF5",
       .extensions = {".h5"},
       .recognises = [](FileContent& file) { return file.beginning().starts_with("\x89HDF"); },
       .describe = [](FileContent& file) { return DescribeHdf5(file.path()); }},
      {.name = "MATLAB",
       .extensions = {".mat"},
       .recognises = [](FileContent& file) { return file.beginning().starts_with("MATLAB"); },
       .describe = [](FileContent& file) { return DescribeMat(file.path()); }},
  };
}

// Of the first of the formats that knows the file; empty where none does.
std::string DescribeAs(std::span<const FileFormat> formats, FileContent& file) {
  for (const FileFormat& format : formats) {
    if (!format.describe || !format.recognises(file)) continue;
    std::string text = format.describe(file);
    if (!text.empty()) return text;
  }
  return {};
}

// Arrays can be listed whatever is wrong with them.
std::string DescribePosesOrKeypoints(FileContent& file) {
  try {
    std::string text = DescribeAs(FileFormats(), file);
    return text.empty() ? DescribeAsKeypoints(file) : text;
  } catch (const Error&) {
    if (file.npz() == nullptr && file.npy() == nullptr) throw;
    return {};
  }
}

}  // namespace

std::string DescribeVideo(const fs::path& path, const VideoInfo& info) {
  std::string text = fmt::format(
      "{}: {}\n  size        {} x {} pixels{}\n  frame rate  {:.6g} per second ({}/{})\n",
      path.string(),
      info.is_still_images ? "images" : fmt::format("video ({}, {})", info.codec, info.container),
      info.width_px, info.height_px,
      info.rotation_deg == 0 ? "" : fmt::format(", turned by {} degrees", info.rotation_deg),
      info.frame_rate.per_second(), info.frame_rate.numerator, info.frame_rate.denominator);
  if (info.estimated_frame_count > 0) {
    text += fmt::format("  length      about {} frames, {:.2f} s\n", info.estimated_frame_count,
                        info.duration_s);
  }
  if (const std::string rate = FormatCaptureRate(info); !rate.empty()) text += "  " + rate;
  return text + fmt::format("  audio       {}\n", info.has_audio ? "yes" : "no");
}

std::string DataExtensions() {
  const std::vector<FileFormat> formats = DataFormats({});
  return fmt::format(
      "{}", fmt::join(ExtensionsOf(formats, [](const FileFormat&) { return true; }), ", "));
}

std::string DescribeFile(const fs::path& path, const ArchiveOptions& archive) {
  FileContent file(path);
  if (file.is_folder() && !IsFolderOfFrames(path)) return DescribeVideoFile(path);
  if (std::string text = DescribeAs(DataFormats(archive), file); !text.empty()) return text;
  std::string text = DescribePosesOrKeypoints(file);
  if (const NpzReader* npz = file.npz()) {
    if (text.empty()) text = DescribeIfDetections(path);
    const bool is_known = !text.empty();
    if (!is_known)
      text = fmt::format("{}: NumPy arrays\n", file.name()) + DescribeRecordingName(path);
    return text + ListArrays(*npz, !is_known);
  }
  if (!text.empty()) return text;
  if (const NpyArray* array = file.npy()) {
    return fmt::format("{}: {}\n", file.name(), Describe(*array));
  }
  if (file.is_json()) FailUnknownKeypoints(file);
  return DescribeVideoFile(path);
}

}  // namespace videopose::internal
