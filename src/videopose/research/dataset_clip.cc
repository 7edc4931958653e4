// SPDX-License-Identifier: Apache-2.0

#include "videopose/research/dataset_clip.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "videopose/arrays/npy.h"
#include "videopose/base/check.h"
#include "videopose/base/extension.h"
#include "videopose/data/skeletons.h"
#include "videopose/geometry/screen.h"
#include "videopose/ground/world.h"
#include "videopose/train/predict.h"

namespace videopose::internal {
namespace {

// A skeleton's joints as image points.
KeypointLayout LayoutOfSkeleton(const Skeleton& skeleton) {
  KeypointLayout layout{.name = skeleton.name, .joint_names = skeleton.joint_names};
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    const int parent = skeleton.parents[j];
    if (parent >= 0) layout.bones.push_back({parent, j});
  }
  return layout;
}

bool HasSymmetry(const KeypointLayout& layout, const std::vector<int>& mirrored) {
  if (layout.joint_count() != static_cast<int>(mirrored.size())) return false;
  for (int j = 0; j < layout.joint_count(); ++j) {
    if (layout.mirrored(j) != mirrored[j]) return false;
  }
  return true;
}

// (T, ...) -> (count, ...), each the mean of its group.
Tensor AverageGroups(const Tensor& values, const FrameGroups& frames) {
  if (values.shape.empty()) return {};
  std::vector<int64_t> shape = values.shape;
  shape[0] = frames.count;
  Tensor means(shape);
  const int64_t size = frames.count == 0 ? 0 : means.size() / frames.count;
  for (int64_t k = 0; k < frames.count; ++k) {
    float* mean = means.data() + k * size;
    for (int64_t f = 0; f < frames.downsample; ++f) {
      const float* from = values.data() + (frames.begin + k * frames.downsample + f) * size;
      for (int64_t i = 0; i < size; ++i) mean[i] += from[i] / static_cast<float>(frames.downsample);
    }
  }
  return means;
}

// (T, 3) or (T, J, 3) points.
std::vector<Vec3f> Rotated(const Tensor& points_in_cam, const Quaternion& level_from_cam) {
  std::vector<Vec3f> points;
  points.reserve(points_in_cam.size() / 3);
  for (int64_t i = 0; i < points_in_cam.size(); i += 3) {
    const float* p = points_in_cam.data() + i;
    points.push_back(Rotate(level_from_cam, {p[0], p[1], p[2]}).Cast<float>());
  }
  return points;
}

// An uncalibrated camera is assumed to stand as for the first subject.
Quaternion WorldFromCam(const Dataset& dataset, const Sequence& sequence) {
  const auto at = static_cast<size_t>(sequence.camera);
  const DatasetCamera camera = dataset.Cameras(sequence.subject).at(at);
  if (camera.world_from_cam) return camera.world_from_cam->rotation;
  const DatasetCamera stand_in = dataset.Cameras("S1").at(at);
  VP_CHECK(stand_in.world_from_cam.has_value(), "{} has no camera {}", dataset.name(), at);
  return stand_in.world_from_cam->rotation;
}

KeypointSequence KeypointsOf(const Dataset& dataset, const Sequence& sequence,
                             const FrameGroups& frames, double fps) {
  const DatasetCamera camera = dataset.Cameras(sequence.subject).at(sequence.camera);
  KeypointSequence keypoints{.layout = LayoutOf(dataset.keypoints()),
                             .fps = fps,
                             .width_px = camera.width_px,
                             .height_px = camera.height_px,
                             .frame_count = frames.count,
                             .people = {PersonKeypoints()}};
  const Tensor on_screen = AverageGroups(sequence.keypoints, frames);
  const int64_t features = on_screen.dim(2);
  std::vector<Keypoint> points;
  for (int64_t i = 0; i < on_screen.size(); i += features) {
    const float* point = on_screen.data() + i;
    const Vec2f px = PixelFromScreen({point[0], point[1]}, static_cast<float>(camera.width_px),
                                     static_cast<float>(camera.height_px));
    points.push_back({px.x, px.y, features == 3 ? point[2] : 1});
  }
  keypoints.people[0].keypoints = {std::move(points), keypoints.joint_count()};
  return keypoints;
}

}  // namespace

DatasetClip PredictDatasetClip(const Dataset& dataset, const LiftCheckpoint& checkpoint,
                               const DatasetClipChoice& choice, const std::string& what) {
  const PredictOptions options{.average_flip = choice.average_flip};
  CheckModelFits(checkpoint, dataset, what);
  DatasetClip clip{.sequence = dataset.LoadOne(choice.subject, choice.action, choice.camera)};
  const InputTrack input = ModelInput(dataset, checkpoint.input, clip.sequence);
  clip.poses = PredictPoses(TemporalModel(checkpoint.pose), input.rows,
                            SymmetryOf(dataset, checkpoint.input), options);
  TurnBack(input, clip.poses);
  if (clip.sequence.has_poses()) {
    clip.roots = clip.sequence.roots;
  } else if (checkpoint.trajectory) {
    clip.roots = PredictPoses(TemporalModel(*checkpoint.trajectory), input.rows,
                              RootSymmetryOf(dataset, checkpoint.input), options);
    TurnBack(input, clip.roots);
    clip.roots.shape = {clip.roots.dim(0), 3};
  }
  return clip;
}

std::filesystem::path NpyPath(const std::filesystem::path& path) {
  return LowerCaseExtension(path) == ".npy" ? path : std::filesystem::path(path.string() + ".npy");
}

std::filesystem::path ExportDatasetClip(const DatasetClip& clip, std::filesystem::path path) {
  path = NpyPath(path);
  Tensor poses = clip.poses;
  if (!clip.sequence.has_poses() && !clip.roots.shape.empty()) AddRoots(clip.roots, poses);
  WriteNpy(path, MakeNpy(std::move(poses)));
  return path;
}

// With u = the world's up in the camera's frame: y = -u, z = (0, 0, 1) without its part along y,
// of unit length, x = y * z (cross product). These are the level frame's axes in the camera's.
Quaternion LevelFromCam(const Quaternion& world_from_cam) {
  const Vec3d down = -Rotate(Inverse(world_from_cam), {0, 0, 1});
  const Vec3d forward = Vec3d{0, 0, 1} - down.z * down;
  VP_CHECK(Norm(forward) > 1e-6, "the camera looks straight up or down");
  const Vec3d z = Normalized(forward);
  return Inverse(FromAxes(Cross(down, z), down, z));
}

KeypointLayout LayoutOf(const KeypointFile& keypoints) {
  for (const KeypointLayout& layout :
       {Coco17(), Human36m17Keypoints(), Mpii16(), LayoutOfSkeleton(HumanEva15()),
        LayoutOfSkeleton(HumanEva20())}) {
    if (HasSymmetry(layout, keypoints.mirrored)) return layout;
  }
  KeypointLayout dots{.name = keypoints.layout_name};
  for (int j = 0; j < keypoints.joint_count; ++j) dots.joint_names.push_back(fmt::format("{}", j));
  return dots;
}

std::optional<Camera> CameraOf(const Dataset& dataset, const DatasetClip& clip) {
  const DatasetCamera camera = dataset.Cameras(clip.sequence.subject).at(clip.sequence.camera);
  if (camera.id.empty() || !camera.world_from_cam || clip.roots.shape.empty()) return std::nullopt;
  const ScreenIntrinsics screen = camera.intrinsics.value_or(ScreenIntrinsics{});
  Lens lens = PlainLens(std::sqrt(screen.fx * screen.fy) * camera.width_px / 2, camera.width_px,
                        camera.height_px);
  lens.centre_px = lens.centre_px + camera.width_px / 2.0 * Vec2d{screen.cx, screen.cy};
  return Camera{lens, *camera.world_from_cam};
}

DrawnDatasetClip DrawnClipOf(const Dataset& dataset, const DatasetClip& clip,
                             const FrameGroups& frames, double fps,
                             const std::optional<Camera>& camera) {
  VP_CHECK(frames.begin + frames.count * frames.downsample <= clip.poses.dim(0),
           "{} groups of {} from frame {} on, of {} frames", frames.count, frames.downsample,
           frames.begin, clip.poses.dim(0));
  const Quaternion level_from_cam =
      camera ? Quaternion{} : LevelFromCam(WorldFromCam(dataset, clip.sequence));
  const std::vector<Vec3f> roots = Rotated(AverageGroups(clip.roots, frames), level_from_cam);
  DrawnDatasetClip drawn{.keypoints = KeypointsOf(dataset, clip.sequence, frames, fps)};
  const auto motion_of = [&](const Tensor& poses_in_cam) {
    PersonMotion person{
        .joints_in_cam = {Rotated(AverageGroups(poses_in_cam, frames), level_from_cam),
                          dataset.skeleton().joint_count()},
        .root_in_cam = roots};
    Motion motion{.skeleton = dataset.skeleton(),
                  .fps = fps,
                  .width_px = drawn.keypoints.width_px,
                  .height_px = drawn.keypoints.height_px,
                  .frame_count = frames.count,
                  .people = {std::move(person)},
                  .camera = camera};
    CompleteGrounding(&drawn.keypoints, motion);
    return motion;
  };
  drawn.reconstruction = motion_of(clip.poses);
  if (clip.sequence.has_poses()) drawn.truth = motion_of(clip.sequence.poses);
  return drawn;
}

}  // namespace videopose::internal
