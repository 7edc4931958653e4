// SPDX-License-Identifier: Apache-2.0

#include "videopose/data/prepare_custom.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <system_error>

#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/base/read_file.h"
#include "videopose/files.h"
#include "videopose/import/detectron_frames.h"
#include "videopose/import/keypoint_formats.h"
#include "videopose/lift/filled_track.h"
#include "videopose/pose.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {

namespace {

namespace fs = std::filesystem;

// (T, 17, 2), each joint filled in where it is not seen.
Tensor FilledKeypoints(const PersonKeypoints& person, int64_t frames) {
  Tensor keypoints({frames, kCocoJoints, 2});
  float* out = keypoints.data();
  for (const Keypoint& point : FilledTrack(person.keypoints, Coco17())) {
    *out++ = point.x_px;
    *out++ = point.y_px;
  }
  return keypoints;
}

ImageSize MakeSize(int64_t width_px, int64_t height_px, const fs::path& path) {
  constexpr int64_t kMost = 1 << 20;
  if (width_px < 1 || height_px < 1 || width_px > kMost || height_px > kMost) {
    Fail("{}: an image size of {} x {} pixels", path.string(), width_px, height_px);
  }
  return {static_cast<int>(width_px), static_cast<int>(height_px)};
}

CustomTrack ReadBestBoxes(const NpzReader& npz) {
  const DetectronFrames detected(npz);
  const int64_t frames = detected.count();
  PersonKeypoints person;
  person.keypoints = {frames, kCocoJoints};
  bool is_seen = false;
  for (int64_t t = 0; t < frames; ++t) {
    const auto people = detected.At(t);
    if (!people) continue;
    const float* x_px = people->x_px(people->best());
    const float* y_px = people->y_px(people->best());
    bool finite = true;
    for (int64_t j = 0; j < kCocoJoints; ++j) {
      finite = finite && std::isfinite(x_px[j]) && std::isfinite(y_px[j]);
    }
    for (int64_t j = 0; finite && j < kCocoJoints; ++j) {
      person.at(t, j) = {x_px[j], y_px[j], 1};
    }
    is_seen = is_seen || finite;
  }
  if (!is_seen) {
    Fail("{}: there is no person in any of its {} frames", npz.path().string(), frames);
  }
  CustomTrack track{.keypoints = FilledKeypoints(person, frames)};
  const std::string what = npz.What("metadata");
  const PickleValue metadata = npz.ReadObject("metadata");
  track.size =
      MakeSize(metadata.At("w", what).AsInt(what), metadata.At("h", what).AsInt(what), npz.path());
  return track;
}

std::vector<CustomTrack> TracksOf(const KeypointSequence& found, const fs::path& path) {
  if (found.layout != Coco17()) Fail("{}: its keypoints are not COCO's 17", path.string());
  const ImageSize size = MakeSize(found.width_px, found.height_px, path);
  std::vector<std::pair<int64_t, const PersonKeypoints*>> people;
  for (const PersonKeypoints& person : found.people) {
    int64_t seen = 0;
    for (const FrameRange& range : SeenRanges(person)) seen += range.length();
    if (seen > 0) people.emplace_back(seen, &person);
  }
  if (people.empty()) {
    Fail("{}: there is no person in any of its {} frames", path.string(), found.frame_count);
  }
  std::stable_sort(people.begin(), people.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<CustomTrack> tracks;
  for (const auto& [unused, person] : people) {
    tracks.push_back(
        {.keypoints = FilledKeypoints(*person, found.frame_count), .size = size, .fps = found.fps});
  }
  return tracks;
}

bool IsOfDetectron(const fs::path& path) {
  if (ReadBeginning(path, 2) != "PK") return false;
  return DetectronFrames::AreIn(NpzReader(path));
}

std::vector<fs::path> FilesIn(const fs::path& folder) {
  const std::vector<std::string_view> known = KeypointExtensions();
  std::vector<fs::path> arrays, others;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string extension = LowerCaseExtension(entry.path());
    if (extension == ".npz") {
      arrays.push_back(entry.path());
    } else if (std::ranges::find(known, extension) != known.end() ||
               IsFolderOfFrames(entry.path())) {
      others.push_back(entry.path());
    }
  }
  std::vector<fs::path>& files = arrays.empty() ? others : arrays;
  if (files.empty()) {
    FailAt(folder, ErrorCode::kWrongFormat, "there are no files of keypoints in it ({})",
           fmt::join(known, ", "));
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<fs::path> FilesOf(const std::vector<fs::path>& inputs) {
  std::vector<fs::path> files;
  for (const fs::path& input : inputs) {
    if (!fs::is_directory(input) || IsFolderOfFrames(input)) {
      files.push_back(input);
      continue;
    }
    const std::vector<fs::path> in_folder = FilesIn(input);
    files.insert(files.end(), in_folder.begin(), in_folder.end());
  }
  return files;
}

PickleValue CocoMetadata(const std::vector<std::pair<PickleValue, PickleValue>>& sizes) {
  std::vector<PickleValue> left, right;
  for (int j = 0; j < kCocoJoints; ++j) {
    if (Coco17().side(j) != Side::kLeft) continue;
    left.push_back(PickleValue::Int(j));
    right.push_back(PickleValue::Int(Coco17().mirrored(j)));
  }
  return PickleValue::Dict({{PickleValue::String("layout_name"), PickleValue::String("coco")},
                            {PickleValue::String("num_joints"), PickleValue::Int(kCocoJoints)},
                            {PickleValue::String("keypoints_symmetry"),
                             PickleValue::List({PickleValue::List(std::move(left)),
                                                PickleValue::List(std::move(right))})},
                            {PickleValue::String("video_metadata"), PickleValue::Dict(sizes)}});
}

}  // namespace

std::vector<CustomTrack> ReadCustomTracks(const fs::path& path, const ImportOptions& options) try {
  std::vector<CustomTrack> tracks;
  if (IsOfDetectron(path)) {
    tracks.push_back(ReadBestBoxes(NpzReader(path)));
    tracks[0].fps = options.fps;
  } else {
    tracks = TracksOf(ImportKeypoints(path, options), path);
  }
  // "clip/." and "clip/" are the folder clip.
  const fs::path named = path.has_filename() ? path : path.parent_path();
  const std::string name =
      fs::is_directory(path) ? named.filename().string() : path.stem().string();
  for (size_t i = 0; i < tracks.size(); ++i) {
    tracks[i].name = name + (i == 0 ? "" : fmt::format("#{}", i + 1));
  }
  return tracks;
} catch (Error& error) {
  RethrowFromReading(path, error);
}

KeypointFile CustomKeypointFile(const fs::path& path, const ImportOptions& options) {
  KeypointFile file{.path = path, .layout_name = "coco", .joint_count = kCocoJoints};
  for (int j = 0; j < kCocoJoints; ++j) file.mirrored.push_back(Coco17().mirrored(j));
  for (CustomTrack& track : ReadCustomTracks(path, options)) {
    file.subjects.push_back({track.name, {{"custom", {MakeNpy(std::move(track.keypoints))}}}});
    file.video_sizes.push_back({track.name, track.size});
    file.fps = track.fps;
  }
  return file;
}

}  // namespace videopose::internal

namespace videopose {

using namespace internal;

fs::path PrepareCustom(const PrepareCustomOptions& options) {
  const std::vector<fs::path> files = FilesOf(options.inputs);
  if (files.empty()) Fail(ErrorCode::kInvalidArgument, "no keypoint files given");
  std::vector<std::pair<PickleValue, PickleValue>> videos, sizes;
  std::set<std::string> names;
  int64_t done = 0;
  for (const fs::path& file : files) {
    options.monitor.Report("prepare", done++, std::ssize(files));
    for (CustomTrack& track : ReadCustomTracks(file, options.import)) {
      if (!names.insert(track.name).second) {
        FailAt(file, ErrorCode::kInvalidArgument,
               "there is another video named {}; rename one of the files", track.name);
      }
      const PickleValue array = PickleValue::Array(MakeNpy(std::move(track.keypoints)));
      videos.emplace_back(
          PickleValue::String(track.name),
          PickleValue::Dict({{PickleValue::String("custom"), PickleValue::List({array})}}));
      sizes.emplace_back(
          PickleValue::String(track.name),
          PickleValue::Dict({{PickleValue::String("w"), PickleValue::Int(track.size.width_px)},
                             {PickleValue::String("h"), PickleValue::Int(track.size.height_px)}}));
    }
  }
  std::error_code error;
  fs::create_directories(options.data_dir, error);
  if (error) {
    Fail(ErrorCode::kCannotWrite, "{}: cannot make this folder: {}", options.data_dir.string(),
         error.message());
  }
  fs::path path = options.data_dir / fmt::format("data_2d_custom_{}.npz", options.name);
  NpzWriter writer(path);
  writer.Add("positions_2d", MakeNpyObject(PickleValue::Dict(videos)));
  writer.Add("metadata", MakeNpyObject(CocoMetadata(sizes)));
  writer.Close();
  return path;
}

}  // namespace videopose
