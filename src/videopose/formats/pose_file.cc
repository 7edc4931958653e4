#include "videopose/formats/pose_file.h"

#include <algorithm>
#include <cmath>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/formats/field_file.h"
#include "videopose/formats/npy_poses.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kLandmarks = 33;
constexpr int64_t kMostFrames = 100'000'000;

bool HasExtension(const fs::path& path, std::initializer_list<std::string_view> extensions) {
  return std::find(extensions.begin(), extensions.end(), path.extension().string()) !=
         extensions.end();
}

template <typename T>
BasicTensor<T> Scalar(T value) {
  return BasicTensor<T>({}, {value});
}

BasicTensor<int64_t> IntList(const std::vector<int64_t>& values) {
  return {{static_cast<int64_t>(values.size())}, values};
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

void AddKeypoints(FieldFile& file, const KeypointSequence& keypoints) {
  const auto people = static_cast<int64_t>(keypoints.people.size());
  const int64_t frames = keypoints.frame_count, joints = keypoints.joint_count();
  Tensor points({people, frames, joints, 2}), scores({people, frames, joints});
  std::vector<int64_t> ids;
  std::vector<FrameRange> seen;
  size_t next = 0;
  bool all_have_landmarks = people > 0;
  for (const PersonKeypoints& person : keypoints.people) {
    ids.push_back(person.id);
    seen.push_back(WholeRange(SeenRanges(person, keypoints.joint_count())));
    all_have_landmarks = all_have_landmarks && !person.landmarks.empty();
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
  if (!all_have_landmarks) return;
  Tensor landmarks({people, frames, kLandmarks, 4});
  auto* out = landmarks.values.data();
  for (const PersonKeypoints& person : keypoints.people) {
    for (const Landmark& landmark : person.landmarks) {
      *out++ = landmark.x_px;
      *out++ = landmark.y_px;
      *out++ = landmark.z_px;
      *out++ = landmark.visibility;
    }
  }
  file.Add("landmarks", std::move(landmarks));
}

std::vector<FrameRange> PoseRanges(const Motion& motion) {
  std::vector<FrameRange> ranges;
  for (const PersonMotion& person : motion.people) {
    FrameRange range{-1, 0};
    for (int64_t t = 0; t < motion.frame_count; ++t) {
      if (!person.has_pose(t, motion.joint_count())) continue;
      if (range.begin < 0) range.begin = t;
      range.end = t + 1;
    }
    ranges.push_back(range);
  }
  return ranges;
}

void AddPoses(FieldFile& file, const Motion& motion) {
  const auto people = static_cast<int64_t>(motion.people.size());
  Tensor poses({people, motion.frame_count, motion.joint_count(), 3});
  Tensor roots({people, motion.frame_count, 3});
  bool all_have_roots = people > 0;
  float *pose = poses.data(), *root = roots.data();
  const auto append = [](float*& out, Vec3f v) {
    *out++ = v.x;
    *out++ = v.y;
    *out++ = v.z;
  };
  for (const PersonMotion& person : motion.people) {
    for (const Vec3f& joint : person.joints_in_cam) append(pose, joint);
    all_have_roots = all_have_roots && !person.root_in_cam.empty();
    for (const Vec3f& place : person.root_in_cam) append(root, place);
  }
  file.Add("poses", std::move(poses));
  if (all_have_roots) file.Add("root", std::move(roots));
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
  const std::vector<int64_t> ids = file.Ints("ids", people);
  Tensor landmarks;
  if (file.Has("landmarks")) landmarks = file.Floats("landmarks", {people, frames, kLandmarks, 4});
  result.frame_count = frames;
  for (int64_t p = 0; p < people; ++p) {
    PersonKeypoints person{.id = static_cast<int>(ids[static_cast<size_t>(p)])};
    person.keypoints.reserve(static_cast<size_t>(frames * joints));
    for (int64_t i = p * frames * joints; i < (p + 1) * frames * joints; ++i) {
      const auto k = static_cast<size_t>(i);
      // What is not a number was not seen.
      const float x = points.values[2 * k], y = points.values[2 * k + 1], score = scores.values[k];
      const bool is_seen = std::isfinite(x) && std::isfinite(y) && score > 0;
      person.keypoints.push_back(is_seen ? Keypoint{x, y, score} : Keypoint{});
    }
    if (landmarks.size() > 0) {
      for (int64_t i = p * frames * kLandmarks; i < (p + 1) * frames * kLandmarks; ++i) {
        const float* v = landmarks.data() + 4 * i;
        person.landmarks.push_back({v[0], v[1], v[2], v[3]});
      }
    }
    result.people.push_back(std::move(person));
  }
  return result;
}

Skeleton SkeletonFrom(const FieldFile& file) {
  const TextList names = file.Texts("joint_names");
  if (names == Human36m17().joint_names) return Human36m17();
  Skeleton skeleton{.name = "custom", .joint_names = names, .parents = {}};
  const auto count = static_cast<int64_t>(names.size());
  for (const int64_t parent : file.Ints("parents", count)) {
    if (parent < -1 || parent >= count) {
      Fail("{}: field 'parents': {} is no joint; expected -1 to {}", file.path, parent, count - 1);
    }
    skeleton.parents.push_back(static_cast<int>(parent));
  }
  return skeleton;
}

std::vector<Vec3f> Points(const Tensor& tensor, int64_t begin, int64_t end) {
  std::vector<Vec3f> points;
  points.reserve(static_cast<size_t>(end - begin));
  for (int64_t i = begin; i < end; ++i) {
    const float* v = tensor.data() + 3 * i;
    points.push_back({v[0], v[1], v[2]});
  }
  return points;
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
  const std::vector<int64_t> ids = file.Ints("ids", people);
  Tensor roots;
  if (file.Has("root")) roots = file.Floats("root", {people, frames, 3});
  motion.frame_count = frames;
  for (int64_t p = 0; p < people; ++p) {
    PersonMotion person{.id = static_cast<int>(ids[static_cast<size_t>(p)])};
    person.joints_in_cam = Points(poses, p * frames * joints, (p + 1) * frames * joints);
    if (roots.size() > 0) person.root_in_cam = Points(roots, p * frames, (p + 1) * frames);
    motion.people.push_back(std::move(person));
  }
  return motion;
}

void WriteFields(const fs::path& path, const FieldFile& file) {
  if (path.extension() == ".json") {
    WriteJsonFields(path, file);
  } else {
    WriteNpzFields(path, file);
  }
}

}  // namespace

void CheckKeypointExtension(const fs::path& path) {
  if (!HasExtension(path, {".npz", ".json"})) {
    Fail("{}: cannot write keypoints as '{}'; there are .npz and .json", path.string(),
         path.extension().string());
  }
}

void CheckPoseExtension(const fs::path& path) {
  if (!HasExtension(path, {".npz", ".json", ".npy"})) {
    Fail("{}: cannot write poses as '{}'; there are .npz, .json and .npy", path.string(),
         path.extension().string());
  }
}

void WriteKeypoints(const fs::path& path, const KeypointSequence& keypoints) {
  CheckKeypointExtension(path);
  FieldFile file{.path = path.string()};
  file.Add("format", std::string("videopose keypoints 1"));
  AddKeypoints(file, keypoints);
  WriteFields(path, file);
}

void WritePoses(const fs::path& path, const Motion& motion, const KeypointSequence* keypoints) {
  CheckPoseExtension(path);
  if (path.extension() == ".npy") {
    WriteNpyPoses(path, motion);
    return;
  }
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

KeypointSequence ReadKeypoints(const fs::path& path) { return KeypointsFrom(ReadFields(path)); }

PoseClip ReadPoses(const fs::path& path) {
  const FieldFile file = ReadFields(path);
  PoseClip clip{.keypoints = {}, .motion = MotionFrom(file)};
  if (file.Has("keypoints")) clip.keypoints = KeypointsFrom(file);
  return clip;
}

}  // namespace videopose
