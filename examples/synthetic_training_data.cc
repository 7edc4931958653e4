// SPDX-License-Identifier: Apache-2.0

// Makes small training data from videopose's own synthetic people: a data set in the format
// of Human3.6M (S1 to learn from, S9 to test on), and videos of other people without labels.
// Usage: example_training_data FOLDER; docs/training.md says what to do with it.

#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <numbers>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "videopose/arrays/npz.h"
#include "videopose/data/cameras.h"
#include "videopose/data/prepare_custom.h"
#include "videopose/data/skeletons.h"
#include "videopose/geometry/screen.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal {
namespace {

using Entries = std::vector<std::pair<PickleValue, PickleValue>>;

constexpr double kFps = 50;
constexpr int64_t kFrames = 300;
constexpr double kNoise_px = 3;  // of a good detector
constexpr float kVideoFocal_px = 1145;
constexpr double kRoom_m = 0.8;  // people are up to that far from the middle
constexpr uint64_t kTakes = 4;   // of each action, for each person of the data set

constexpr std::pair<const char*, SyntheticKind> kActions[] = {
    {"Waving", SyntheticKind::kWaving},        {"ArmRaises", SyntheticKind::kArmRaises},
    {"Walking", SyntheticKind::kWalkInCircle}, {"ToAndFro", SyntheticKind::kWalkToAndFro},
    {"Squats", SyntheticKind::kSquats},        {"JumpingJacks", SyntheticKind::kJumpingJacks}};

PickleValue Text(std::string_view text) { return PickleValue::String(text); }

// The same seed is the same person at the same place, looking the same way.
std::vector<BodyPose> Perform(SyntheticKind kind, double height_m, uint64_t seed) {
  std::mt19937 random(static_cast<uint32_t>(seed));
  std::uniform_real_distribution<double> place_m(-kRoom_m, kRoom_m),
      yaw_rad(0, 2 * std::numbers::pi);
  const SyntheticMotion motion(Choreography(kind),
                               {.height_m = height_m,
                                .start_in_world = {place_m(random), place_m(random)},
                                .start_yaw_rad = yaw_rad(random),
                                .seed = seed});
  std::vector<BodyPose> poses;
  for (int64_t t = 0; t < kFrames; ++t) poses.push_back(motion.At(static_cast<double>(t) / kFps));
  return poses;
}

// What a detector finds: COCO's keypoints in pixels, (T, 17, 2).
Tensor Detect(const std::vector<BodyPose>& poses, const DatasetCamera& camera,
              std::mt19937& random) {
  std::normal_distribution<float> noise_px(0, kNoise_px);
  Tensor keypoints({kFrames, 17, 2});
  float* out = keypoints.data();
  for (const BodyPose& pose : poses) {
    for (const Vec3d& joint : CocoJoints(pose)) {
      const Vec2d screen =
          ScreenFromCam(*camera.intrinsics, ApplyInverse(*camera.world_from_cam, joint));
      const Vec2f px = PixelFromScreen({static_cast<float>(screen.x), static_cast<float>(screen.y)},
                                       static_cast<float>(camera.width_px),
                                       static_cast<float>(camera.height_px));
      *out++ = px.x + noise_px(random);
      *out++ = px.y + noise_px(random);
    }
  }
  return keypoints;
}

// Human3.6M's 32 joints in the world, (T, 32, 3).
Tensor Capture(const std::vector<BodyPose>& poses) {
  Tensor joints({kFrames, 32, 3});
  for (int64_t t = 0; t < kFrames; ++t) {
    const auto kept = Human36mJoints(poses[static_cast<size_t>(t)]);
    for (size_t j = 0; j < kept.size(); ++j) {
      float* out = joints.data() + (t * 32 + Human36m17Of32()[j]) * 3;
      for (const double value : {kept[j].x, kept[j].y, kept[j].z}) {
        *out++ = static_cast<float>(value);
      }
    }
  }
  return joints;
}

PickleValue CocoMetadata() {
  std::vector<PickleValue> left, right;
  for (int joint = 1; joint < 17; joint += 2) {
    left.push_back(PickleValue::Int(joint));
    right.push_back(PickleValue::Int(joint + 1));
  }
  return PickleValue::Dict(
      {{Text("layout_name"), Text("coco")},
       {Text("num_joints"), PickleValue::Int(17)},
       {Text("keypoints_symmetry"), PickleValue::List({PickleValue::List(std::move(left)),
                                                       PickleValue::List(std::move(right))})}});
}

void WriteHuman36m(const std::filesystem::path& folder, std::mt19937& random) {
  Entries captured, detected;
  uint64_t seed = 100;
  for (const auto& [subject, height_m] : {std::pair("S1", 1.70), std::pair("S9", 1.78)}) {
    Entries joints, keypoints;
    for (const auto& [action, kind] : kActions) {
      for (uint64_t take = 1; take <= kTakes; ++take) {
        const std::string name = fmt::format("{} {}", action, take);
        const std::vector<BodyPose> poses = Perform(kind, height_m, ++seed);
        std::vector<PickleValue> views;
        for (const DatasetCamera& camera : Human36mCameras(subject)) {
          views.push_back(PickleValue::Array(MakeNpy(Detect(poses, camera, random))));
        }
        joints.emplace_back(Text(name), PickleValue::Array(MakeNpy(Capture(poses))));
        keypoints.emplace_back(Text(name), PickleValue::List(std::move(views)));
      }
    }
    captured.emplace_back(Text(subject), PickleValue::Dict(joints));
    detected.emplace_back(Text(subject), PickleValue::Dict(keypoints));
  }
  NpzWriter file_3d(folder / "data_3d_h36m.npz");
  file_3d.Add("positions_3d", MakeNpyObject(PickleValue::Dict(captured)));
  file_3d.Close();
  NpzWriter file_2d(folder / "data_2d_h36m_synthetic.npz");
  file_2d.Add("positions_2d", MakeNpyObject(PickleValue::Dict(detected)));
  file_2d.Add("metadata", MakeNpyObject(CocoMetadata()));
  file_2d.Close();
}

// As `videopose detect` writes them, and then as `videopose prepare custom` does.
void WriteVideos(const std::filesystem::path& folder, std::mt19937& random) {
  const std::filesystem::path detected = folder / "detected";
  std::filesystem::create_directories(detected);
  std::vector<DatasetCamera> cameras = Human36mCameras("S5");
  // What `--unlabeled-focal` says of them: the axis in the middle, no distortion.
  for (DatasetCamera& camera : cameras) {
    const float focal = 2 * kVideoFocal_px / static_cast<float>(camera.width_px);
    camera.intrinsics = {.fx = focal, .fy = focal};
  }
  uint64_t seed = 200;
  for (const auto& [action, kind] : kActions) {
    for (const double height_m : {1.62, 1.66, 1.70, 1.74, 1.78, 1.82}) {
      const DatasetCamera& camera = cameras[++seed % cameras.size()];
      Tensor keypoints = Detect(Perform(kind, height_m, seed), camera, random);
      keypoints.shape.insert(keypoints.shape.begin(), 1);
      NpzWriter file(detected / fmt::format("{}_{}.npz", action, seed));
      file.Add("keypoints", MakeNpy(std::move(keypoints)));
      file.Add("scores", MakeNpy(Tensor({1, kFrames, 17}, std::vector<float>(kFrames * 17, 1))));
      file.Add("width_px", MakeNpy(int64_t{camera.width_px}));
      file.Add("height_px", MakeNpy(int64_t{camera.height_px}));
      file.Close();
    }
  }
  PrepareCustom({.inputs = {detected}, .name = "mine", .data_dir = folder});
}

}  // namespace
}  // namespace videopose::internal

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: example_training_data FOLDER\n");
    return 2;
  }
  try {
    std::filesystem::create_directories(argv[1]);
    std::mt19937 random(1);
    videopose::internal::WriteHuman36m(argv[1], random);
    videopose::internal::WriteVideos(argv[1], random);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
