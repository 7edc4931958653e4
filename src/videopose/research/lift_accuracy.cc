// SPDX-License-Identifier: Apache-2.0

#include "videopose/research/lift_accuracy.h"

#include <fmt/ranges.h>

#include <cmath>

#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"

namespace videopose {
namespace {

constexpr int64_t kJoints = 17;

// (N, T, 17, coordinates), finite.
Tensor ReadJoints(const NpzReader& file, std::string_view name, int64_t coordinates) {
  Tensor tensor = file.ReadTensor<float>(name);
  if (tensor.rank() != 4 || tensor.dim(0) < 1 || tensor.dim(1) < 1 || tensor.dim(2) != kJoints ||
      tensor.dim(3) != coordinates) {
    Fail("{}: expected (sequences, frames, {}, {}), found ({})", file.What(name), kJoints,
         coordinates, fmt::join(tensor.shape, ", "));
  }
  for (const float value : tensor.values) {
    if (!std::isfinite(value)) Fail("{}: holds {}", file.What(name), value);
  }
  return tensor;
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

Tensor RelativeToRoot(const float* pose, int64_t frames) {
  Tensor relative({frames, kJoints, 3}, std::vector<float>(pose, pose + frames * kJoints * 3));
  for (int64_t t = 0; t < frames; ++t) {
    float* frame = relative.data() + t * kJoints * 3;
    const float root[] = {frame[0], frame[1], frame[2]};
    for (int64_t i = 0; i < kJoints * 3; ++i) frame[i] -= root[i % 3];
  }
  return relative;
}

Tensor PosesOf(const PersonMotion& person, int64_t frames) {
  Tensor poses({frames, kJoints, 3});
  float* out = poses.data();
  for (const Vec3f& joint : person.joints_in_cam) {
    for (const float value : {joint.x, joint.y, joint.z}) *out++ = value;
  }
  return poses;
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
    PoseErrorMean mean;
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
      mean.Add(MeasurePoseErrors(PosesOf(motion.people[0], frames),
                                 RelativeToRoot(truth.data() + n * frames * kJoints * 3, frames)),
               frames);
    }
    return mean.Mean();
  };
  return {.sequences = sequences,
          .frames = frames,
          .clean_m = measure("keypoints_clean"),
          .noisy_m = measure("keypoints_noisy")};
}

}  // namespace videopose
