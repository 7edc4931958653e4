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

struct Source {
  Recording recording;
  fs::path file;
};

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
    CheckJoints(of_chunk_mm, what, chunk.begin);
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
      CheckJoints(pixels, fmt::format("{}: camera {}", what, c + 1), chunk.begin);
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

std::map<std::string, fs::path> FilesByAction(const fs::path& folder) {
  std::map<std::string, fs::path> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".mat") continue;
    files[WithSpaces(entry.path().stem().string())] = entry.path();
  }
  return files;
}

std::vector<Source> FindSources(const fs::path& input, std::vector<std::string>& problems) {
  std::vector<Source> sources;
  for (const std::string_view part : kParts) {
    for (const std::string_view subject : kCaptured) {
      const auto files = FilesByAction(input / part / subject);
      for (const auto& [action, file] : files) {
        if (FindHumanEvaRecording(subject, action) != nullptr) continue;
        problems.push_back(fmt::format("{} (no such recording)", file.string()));
      }
      for (const HumanEvaRecording& known : HumanEvaRecordings()) {
        if (known.subject != subject) continue;
        const auto file = files.find(std::string(known.action));
        if (file == files.end()) {
          problems.push_back(fmt::format("{}/{} {} (missing)", part, subject, known.action));
          continue;
        }
        sources.push_back({{.part = std::string(part),
                            .subject = std::string(subject),
                            .action = std::string(known.action),
                            .range = part == "Train" ? known.train : known.validate},
                           file->second});
      }
    }
  }
  if (sources.empty()) Fail("{}: has no Train/S1/<Action>.mat in it", input.string());
  return sources;
}

Captured ReadCaptured(const std::vector<Source>& sources, const WorkMonitor& monitor) {
  Captured captured;
  for (const std::string_view part : kParts) {
    for (const std::string_view subject : kCaptured) {
      FindOrAdd(captured.positions_3d, fmt::format("{}/{}", part, subject));
      FindOrAdd(captured.positions_2d, fmt::format("{}/{}", part, subject));
    }
  }
  int64_t done = 0;
  for (const Source& source : sources) {
    monitor.Report("read", done++, std::ssize(sources));
    AddRecording(source.file, source.recording, captured);
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

// Names videos that are missing or surplus, and takes out those.
std::vector<std::string> CheckVideos(const std::vector<Source>& sources, Videos& videos) {
  std::vector<std::string> problems;
  std::erase_if(videos, [&](const auto& item) {
    const auto& [subject, action] = item.first;
    const auto is_of_video = [&](const Source& source) {
      return source.recording.subject == item.first.first &&
             source.recording.action == item.first.second;
    };
    const bool is_whole = std::none_of(item.second.begin(), item.second.end(),
                                       [](const fs::path& file) { return file.empty(); });
    const bool is_used =
        subject == "S4" || std::any_of(sources.begin(), sources.end(), is_of_video);
    if (is_whole && is_used) return false;
    problems.push_back(
        fmt::format("{} {} ({})", subject, action,
                    is_whole ? "detections without capture" : "not of all three cameras"));
    return true;
  });
  for (const Source& source : sources) {
    const Recording& recording = source.recording;
    if (videos.contains({recording.subject, recording.action})) continue;
    problems.push_back(fmt::format("{}/{} {} (no detections)", recording.part, recording.subject,
                                   recording.action));
  }
  return problems;
}

Positions2d CutDetections(const Videos& videos, const std::vector<Recording>& recordings,
                          const WorkMonitor& monitor) {
  Positions2d positions;
  int64_t done = 0;
  for (const auto& [key, files] : videos) {
    const auto& [subject, action] = key;
    monitor.Report("detections", done++, std::ssize(videos));
    std::array<Tensor, kCameras> found;
    std::transform(files.begin(), files.end(), found.begin(), ReadDetections);
    if (subject == "S4") {
      auto& cameras = FindOrAdd(FindOrAdd(positions, "Unlabeled/S4"), action);
      for (Tensor& of_camera : found) cameras.push_back(MakeNpy(std::move(of_camera)));
      continue;
    }
    for (const Recording& recording : recordings) {
      if (recording.subject != subject || recording.action != action) continue;
      AddChunks(recording, FindHumanEvaRecording(subject, action)->video_sync_frame, found, files,
                positions);
    }
  }
  return positions;
}

}  // namespace

PreparedSet PrepareHumanEva(const PrepareOptions& options, const HumanEvaDetections& detections) {
  PreparedSet result;
  const std::vector<Source> sources = FindSources(options.input, result.left_out);
  Videos videos;
  LayoutMetadata layout;
  if (!detections.folder.empty()) {
    layout = LayoutOfName(detections.name);
    videos = FindVideos(detections.folder);
    const std::vector<std::string> of_videos = CheckVideos(sources, videos);
    result.left_out.insert(result.left_out.end(), of_videos.begin(), of_videos.end());
  }
  RequireComplete(result.left_out, options);

  const Captured captured = ReadCaptured(sources, options.monitor);
  const std::string data_set = fmt::format("humaneva{}", captured.joint_count);
  PreparedFiles files(options);
  const fs::path path_3d = files.Add(fmt::format("data_3d_{}.npz", data_set)),
                 path_2d = files.Add(fmt::format("data_2d_{}_gt.npz", data_set));
  if (!detections.folder.empty()) {
    const fs::path path = files.Add(fmt::format("data_2d_{}_{}.npz", data_set, detections.name));
    WritePositions2d(path, layout, CutDetections(videos, captured.recordings, options.monitor));
  }
  WritePositions3d(path_3d, captured.positions_3d);
  WritePositions2d(path_2d, LayoutCalled(data_set), captured.positions_2d);
  result.written = files.Commit();
  return result;
}

}  // namespace videopose
