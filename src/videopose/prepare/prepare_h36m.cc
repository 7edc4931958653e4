// SPDX-License-Identifier: Apache-2.0

#include "videopose/prepare/prepare_h36m.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/base/ordered_pipeline.h"
#include "videopose/base/parallel.h"
#include "videopose/base/read_file.h"
#include "videopose/data/cameras.h"
#include "videopose/data/skeletons.h"
#include "videopose/geometry/screen.h"
#include "videopose/scientific/archive_reader.h"
#include "videopose/scientific/cdf.h"
#include "videopose/scientific/hdf5_file.h"
#include "videopose/scientific/mat_file.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kJoints = 32, kRow = kJoints * 3;

struct H36mRecording {
  std::string subject, action;
  fs::path file;                     // on disk, or its name in the archive
  std::optional<std::string> bytes;  // of a file in an archive
};

struct Joints {
  std::string subject, action;
  Tensor in_world;  // (T, 32, 3) metres
};

// (T, 96) or (96, T), with ones before.
BasicTensor<double> RowPerFrame(BasicTensor<double> values, bool is_transposed,
                                const std::string& what) {
  std::vector<int64_t>& shape = values.shape;
  while (shape.size() > 2 && shape.front() == 1) shape.erase(shape.begin());
  if (shape.size() != 2 || shape[is_transposed ? 0 : 1] != kRow) {
    Fail("{}: expected 32 joints of x, y, z for each frame ({}), found ({})", what,
         is_transposed ? "96 x N" : "N x 96", fmt::join(shape, " x "));
  }
  if (!is_transposed) return {{shape[0], kJoints, 3}, std::move(values.values)};
  BasicTensor<double> turned({shape[1], kJoints, 3});
  for (int64_t i = 0; i < kRow; ++i) {
    for (int64_t t = 0; t < shape[1]; ++t) {
      turned.data()[t * kRow + i] = values.data()[i * shape[1] + t];
    }
  }
  return turned;
}

BasicTensor<double> ReadJoints(const H36mRecording& recording, const std::string& what) {
  constexpr const char* kPositions = "3D_positions";
  if (recording.bytes) {
    return RowPerFrame(Hdf5File(*recording.bytes, what).Read(kPositions), true, what);
  }
  constexpr size_t kMagicBytes = 8;
  const std::string begin = ReadBeginning(recording.file, kMagicBytes);
  if (begin.starts_with("\x89HDF")) {
    return RowPerFrame(Hdf5File(recording.file).Read(kPositions), true, what);
  }
  if (LooksLikeCdf(begin)) {
    return RowPerFrame(CdfReader(recording.file).ReadTensor<double>("Pose"), false, what);
  }
  return RowPerFrame(MatFile(recording.file).Read("data"), false, what);
}

Joints Convert(const H36mRecording& recording, const fs::path& input) {
  const std::string what = recording.bytes
                               ? fmt::format("{}: {}", input.string(), recording.file.string())
                               : recording.file.string();
  const BasicTensor<double> joints_mm = ReadJoints(recording, what);
  CheckJoints(joints_mm, what);
  Tensor in_world(joints_mm.shape);
  constexpr double kMmPerMetre = 1000;
  for (size_t i = 0; i < in_world.values.size(); ++i) {
    in_world.values[i] = joints_mm.values[i] / kMmPerMetre;
  }
  return {recording.subject, recording.action, std::move(in_world)};
}

// "Directions 1" of "Directions 1.cdf.mat"; empty for files of other kinds.
std::string TakeOf(const fs::path& file) {
  const std::string name = file.filename().string();
  for (const std::string_view ending : {".cdf.mat", ".cdf", ".h5"}) {
    if (HasExtensions(name, ending)) {
      return Human36mActionName(name.substr(0, name.size() - ending.size()));
    }
  }
  return "";
}

std::vector<H36mRecording> InFolder(const fs::path& input) {
  // Subject and take. The .cdf before what MATLAB made of it.
  std::map<std::pair<std::string, std::string>, fs::path> files;
  for (const fs::path& root : {input, input / "h36m"}) {
    if (!fs::is_directory(root)) continue;
    for (const auto& subject : fs::directory_iterator(root)) {
      for (const char* inside : {"MyPoseFeatures/D3_Positions", "MyPoses/3D_positions"}) {
        const fs::path folder = subject.path() / inside;
        if (!fs::is_directory(folder)) continue;
        for (const auto& entry : fs::directory_iterator(folder)) {
          const std::string take = TakeOf(entry.path());
          if (take.empty()) continue;
          fs::path& file = files[{subject.path().filename().string(), take}];
          if (file.empty() || LowerCaseExtension(entry.path()) == ".cdf") file = entry.path();
        }
      }
    }
  }
  std::vector<H36mRecording> recordings;
  for (const auto& [key, file] : files) {
    recordings.push_back({.subject = key.first, .action = key.second, .file = file});
  }
  if (recordings.empty()) {
    Fail("{}: has no S1/MyPoseFeatures/D3_Positions/*.cdf or *.cdf.mat in it", input.string());
  }
  return recordings;
}

// Of a file in the archive: ".../S1/MyPoses/3D_positions/Directions 1.h5".
std::optional<H36mRecording> RecordingOf(const fs::path& file) {
  const fs::path folder = file.parent_path();
  if (LowerCaseExtension(file) != ".h5" || folder.filename() != "3D_positions") return std::nullopt;
  return H36mRecording{.subject = folder.parent_path().parent_path().filename().string(),
                       .action = TakeOf(file),
                       .file = file};
}

std::vector<H36mRecording> InArchive(const PrepareOptions& options) {
  std::vector<H36mRecording> recordings;
  ArchiveReader archive(options.input, {options.max_unpacked_gib});
  while (archive.Next()) {
    if (auto recording = RecordingOf(archive.name())) recordings.push_back(std::move(*recording));
  }
  if (recordings.empty()) {
    Fail("{}: has no .../S1/MyPoses/3D_positions/*.h5 in it", options.input.string());
  }
  return recordings;
}

// Takes out the recordings that are surplus.
std::vector<std::string> Check(std::vector<H36mRecording>& recordings) {
  std::vector<std::string> problems;
  std::set<std::pair<std::string, std::string>> known;
  std::erase_if(recordings, [&](const H36mRecording& recording) {
    const auto subjects = Human36mSubjects();
    const bool is_subject =
        std::find(subjects.begin(), subjects.end(), recording.subject) != subjects.end();
    if (is_subject && known.insert({recording.subject, recording.action}).second) return false;
    problems.push_back(fmt::format(
        "{} ({})", recording.file.string(),
        is_subject ? "there is another one of that name" : "no subject with motion capture"));
    return true;
  });
  for (const std::string_view subject : Human36mSubjects()) {
    std::vector<std::string> takes, unknown;
    for (const H36mRecording& recording : recordings) {
      if (recording.subject == subject) takes.push_back(recording.action);
    }
    std::sort(takes.begin(), takes.end());
    const std::vector<std::string> of_subject = CheckTakes(subject, takes, unknown);
    problems.insert(problems.end(), of_subject.begin(), of_subject.end());
    std::erase_if(recordings, [&](const H36mRecording& recording) {
      return recording.subject == subject &&
             std::find(unknown.begin(), unknown.end(), recording.action) != unknown.end();
    });
  }
  // Its recording is corrupt.
  std::erase_if(recordings, [](const H36mRecording& recording) {
    return recording.subject == "S11" && recording.action == "Directions";
  });
  return problems;
}

// subject -> action in the order of the output, to be filled.
Positions3d Places(const std::vector<H36mRecording>& recordings) {
  Positions3d positions;
  for (const std::string_view subject : Human36mSubjects()) {
    NamedList<NpyArray> actions;
    for (const H36mRecording& recording : recordings) {
      if (recording.subject == subject) actions.push_back({recording.action, {}});
    }
    std::sort(actions.begin(), actions.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    if (!actions.empty()) positions.push_back({std::string(subject), std::move(actions)});
  }
  return positions;
}

// Calls `next` until it gives false, reads what it gave in parallel, and puts it in its place.
void ReadAll(const std::function<bool(H36mRecording&)>& next, size_t count,
             const PrepareOptions& options, Positions3d& positions) {
  int64_t done = 0;
  OrderedPipeline<H36mRecording, Joints> pipeline{
      .produce = next,
      .transform = [&](H36mRecording& recording,
                       Joints& joints) { joints = Convert(recording, options.input); },
      .consume =
          [&](Joints& joints) {
            options.monitor.Report("read", ++done, static_cast<int64_t>(count));
            FindOrAdd(FindOrAdd(positions, joints.subject), joints.action) =
                MakeNpy(std::move(joints.in_world));
          },
      .workers = ThreadCount(),
      .depth = 2 * ThreadCount() + 2};
  pipeline.Run();
}

Positions2d Project(const Positions3d& positions, const WorkMonitor& monitor) {
  struct Take {
    const std::string* subject;
    const NpyArray* joints;
    std::vector<NpyArray>* cameras;
  };
  Positions2d projected;
  for (const auto& [subject, actions] : positions) {
    auto& places = FindOrAdd(projected, subject);
    for (const auto& action : actions) places.push_back({action.name, {}});
  }
  int64_t done = 0, total = 0;
  for (const auto& subject : positions) total += std::ssize(subject.value);
  for (size_t s = 0; s < positions.size(); ++s) {
    const auto& actions = positions[s].value;
    monitor.Report("project", done, total);
    ParallelFor(std::ssize(actions), 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const size_t a = i;
        projected[s].value[a].value =
            ProjectH36m(ToTensor<float>(actions[a].value, actions[a].name), positions[s].name);
      }
    });
    done += std::ssize(actions);
  }
  return projected;
}

}  // namespace

std::vector<NpyArray> ProjectH36m(const Tensor& joints_in_world, std::string_view subject) {
  const std::span<const int> joints = Human36m17Of32();
  const int64_t frames = joints_in_world.dim(0), count = std::ssize(joints);
  std::vector<NpyArray> cameras;
  for (const DatasetCamera& camera : Human36mCameras(subject)) {
    if (!camera.world_from_cam || !camera.intrinsics)
      Fail("{}: its cameras are not known", subject);
    Tensor pixels({frames, count, 2});
    for (int64_t t = 0; t < frames; ++t) {
      for (int64_t j = 0; j < count; ++j) {
        const float* x = joints_in_world.data() + t * kRow + int64_t{3} * joints[j];
        const Vec3d x_in_cam = ApplyInverse(*camera.world_from_cam, {x[0], x[1], x[2]});
        const Vec2d on_screen = ScreenFromCam(*camera.intrinsics, x_in_cam);
        const Vec2f px =
            PixelFromScreen(on_screen.Cast<float>(), static_cast<float>(camera.width_px),
                            static_cast<float>(camera.height_px));
        pixels.data()[(t * count + j) * 2] = px.x;
        pixels.data()[(t * count + j) * 2 + 1] = px.y;
      }
    }
    cameras.push_back(MakeNpy(std::move(pixels)));
  }
  return cameras;
}

PreparedSet PrepareH36m(const PrepareOptions& options) try {
  PreparedFiles files(options);
  const fs::path path_3d = files.Add("data_3d_h36m.npz"),
                 path_2d = files.Add("data_2d_h36m_gt.npz");
  const bool is_folder = fs::is_directory(options.input);
  std::vector<H36mRecording> recordings = is_folder ? InFolder(options.input) : InArchive(options);
  PreparedSet result{.left_out = Check(recordings)};
  RequireComplete(result.left_out, options);
  RequireAny(!recordings.empty(), options);

  Positions3d positions = Places(recordings);
  const size_t count = recordings.size();
  if (is_folder) {
    auto at = recordings.begin();
    ReadAll([&](H36mRecording& next) { return at != recordings.end() && (next = *at++, true); },
            count, options, positions);
  } else {
    ArchiveReader archive(options.input, {options.max_unpacked_gib});
    const auto wanted = [&](const fs::path& file) {
      return std::any_of(recordings.begin(), recordings.end(),
                         [&](const H36mRecording& recording) { return recording.file == file; });
    };
    const auto next = [&](H36mRecording& recording) {
      while (archive.Next()) {
        if (!wanted(archive.name())) continue;
        recording = *RecordingOf(archive.name());
        recording.bytes = archive.Read();
        return true;
      }
      return false;
    };
    ReadAll(next, count, options, positions);
  }
  options.monitor.Report("write", 0, 2);
  WritePositions3d(path_3d, positions);
  const Positions2d projected = Project(positions, options.monitor);
  options.monitor.Report("write", 1, 2);
  LayoutMetadata layout = LayoutCalled("h36m");
  layout.name.clear();  // as the reference writes this file
  WritePositions2d(path_2d, layout, projected);
  result.written = files.Commit();
  return result;
} catch (Error& error) {
  RethrowFromReading(options.input, error);
}

}  // namespace videopose::internal
