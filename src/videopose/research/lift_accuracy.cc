// SPDX-License-Identifier: Apache-2.0

#include "videopose/research/lift_accuracy.h"

#include <fmt/ranges.h>

#include <cmath>

#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

constexpr int64_t kJoints = 17;

// (N, T, 17, coordinates).
Tensor ReadJoints(const NpzReader& file, std::string_view name, int64_t coordinates) {
  Tensor tensor = file.ReadTensor<float>(name);
  if (tensor.rank() != 4 || tensor.dim(0) < 1 || tensor.dim(1) < 1 || tensor.dim(2) != kJoints ||
      tensor.dim(3) != coordinates) {
    Fail("{}: expected (sequences, frames, {}, {}), found ({})", file.What(name), kJoints,
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

  const auto measure = [&](std::string_view name) {
    const Tensor keypoints = ReadJoints(file, name, 2);
    if (keypoints.dim(0) != sequences || keypoints.dim(1) != frames) {
      Fail("{}: ({}), but pose is ({})", file.What(name), fmt::join(keypoints.shape, ", "),
           fmt::join(truth.shape, ", "));
    }
    CheckFinite(file, name, keypoints);
    BodyErrorMean mean;
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
    }
    return mean.Mean();
  };
  return {.sequences = sequences,
          .frames = frames,
          .clean = measure("keypoints_clean"),
          .noisy = measure("keypoints_noisy")};
}

}  // namespace videopose::internal
