// SPDX-License-Identifier: Apache-2.0

#include "videopose/augment/mocap.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include "videopose/augment/mocap_camera.h"
#include "videopose/augment/mocap_detection.h"
#include "videopose/augment/possible_motion.h"
#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/base/parallel.h"
#include "videopose/geometry/screen.h"
#include "videopose/lift/input_rows.h"
#include "videopose/motion_files/amc.h"
#include "videopose/motion_files/bvh.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

constexpr size_t kTestEvery = 8;

struct ClipFile {
  fs::path path;
  std::shared_ptr<const BodyMap> map;  // null: a known one
  double weight = 1;
};

bool IsClip(const fs::path& path) {
  const std::string extension = LowerCaseExtension(path);
  return extension == ".bvh" || extension == ".amc";
}

std::vector<fs::path> ClipsIn(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    if (entry.is_regular_file() && IsClip(entry.path())) files.push_back(entry.path());
  }
  if (error == std::errc::no_such_file_or_directory) {
    FailAt(folder, ErrorCode::kFileNotFound, "{}", error.message());
  }
  if (error) FailAt(folder, ErrorCode::kUnreadable, "{}", error.message());
  if (files.empty()) {
    FailAt(folder, ErrorCode::kWrongFormat,
           "expected a folder with .bvh or .amc files, found none");
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<ClipFile> ClipFiles(const std::vector<MocapFolder>& folders, const fs::path& map) {
  std::vector<ClipFile> files;
  for (const MocapFolder& folder : folders) {
    const fs::path& own = folder.map.empty() ? map : folder.map;
    std::shared_ptr<const BodyMap> read;
    if (!own.empty()) read = std::make_shared<const BodyMap>(ReadBodyMap(own));
    for (const fs::path& path : ClipsIn(folder.dir)) {
      files.push_back({.path = path, .map = read, .weight = folder.weight});
    }
  }
  return files;
}

std::string FolderNames(const std::vector<MocapFolder>& folders) {
  std::vector<std::string> names;
  for (const MocapFolder& folder : folders) names.push_back(folder.dir.string());
  return fmt::format("{}", fmt::join(names, ", "));
}

// A map fits if all joints that it names exist: rigs share many names.
bool Fits(const BodyMap& map, const BvhClip& clip) {
  std::vector<std::string> joints = {map.pelvis.joint, map.chest.joint, map.head.joint,
                                     map.trunk_base, map.trunk_top};
  if (map.spine) joints.push_back(*map.spine);
  if (map.neck) joints.push_back(*map.neck);
  for (const BodyMap::Limbs& side : map.sides) {
    joints.insert(joints.end(),
                  {side.hip, side.knee, side.ankle, side.shoulder, side.elbow, side.wrist});
  }
  return std::all_of(joints.begin(), joints.end(),
                     [&](const std::string& joint) { return clip.IndexOf(joint) >= 0; });
}

const BodyMap& KnownMapOf(const BvhClip& clip) {
  for (const BodyMap& known : KnownBodyMaps()) {
    if (Fits(known, clip)) return known;
  }
  Fail(ErrorCode::kWrongFormat, {.option = "mocap_map"},
       "no known map fits its joints; write one (docs/training.md)");
}

struct ReadClip {
  BodyMotion motion;
  std::string why_impossible;  // empty: it is not
};

ReadClip Read(const ClipFile& file) try {
  const BvhClip clip = LowerCaseExtension(file.path) == ".amc"
                           ? ReadAmc(SkeletonOfAmc(file.path), file.path)
                           : ReadBvh(file.path);
  try {
    const BodyMap& map = file.map ? *file.map : KnownMapOf(clip);
    ReadClip read{.motion = MotionOf(clip, map, file.path.stem().string())};
    read.motion.weight = file.weight;
    read.why_impossible = WhyImpossible(clip, map, read.motion);
    return read;
  } catch (const Error& error) {
    Fail(error.code(), {.file = file.path, .option = error.facts().option}, "{}: {}",
         file.path.string(), error.what());
  }
} catch (Error& error) {
  RethrowFromReading(file.path, error);
}

}  // namespace

SyntheticRecording SynthesizeRecording(std::span<const BodyMotion> clips, int64_t frames,
                                       const SynthesisOptions& options, uint64_t seed) {
  FastRandom random(seed);
  const MixedMotion motion = MixMotion(clips, frames, options.motion, random);
  std::vector<BodyPoints> points;
  points.reserve(motion.frames.size());
  for (const BodyFrame& frame : motion.frames) points.push_back(PlaceBody(frame, motion.shape));
  const ProjectedBody projected =
      ProjectBody(std::move(points), motion.fps, options.camera, random);

  SyntheticRecording recording{
      .width_px = projected.width_px,
      .height_px = projected.height_px,
      .focal_px = projected.focal_px,
      .assumed_focal_px = projected.focal_px,
      .fps = motion.fps,
      .keypoints = Detect(projected, motion.fps, options.detection, random)};
  if (random.Chance(options.camera.unsure_lens)) {
    recording.assumed_focal_px *= std::exp(random.Gauss(0, options.camera.lens_error));
  }
  for (const BodyPoints& frame : projected.points_in_cam) {
    const Vec3d& root = frame[0];
    recording.root_in_cam.push_back(
        {static_cast<float>(root.x), static_cast<float>(root.y), static_cast<float>(root.z)});
    std::array<Vec3f, kH36mJoints>& joints = recording.joints_in_cam.emplace_back();
    for (size_t j = 0; j < joints.size(); ++j) {
      const Vec3d relative = frame[j] - root;
      joints[j] = {static_cast<float>(relative.x), static_cast<float>(relative.y),
                   static_cast<float>(relative.z)};
    }
  }
  return recording;
}

Sequence SequenceOf(const SyntheticRecording& recording, LifterInput input,
                    const std::string& name) {
  const auto frames = static_cast<int64_t>(recording.root_in_cam.size());
  Sequence sequence{.subject = "test", .action = name};
  const auto width_px = static_cast<float>(recording.width_px);
  const auto height_px = static_cast<float>(recording.height_px);
  sequence.keypoints = input == LifterInput::kScreen ? Tensor({frames, kCocoJoints, 2})
                                                     : Tensor({frames, kPersonInputPoints, 3});
  sequence.poses = Tensor({frames, kH36mJoints, 3});
  sequence.roots = Tensor({frames, 3});
  for (int64_t t = 0; t < frames; ++t) {
    const std::span<const Keypoint> points(recording.keypoints.data() + t * kCocoJoints,
                                           kCocoJoints);
    Quaternion view_from_cam;
    if (input != LifterInput::kScreen) {
      const std::span<float> row(sequence.keypoints.data() + t * kPersonInputValues,
                                 kPersonInputValues);
      const auto row_of = [&](double focal_px) {
        return InputRow(input, points, {recording.width_px, recording.height_px, focal_px}, row);
      };
      view_from_cam = row_of(recording.focal_px);
      if (recording.assumed_focal_px != recording.focal_px) row_of(recording.assumed_focal_px);
    } else {
      float* row = sequence.keypoints.data() + t * 2 * kCocoJoints;
      for (const Keypoint& point : points) {
        const Vec2f at = ScreenFromPixel({point.x_px, point.y_px}, width_px, height_px);
        *row++ = point.score > 0 ? at.x : 0;
        *row++ = point.score > 0 ? at.y : 0;
      }
    }
    float* pose = sequence.poses.data() + t * 3 * kH36mJoints;
    const auto in_view = [&](const Vec3f& in_cam) {
      return input == LifterInput::kRays
                 ? Rotate(view_from_cam, in_cam.Cast<double>()).Cast<float>()
                 : in_cam;
    };
    for (const Vec3f& in_cam : recording.joints_in_cam[static_cast<size_t>(t)]) {
      const Vec3f joint = in_view(in_cam);
      for (const float value : {joint.x, joint.y, joint.z}) *pose++ = value;
    }
    const Vec3f root = in_view(recording.root_in_cam[static_cast<size_t>(t)]);
    float* at = sequence.roots.data() + t * 3;
    for (const float value : {root.x, root.y, root.z}) *at++ = value;
  }
  return sequence;
}

MocapLibrary ReadMocap(const std::vector<MocapFolder>& folders, const fs::path& map,
                       std::span<const std::string> test_names) {
  const std::vector<ClipFile> files = ClipFiles(folders, map);
  std::vector<ReadClip> clips(files.size());
  ParallelFor(static_cast<int64_t>(files.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      clips[static_cast<size_t>(i)] = Read(files[static_cast<size_t>(i)]);
    }
  });
  MocapLibrary library;
  std::map<fs::path, size_t> in_folder;
  for (size_t i = 0; i < files.size(); ++i) {
    BodyMotion& motion = clips[i].motion;
    if (!clips[i].why_impossible.empty()) {
      library.left_out.push_back(fmt::format("{}: left out, no person has {}",
                                             files[i].path.string(), clips[i].why_impossible));
      continue;
    }
    const size_t index = in_folder[files[i].path.parent_path()]++;
    const bool is_test = test_names.empty() ? index % kTestEvery == kTestEvery - 1
                                            : std::find(test_names.begin(), test_names.end(),
                                                        motion.name) != test_names.end();
    (is_test ? library.test : library.train).push_back(std::move(motion));
  }
  for (const std::string& name : test_names) {
    if (std::none_of(library.test.begin(), library.test.end(),
                     [&](const BodyMotion& motion) { return motion.name == name; })) {
      Fail(ErrorCode::kInvalidArgument, "{}: no clip '{}' to test on", FolderNames(folders), name);
    }
  }
  if (library.test.empty() && library.train.size() > 1) {
    library.test.push_back(std::move(library.train.back()));
    library.train.pop_back();
  }
  if (library.train.empty()) {
    Fail(ErrorCode::kWrongFormat, "{}: no clip is left to train on{}", FolderNames(folders),
         library.left_out.empty() ? "" : "; " + library.left_out[0]);
  }
  return library;
}

}  // namespace videopose::internal
