#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/files.h"
#include "videopose/import/json_input.h"
#include "videopose/import/readers.h"
#include "videopose/import/sequence_from.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

[[noreturn]] void FailUnknown(const std::string& what, const std::string& found) {
  Fail(
      "{}: no keypoints that can be read: it is {}; known are JSON of OpenPose (a folder), "
      "AlphaPose, COCO, PoseTrack, MMPose, MediaPipe, MoveNet; .npz of Detectron, Detectron2, "
      "videopose detect; NumPy arrays (T, 17, 2 or 3); CSV with columns like nose_x, nose_y; "
      "DeepLabCut's CSV",
      what, found);
}

std::string Beginning(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(4096, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(file.gcount()));
  return bytes;
}

Detections ReadJson(const json& root, const std::string& what) {
  static constexpr std::array kReaders = {ReadOpenPose,        ReadAlphaPose, ReadCocoResults,
                                          ReadCocoAnnotations, ReadMmpose,    ReadMediaPipe};
  for (const auto& read : kReaders) {
    if (MaybeDetections detections = read(root, what)) return std::move(*detections);
  }
  FailUnknown(what, "JSON, " + Describe(root));
}

std::vector<fs::path> JsonFilesOf(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".json" && entry.is_regular_file()) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// One file a frame, as OpenPose writes them.
Detections ReadFolder(const fs::path& folder) {
  const std::string what = folder.string();
  const std::vector<fs::path> files = JsonFilesOf(folder);
  if (files.empty()) FailUnknown(what, "a folder without .json files");
  std::vector<std::string> names;
  for (const fs::path& file : files) {
    names.push_back(file.filename().string());
    if (NameWithoutNumber(names.back()) != NameWithoutNumber(names[0])) {
      Fail(
          "{}: expected the frames of one video, but there are {} and {}; give one folder for each",
          what, names[0], names.back());
    }
  }
  const std::vector<int64_t> numbers = FrameNumbers(names);
  Detections all{.format = "", .first_frame = numbers[0]};
  for (size_t i = 0; i < files.size(); ++i) {
    const json root = ParseJson(ReadText(files[i]), files[i].string());
    all.frame_count = std::max(all.frame_count, numbers[i] + 1 - numbers[0]);
    if (root.is_array() && root.empty()) continue;  // nobody
    Detections of_frame = ReadJson(root, files[i].string());
    if (of_frame.frame_count != 1) {
      Fail("{}: {} of many frames in a folder; give this file alone", files[i].string(),
           of_frame.format);
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

// videopose detect's own. What was asked for goes before what it says.
ImportedKeypoints Own(const fs::path& path, const ImportOptions& options) {
  if (options.layout) {
    Fail(ErrorCode::kInvalidArgument, {.file = path, .option = "layout"},
         "{}: says itself which joints it has", path.string());
  }
  ImportedKeypoints result{.keypoints = ReadKeypoints(path), .format = "videopose keypoints"};
  if (options.fps > 0) result.keypoints.fps = options.fps;
  if (options.width_px > 0) result.keypoints.width_px = options.width_px;
  if (options.height_px > 0) result.keypoints.height_px = options.height_px;
  return result;
}

ImportedKeypoints ImportNpz(const fs::path& path, const ImportOptions& options) {
  const NpzReader file(path);
  if (file.Has("keypoints") && file.Has("keypoint_names") && file.Has("ids")) {
    return Own(path, options);
  }
  MaybeDetections detections = ReadDetectron(file);
  if (!detections) detections = ReadArrays(file);
  if (!detections) {
    FailUnknown(path.string(),
                file.Has("positions_2d")
                    ? "a data set for videopose run"
                    : fmt::format("NumPy arrays called {}", fmt::join(file.names(), ", ")));
  }
  return SequenceFrom(std::move(*detections), options, path.string());
}

ImportedKeypoints ImportText(const fs::path& path, const ImportOptions& options) {
  const std::string what = path.string();
  std::string text = ReadText(path);
  const size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string::npos) FailUnknown(what, "empty");
  if (text[first] == '{' || text[first] == '[') {
    const json root = ParseJson(text.substr(first), what);
    text.clear();
    if (Member(root, "keypoint_names") != nullptr && Member(root, "ids") != nullptr) {
      return Own(path, options);
    }
    return SequenceFrom(ReadJson(root, what), options, what);
  }
  MaybeDetections detections = ReadDeepLabCut(text, what);
  if (!detections) detections = ReadCsv(text, what);
  if (!detections) {
    constexpr size_t kShown = 60;
    FailUnknown(
        what,
        fmt::format("text that begins with '{}'",
                    text.substr(first, std::min(text.find_first_of("\r\n", first), first + kShown) -
                                           first)));
  }
  return SequenceFrom(std::move(*detections), options, what);
}

}  // namespace

bool IsFolderOfFrames(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return false;
  const std::vector<fs::path> files = JsonFilesOf(path);
  return !files.empty() && std::all_of(files.begin(), files.end(), [&](const fs::path& file) {
    return NameWithoutNumber(file.filename().string()) ==
           NameWithoutNumber(files[0].filename().string());
  });
}

ImportedKeypoints Import(const fs::path& path, const ImportOptions& options) try {
  if ((options.width_px > 0) != (options.height_px > 0)) {
    Fail(ErrorCode::kInvalidArgument, "a picture of {} x {} pixels; give both width and height",
         options.width_px, options.height_px);
  }
  std::error_code ignored;
  if (!fs::exists(path, ignored)) Fail(ErrorCode::kFileNotFound, "{}: no such file", path.string());
  if (fs::is_directory(path, ignored)) {
    return SequenceFrom(ReadFolder(path), options, path.string());
  }
  const std::string beginning = Beginning(path);
  if (beginning.starts_with("PK\x03\x04")) return ImportNpz(path, options);
  if (beginning.starts_with("\x93NUMPY")) {
    const NpyArray array = ReadNpy(path);
    MaybeDetections detections = ReadArray(array, path.string());
    if (!detections) FailUnknown(path.string(), "a NumPy array, " + Describe(array));
    return SequenceFrom(std::move(*detections), options, path.string());
  }
  if (beginning.find('\0') != std::string::npos) {
    FailUnknown(path.string(), fmt::format("{} bytes that are no text", fs::file_size(path)));
  }
  return ImportText(path, options);
} catch (Error& error) {
  RethrowFromReading(path, error);
}

KeypointSequence ImportKeypoints(const fs::path& path, const ImportOptions& options) {
  return Import(path, options).keypoints;
}

}  // namespace videopose
