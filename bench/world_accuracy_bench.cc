// SPDX-License-Identifier: Apache-2.0

// How right world grounding is, on scenes where everything is known: docs/world.md holds the table.
//
//   world_accuracy_bench            lifted poses imitated: the truth with lasting errors
//   world_accuracy_bench lift       keypoints with noise through models/lifter.bin
//   world_accuracy_bench eval       roots on the evaluation set tests/data/golden/lift_eval2.npz
//   world_accuracy_bench lean       how upright models/lifter.bin sets bodies before a camera

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "support/test_data.h"
#include "videopose/arrays/npz.h"
#include "videopose/augment/mocap.h"
#include "videopose/base/error.h"
#include "videopose/geometry/angle.h"
#include "videopose/ground.h"
#include "videopose/ground/test_scenes.h"
#include "videopose/lift.h"

namespace videopose::internal {
namespace {

constexpr uint64_t kSeeds = 6;

// The middle one of all seeds, and the worst in brackets.
std::string Summary(std::vector<double> values, int decimals, bool high_is_bad) {
  std::sort(values.begin(), values.end());
  return fmt::format("{:.{}f} ({:.{}f})", Median(values), decimals,
                     high_is_bad ? values.back() : values.front(), decimals);
}

void PrintScenes(const Lifter* lifter) {
  fmt::print(
      "| scene | root, % of distance | tilt, degrees | skating, mm/s | less than raw, % | joints, "
      "mm "
      "| more than raw, % |\n|---|---|---|---|---|---|---|\n");
  for (const SceneOptions& scene : AllScenes()) {
    std::vector<double> root, tilt, skating, less, joints, more;
    for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
      TestScene made = MakeTestScene(scene, seed);
      made.clip.keypoints.focal_px = made.clip.camera.lens.focal_px.x;
      const Motion lifted = lifter == nullptr ? made.lifted : lifter->Lift(made.clip.keypoints);
      GroundOptions options{.focal_px = made.clip.camera.lens.focal_px.x};
      if (lifter != nullptr) options.height_m = 1.74;
      const auto place = [&](bool is_raw) {
        Motion motion = lifted;
        options.lock_feet = options.refine = !is_raw;
        GroundMotion(made.clip.keypoints, options, motion);
        return MeasureWorld(made.clip, motion);
      };
      const WorldErrors raw = place(true), locked = place(false);
      root.push_back(100 * locked.root_share);
      tilt.push_back(locked.tilt_deg);
      skating.push_back(1000 * locked.skating_m_s);
      less.push_back(100 * (1 - locked.skating_m_s / raw.skating_m_s));
      joints.push_back(1000 * locked.joint_m);
      more.push_back(100 * (locked.joint_m / raw.joint_m - 1));
    }
    fmt::print("| {} | {} | {} | {} | {} | {} | {} |\n", scene.name, Summary(root, 1, true),
               Summary(tilt, 1, true), Summary(skating, 0, true), Summary(less, 0, false),
               Summary(joints, 0, true), Summary(more, 1, true));
  }
}

// The focal length that makes images of poses in front of the camera:
//   x_px - centre = f X / Z, likewise y, by least squares over all points.
double FocalOf(std::span<const float> pose, std::span<const float> pixels, Vec2d centre_px) {
  double numerator = 0, denominator = 0;
  const auto& skeleton = Human36m17();
  for (size_t i = 0; i * 17 * 3 < pose.size(); ++i) {
    for (size_t j = 0; j < 17; ++j) {
      const int keypoint = Coco17().IndexOf(skeleton.joint_names[j]);
      if (keypoint < 0) continue;
      const float* p = pose.data() + (i * 17 + j) * 3;
      const float* px = pixels.data() + (i * 17 + static_cast<size_t>(keypoint)) * 2;
      for (const auto& [x, seen] : {std::pair{p[0] / p[2], px[0] - centre_px.x},
                                    std::pair{p[1] / p[2], px[1] - centre_px.y}}) {
        numerator += x * seen;
        denominator += x * x;
      }
    }
  }
  return numerator / denominator;
}

// Roots of the evaluation set's sequences from its true poses and from lifted ones.
void PrintEvaluationSet(const std::string& path) {
  const NpzReader file(path);
  const Tensor poses = file.ReadTensor<float>("pose");
  const Tensor clean = file.ReadTensor<float>("keypoints_clean");
  const Tensor noisy = file.ReadTensor<float>("keypoints_noisy");
  const auto widths = file.ReadTensor<double>("width_px"),
             heights = file.ReadTensor<double>("height_px"), fps = file.ReadTensor<double>("fps");
  const Lifter lifter = Lifter::Load(SourceFile("models/lifter.bin"));
  const auto frames = static_cast<size_t>(poses.dim(1));
  std::vector<double> with_true, with_lifted;
  for (size_t n = 0; n < static_cast<size_t>(poses.dim(0)); ++n) {
    const std::span<const float> pose(poses.data() + n * frames * 51, frames * 51);
    const Vec2d size_px{widths.values[n], heights.values[n]};
    KeypointSequence keypoints{.layout = Coco17(),
                               .fps = fps.values[n],
                               .width_px = static_cast<int>(size_px.x),
                               .height_px = static_cast<int>(size_px.y),
                               .frame_count = static_cast<int64_t>(frames),
                               .people = {PersonKeypoints{}}};
    keypoints.people[0].keypoints = {keypoints.frame_count, 17};
    const float* px = noisy.data() + n * frames * 34;
    for (Keypoint& point : keypoints.people[0].keypoints) {
      point = {px[0], px[1], 1};
      px += 2;
    }
    Motion truth{.skeleton = Human36m17(),
                 .fps = keypoints.fps,
                 .width_px = keypoints.width_px,
                 .height_px = keypoints.height_px,
                 .frame_count = keypoints.frame_count,
                 .people = {PersonMotion{}}};
    std::vector<Vec3f> roots, joints;
    for (size_t i = 0; i < frames * 17; ++i) {
      const Vec3f joint{pose[3 * i], pose[3 * i + 1], pose[3 * i + 2]};
      if (i % 17 == 0) roots.push_back(joint);
      joints.push_back(joint - roots.back());
    }
    truth.people[0].joints_in_cam = {std::move(joints), 17};
    keypoints.focal_px =
        FocalOf(pose, {clean.data() + n * frames * 34, frames * 34}, 0.5 * size_px);
    GroundOptions options{.focal_px = keypoints.focal_px};
    const auto add = [&](Motion motion, std::vector<double>& shares) {
      options.height_m = StandingHeight(truth.people[0], truth.skeleton);
      GroundMotion(keypoints, options, motion);
      for (size_t t = 0; t < frames; ++t) {
        shares.push_back(100 * Norm(motion.people[0].root_in_cam[t] - roots[t]) / Norm(roots[t]));
      }
    };
    add(truth, with_true);
    add(lifter.Lift(keypoints), with_lifted);
  }
  fmt::print("median root error, % of the distance: true poses {:.1f}, lifted poses {:.1f}\n",
             Median(with_true), Median(with_lifted));
}

// Towards the camera, in degrees, of those who stand: the mean direction from between the ankles to
// the centre of mass.
double LeanOf(std::span<const Vec3f> joints, std::span<const size_t> standing,
              const BodyJoints& body) {
  Vec3d sum;
  for (const size_t t : standing) {
    const auto pose = joints.subspan(t * 17, 17);
    const auto ankle = [&](size_t side) {
      return (pose[static_cast<size_t>(body.ankles[side])]).Cast<double>();
    };
    sum = sum + Normalized(CentreOfMass(pose, body) - 0.5 * (ankle(0) + ankle(1)));
  }
  return DegreesFromRadians(std::asin(-Normalized(sum).z));
}

// Lifted lean next to the true one, of the clips kept apart from training before cameras of all
// pitches, half of them with a detector's errors.
void PrintLean(const std::string& mocap) {
  constexpr int64_t kFrames = 240, kCameras = 12;
  const Lifter lifter = Lifter::Load(SourceFile("models/lifter.bin"));
  const std::vector<BodyMotion> clips = ReadMocap({{.dir = mocap}}).test;
  const BodyJoints body = FindBodyJoints(Human36m17());
  std::vector<double> truth, lifted;
  for (size_t i = 0; i < clips.size() * kCameras; ++i) {
    SynthesisOptions options{
        .motion = MixerOptions::AsRecorded(),
        .camera = {.fov_deg = {35, 70}, .roll = 0, .moving = 0, .height_share = {0.15, 0.9}},
        .detection = {.level = static_cast<double>(i % 2), .missing = 0}};
    options.motion.fps = {30, 30};
    options.motion.near_30_fps = 0;
    const SyntheticRecording recording = SynthesizeRecording(
        std::span(clips).subspan(i / kCameras, 1), kFrames, options, SeedOf(1, i));
    const Motion motion = lifter.Lift({.layout = Coco17(),
                                       .fps = recording.fps,
                                       .width_px = recording.width_px,
                                       .height_px = recording.height_px,
                                       .frame_count = kFrames,
                                       .people = {{.keypoints = {recording.keypoints, 17}}}});
    std::vector<Vec3f> joints;
    std::vector<size_t> standing;
    for (size_t t = 0; t < static_cast<size_t>(kFrames); ++t) {
      const auto& pose = recording.joints_in_cam[t];
      joints.insert(joints.end(), pose.begin(), pose.end());
      const float ankle_y = std::max(pose[static_cast<size_t>(body.ankles[0])].y,
                                     pose[static_cast<size_t>(body.ankles[1])].y);
      const float head_y = pose[static_cast<size_t>(body.head)].y;
      if (motion.people[0].has_pose(static_cast<int64_t>(t)) && ankle_y - head_y > 1) {
        standing.push_back(t);
      }
    }
    if (standing.empty()) continue;
    truth.push_back(LeanOf(joints, standing, body));
    lifted.push_back(LeanOf(motion.people[0].joints_in_cam, standing, body));
  }
  double products = 0, squares = 0;
  std::vector<double> off, corrected;
  for (size_t i = 0; i < truth.size(); ++i) {
    products += truth[i] * lifted[i];
    squares += lifted[i] * lifted[i];
  }
  const double factor = products / squares;
  for (size_t i = 0; i < truth.size(); ++i) {
    off.push_back(std::abs(lifted[i] - truth[i]));
    corrected.push_back(std::abs(factor * lifted[i] - truth[i]));
  }
  fmt::print(
      "{} recordings: true lean = {:.3f} lifted lean; off by {:.1f} degrees as lifted, {:.1f} "
      "corrected (medians)\n",
      truth.size(), factor, Median(off), Median(corrected));
}

}  // namespace
}  // namespace videopose::internal

int main(int argc, char** argv) {
  using namespace videopose;
  using namespace videopose::internal;
  try {
    const std::string_view what = argc > 1 ? argv[1] : "";
    if (what.empty()) {
      PrintScenes(nullptr);
    } else if (what == "lift") {
      const Lifter lifter = Lifter::Load(SourceFile("models/lifter.bin"));
      PrintScenes(&lifter);
    } else if (what == "eval") {
      PrintEvaluationSet(TestData("golden/lift_eval2.npz"));
    } else if (what == "lean") {
      PrintLean(SharedFile("mocap"));
    }
  } catch (const Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
