// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <array>
#include <cmath>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/files.h"
#include "videopose/pose/scenes.h"
#include "videopose/pose_files/field_file.h"

namespace videopose {

using namespace internal;
namespace {

namespace fs = std::filesystem;

constexpr int64_t kLandmarks = 33;
constexpr int64_t kMostFrames = 100'000'000;
constexpr int64_t kHighestId = 1'000'000'000;

template <typename T>
BasicTensor<T> Scalar(T value) {
  return BasicTensor<T>({}, {value});
}

BasicTensor<int64_t> IntList(const std::vector<int64_t>& values) {
  return {{std::ssize(values)}, values};
}

void AddPeople(FieldFile& file, const std::vector<int64_t>& ids,
               const std::vector<FrameRange>& seen) {
  std::vector<int64_t> first, last;
  for (const FrameRange& range : seen) {
    first.push_back(range.begin);
    last.push_back(range.end - 1);
  }
  file.Add("ids", IntList(ids));
  file.Add("first_frame", IntList(first));
  file.Add("last_frame", IntList(last));
}

void AddClip(FieldFile& file, double fps, double start_s, int width_px, int height_px) {
  file.Add("fps", Scalar(fps));
  file.Add("start_s", Scalar(start_s));
  file.Add("width_px", Scalar<int64_t>(width_px));
  file.Add("height_px", Scalar<int64_t>(height_px));
}

FrameRange WholeRange(const std::vector<FrameRange>& ranges) {
  return ranges.empty() ? FrameRange{-1, 0} : FrameRange{ranges.front().begin, ranges.back().end};
}

BasicTensor<double> Quaternions(int64_t count, const auto& at) {
  BasicTensor<double> values({count, 4});
  for (int64_t t = 0; t < count; ++t) {
    const Quaternion q = at(static_cast<size_t>(t));
    std::ranges::copy(std::array{q.w, q.x, q.y, q.z}, values.values.begin() + 4 * t);
  }
  return values;
}

// What the background said of the camera; nothing where it stood still and no cut was found.
void AddCameraTrack(FieldFile& file, const CameraTrack& track) {
  if (!track.cuts.empty()) file.Add("cuts", IntList(track.cuts));
  if (track.views.empty()) return;
  const auto count = std::ssize(track.views);
  BasicTensor<double> zooms({count}), sigmas({count});
  for (size_t t = 0; t < track.views.size(); ++t) {
    zooms.values[t] = track.views[t].zoom;
    sigmas.values[t] = track.views[t].sigma_deg;
  }
  file.Add("view_rotation",
           Quaternions(count, [&](size_t t) { return track.views[t].first_from_cam; }));
  file.Add("view_zoom", std::move(zooms));
  file.Add("view_sigma_deg", std::move(sigmas));
  file.Add("view_focal_px", Scalar(track.focal_px));
  if (!Walks(track.views)) return;
  BasicTensor<double> places({count, 3});
  for (size_t t = 0; t < track.views.size(); ++t) {
    const Vec3d& place = track.views[t].place_in_first;
    std::ranges::copy(std::array{place.x, place.y, place.z}, places.values.begin() + 3 * t);
  }
  file.Add("view_position", std::move(places));
}

void AddKeypoints(FieldFile& file, const KeypointSequence& keypoints) {
  const auto people = std::ssize(keypoints.people);
  const int64_t frames = keypoints.frame_count, joints = keypoints.joint_count();
  Tensor points({people, frames, joints, 2}), scores({people, frames, joints});
  std::vector<int64_t> ids;
  std::vector<FrameRange> seen;
  size_t next = 0;
  bool all_have_landmarks = people > 0;
  for (const PersonKeypoints& person : keypoints.people) {
    ids.push_back(person.id);
    seen.push_back(WholeRange(SeenRanges(person)));
    all_have_landmarks = all_have_landmarks && !person.extra_points.empty();
    for (const Keypoint& keypoint : person.keypoints) {
      points.values[2 * next] = keypoint.x_px;
      points.values[2 * next + 1] = keypoint.y_px;
      scores.values[next++] = keypoint.score;
    }
  }
  file.Add("keypoints", std::move(points));
  file.Add("scores", std::move(scores));
  AddPeople(file, ids, seen);
  AddClip(file, keypoints.fps, keypoints.start_s, keypoints.width_px, keypoints.height_px);
  file.Add("keypoint_layout", keypoints.layout.name);
  file.Add("keypoint_names", keypoints.layout.joint_names);
  AddCameraTrack(file, keypoints.camera);
  if (!all_have_landmarks) return;
  Tensor landmarks({people, frames, kLandmarks, 4});
  auto* out = landmarks.values.data();
  for (const PersonKeypoints& person : keypoints.people) {
    for (const ExtraPoint& landmark : person.extra_points) {
      *out++ = landmark.x_px;
      *out++ = landmark.y_px;
      *out++ = landmark.z_px;
      *out++ = landmark.score;
    }
  }
  file.Add("landmarks", std::move(landmarks));
}

std::vector<FrameRange> PoseRanges(const Motion& motion) {
  std::vector<FrameRange> ranges;
  for (const PersonMotion& person : motion.people) {
    FrameRange range{-1, 0};
    for (int64_t t = 0; t < motion.frame_count; ++t) {
      if (!person.has_pose(t)) continue;
      if (range.begin < 0) range.begin = t;
      range.end = t + 1;
    }
    ranges.push_back(range);
  }
  return ranges;
}

// Fields that either all people have or the file leaves out.
bool AllHave(const std::vector<PersonMotion>& people, const auto& member) {
  return !people.empty() && std::all_of(people.begin(), people.end(), [&](const PersonMotion& p) {
    return !(p.*member).empty();
  });
}

void Append(float*& out, Vec3f v) {
  *out++ = v.x;
  *out++ = v.y;
  *out++ = v.z;
}

void AddPlaces(FieldFile& file, std::string name, const Motion& motion,
               std::vector<Vec3f> PersonMotion::*places) {
  Tensor tensor({static_cast<int64_t>(motion.people.size()), motion.frame_count, 3});
  float* out = tensor.data();
  for (const PersonMotion& person : motion.people) {
    for (const Vec3f& place : person.*places) Append(out, place);
  }
  file.Add(std::move(name), std::move(tensor));
}

void AddFeet(FieldFile& file, const Motion& motion) {
  BasicTensor<uint8_t> feet({std::ssize(motion.people), motion.frame_count, 2});
  size_t next = 0;
  for (const PersonMotion& person : motion.people) {
    for (const uint8_t down : person.feet_down) {
      feet.values[next++] = (down & kLeftFootDown) != 0;
      feet.values[next++] = (down & kRightFootDown) != 0;
    }
  }
  file.Add("feet_down", std::move(feet));
}

void AddCamera(FieldFile& file, const Camera& camera) {
  const auto& [q, p] = camera.world_from_cam;
  const Vec2d& centre_px = camera.lens.centre_px;
  file.Add("camera_rotation", BasicTensor<double>({4}, {q.w, q.x, q.y, q.z}));
  file.Add("camera_position", BasicTensor<double>({3}, {p.x, p.y, p.z}));
  file.Add("focal_px", Scalar(MeanFocalPx(camera.lens)));
  file.Add("centre_px", BasicTensor<double>({2}, {centre_px.x, centre_px.y}));
}

void AddCameraPath(FieldFile& file, const std::vector<Camera>& path) {
  const auto count = std::ssize(path);
  BasicTensor<double> positions({count, 3}), focals({count});
  for (size_t t = 0; t < path.size(); ++t) {
    const Vec3d& p = path[t].world_from_cam.translation;
    std::ranges::copy(std::array{p.x, p.y, p.z},
                      positions.values.begin() + 3 * static_cast<int64_t>(t));
    focals.values[t] = MeanFocalPx(path[t].lens);
  }
  file.Add("camera_path_rotation",
           Quaternions(count, [&](size_t t) { return path[t].world_from_cam.rotation; }));
  file.Add("camera_path_position", std::move(positions));
  file.Add("camera_path_focal_px", std::move(focals));
}

void AddPoses(FieldFile& file, const Motion& motion) {
  const auto people = std::ssize(motion.people);
  Tensor poses({people, motion.frame_count, motion.joint_count(), 3});
  float* pose = poses.data();
  for (const PersonMotion& person : motion.people) {
    for (const Vec3f& joint : person.joints_in_cam) Append(pose, joint);
  }
  file.Add("poses", std::move(poses));
  if (AllHave(motion.people, &PersonMotion::root_in_cam)) {
    AddPlaces(file, "root", motion, &PersonMotion::root_in_cam);
  }
  if (!NameOf(motion.grounding).empty()) {
    file.Add("grounding", std::string(NameOf(motion.grounding)));
  }
  if (!motion.camera && AllHave(motion.people, &PersonMotion::root_in_world)) {
    AddPlaces(file, "root_in_world", motion, &PersonMotion::root_in_world);
  }
  if (AllHave(motion.people, &PersonMotion::feet_down)) AddFeet(file, motion);
  if (motion.camera) AddCamera(file, *motion.camera);
  if (!motion.camera_path.empty()) AddCameraPath(file, motion.camera_path);
  if (!motion.cuts.empty() && !file.Has("cuts")) file.Add("cuts", IntList(motion.cuts));
  file.Add("joint_names", motion.skeleton.joint_names);
  file.Add("parents", IntList({motion.skeleton.parents.begin(), motion.skeleton.parents.end()}));
}

// The layout of that name, or the names alone where it is not one of ours.
KeypointLayout LayoutFrom(const std::string& name, const TextList& joint_names) {
  for (const KeypointLayout* known : {&Coco17(), &BlazePose33(), &Human36m17Keypoints()}) {
    if (known->joint_names == joint_names) return *known;
  }
  return {.name = name, .joint_names = joint_names, .bones = {}};
}

int CheckedSize(const FieldFile& file, std::string_view name) {
  const int64_t size = file.WholeNumber(name);
  if (size < 1 || size > 1'000'000) {
    Fail("{}: field '{}': expected a size in pixels, found {}", file.path, name, size);
  }
  return static_cast<int>(size);
}

double CheckedFps(const FieldFile& file) {
  const double fps = file.Number("fps");
  if (!(fps > 0 && fps < 1e6)) {
    Fail("{}: field 'fps': expected frames per second, found {}", file.path, fps);
  }
  return fps;
}

std::vector<int> IdsFrom(const FieldFile& file, int64_t people) {
  std::vector<int> ids;
  for (const int64_t id : file.Ints("ids", people)) {
    if (std::abs(id) > kHighestId || std::find(ids.begin(), ids.end(), id) != ids.end()) {
      Fail("{}: field 'ids': expected a number of its own for every person, found {}", file.path,
           id);
    }
    ids.push_back(id);
  }
  return ids;
}

Quaternion CheckedRotation(const FieldFile& file, std::string_view name, const double* q) {
  const double squared = q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3];
  if (!(std::abs(squared - 1) < 1e-3)) {
    Fail("{}: field '{}': expected a quaternion w, x, y, z of length 1, found {}", file.path, name,
         std::sqrt(squared));
  }
  return {q[0], q[1], q[2], q[3]};
}

void CheckAbove(const FieldFile& file, std::string_view name, double value, double least) {
  if (value > least && std::isfinite(value)) return;
  Fail("{}: field '{}': expected finite numbers above {}, found {}", file.path, name, least, value);
}

std::vector<int64_t> CutsFrom(const FieldFile& file, int64_t frames) {
  if (!file.Has("cuts")) return {};
  const std::vector<int64_t> cuts = file.Ints("cuts", -1);
  int64_t before = 0;
  for (const int64_t cut : cuts) {
    if (cut <= before || cut >= frames) {
      Fail("{}: field 'cuts': expected frames in order, 1 to {}, found {}", file.path, frames - 1,
           cut);
    }
    before = cut;
  }
  return cuts;
}

CameraTrack CameraTrackFrom(const FieldFile& file, int64_t frames) {
  CameraTrack track{.cuts = CutsFrom(file, frames)};
  if (!file.Has("view_rotation")) return track;
  track.focal_px = file.Number("view_focal_px");
  CheckAbove(file, "view_focal_px", track.focal_px, 0);
  const std::vector<double> rotations = file.Doubles("view_rotation", frames, 4);
  const std::vector<double> zooms = file.Doubles("view_zoom", frames);
  const std::vector<double> sigmas = file.Doubles("view_sigma_deg", frames);
  for (size_t t = 0; t < zooms.size(); ++t) {
    CheckAbove(file, "view_zoom", zooms[t], 0);
    CheckAbove(file, "view_sigma_deg", sigmas[t], -1e-9);
    track.views.push_back(
        {CheckedRotation(file, "view_rotation", &rotations[4 * t]), zooms[t], sigmas[t]});
  }
  if (!file.Has("view_position")) return track;
  const std::vector<double> places = file.Doubles("view_position", frames, 3);
  for (size_t t = 0; t < track.views.size(); ++t) {
    const Vec3d place{places[3 * t], places[3 * t + 1], places[3 * t + 2]};
    if (!IsFinite(place)) Fail("{}: field 'view_position': expected finite numbers", file.path);
    track.views[t].place_in_first = place;
  }
  return track;
}

KeypointSequence KeypointsFrom(const FieldFile& file) {
  KeypointSequence result;
  const TextList names = file.Texts("keypoint_names");
  result.layout =
      LayoutFrom(file.Has("keypoint_layout") ? file.Text("keypoint_layout") : "custom", names);
  result.fps = CheckedFps(file);
  result.start_s = file.Has("start_s") ? file.Number("start_s") : 0;
  result.width_px = CheckedSize(file, "width_px");
  result.height_px = CheckedSize(file, "height_px");
  const int64_t joints = result.joint_count();
  const Tensor points = file.Floats("keypoints", {-1, -1, joints, 2});
  const int64_t people = points.dim(0), frames = points.dim(1);
  if (frames > kMostFrames) Fail("{}: {} frames are more than can be", file.path, frames);
  const Tensor scores = file.Floats("scores", {people, frames, joints});
  const std::vector<int> ids = IdsFrom(file, people);
  Tensor landmarks;
  if (file.Has("landmarks")) landmarks = file.Floats("landmarks", {people, frames, kLandmarks, 4});
  result.frame_count = frames;
  result.camera = CameraTrackFrom(file, frames);
  for (int64_t p = 0; p < people; ++p) {
    PersonKeypoints person{.id = ids[p]};
    person.keypoints = {frames, result.joint_count()};
    size_t k = p * frames * joints;
    for (Keypoint& keypoint : person.keypoints) {
      // A keypoint that is not finite was not seen.
      const float x = points.values[2 * k], y = points.values[2 * k + 1], score = scores.values[k];
      const bool is_seen = std::isfinite(x) && std::isfinite(y) && score > 0;
      keypoint = is_seen ? Keypoint{x, y, std::min(score, 1.0F)} : Keypoint{};
      ++k;
    }
    if (landmarks.size() > 0) {
      person.extra_points = {frames, kLandmarks};
      const float* v = landmarks.data() + 4 * p * frames * kLandmarks;
      for (ExtraPoint& landmark : person.extra_points) {
        const bool is_finite = std::all_of(v, v + 4, [](float c) { return std::isfinite(c); });
        if (is_finite) landmark = {v[0], v[1], v[2], std::clamp(v[3], 0.0F, 1.0F)};
        v += 4;
      }
    }
    result.people.push_back(std::move(person));
  }
  return result;
}

Skeleton SkeletonFrom(const FieldFile& file) {
  const TextList names = file.Texts("joint_names");
  if (const Skeleton* known = KnownSkeleton(names)) return *known;
  Skeleton skeleton{.name = "custom", .joint_names = names, .parents = {}};
  const auto count = std::ssize(names);
  for (const int64_t parent : file.Ints("parents", count)) {
    if (parent < -1 || parent >= count) {
      Fail("{}: field 'parents': {} is no joint; expected -1 to {}", file.path, parent, count - 1);
    }
    skeleton.parents.push_back(parent);
  }
  return skeleton;
}

std::vector<Vec3f> Points(const Tensor& tensor, int64_t begin, int64_t end) {
  std::vector<Vec3f> points;
  points.reserve(end - begin);
  for (int64_t i = begin; i < end; ++i) {
    const float* v = tensor.data() + 3 * i;
    points.push_back({v[0], v[1], v[2]});
  }
  return points;
}

Camera CameraFrom(const FieldFile& file, int width_px, int height_px) {
  const std::vector<double> q = file.Doubles("camera_rotation", 4);
  const std::vector<double> p = file.Doubles("camera_position", 3);
  const std::vector<double> centre = file.Doubles("centre_px", 2);
  const double focal_px = file.Number("focal_px");
  Camera camera{PlainLens(focal_px, width_px, height_px),
                {CheckedRotation(file, "camera_rotation", q.data()), {p[0], p[1], p[2]}}};
  camera.lens.centre_px = {centre[0], centre[1]};
  if (!IsFinite(camera.world_from_cam.translation) || !std::isfinite(centre[0]) ||
      !std::isfinite(centre[1]) || !(focal_px > 0 && std::isfinite(focal_px))) {
    Fail("{}: camera_position, centre_px and focal_px: expected finite numbers, the last above 0",
         file.path);
  }
  if (!file.Has("root")) {
    Fail("{}: has a camera, but no field 'root' that says where people stand", file.path);
  }
  return camera;
}

std::vector<Camera> CameraPathFrom(const FieldFile& file, const Camera& first, int64_t frames) {
  if (!file.Has("camera_path_rotation")) return {};
  const std::vector<double> rotations = file.Doubles("camera_path_rotation", frames, 4);
  const std::vector<double> positions = file.Doubles("camera_path_position", frames, 3);
  const std::vector<double> focals = file.Doubles("camera_path_focal_px", frames);
  std::vector<Camera> path(focals.size(), first);
  for (size_t t = 0; t < path.size(); ++t) {
    CheckAbove(file, "camera_path_focal_px", focals[t], 0);
    const double* p = &positions[3 * t];
    path[t].lens.focal_px = {focals[t], focals[t]};
    path[t].world_from_cam = {CheckedRotation(file, "camera_path_rotation", &rotations[4 * t]),
                              {p[0], p[1], p[2]}};
    if (!IsFinite(path[t].world_from_cam.translation)) {
      Fail("{}: field 'camera_path_position': expected finite numbers", file.path);
    }
  }
  return path;
}

Grounding GroundingFrom(const FieldFile& file) {
  const std::string name = file.Text("grounding");
  const std::optional<Grounding> grounding = GroundingNamed(name);
  if (!grounding) Fail("{}: field 'grounding': '{}' is none that is known", file.path, name);
  return *grounding;
}

std::vector<uint8_t> FeetFrom(const Tensor& feet, int64_t begin, int64_t end) {
  std::vector<uint8_t> down;
  down.reserve(end - begin);
  for (int64_t i = begin; i < end; ++i) {
    const float* v = feet.data() + 2 * i;
    const int left = v[0] > 0 ? kLeftFootDown : 0, right = v[1] > 0 ? kRightFootDown : 0;
    down.push_back(left | right);
  }
  return down;
}

Motion MotionFrom(const FieldFile& file) {
  Motion motion;
  motion.skeleton = SkeletonFrom(file);
  motion.fps = CheckedFps(file);
  motion.width_px = CheckedSize(file, "width_px");
  motion.height_px = CheckedSize(file, "height_px");
  const int64_t joints = motion.joint_count();
  const Tensor poses = file.Floats("poses", {-1, -1, joints, 3});
  const int64_t people = poses.dim(0), frames = poses.dim(1);
  if (frames > kMostFrames) Fail("{}: {} frames are more than can be", file.path, frames);
  const std::vector<int> ids = IdsFrom(file, people);
  Tensor roots, roots_in_world, feet;
  if (file.Has("root")) roots = file.Floats("root", {people, frames, 3});
  if (file.Has("feet_down")) feet = file.Floats("feet_down", {people, frames, 2});
  if (file.Has("camera_rotation")) {
    motion.camera = CameraFrom(file, motion.width_px, motion.height_px);
    motion.camera_path = CameraPathFrom(file, *motion.camera, frames);
  }
  if (file.Has("grounding")) motion.grounding = GroundingFrom(file);
  if (file.Has("root_in_world") && !motion.camera) {
    roots_in_world = file.Floats("root_in_world", {people, frames, 3});
  }
  motion.frame_count = frames;
  motion.cuts = CutsFrom(file, frames);
  for (int64_t p = 0; p < people; ++p) {
    PersonMotion person{.id = ids[p]};
    person.joints_in_cam = {Points(poses, p * frames * joints, (p + 1) * frames * joints),
                            motion.joint_count()};
    if (roots.size() > 0) person.root_in_cam = Points(roots, p * frames, (p + 1) * frames);
    if (roots_in_world.size() > 0) {
      person.root_in_world = Points(roots_in_world, p * frames, (p + 1) * frames);
    }
    if (feet.size() > 0) person.feet_down = FeetFrom(feet, p * frames, (p + 1) * frames);
    motion.people.push_back(std::move(person));
  }
  return motion;
}

void WriteFields(const fs::path& path, const FieldFile& file) {
  const std::string extension = LowerCaseExtension(path);
  if (extension == ".json") {
    WriteJsonFields(path, file);
  } else if (extension == ".npz") {
    WriteNpzFields(path, file);
  } else {
    Fail(ErrorCode::kCannotWrite,
         "{}: cannot write a file of fields as '{}'; there are .npz and .json", path.string(),
         path.extension().string());
  }
}

}  // namespace

void WriteKeypoints(const fs::path& path, const KeypointSequence& keypoints) {
  FieldFile file{.path = path.string()};
  file.Add("format", std::string("videopose keypoints 1"));
  AddKeypoints(file, keypoints);
  WriteFields(path, file);
}

void WritePoses(const fs::path& path, const Motion& motion, const KeypointSequence* keypoints) {
  FieldFile file{.path = path.string()};
  file.Add("format", std::string("videopose poses 1"));
  if (keypoints != nullptr) {
    VP_CHECK(keypoints->people.size() == motion.people.size() &&
                 keypoints->frame_count == motion.frame_count,
             "{} and {} people", keypoints->people.size(), motion.people.size());
    AddKeypoints(file, *keypoints);
  } else {
    std::vector<int64_t> ids;
    for (const PersonMotion& person : motion.people) ids.push_back(person.id);
    AddPeople(file, ids, PoseRanges(motion));
    AddClip(file, motion.fps, 0, motion.width_px, motion.height_px);
  }
  AddPoses(file, motion);
  WriteFields(path, file);
}

KeypointSequence ReadKeypoints(const fs::path& path) try {
  return KeypointsFrom(ReadFields(path));
} catch (Error& error) {
  RethrowFromReading(path, error);
}

PoseClip ReadPoses(const fs::path& path) try {
  const FieldFile file = ReadFields(path);
  PoseClip clip{.keypoints = {}, .motion = MotionFrom(file)};
  if (file.Has("keypoints")) clip.keypoints = KeypointsFrom(file);
  if (clip.keypoints && clip.keypoints->frame_count != clip.motion.frame_count) {
    Fail(ErrorCode::kMismatch, "{}: has keypoints of {} frames, but poses of {}", file.path,
         clip.keypoints->frame_count, clip.motion.frame_count);
  }
  return clip;
} catch (Error& error) {
  RethrowFromReading(path, error);
}

}  // namespace videopose
