#include "videopose/data/prepare_humaneva.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "videopose/base/error.h"
#include "videopose/data/humaneva_frames.h"
#include "videopose/data/prepare_detections.h"
#include "videopose/io/mat_file.h"
#include "videopose/io/npy.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kCameras = 3;
constexpr std::array<std::string_view, 2> kParts = {"Train", "Validate"};
constexpr std::array<std::string_view, 3> kCaptured = {"S1", "S2", "S3"};

// Frames of a recording, of which the capture worked in all or in none.
struct Chunk {
  int64_t begin = 0, end = 0;
  bool is_valid = false;
};

struct Recording {
  std::string part, subject, action;  // "Train", "S1", "Walking 1"
  HumanEvaFrameRange range;
  std::vector<Chunk> chunks;
};

std::string ChunkName(const Recording& recording, size_t index) {
  return fmt::format("{} chunk{}", recording.action, index);
}

std::vector<Chunk> ChunksOf(const BasicTensor<double>& poses_mm) {
  const int64_t row = poses_mm.dim(1) * poses_mm.dim(2);
  std::vector<Chunk> chunks;
  for (int64_t t = 0; t < poses_mm.dim(0); ++t) {
    const double* frame = poses_mm.data() + t * row;
    const bool is_valid =
        std::none_of(frame, frame + row, [](double value) { return std::isnan(value); });
    if (chunks.empty() || chunks.back().is_valid != is_valid) {
      chunks.push_back({.begin = t, .is_valid = is_valid});
    }
    chunks.back().end = t + 1;
  }
  return chunks;
}

// Frames [begin, end) of (T, J, C).
template <typename T>
BasicTensor<T> Cut(const BasicTensor<T>& all, int64_t begin, int64_t end) {
  const int64_t row = all.dim(1) * all.dim(2);
  return {{end - begin, all.dim(1), all.dim(2)},
          {all.values.begin() + begin * row, all.values.begin() + end * row}};
}

struct Captured {
  std::vector<Recording> recordings;
  Positions3d positions_3d;
  Positions2d positions_2d;
  int64_t joint_count = 0;  // of the first file, and so of all
};

void AddRecording(const fs::path& path, Recording recording, Captured& captured) {
  const std::string what = path.string();
  const MatFile file(path);
  const BasicTensor<double> poses_3d = file.Read("poses_3d"), poses_2d = file.Read("poses_2d");
  if (captured.joint_count == 0 && poses_3d.rank() == 3) captured.joint_count = poses_3d.dim(1);
  const int64_t joints = captured.joint_count, frames = recording.range.end - recording.range.begin;
  if ((joints != 15 && joints != 20) || poses_3d.shape != std::vector<int64_t>{frames, joints, 3} ||
      poses_2d.shape != std::vector<int64_t>{kCameras, frames, joints, 2}) {
    Fail(
        "{}: expected poses_3d ({}, J, 3) and poses_2d (3, {}, J, 2) of 15 or 20 joints, the same "
        "in all files, found ({}) and ({})",
        what, frames, frames, fmt::join(poses_3d.shape, ", "), fmt::join(poses_2d.shape, ", "));
  }
  const std::string subject = fmt::format("{}/{}", recording.part, recording.subject);
  auto& of_subject_3d = FindOrAdd(captured.positions_3d, subject);
  auto& of_subject_2d = FindOrAdd(captured.positions_2d, subject);
  recording.chunks = ChunksOf(poses_3d);
  for (size_t i = 0; i < recording.chunks.size(); ++i) {
    const Chunk& chunk = recording.chunks[i];
    if (!chunk.is_valid) continue;
    const std::string name = ChunkName(recording, i);
    const BasicTensor<double> of_chunk_mm = Cut(poses_3d, chunk.begin, chunk.end);
    CheckJoints(of_chunk_mm, fmt::format("{}, from frame {}", what, chunk.begin));
    Tensor metres(of_chunk_mm.shape);
    std::transform(of_chunk_mm.values.begin(), of_chunk_mm.values.end(), metres.values.begin(),
                   [](double value_mm) { return static_cast<float>(value_mm / 1000); });
    FindOrAdd(of_subject_3d, name) = MakeNpy(std::move(metres));
    auto& cameras = FindOrAdd(of_subject_2d, name);
    for (int64_t c = 0; c < kCameras; ++c) {
      const int64_t row = joints * 2, begin = (c * frames + chunk.begin) * row,
                    end = (c * frames + chunk.end) * row;
      const BasicTensor<double> pixels(
          {chunk.end - chunk.begin, joints, 2},
          {poses_2d.values.begin() + begin, poses_2d.values.begin() + end});
      CheckJoints(pixels, fmt::format("{}, camera {}, from frame {}", what, c + 1, chunk.begin));
      cameras.push_back(
          MakeNpy(Tensor(pixels.shape, {pixels.values.begin(), pixels.values.end()})));
    }
  }
  captured.recordings.push_back(std::move(recording));
}

std::string WithSpaces(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

Captured ReadCaptured(const PrepareOptions& options, std::vector<std::string>& missing) {
  Captured captured;
  std::vector<std::string> unknown;
  int64_t done = 0;
  for (const std::string_view part : kParts) {
    for (const std::string_view subject : kCaptured) {
      FindOrAdd(captured.positions_3d, fmt::format("{}/{}", part, subject));
      FindOrAdd(captured.positions_2d, fmt::format("{}/{}", part, subject));
      std::map<std::string, fs::path> files;
      const fs::path folder = options.input / part / subject;
      if (fs::is_directory(folder)) {
        for (const auto& entry : fs::directory_iterator(folder)) {
          if (entry.path().extension() == ".mat") {
            files[WithSpaces(entry.path().stem().string())] = entry.path();
          }
        }
      }
      for (const auto& [action, path] : files) {
        if (FindHumanEvaRecording(subject, action) == nullptr) {
          unknown.push_back(fmt::format("{} (no such recording)", path.string()));
        }
      }
      for (const HumanEvaRecording& known : HumanEvaRecordings()) {
        if (known.subject != subject) continue;
        options.monitor.Report("read", done++, 2 * std::ssize(HumanEvaRecordings()));
        const auto file = files.find(std::string(known.action));
        if (file == files.end()) {
          missing.push_back(fmt::format("{}/{} {} (missing)", part, subject, known.action));
          continue;
        }
        AddRecording(file->second,
                     {.part = std::string(part),
                      .subject = std::string(subject),
                      .action = std::string(known.action),
                      .range = part == "Train" ? known.train : known.validate},
                     captured);
      }
    }
  }
  RequireComplete(unknown, options);
  missing.insert(missing.end(), unknown.begin(), unknown.end());
  if (captured.recordings.empty()) {
    Fail("{}: has no Train/S1/<Action>.mat in it", options.input.string());
  }
  return captured;
}

// subject -> action -> the files of the three cameras, of "Walking_1_(C2).avi.npz".
using Videos = std::map<std::pair<std::string, std::string>, std::array<fs::path, kCameras>>;

Videos FindVideos(const fs::path& folder) {
  Videos videos;
  for (const char* subject : {"S1", "S2", "S3", "S4"}) {
    if (!fs::is_directory(folder / subject)) continue;
    for (const auto& entry : fs::directory_iterator(folder / subject)) {
      std::string name = entry.path().filename().string();
      for (int64_t c = 0; c < kCameras; ++c) {
        const std::string ending = fmt::format("_(C{}).avi.npz", c + 1);
        if (!name.ends_with(ending)) continue;
        const std::string action = WithSpaces(name.substr(0, name.size() - ending.size()));
        videos[{subject, action}].at(static_cast<size_t>(c)) = entry.path();
      }
    }
  }
  if (videos.empty()) Fail("{}: has no S1/<Action>_(C1).avi.npz in it", folder.string());
  return videos;
}

void AddChunks(const Recording& recording, const std::array<int, kCameras>& video_sync_frame,
               const std::array<Tensor, kCameras>& detections,
               const std::array<fs::path, kCameras>& files, Positions2d& positions) {
  const std::string subject = fmt::format("{}/{}", recording.part, recording.subject);
  for (size_t i = 0; i < recording.chunks.size(); ++i) {
    const Chunk& chunk = recording.chunks[i];
    auto& cameras =
        FindOrAdd(FindOrAdd(positions, chunk.is_valid ? subject : "Unlabeled/" + subject),
                  ChunkName(recording, i));
    for (size_t c = 0; c < detections.size(); ++c) {
      // The frame of the video that shows frame 0 of the capture.
      const int64_t offset = video_sync_frame.at(c) - 1 + recording.range.begin;
      if (chunk.end + offset > detections.at(c).dim(0)) {
        Fail("{}: {} frames; {} needs frames up to {}", files.at(c).string(),
             detections.at(c).dim(0), ChunkName(recording, i), chunk.end + offset);
      }
      cameras.push_back(MakeNpy(Cut(detections.at(c), chunk.begin + offset, chunk.end + offset)));
    }
  }
}

Positions2d CutDetections(const HumanEvaDetections& detections,
                          const std::vector<Recording>& recordings, const PrepareOptions& options,
                          std::vector<std::string>& left_out) {
  Positions2d positions;
  const Videos videos = FindVideos(detections.folder);
  std::vector<std::string> problems;
  int64_t done = 0;
  for (const auto& [key, files] : videos) {
    const auto& [subject, action] = key;
    options.monitor.Report("detections", done++, std::ssize(videos));
    if (std::any_of(files.begin(), files.end(),
                    [](const fs::path& file) { return file.empty(); })) {
      problems.push_back(fmt::format("{} {} (not of all three cameras)", subject, action));
      continue;
    }
    std::array<Tensor, kCameras> found;
    std::transform(files.begin(), files.end(), found.begin(), ReadDetections);
    if (subject == "S4") {
      auto& cameras = FindOrAdd(FindOrAdd(positions, "Unlabeled/S4"), action);
      for (Tensor& of_camera : found) cameras.push_back(MakeNpy(std::move(of_camera)));
      continue;
    }
    bool is_used = false;
    for (const Recording& recording : recordings) {
      if (recording.subject != subject || recording.action != action) continue;
      is_used = true;
      AddChunks(recording, FindHumanEvaRecording(subject, action)->video_sync_frame, found, files,
                positions);
    }
    if (!is_used) problems.push_back(fmt::format("{} {} (not captured)", subject, action));
  }
  PrepareOptions of_detections = options;
  of_detections.input = detections.folder;
  RequireComplete(problems, of_detections);
  left_out.insert(left_out.end(), problems.begin(), problems.end());
  return positions;
}

}  // namespace

PreparedSet PrepareHumanEva(const PrepareOptions& options, const HumanEvaDetections& detections) {
  PreparedSet result;
  const Captured captured = ReadCaptured(options, result.left_out);
  const std::string data_set = fmt::format("humaneva{}", captured.joint_count);
  const auto path_of = [&](const std::string& name) {
    result.written.push_back(options.data_dir / name);
    RequireNew(result.written.back(), options.force);
    return result.written.back();
  };
  const fs::path path_3d = path_of(fmt::format("data_3d_{}.npz", data_set));
  const fs::path path_2d = path_of(fmt::format("data_2d_{}_gt.npz", data_set));
  if (!detections.folder.empty()) {
    const fs::path path = path_of(fmt::format("data_2d_{}_{}.npz", data_set, detections.name));
    const LayoutMetadata layout = LayoutOfName(detections.name);
    WritePositions2d(path, layout,
                     CutDetections(detections, captured.recordings, options, result.left_out));
  }
  WritePositions3d(path_3d, captured.positions_3d);
  WritePositions2d(path_2d, LayoutCalled(data_set), captured.positions_2d);
  return result;
}

}  // namespace videopose
