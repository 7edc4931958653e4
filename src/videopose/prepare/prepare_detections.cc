// SPDX-License-Identifier: Apache-2.0

#include "videopose/prepare/prepare_detections.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/base/ordered_pipeline.h"
#include "videopose/base/parallel.h"
#include "videopose/data/cameras.h"
#include "videopose/import/detectron_frames.h"
#include "videopose/pose/joint_counts.h"
#include "videopose/scientific/archive_reader.h"
#include "videopose/scientific/hdf5_file.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kPoseFloats = 2 * kCocoJoints;

Tensor ReadDetectron(const NpzReader& npz, NpyArray keypoints) {
  const DetectronFrames detected(npz, std::move(keypoints));
  const int64_t frames = detected.count();
  Tensor poses({frames, kCocoJoints, 2});
  int64_t first_seen = frames;
  for (int64_t t = 0; t < frames; ++t) {
    float* pose = poses.data() + t * kPoseFloats;
    if (const auto people = detected.At(t)) {
      first_seen = std::min(first_seen, t);
      const int64_t best = people->best();
      for (int64_t j = 0; j < kCocoJoints; ++j) {
        pose[2 * j] = people->x_px(best)[j];
        pose[2 * j + 1] = people->y_px(best)[j];
      }
    } else if (first_seen < t) {
      std::copy_n(pose - kPoseFloats, kPoseFloats, pose);
    }
  }
  if (first_seen == frames) {
    Fail("{}: there is no person in any of its {} frames", npz.path().string(), frames);
  }
  for (int64_t t = 0; t < first_seen; ++t) {
    std::copy_n(poses.data() + first_seen * kPoseFloats, kPoseFloats,
                poses.data() + t * kPoseFloats);
  }
  return poses;
}

Tensor FirstTwo(const Tensor& keypoints, const std::string& what) {
  if (keypoints.rank() != 3 || keypoints.dim(1) != kCocoJoints || keypoints.dim(2) < 2) {
    Fail("{}: expected (T, 17, 2 or more), found ({})", what, fmt::join(keypoints.shape, ", "));
  }
  Tensor poses({keypoints.dim(0), kCocoJoints, 2});
  const int64_t features = keypoints.dim(2);
  for (int64_t i = 0; i < keypoints.dim(0) * kPoseFloats; ++i) {
    poses.data()[i] = keypoints.data()[i / 2 * features + i % 2];
  }
  return poses;
}

bool IsVideo(std::string_view name, std::string_view ending) {
  return HasExtensions(name, ending) && name.find("_ALL") == std::string_view::npos;
}

// "Directions 1.54138969.mp4.npz" -> the take and the index of the camera.
struct Video {
  std::string take;
  size_t camera;
};
std::optional<Video> VideoOf(std::string name, std::string_view ending) {
  if (!IsVideo(name, ending)) return std::nullopt;
  name.resize(name.size() - ending.size());
  const std::vector<DatasetCamera> cameras = Human36mCameras("S1");
  for (size_t c = 0; c < cameras.size(); ++c) {
    const std::string camera = "." + cameras[c].id;
    if (!name.ends_with(camera)) continue;
    name.resize(name.size() - camera.size());
    std::replace(name.begin(), name.end(), '_', ' ');
    return Video{Human36mActionName(name), c};
  }
  return std::nullopt;
}

struct DetectionFile {
  std::string subject;
  Video video;
  fs::path file;      // on disk, or its name in the archive
  std::string bytes;  // of a file in an archive
};
struct Found {
  std::string subject;
  Video video;
  NpyArray poses;
};

// Reads all that `next` gives, in parallel.
std::vector<Found> ReadAll(const std::function<bool(DetectionFile&)>& next,
                           const std::function<Tensor(const DetectionFile&)>& read, int64_t total,
                           const WorkMonitor& monitor) {
  std::vector<Found> all;
  OrderedPipeline<DetectionFile, Found> pipeline{
      .produce = next,
      .transform =
          [&](DetectionFile& source, Found& found) {
            found = {source.subject, source.video, MakeNpy(read(source))};
          },
      .consume =
          [&](Found& found) {
            all.push_back(std::move(found));
            monitor.Report("read", std::ssize(all), total);
          },
      .workers = ThreadCount(),
      .depth = 2 * ThreadCount() + 2};
  pipeline.Run();
  return all;
}

std::vector<std::string> AllSubjects() {
  std::vector<std::string> subjects;
  for (int number = 1; number <= 11; ++number) subjects.push_back(fmt::format("S{}", number));
  return subjects;
}

// Human3.6M lacks the video of one of its cameras.
bool IsKnownGap(std::string_view subject, std::string_view take) {
  return subject == "S11" && take == "Directions";
}

// The subjects in the data set's order, their takes by name. Takes out those that lack a camera.
Positions2d Arrange(std::vector<Found> all, std::vector<std::string>& problems) {
  const size_t camera_count = Human36mCameras("S1").size();
  std::sort(all.begin(), all.end(),
            [](const Found& a, const Found& b) { return a.video.take < b.video.take; });
  Positions2d positions;
  for (const std::string& subject : AllSubjects()) {
    NamedList<std::vector<NpyArray>> takes;
    for (Found& found : all) {
      if (found.subject != subject) continue;
      auto& cameras = FindOrAdd(takes, found.video.take);
      cameras.resize(camera_count);
      cameras[found.video.camera] = std::move(found.poses);
    }
    std::erase_if(takes, [&](const auto& take) {
      bool is_whole = true;
      for (size_t c = 0; c < camera_count; ++c) {
        if (!take.value[c].shape.empty()) continue;
        is_whole = false;
        if (IsKnownGap(subject, take.name)) continue;
        problems.push_back(fmt::format("{} {} of camera {} (missing)", subject, take.name,
                                       Human36mCameras("S1")[c].id));
      }
      return !is_whole;
    });
    if (!takes.empty()) positions.push_back({subject, std::move(takes)});
  }
  return positions;
}

// Names takes that are missing or surplus, and takes out the latter.
void CheckTakesOfAll(Positions2d& positions, std::vector<std::string>& problems) {
  for (const std::string_view subject : Human36mSubjects()) {
    std::vector<std::string> takes, unknown;
    const auto of_subject = std::find_if(positions.begin(), positions.end(),
                                         [&](const auto& item) { return item.name == subject; });
    if (of_subject != positions.end()) {
      for (const auto& take : of_subject->value) takes.push_back(take.name);
      const auto gap = std::find_if(takes.begin(), takes.end(), [&](const std::string& take) {
        return IsKnownGap(subject, take);
      });
      if (subject == "S11" && gap == takes.end()) takes.insert(takes.begin(), "Directions");
    }
    const auto of_takes = CheckTakes(subject, takes, unknown);
    problems.insert(problems.end(), of_takes.begin(), of_takes.end());
    if (of_subject == positions.end()) continue;
    std::erase_if(of_subject->value, [&](const auto& take) {
      return std::find(unknown.begin(), unknown.end(), take.name) != unknown.end();
    });
  }
  std::erase_if(positions, [](const auto& subject) { return subject.value.empty(); });
}

}  // namespace

Tensor ReadDetections(const fs::path& path) {
  const NpzReader npz(path);
  NpyArray keypoints = npz.Read("keypoints");
  Tensor poses =
      keypoints.dtype.kind == 'O'
          ? ReadDetectron(npz, std::move(keypoints))
          : FirstTwo(ToTensor<float>(keypoints, npz.What("keypoints")), npz.What("keypoints"));
  CheckJoints(poses, path.string());
  return poses;
}

PreparedSet PrepareH36mDetections(const PrepareOptions& options, const std::string& name) try {
  const LayoutMetadata layout = LayoutOfName(name);
  PreparedFiles files(options);
  const fs::path path = files.Add(fmt::format("data_2d_h36m_{}.npz", name));
  PreparedSet result;
  constexpr std::string_view kEnding = ".mp4.npz";
  std::vector<DetectionFile> sources;
  for (const std::string& subject : AllSubjects()) {
    if (!fs::is_directory(options.input / subject)) continue;
    for (const auto& entry : fs::directory_iterator(options.input / subject)) {
      const std::string file = entry.path().filename().string();
      if (const auto video = VideoOf(file, kEnding)) {
        sources.push_back({.subject = subject, .video = *video, .file = entry.path()});
      } else if (IsVideo(file, kEnding)) {
        result.left_out.push_back(fmt::format("{} (no such camera)", entry.path().string()));
      }
    }
  }
  if (sources.empty()) {
    Fail("{}: has no S1/<Action>.<camera>.mp4.npz in it", options.input.string());
  }
  auto at = sources.begin();
  std::vector<Found> all =
      ReadAll([&](DetectionFile& next) { return at != sources.end() && (next = *at++, true); },
              [](const DetectionFile& source) { return ReadDetections(source.file); },
              std::ssize(sources), options.monitor);
  Positions2d positions = Arrange(std::move(all), result.left_out);
  CheckTakesOfAll(positions, result.left_out);
  RequireComplete(result.left_out, options);
  RequireAny(!positions.empty(), options);
  WritePositions2d(path, layout, positions);
  result.written = files.Commit();
  return result;
} catch (Error& error) {
  RethrowFromReading(options.input, error);
}

PreparedSet PrepareStackedHourglass(const PrepareOptions& options) try {
  constexpr std::string_view kPretrained = "StackedHourglass",
                             kFineTuned = "StackedHourglassFineTuned240";
  ArchiveReader archive(options.input, {options.max_unpacked_gib});
  PreparedSet result;
  const std::vector<std::string> subjects = AllSubjects();
  std::set<std::string> known;
  PreparedFiles files(options);
  std::string folder;  // of the first file, and so of all
  fs::path path;
  const auto next = [&](DetectionFile& source) {
    while (archive.Next()) {
      const fs::path file = archive.name();
      const std::string of_file = file.parent_path().filename().string();
      const bool is_file = IsVideo(file.filename().string(), ".h5");
      if (!is_file || (of_file != kPretrained && of_file != kFineTuned)) continue;
      const std::string subject = file.parent_path().parent_path().filename().string();
      const auto video = VideoOf(file.filename().string(), ".h5");
      const bool is_subject =
          std::find(subjects.begin(), subjects.end(), subject) != subjects.end();
      const bool is_new =
          video &&
          known.insert(fmt::format("{} {} {}", subject, video->take, video->camera)).second;
      if (!is_new || !is_subject) {
        result.left_out.push_back(fmt::format("{} ({})", file.string(),
                                              !video        ? "no such camera"
                                              : !is_subject ? "no such subject"
                                                            : "there is another one of that name"));
        continue;
      }
      if (folder.empty()) {
        folder = of_file;
        path = files.Add(
            fmt::format("data_2d_h36m_{}.npz", folder == kFineTuned ? "sh_ft_h36m" : "sh_pt_mpii"));
      }
      if (folder != of_file) {
        Fail("{}: holds both {} and {}", options.input.string(), kPretrained, kFineTuned);
      }
      if (IsKnownGap(subject, video->take)) continue;
      source = {.subject = subject, .video = *video, .file = file, .bytes = archive.Read()};
      return true;
    }
    return false;
  };
  const LayoutMetadata mpii = LayoutCalled("mpii");
  const auto read = [&](const DetectionFile& source) {
    const std::string what = fmt::format("{}: {}", options.input.string(), source.file.string());
    const BasicTensor<double> poses = Hdf5File(source.bytes, what).Read("poses");
    if (poses.rank() != 3 || poses.dim(1) != mpii.joint_count || poses.dim(2) != 2) {
      Fail("{}: expected (N, 16, 2), found ({})", what, fmt::join(poses.shape, ", "));
    }
    CheckJoints(poses, what);
    return Tensor(poses.shape, {poses.values.begin(), poses.values.end()});
  };
  std::vector<Found> all = ReadAll(next, read, 0, options.monitor);
  if (all.empty()) {
    Fail("{}: has no .../S1/StackedHourglass/<Action>.<camera>.h5 in it", options.input.string());
  }
  Positions2d positions = Arrange(std::move(all), result.left_out);
  CheckTakesOfAll(positions, result.left_out);
  RequireComplete(result.left_out, options);
  RequireAny(!positions.empty(), options);
  LayoutMetadata layout = mpii;
  layout.name.clear();  // as the reference writes this file
  WritePositions2d(path, layout, positions);
  result.written = files.Commit();
  return result;
} catch (Error& error) {
  RethrowFromReading(options.input, error);
}

}  // namespace videopose::internal
