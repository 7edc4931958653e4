// SPDX-License-Identifier: Apache-2.0

#include "videopose/research/lift_accuracy.h"

#include <fmt/ranges.h>

#include <array>
#include <cmath>
#include <string>

#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/geometry/angle.h"
#include "videopose/pose/coco_landmarks.h"
#include "videopose/pose/joint_counts.h"
#include "videopose/refine/limb_ends.h"

namespace videopose::internal {
namespace {

constexpr int64_t kJoints = kH36mJoints;

// (N, T, joints, coordinates).
Tensor ReadJoints(const NpzReader& file, std::string_view name, int64_t coordinates,
                  int64_t joints = kJoints) {
  Tensor tensor = file.ReadTensor<float>(name);
  if (tensor.rank() != 4 || tensor.dim(0) < 1 || tensor.dim(1) < 1 || tensor.dim(2) != joints ||
      tensor.dim(3) != coordinates) {
    Fail("{}: expected (sequences, frames, {}, {}), found ({})", file.What(name), joints,
         coordinates, fmt::join(tensor.shape, ", "));
  }
  return tensor;
}

void CheckFinite(const NpzReader& file, std::string_view name, const Tensor& tensor) {
  for (const float value : tensor.values) {
    if (!std::isfinite(value)) Fail("{}: holds {}", file.What(name), value);
  }
}

// N * T * 17: which joints are measured. `pose` is as the file has it.
std::vector<bool> ReadValid(const NpzReader& file, const Tensor& pose) {
  const int64_t frames = pose.dim(0) * pose.dim(1);
  if (!file.Has("valid")) {
    CheckFinite(file, "pose", pose);
    return std::vector<bool>(static_cast<size_t>(frames * kJoints), true);
  }
  const Tensor valid = file.ReadTensor<float>("valid");
  const bool is_of_frames = valid.shape == std::vector{pose.dim(0), pose.dim(1)};
  if (!is_of_frames && valid.shape != std::vector{pose.dim(0), pose.dim(1), kJoints}) {
    Fail("{}: ({}), expected ({}, {}) or ({}, {}, {})", file.What("valid"),
         fmt::join(valid.shape, ", "), pose.dim(0), pose.dim(1), pose.dim(0), pose.dim(1), kJoints);
  }
  std::vector<bool> joints;
  for (int64_t i = 0; i < frames * kJoints; ++i) {
    joints.push_back(valid.values[static_cast<size_t>(is_of_frames ? i / kJoints : i)] != 0);
  }
  return joints;
}

// (N,), above 0.
std::vector<double> ReadSizes(const NpzReader& file, std::string_view name, int64_t sequences) {
  BasicTensor<double> sizes = file.ReadTensor<double>(name);
  if (sizes.size() != sequences) {
    Fail("{}: {} values for {} sequences", file.What(name), sizes.size(), sequences);
  }
  for (const double size : sizes.values) {
    if (!(size > 0 && size < 1e6)) Fail("{}: {} is no size", file.What(name), size);
  }
  return std::move(sizes.values);
}

// The truth of a sequence, relative to its root; joints that are not measured, and all of a frame
// without a root, are missing.
JointTrack<Vec3f> RelativeToRoot(const float* pose, const std::vector<bool>& valid, int64_t first,
                                 int64_t frames) {
  JointTrack<Vec3f> relative(frames, kJoints, kNoJoint);
  const auto joint = [pose](int64_t i) {
    return Vec3f{pose[3 * i], pose[3 * i + 1], pose[3 * i + 2]};
  };
  for (int64_t t = 0; t < frames; ++t) {
    const int64_t root = (first + t) * kJoints;
    if (!valid[static_cast<size_t>(root)]) continue;
    for (int64_t j = 0; j < kJoints; ++j) {
      if (valid[static_cast<size_t>(root + j)]) relative.at(t, j) = joint(root + j) - joint(root);
    }
  }
  return relative;
}

// Of a file with feet: heels and toes.
class FeetMeter {
 public:
  static constexpr int64_t kPoints = 4;

  FeetMeter(const NpzReader& file, const Tensor& pose, std::string_view keypoints_name)
      : pose_(pose),
        truth_(ReadJoints(file, "feet", 3, kPoints)),
        keypoints_(ReadJoints(file, fmt::format("feet_{}", keypoints_name), 2, kPoints)) {
    for (const Tensor* tensor : {&truth_, &keypoints_}) {
      if (tensor->dim(0) == pose.dim(0) && tensor->dim(1) == pose.dim(1)) continue;
      Fail("{}: ({}), but pose is ({})", file.What("feet"), fmt::join(tensor->shape, ", "),
           fmt::join(pose.shape, ", "));
    }
  }

  // Sequence n, lifted without hands and feet.
  void Add(int64_t n, KeypointSequence sequence, const Motion& lifted) {
    JointTrack<ExtraPoint>& points = sequence.people[0].extra_points;
    points = {sequence.frame_count, BlazePose33().joint_count()};
    for (int64_t t = 0; t < sequence.frame_count; ++t) {
      for (size_t k = 0; k < LandmarksOfCoco().size(); ++k) {
        const Keypoint& point = sequence.people[0].at(t, static_cast<int64_t>(k));
        points.at(t, static_cast<int64_t>(LandmarksOfCoco()[k])) = {
            .x_px = point.x_px, .y_px = point.y_px, .score = point.score};
      }
      for (size_t k = 0; k < kLandmarks.size(); ++k) {
        const float* xy = keypoints_.data() + 2 * Row(n, t, k);
        if (!std::isfinite(xy[0]) || !std::isfinite(xy[1])) continue;
        points.at(t, BlazePose33().IndexOf(kLandmarks[k])) = {
            .x_px = xy[0], .y_px = xy[1], .score = 1};
      }
    }
    const Motion whole = WithHandsAndFeet(lifted, sequence);
    for (int64_t t = 0; t < sequence.frame_count; ++t) {
      for (const int side : {0, 1}) AddFoot(n, t, side, whole.people[0].frame(t));
    }
  }

  FeetErrors Mean() const {
    const double each = count_ > 0 ? 1.0 / static_cast<double>(count_) : std::nan("");
    return {each * sum_.heel, each * sum_.toe, each * sum_.dorsiflexion_deg,
            each * sum_.dorsiflexion_bias_deg};
  }

 private:
  static constexpr std::array<const char*, kPoints> kLandmarks = {"left_heel", "left_foot_index",
                                                                  "right_heel", "right_foot_index"};

  int64_t Row(int64_t n, int64_t t, size_t point) const {
    return (n * truth_.dim(1) + t) * kPoints + static_cast<int64_t>(point);
  }
  static Vec3f At(const Tensor& tensor, int64_t row) {
    const float* v = tensor.data() + 3 * row;
    return {v[0], v[1], v[2]};
  }
  static double Dorsiflexion_deg(Vec3f knee, Vec3f ankle, Vec3f heel, Vec3f toe) {
    const Vec3d up = Normalized((knee - ankle).Cast<double>());
    const Vec3d ahead = Normalized((toe - heel).Cast<double>());
    return 90 - DegreesFromRadians(AngleBetween_rad(up, ahead));
  }

  void AddFoot(int64_t n, int64_t t, int side, std::span<const Vec3f> found) {
    const std::string name = side == 0 ? "left_" : "right_";
    const auto index = [&](const char* joint) { return Body25().IndexOf(name + joint); };
    const auto of_truth = [&](const char* joint) {
      return At(pose_, (n * pose_.dim(1) + t) * kJoints + index(joint));
    };
    const auto lifted = [&](const char* joint) { return found[index(joint)]; };
    const Vec3f heel = At(truth_, Row(n, t, 2 * side)), toe = At(truth_, Row(n, t, 2 * side + 1));
    const Vec3f ankle = of_truth("ankle");
    if (!IsFinite(heel) || !IsFinite(toe) || !IsFinite(ankle) || !IsFinite(found[0])) return;
    sum_.heel += Norm((lifted("heel") - lifted("ankle")) - (heel - ankle));
    sum_.toe += Norm((lifted("toe") - lifted("ankle")) - (toe - ankle));
    const double more_deg =
        Dorsiflexion_deg(lifted("knee"), lifted("ankle"), lifted("heel"), lifted("toe")) -
        Dorsiflexion_deg(of_truth("knee"), ankle, heel, toe);
    sum_.dorsiflexion_deg += std::abs(more_deg);
    sum_.dorsiflexion_bias_deg += more_deg;
    ++count_;
  }

  const Tensor& pose_;
  Tensor truth_, keypoints_;
  FeetErrors sum_;
  int64_t count_ = 0;
};

}  // namespace

LiftAccuracy MeasureLiftAccuracy(const std::filesystem::path& path, const Lifter& lifter,
                                 const LiftOptions& options) {
  const auto lift = [&](const KeypointSequence& keypoints) {
    return lifter.Lift(keypoints, {.average_flip = options.average_flip});
  };
  return MeasureLiftAccuracy(path, lift, options.monitor);
}

LiftAccuracy MeasureLiftAccuracy(const std::filesystem::path& path, const LiftFunction& lift,
                                 const WorkMonitor& monitor) {
  const NpzReader file(path);
  const Tensor truth = ReadJoints(file, "pose", 3);
  const int64_t sequences = truth.dim(0), frames = truth.dim(1);
  const std::vector<bool> valid = ReadValid(file, truth);
  const std::vector<double> widths = ReadSizes(file, "width_px", sequences);
  const std::vector<double> heights = ReadSizes(file, "height_px", sequences);
  const std::vector<double> fps = ReadSizes(file, "fps", sequences);
  std::vector<double> focals;
  if (file.Has("focal_px")) focals = ReadSizes(file, "focal_px", sequences);

  const auto measure = [&](std::string_view name, std::optional<FeetErrors>& feet) {
    const Tensor keypoints = ReadJoints(file, name, 2);
    if (keypoints.dim(0) != sequences || keypoints.dim(1) != frames) {
      Fail("{}: ({}), but pose is ({})", file.What(name), fmt::join(keypoints.shape, ", "),
           fmt::join(truth.shape, ", "));
    }
    CheckFinite(file, name, keypoints);
    BodyErrorMean mean;
    std::optional<FeetMeter> feet_meter;
    if (file.Has("feet")) feet_meter.emplace(file, truth, name);
    for (int64_t n = 0; n < sequences; ++n) {
      monitor.Report(name, n, sequences);
      const auto at = static_cast<size_t>(n);
      KeypointSequence sequence{.layout = Coco17(),
                                .fps = fps[at],
                                .width_px = static_cast<int>(std::ceil(widths[at])),
                                .height_px = static_cast<int>(std::ceil(heights[at])),
                                .focal_px = focals.empty() ? 0 : focals[at],
                                .frame_count = frames,
                                .people = {PersonKeypoints()}};
      const float* xy = keypoints.data() + n * frames * kJoints * 2;
      sequence.people[0].keypoints = {frames, sequence.joint_count()};
      for (Keypoint& point : sequence.people[0].keypoints) {
        point = {xy[0], xy[1], 1};
        xy += 2;
      }
      const Motion motion = lift(sequence);
      mean.Add(motion.people[0].joints_in_cam,
               RelativeToRoot(truth.data(), valid, n * frames, frames));
      if (feet_meter && motion.skeleton == Human36m17()) feet_meter->Add(n, sequence, motion);
    }
    if (feet_meter) feet = feet_meter->Mean();
    return mean.Mean();
  };
  LiftAccuracy accuracy{.sequences = sequences, .frames = frames};
  accuracy.clean = measure("keypoints_clean", accuracy.clean_feet);
  accuracy.noisy = measure("keypoints_noisy", accuracy.noisy_feet);
  return accuracy;
}

}  // namespace videopose::internal
