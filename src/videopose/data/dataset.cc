// SPDX-License-Identifier: Apache-2.0

#include "videopose/data/dataset.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <span>

#include "videopose/arrays/npy.h"
#include "videopose/base/edit_distance.h"
#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/data/frame_selection.h"
#include "videopose/data/prepare_custom.h"
#include "videopose/data/skeletons.h"
#include "videopose/geometry/screen.h"

namespace videopose::internal {

namespace {

struct Kind {
  std::string_view name;
  const Skeleton& (*skeleton)();
  int joints_in_file;  // of the motion capture; 0: there is none
  double fps;
  std::vector<DatasetCamera> (*cameras)(std::string_view subject);
};

constexpr std::array<Kind, 4> kKinds = {{
    {"h36m", Human36m17, 32, 50, Human36mCameras},
    {"humaneva15", HumanEva15, 15, 60, HumanEvaCameras},
    {"humaneva20", HumanEva20, 20, 60, HumanEvaCameras},
    {"custom", Human36m17, 0, 0, nullptr},
}};

const Kind& KindNamed(std::string_view name) {
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) {
    if (kind.name == name) return kind;
    names.emplace_back(kind.name);
  }
  const std::string nearest = NearestWord(name, names);
  Fail(ErrorCode::kInvalidArgument, "{} is no data set; known are {}{}", name,
       fmt::join(names, ", "), nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest));
}

struct NamedKeypoints {
  std::string name;
  std::filesystem::path path;
};

// Of "data_2d_h36m_gt.npz": the part between prefix and ".npz", of all files in the folder.
std::vector<NamedKeypoints> KeypointsIn(const std::filesystem::path& folder,
                                        const std::string& prefix) {
  std::vector<NamedKeypoints> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string stem = entry.path().stem().string();
    if (stem.starts_with(prefix) && LowerCaseExtension(entry.path()) == ".npz") {
      files.push_back({stem.substr(prefix.size()), entry.path()});
    }
  }
  std::ranges::sort(files, {}, &NamedKeypoints::path);
  return files;
}

std::filesystem::path KeypointPath(const DatasetOptions& options) {
  const std::string prefix = fmt::format("data_2d_{}_", options.name);
  std::filesystem::path path = options.data_dir / (prefix + options.keypoints + ".npz");
  if (std::filesystem::exists(path)) return path;
  std::vector<std::string> names;
  for (const NamedKeypoints& file : KeypointsIn(options.data_dir, prefix)) {
    if (file.name == options.keypoints) return file.path;
    names.push_back(file.name);
  }
  Fail(ErrorCode::kFileNotFound, {.file = path, .option = names.empty() ? "keypoints" : ""},
       "{}: there is no such file; keypoints for {} in {}: {}", path.string(), options.name,
       options.data_dir.string(), names.empty() ? "none" : fmt::to_string(fmt::join(names, ", ")));
}

KeypointFile ReadKeypointFile(const DatasetOptions& options) {
  const auto in_data_dir =
      options.data_dir / fmt::format("data_2d_{}_{}.npz", options.name, options.keypoints);
  std::error_code ignored;
  const bool is_import = options.name == "custom" &&
                         !std::filesystem::exists(in_data_dir, ignored) &&
                         std::filesystem::exists(options.keypoints, ignored);
  if (is_import) return CustomKeypointFile(options.keypoints, options.import);
  return KeypointFile::Read(KeypointPath(options));
}

bool MatchesAny(std::string_view action, const std::vector<std::string>& prefixes) {
  return prefixes.empty() || std::any_of(prefixes.begin(), prefixes.end(), [&](const auto& prefix) {
           return action.starts_with(prefix);
         });
}

// Which joints of the motion capture's file the skeleton has.
std::vector<int> JointsInFile(const Skeleton& skeleton, int joints_in_file) {
  if (joints_in_file == 32) return {Human36m17Of32().begin(), Human36m17Of32().end()};
  std::vector<int> joints(skeleton.joint_count());
  std::iota(joints.begin(), joints.end(), 0);
  return joints;
}

Tensor SelectRows(const NpyArray& array, const FrameSelection& frames, const std::string& what) {
  // Only the requested frames, so that one sequence of a long file is read alone.
  NpyArray rows = array;
  const int64_t last = frames.begin + (frames.count - 1) * frames.step;
  const int64_t row_bytes = array.dtype.item_bytes * array.shape[1] * array.shape[2];
  const int64_t row_count = frames.count == 0 ? 0 : last - frames.begin + 1;
  rows.shape[0] = row_count;
  rows.data = array.data.Part(frames.begin * row_bytes, static_cast<size_t>(row_count * row_bytes));
  Tensor all = ToTensor<float>(rows, what);
  if (frames.step == 1) return all;
  Tensor selected({frames.count, array.shape[1], array.shape[2]});
  const int64_t row = array.shape[1] * array.shape[2];
  for (int64_t t = 0; t < frames.count; ++t) {
    std::copy_n(all.data() + t * frames.step * row, row, selected.data() + t * row);
  }
  return selected;
}

void NormaliseToScreen(Tensor& keypoints_px, int width_px, int height_px) {
  const int64_t features = keypoints_px.dim(2);
  for (int64_t i = 0; i < keypoints_px.size(); i += features) {
    float* point = keypoints_px.data() + i;
    const Vec2f on_screen = ScreenFromPixel({point[0], point[1]}, static_cast<float>(width_px),
                                            static_cast<float>(height_px));
    point[0] = on_screen.x;
    point[1] = on_screen.y;
  }
}

}  // namespace

struct Dataset::Source {
  std::string_view subject, action;
  int camera_index = 0;
  const DatasetCamera& camera;
  const NpyArray& keypoints_px;
  const NpyArray* joints_in_world;  // null: no ground truth
  int64_t frame_count = 0;
  std::string what;  // "data/data_2d_h36m_gt.npz: S9 Walking, camera 2"
};

Dataset::Dataset(const DatasetOptions& options) : options_(options) {
  const Kind& kind = KindNamed(options.name);
  skeleton_ = &kind.skeleton();
  fps_ = kind.fps;
  keypoints_ = ReadKeypointFile(options);
  if (kind.joints_in_file > 0) {
    positions_ = PositionFile::Read(options.data_dir / fmt::format("data_3d_{}.npz", options.name),
                                    kind.joints_in_file);
  } else if (keypoints_.video_sizes.empty()) {
    Fail(ErrorCode::kWrongFormat, {.file = keypoints_.path, .option = "keypoints"},
         "{}: the metadata have no video_metadata (width and height of each video)",
         keypoints_.path.string());
  }
}

bool Dataset::HasPoses(std::string_view subject) const {
  return positions_ && FindNamed(positions_->subjects, subject) != nullptr;
}

std::vector<DatasetCamera> Dataset::Cameras(std::string_view subject) const {
  const Kind& kind = KindNamed(options_.name);
  if (kind.cameras != nullptr) return kind.cameras(subject);
  const ImageSize* size = FindNamed(keypoints_.video_sizes, subject);
  if (size == nullptr) {
    Fail(ErrorCode::kWrongFormat, {.file = keypoints_.path},
         "{}: video_metadata lack {}; they have {}", keypoints_.path.string(), subject,
         NamesText(keypoints_.video_sizes));
  }
  return {CustomCamera(size->width_px, size->height_px)};
}

const NamedList<std::vector<NpyArray>>& Dataset::ActionsOf(std::string_view subject) const {
  const auto* actions = FindNamed(keypoints_.subjects, subject);
  if (actions == nullptr) {
    Fail(ErrorCode::kInvalidArgument, "{}: there is no subject {}; there are {}",
         keypoints_.path.string(), subject, NamesText(keypoints_.subjects));
  }
  return *actions;
}

// Every captured sequence needs detections.
void Dataset::CheckActions(std::string_view subject, const SequenceFilter& filter) const {
  if (!filter.with_poses || !HasPoses(subject)) return;
  const auto& detected = ActionsOf(subject);
  for (const auto& [action, joints] : *FindNamed(positions_->subjects, subject)) {
    if (MatchesAny(action, filter.action_prefixes) && FindNamed(detected, action) == nullptr) {
      Fail(ErrorCode::kInvalidArgument,
           "{}: there is no action {} of {}, which {} has; there are {}", keypoints_.path.string(),
           action, subject, positions_->path.filename().string(), NamesText(detected));
    }
  }
}

Dataset::Source Dataset::FindSource(std::string_view subject,
                                    const Named<std::vector<NpyArray>>& action,
                                    const std::vector<DatasetCamera>& cameras, int camera) const {
  const std::string what = fmt::format("{}: {} {}", keypoints_.path.string(), subject, action.name);
  const size_t at = camera;
  if (camera < 0 || at >= action.value.size()) {
    Fail(ErrorCode::kInvalidArgument, "{}: there is no camera {}; there are {}, counted from 0",
         what, camera, action.value.size());
  }
  if (at >= cameras.size()) {
    Fail(ErrorCode::kMismatch, "{}: detections of {} cameras; {} has {}", what, action.value.size(),
         options_.name, cameras.size());
  }
  const NpyArray* joints_in_world = nullptr;
  if (HasPoses(subject) && cameras[at].world_from_cam) {
    joints_in_world = FindNamed(*FindNamed(positions_->subjects, subject), action.name);
  }
  Source source{.subject = subject,
                .action = action.name,
                .camera_index = camera,
                .camera = cameras[at],
                .keypoints_px = action.value[at],
                .joints_in_world = joints_in_world,
                .frame_count = action.value[at].shape[0],
                .what = fmt::format("{}, camera {}", what, camera)};
  if (joints_in_world != nullptr) {
    const int64_t captured = joints_in_world->shape[0];
    if (source.frame_count < captured) {
      Fail(ErrorCode::kMismatch, "{}: {} frames of detections for {} of motion capture",
           source.what, source.frame_count, captured);
    }
    source.frame_count = captured;
  }
  return source;
}

Sequence Dataset::Build(const Source& source, const SequenceFilter& filter) const {
  const FrameSelection frames = SelectFrames(source.frame_count, filter.subset, filter.downsample);
  const DatasetCamera& camera = source.camera;
  Sequence sequence{.subject = std::string(source.subject),
                    .action = std::string(source.action),
                    .camera = source.camera_index,
                    .keypoints = SelectRows(source.keypoints_px, frames, source.what),
                    .intrinsics = camera.intrinsics};
  NormaliseToScreen(sequence.keypoints, camera.width_px, camera.height_px);
  if (source.joints_in_world == nullptr || !filter.with_poses) return sequence;

  const Tensor in_world = SelectRows(
      *source.joints_in_world, frames,
      fmt::format("{}: {} {}", positions_->path.string(), source.subject, source.action));
  const std::vector<int> joints = JointsInFile(*skeleton_, static_cast<int>(in_world.dim(1)));
  sequence.poses = Tensor({frames.count, skeleton_->joint_count(), 3});
  sequence.roots = Tensor({frames.count, 3});
  float* pose_out = sequence.poses.data();
  for (int64_t t = 0; t < frames.count; ++t) {
    Vec3d root_in_cam;
    for (size_t j = 0; j < joints.size(); ++j) {
      const float* x = in_world.data() + (t * in_world.dim(1) + joints[j]) * 3;
      const Vec3d in_cam = ApplyInverse(*camera.world_from_cam, {x[0], x[1], x[2]});
      if (j == 0) root_in_cam = in_cam;
      const Vec3d from_root = in_cam - root_in_cam;
      for (const double value : {from_root.x, from_root.y, from_root.z}) {
        *pose_out++ = static_cast<float>(value);
      }
    }
    float* root_out = sequence.roots.data() + t * 3;
    root_out[0] = root_in_cam.x;
    root_out[1] = root_in_cam.y;
    root_out[2] = root_in_cam.z;
  }
  return sequence;
}

std::vector<Sequence> Dataset::Load(const SequenceFilter& filter) const {
  std::vector<Sequence> sequences;
  for (const std::string& subject : filter.subjects) {
    CheckActions(subject, filter);
    const std::vector<DatasetCamera> cameras = Cameras(subject);
    for (const auto& action : ActionsOf(subject)) {
      if (!MatchesAny(action.name, filter.action_prefixes)) continue;
      for (int camera = 0; camera < static_cast<int>(action.value.size()); ++camera) {
        sequences.push_back(Build(FindSource(subject, action, cameras, camera), filter));
      }
    }
  }
  if (sequences.empty()) {
    std::string there_are;
    for (const std::string& subject : filter.subjects) {
      there_are += fmt::format("; {} has {}", subject, NamesText(ActionsOf(subject)));
    }
    Fail(ErrorCode::kInvalidArgument, "{}: no action begins with {}{}", keypoints_.path.string(),
         fmt::join(filter.action_prefixes, " or "), there_are);
  }
  return sequences;
}

Sequence Dataset::LoadOne(std::string_view subject, std::string_view action, int camera) const {
  const auto& actions = ActionsOf(subject);
  for (const auto& candidate : actions) {
    if (candidate.name != action) continue;
    const std::vector<DatasetCamera> cameras = Cameras(subject);
    return Build(FindSource(subject, candidate, cameras, camera), {});
  }
  Fail(ErrorCode::kInvalidArgument, "{}: there is no action {} of {}; there are {}",
       keypoints_.path.string(), action, subject, NamesText(actions));
}

}  // namespace videopose::internal

namespace videopose {

using namespace internal;

std::vector<Sequence> LoadSequences(const DatasetOptions& dataset, const SequenceFilter& filter) {
  return Dataset(dataset).Load(filter);
}

}  // namespace videopose
