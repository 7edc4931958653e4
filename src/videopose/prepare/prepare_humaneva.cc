// SPDX-License-Identifier: Apache-2.0

#include "videopose/prepare/prepare_humaneva.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iterator>
#include <map>

#include "videopose/arrays/npy.h"
#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/base/ordered_pipeline.h"
#include "videopose/base/parallel.h"
#include "videopose/prepare/humaneva_frames.h"
#include "videopose/prepare/prepare_detections.h"
#include "videopose/scientific/mat_file.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kCameras = 3;
constexpr std::array<std::string_view, 2> kParts = {"Train", "Validate"};
constexpr std::array<std::string_view, 3> kCaptured = {"S1", "S2", "S3"};

// Frames of a recording in which the capture worked in all, or failed in all.
struct Chunk {
  int64_t begin = 0, end = 0;
  bool is_valid = false;
};

struct CapturedRecording {
  std::string part, subject, action;  // "Train", "S1", "Walking 1"
  HumanEvaFrameRange range;
  std::vector<Chunk> chunks;
};

std::string ChunkName(const CapturedRecording& recording, size_t index) {
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
  CapturedRecording recording;
  fs::path file;
};

// What is in one file, by the names of its chunks.
struct Captured {
  CapturedRecording recording;
  NamedList<NpyArray> chunks_3d;
  NamedList<std::vector<NpyArray>> chunks_2d;
};

struct CapturedSet {
  std::vector<CapturedRecording> recordings;
  Positions3d positions_3d;
  Positions2d positions_2d;
};

// 0 where the file does not tell.
int64_t JointCountOf(const fs::path& path) {
  const MatFile file(path);
  for (const MatFile::Variable& variable : file.variables()) {
    if (variable.name == "poses_3d" && variable.shape.size() == 3) return variable.shape[1];
  }
  return 0;
}

// Calls `read` of all sources in parallel, and `consume` of what it gives in their order.
template <typename Source, typename Result>
void ReadAll(const std::vector<Source>& sources, const char* stage, const WorkMonitor& monitor,
             const std::function<Result(const Source&)>& read,
             const std::function<void(const Source&, Result&)>& consume) {
  size_t next = 0, done = 0;
  OrderedPipeline<const Source*, Result> pipeline{
      .produce =
          [&](const Source*& source) {
            return next < sources.size() && (source = &sources[next++], true);
          },
      .transform = [&](const Source*& source, Result& result) { result = read(*source); },
      .consume =
          [&](Result& result) {
            consume(sources[done], result);
            monitor.Report(stage, static_cast<int64_t>(++done), std::ssize(sources));
          },
      .workers = ThreadCount(),
      .depth = 2 * ThreadCount() + 2};
  pipeline.Run();
}

Captured ReadRecording(const Source& source, int64_t joints) {
  Captured captured{.recording = source.recording};
  CapturedRecording& recording = captured.recording;
  const std::string what = source.file.string();
  const MatFile file(source.file);
  const BasicTensor<double> poses_3d = file.Read("poses_3d"), poses_2d = file.Read("poses_2d");
  const int64_t frames = recording.range.end - recording.range.begin;
  if ((joints != 15 && joints != 20) || poses_3d.shape != std::vector<int64_t>{frames, joints, 3} ||
      poses_2d.shape != std::vector<int64_t>{kCameras, frames, joints, 2}) {
    Fail(
        "{}: expected poses_3d ({}, J, 3) and poses_2d (3, {}, J, 2) of 15 or 20 joints, the same "
        "in all files, found ({}) and ({})",
        what, frames, frames, fmt::join(poses_3d.shape, ", "), fmt::join(poses_2d.shape, ", "));
  }
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
    captured.chunks_3d.push_back({name, MakeNpy(std::move(metres))});
    auto& cameras = FindOrAdd(captured.chunks_2d, name);
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
  return captured;
}

std::string WithSpaces(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::map<std::string, fs::path> FilesByAction(const fs::path& folder) {
  std::map<std::string, fs::path> files;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (LowerCaseExtension(entry.path()) != ".mat") continue;
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

CapturedSet ReadCaptured(const std::vector<Source>& sources, int64_t joints,
                         const WorkMonitor& monitor) {
  CapturedSet set;
  for (const std::string_view part : kParts) {
    for (const std::string_view subject : kCaptured) {
      FindOrAdd(set.positions_3d, fmt::format("{}/{}", part, subject));
      FindOrAdd(set.positions_2d, fmt::format("{}/{}", part, subject));
    }
  }
  const auto move_all = [](auto& from, auto& to) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
  };
  ReadAll<Source, Captured>(
      sources, "read", monitor, [&](const Source& source) { return ReadRecording(source, joints); },
      [&](const Source& source, Captured& captured) {
        const std::string subject =
            fmt::format("{}/{}", source.recording.part, source.recording.subject);
        move_all(captured.chunks_3d, FindOrAdd(set.positions_3d, subject));
        move_all(captured.chunks_2d, FindOrAdd(set.positions_2d, subject));
        set.recordings.push_back(std::move(captured.recording));
      });
  return set;
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
        const std::string ending = fmt::format("_(c{}).avi.npz", c + 1);
        if (!HasExtensions(name, ending)) continue;
        const std::string action = WithSpaces(name.substr(0, name.size() - ending.size()));
        videos[{subject, action}].at(c) = entry.path();
      }
    }
  }
  if (videos.empty()) Fail("{}: has no S1/<Action>_(C1).avi.npz in it", folder.string());
  return videos;
}

void AddChunks(const CapturedRecording& recording,
               const std::array<int, kCameras>& video_sync_frame,
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
    const CapturedRecording& recording = source.recording;
    if (videos.contains({recording.subject, recording.action})) continue;
    problems.push_back(fmt::format("{}/{} {} (no detections)", recording.part, recording.subject,
                                   recording.action));
  }
  return problems;
}

Positions2d CutDetections(const Videos& videos, const std::vector<CapturedRecording>& recordings,
                          const WorkMonitor& monitor) {
  using OfVideo = Videos::value_type;
  using CameraTracks = std::array<Tensor, kCameras>;
  std::vector<const OfVideo*> all;
  for (const OfVideo& video : videos) all.push_back(&video);
  Positions2d positions;
  ReadAll<const OfVideo*, CameraTracks>(
      all, "detections", monitor,
      [](const OfVideo* video) {
        CameraTracks found;
        std::transform(video->second.begin(), video->second.end(), found.begin(), ReadDetections);
        return found;
      },
      [&](const OfVideo* video, CameraTracks& found) {
        const auto& [subject, action] = video->first;
        if (subject == "S4") {
          auto& cameras = FindOrAdd(FindOrAdd(positions, "Unlabeled/S4"), action);
          for (Tensor& of_camera : found) cameras.push_back(MakeNpy(std::move(of_camera)));
          return;
        }
        for (const CapturedRecording& recording : recordings) {
          if (recording.subject != subject || recording.action != action) continue;
          AddChunks(recording, FindHumanEvaRecording(subject, action)->video_sync_frame, found,
                    video->second, positions);
        }
      });
  return positions;
}

}  // namespace

PreparedSet PrepareHumanEva(const PrepareOptions& options,
                            const HumanEvaDetections& detections) try {
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

  const int64_t joints = JointCountOf(sources.front().file);
  const std::string data_set = fmt::format("humaneva{}", joints);
  PreparedFiles files(options);
  const fs::path path_3d = files.Add(fmt::format("data_3d_{}.npz", data_set)),
                 path_2d = files.Add(fmt::format("data_2d_{}_gt.npz", data_set));
  fs::path path_of_detections;
  if (!detections.folder.empty()) {
    path_of_detections = files.Add(fmt::format("data_2d_{}_{}.npz", data_set, detections.name));
  }
  const CapturedSet captured = ReadCaptured(sources, joints, options.monitor);
  if (!detections.folder.empty()) {
    WritePositions2d(path_of_detections, layout,
                     CutDetections(videos, captured.recordings, options.monitor));
  }
  WritePositions3d(path_3d, captured.positions_3d);
  WritePositions2d(path_2d, LayoutCalled(data_set), captured.positions_2d);
  result.written = files.Commit();
  return result;
} catch (Error& error) {
  RethrowFromReading(options.input, error);
}

}  // namespace videopose::internal
