#include "videopose/cli/file_info.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string_view>

#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/cli/advice.h"
#include "videopose/cli/dataset_info.h"
#include "videopose/cli/motion_info.h"
#include "videopose/cli/pose_ranges.h"
#include "videopose/cli/raw_info.h"
#include "videopose/files.h"
#include "videopose/geometry.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/media.h"
#include "videopose/scientific/cdf.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;

std::string Beginning(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(16, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(file.gcount()));
  return bytes;
}

std::string DescribeVideo(const fs::path& path) {
  const VideoReader reader(path);
  const VideoInfo& info = reader.info();
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
  return text + fmt::format("  sound       {}\n", info.has_audio ? "yes" : "no");
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

std::string DescribeKeypoints(const fs::path& path) {
  const auto [keypoints, format, assumptions] = Import(path);
  std::string text = fmt::format(
      "{}: keypoints ({}): {} people, {} frames, {:g} frames per second, {} x {} pixels\n",
      path.string(), format, keypoints.people.size(), keypoints.frame_count, keypoints.fps,
      keypoints.width_px, keypoints.height_px);
  for (const ImportAssumption& assumption : assumptions) {
    text += fmt::format("  assuming {} ({})\n", assumption.text, FlagOf(assumption.option));
  }
  return text + DescribeRecordingName(path) + DescribeRanges(keypoints);
}

// Nothing where it holds no keypoints.
std::string DescribeIfKeypoints(const fs::path& path) {
  try {
    return DescribeKeypoints(path);
  } catch (const Error&) {
    return {};
  }
}

bool LooksLikeText(std::string_view bytes) {
  return !bytes.empty() && std::all_of(bytes.begin(), bytes.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 32 || c == '\n' || c == '\r' || c == '\t';
  });
}

std::string DescribeArrays(const fs::path& path) {
  const NpzReader npz(path);
  if (IsDataset(npz)) return DescribeDataset(npz);
  std::string text = DescribeIfPoses(path);
  if (text.empty()) text = DescribeIfKeypoints(path);
  if (text.empty()) text = DescribeIfDetections(path);
  const bool is_known = !text.empty();
  if (!is_known) {
    text = fmt::format("{}: NumPy arrays\n", path.string()) + DescribeRecordingName(path);
  }
  for (const std::string& name : npz.names()) {
    const NpyArray array = npz.Read(name);
    text += fmt::format("  {:<16} {}", name, Describe(array));
    if (array.dtype.kind == 'U' && array.shape.empty())
      text += fmt::format("  {}", ToStrings(array, name).at(0));
    if ((array.dtype.kind == 'i' || array.dtype.kind == 'f') && array.shape.empty()) {
      text += fmt::format("  {:g}", ToScalar<double>(array, name));
    } else if (array.dtype.kind == 'f' && !is_known) {
      text += "  " + DescribeNumbers(ToTensor<double>(array, name));
    }
    text += '\n';
  }
  return text;
}

bool IsNpz(const fs::path& path) {
  try {
    return !NpzReader(path).names().empty();
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

std::string DescribeFile(const fs::path& path, const ArchiveOptions& archive) {
  std::error_code ignored;
  if (!fs::exists(path, ignored)) Fail(ErrorCode::kFileNotFound, "{}: no such file", path.string());
  if (IsFolderOfFrames(path)) return DescribeKeypoints(path);
  const std::string beginning = Beginning(path);
  const std::string_view bytes = beginning;
  if (bytes.starts_with("PK")) {
    if (IsNpz(path)) return DescribeArrays(path);
    return path.extension() == ".zip" ? DescribeArchive(path, archive) : DescribeCheckpoint(path);
  }
  if (bytes.starts_with("\x80")) return DescribeCheckpoint(path);  // a pickle: torch's older format
  if (bytes.starts_with("\x93NUMPY")) {
    const std::string keypoints = DescribeIfKeypoints(path);
    return keypoints.empty() ? fmt::format("{}: {}\n", path.string(), Describe(ReadNpy(path)))
                             : keypoints;
  }
  if (bytes.starts_with("{") || bytes.starts_with("[")) {
    const std::string poses = DescribeIfPoses(path);
    return poses.empty() ? DescribeKeypoints(path) : poses;
  }
  if (std::string text = DescribeIfMotionCapture(path, bytes); !text.empty()) return text;
  if (LooksLikeCdf(bytes)) return DescribeCdf(path);
  if (bytes.starts_with("\x89HDF")) return DescribeHdf5(path);
  if (bytes.starts_with("MATLAB")) return DescribeMat(path);
  if (LooksLikeArchive(path)) return DescribeArchive(path, archive);
  if (LooksLikeText(bytes)) {
    if (std::string text = DescribeIfPoses(path); !text.empty()) return text;
    if (std::string text = DescribeIfKeypoints(path); !text.empty()) return text;
  }
  return DescribeVideo(path);
}

}  // namespace videopose
