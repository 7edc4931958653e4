#include "videopose/augment/mocap.h"

#include <algorithm>
#include <map>

#include "videopose/augment/mocap_camera.h"
#include "videopose/augment/mocap_detection.h"
#include "videopose/base/error.h"
#include "videopose/base/parallel.h"
#include "videopose/geometry/screen.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;

constexpr size_t kTestEvery = 8;

std::vector<fs::path> BvhFiles(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    if (entry.is_regular_file() && entry.path().extension() == ".bvh") {
      files.push_back(entry.path());
    }
  }
  if (error) Fail("{}: {}", folder.string(), error.message());
  if (files.empty()) Fail("{}: expected a folder with .bvh files, found none", folder.string());
  std::sort(files.begin(), files.end());
  return files;
}

BodyMotion ReadMotion(const fs::path& file, const std::optional<BodyMap>& map) {
  const BvhClip clip = ReadBvh(file);
  const std::string name = file.stem().string();
  try {
    if (map) return MotionOf(clip, *map, name);
    for (const BodyMap& known : KnownBodyMaps()) {
      if (clip.IndexOf(known.sides[0].knee) >= 0 && clip.IndexOf(known.chest.joint) >= 0) {
        return MotionOf(clip, known, name);
      }
    }
  } catch (const Error& error) {
    Fail("{}: {}", file.string(), error.what());
  }
  Fail("{}: no known map fits its joints; write one (docs/models.md) and give it with --mocap-map",
       file.string());
}

}  // namespace

SyntheticRecording SynthesizeRecording(std::span<const BodyMotion> clips, int64_t frames,
                                       const SynthesisOptions& options, uint64_t seed) {
  FastRandom random(seed);
  const MixedMotion motion = MixMotion(clips, frames, options.motion, random);
  std::vector<BodyPoints> points;
  points.reserve(motion.frames.size());
  for (const BodyFrame& frame : motion.frames) points.push_back(PlaceBody(frame, motion.shape));
  const FilmedBody filmed = Film(std::move(points), motion.fps, options.camera, random);

  SyntheticRecording recording{.width_px = filmed.width_px,
                               .height_px = filmed.height_px,
                               .fps = motion.fps,
                               .keypoints = Detect(filmed, motion.fps, options.detection, random)};
  for (const BodyPoints& frame : filmed.points_in_cam) {
    const Vec3d& root = frame[0];
    recording.root_in_cam.push_back(
        {static_cast<float>(root.x), static_cast<float>(root.y), static_cast<float>(root.z)});
    std::array<Vec3f, 17>& joints = recording.joints_in_cam.emplace_back();
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
  if (input == LifterInput::kPerson) {
    sequence.keypoints = Tensor({frames, kPersonInputPoints, 3});
  } else {
    sequence.keypoints = Tensor({frames, 17, 2});
  }
  sequence.poses = Tensor({frames, 17, 3});
  sequence.roots = Tensor({frames, 3});
  for (int64_t t = 0; t < frames; ++t) {
    const std::span<const Keypoint> points(recording.keypoints.data() + t * 17, 17);
    if (input == LifterInput::kPerson) {
      PersonInputRow(points, width_px, height_px,
                     {sequence.keypoints.data() + t * kPersonInputValues, kPersonInputValues});
    } else {
      float* row = sequence.keypoints.data() + t * 34;
      for (const Keypoint& point : points) {
        const Vec2f at = ScreenFromPixel({point.x_px, point.y_px}, width_px, height_px);
        *row++ = point.score > 0 ? at.x : 0;
        *row++ = point.score > 0 ? at.y : 0;
      }
    }
    float* pose = sequence.poses.data() + t * 51;
    for (const Vec3f& joint : recording.joints_in_cam[static_cast<size_t>(t)]) {
      for (const float value : {joint.x, joint.y, joint.z}) *pose++ = value;
    }
    const Vec3f& root = recording.root_in_cam[static_cast<size_t>(t)];
    float* at = sequence.roots.data() + t * 3;
    for (const float value : {root.x, root.y, root.z}) *at++ = value;
  }
  return sequence;
}

MocapLibrary ReadMocap(const fs::path& folder, const std::optional<BodyMap>& map,
                       std::span<const std::string> test_names) {
  const std::vector<fs::path> files = BvhFiles(folder);
  std::vector<BodyMotion> motions(files.size());
  ParallelFor(static_cast<int64_t>(files.size()), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      motions[static_cast<size_t>(i)] = ReadMotion(files[static_cast<size_t>(i)], map);
    }
  });
  MocapLibrary library;
  std::map<fs::path, size_t> in_folder;
  for (size_t i = 0; i < files.size(); ++i) {
    const size_t index = in_folder[files[i].parent_path()]++;
    const bool is_test = test_names.empty() ? index % kTestEvery == kTestEvery - 1
                                            : std::find(test_names.begin(), test_names.end(),
                                                        motions[i].name) != test_names.end();
    (is_test ? library.test : library.train).push_back(std::move(motions[i]));
  }
  for (const std::string& name : test_names) {
    if (std::none_of(library.test.begin(), library.test.end(),
                     [&](const BodyMotion& motion) { return motion.name == name; })) {
      Fail("{}: no clip '{}' to test on", folder.string(), name);
    }
  }
  if (library.train.empty()) Fail("{}: no clip is left to train on", folder.string());
  return library;
}

}  // namespace videopose
