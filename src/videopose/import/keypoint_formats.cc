// SPDX-License-Identifier: Apache-2.0

#include "videopose/import/keypoint_formats.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/files.h"
#include "videopose/import/frame_numbers.h"
#include "videopose/import/json_input.h"
#include "videopose/import/readers.h"

namespace videopose::internal {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Readers of one kind of content as readers of files.
template <MaybeDetections (*kRead)(const json& root, const std::string& what)>
MaybeDetections FromJson(FileContent& file) {
  const json* root = file.json();
  return root == nullptr ? std::nullopt : kRead(*root, file.name());
}

template <MaybeDetections (*kRead)(std::string_view text, const std::string& what)>
MaybeDetections FromText(FileContent& file) {
  return file.is_text() ? kRead(file.text(), file.name()) : std::nullopt;
}

MaybeDetections FromDetectron(FileContent& file) {
  const NpzReader* npz = file.npz();
  return npz == nullptr ? std::nullopt : ReadDetectron(*npz);
}

MaybeDetections FromArrays(FileContent& file) {
  if (const NpyArray* array = file.npy()) return ReadArray(*array, file.name());
  const NpzReader* npz = file.npz();
  return npz == nullptr ? std::nullopt : ReadArrays(*npz);
}

std::optional<KeypointSequence> FromOwn(FileContent& file) {
  if (const NpzReader* npz = file.npz()) {
    if (!npz->Has("keypoints") || !npz->Has("keypoint_names") || !npz->Has("ids")) return {};
  } else {
    const json* root = file.json();
    if (root == nullptr || Member(*root, "keypoint_names") == nullptr ||
        Member(*root, "ids") == nullptr) {
      return {};
    }
  }
  return ReadKeypoints(file.path());
}

// The .json files, or else the .txt files.
std::vector<fs::path> FrameFilesOf(const fs::path& folder) {
  std::vector<fs::path> json_files, text_files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string extension = LowerCaseExtension(entry.path());
    if (extension != ".json" && extension != ".txt") continue;
    if (entry.is_regular_file()) {
      (extension == ".json" ? json_files : text_files).push_back(entry.path());
    }
  }
  std::vector<fs::path>& files = json_files.empty() ? text_files : json_files;
  std::sort(files.begin(), files.end());
  return std::move(files);
}

Detections ReadFrame(FileContent& file) {
  for (const KeypointFormat& format : KeypointFormats()) {
    if (format.read == nullptr) continue;
    if (MaybeDetections found = format.read(file)) return std::move(*found);
  }
  FailUnknownKeypoints(file);
}

// One file a frame, as OpenPose writes them.
MaybeDetections FromFolder(FileContent& folder) {
  if (!folder.is_folder()) return std::nullopt;
  const std::vector<fs::path> files = FrameFilesOf(folder.path());
  if (files.empty()) return std::nullopt;
  std::vector<std::string> names;
  for (const fs::path& file : files) {
    names.push_back(file.filename().string());
    if (NameWithoutNumber(names.back()) != NameWithoutNumber(names[0])) {
      Fail(
          "{}: expected the frames of one video, but there are {} and {}; give one folder for each",
          folder.name(), names[0], names.back());
    }
  }
  const std::vector<int64_t> numbers = FrameNumbers(names);
  const auto [lowest, highest] = std::ranges::minmax(numbers);
  Detections all{.format = "",
                 .first_frame = lowest,
                 .frame_count = highest - lowest + 1,
                 .numbering = FrameNumbering::kNames,
                 .named_frames = std::ssize(files)};
  if (files.size() > 1 && LowerCaseExtension(files[0]) == ".txt" && AreUnpadded(names)) {
    // Ultralytics' names of a video's frames, which have a file only where there are people.
    all.numbering = FrameNumbering::kFrames;
    all.counts_from = 1;
  }
  for (size_t i = 0; i < files.size(); ++i) {
    FileContent file(files[i]);
    const json* root = file.json();
    if (root != nullptr && root->is_array() && root->empty()) continue;  // no person
    Detections of_frame = ReadFrame(file);
    if (of_frame.frame_count != 1) {
      Fail("{}: {} of many frames in a folder; give this file alone", file.name(), of_frame.format);
    }
    if (all.format.empty()) all.format = of_frame.format + " folder";
    if (all.joint_names.empty()) all.joint_names = of_frame.joint_names;
    for (Detection& detection : of_frame.found) {
      detection.frame = numbers[i];
      all.found.push_back(std::move(detection));
    }
  }
  return all;
}

}  // namespace

std::span<const KeypointFormat> KeypointFormats() {
  static const std::vector<KeypointFormat> formats = {
      {.name = "videopose keypoints", .extensions = {".npz", ".json"}, .read_own = FromOwn},
      {.name = "a folder of files, one a frame", .extensions = {}, .read = FromFolder},
      {.name = "OpenPose", .extensions = {".json"}, .read = FromJson<ReadOpenPose>},
      {.name = "AlphaPose", .extensions = {".json"}, .read = FromJson<ReadAlphaPose>},
      {.name = "COCO results", .extensions = {".json"}, .read = FromJson<ReadCocoResults>},
      {.name = "COCO annotations, PoseTrack",
       .extensions = {".json"},
       .read = FromJson<ReadCocoAnnotations>},
      {.name = "MMPose", .extensions = {".json"}, .read = FromJson<ReadMmpose>},
      {.name = "Ultralytics YOLO", .extensions = {".json"}, .read = FromJson<ReadYolo>},
      {.name = "Ultralytics YOLO, a folder of .txt files",
       .extensions = {".txt"},
       .read = FromText<ReadYoloText>},
      {.name = "Kinetics-skeleton", .extensions = {".json"}, .read = FromJson<ReadKinetics>},
      {.name = "MediaPipe, MoveNet, TensorFlow.js",
       .extensions = {".json"},
       .read = FromJson<ReadMediaPipe>},
      {.name = "Detectron, Detectron2", .extensions = {".npz"}, .read = FromDetectron},
      {.name = "NumPy arrays of shape (T, 17, 2 or 3)",
       .extensions = {".npy", ".npz"},
       .read = FromArrays},
      {.name = "DeepLabCut", .extensions = {".csv"}, .read = FromText<ReadDeepLabCut>},
      {.name = "columns like nose_x, nose_y", .extensions = {".csv"}, .read = FromText<ReadCsv>},
  };
  return formats;
}

std::vector<std::string_view> KeypointExtensions() {
  std::vector<std::string_view> all;
  for (const KeypointFormat& format : KeypointFormats()) {
    for (const std::string_view extension : format.extensions) {
      if (std::ranges::find(all, extension) == all.end()) all.push_back(extension);
    }
  }
  return all;
}

void FailUnknownKeypoints(FileContent& file) {
  std::vector<std::string> known;
  for (const KeypointFormat& format : KeypointFormats()) {
    known.push_back(std::string(format.name));
    if (format.extensions.empty()) continue;
    known.back() += fmt::format(" ({})", fmt::join(format.extensions, ", "));
  }
  Fail("{}: no keypoints that can be read: it is {}{}; known are {}", file.name(), file.Describe(),
       file.is_folder() ? " without .json files" : "", fmt::join(known, "; "));
}

}  // namespace videopose::internal

namespace videopose {

using namespace internal;

bool IsFolderOfFrames(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return false;
  const std::vector<fs::path> files = FrameFilesOf(path);
  return !files.empty() && std::all_of(files.begin(), files.end(), [&](const fs::path& file) {
    return NameWithoutNumber(file.filename().string()) ==
           NameWithoutNumber(files[0].filename().string());
  });
}

}  // namespace videopose
