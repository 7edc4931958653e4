// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/smoothing.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "videopose/base/gaps.h"
#include "videopose/base/statistics.h"
#include "videopose/ground.h"
#include "videopose/ground/body_measures.h"
#include "videopose/ground/camera_views.h"

namespace videopose::internal {

namespace {

// With the weights w of the neighbours at distance i, the line a + b i of least squares has at i =
// 0
//   a = (S2 V0 - S1 V1) / (S0 S2 - S1^2),  Sk = sum w i^k,  Vk = sum w i^k value
// which inside, where S1 = 0, is the mean.
template <typename T>
void Smooth(std::span<T> values, double sigma_frames) {
  if (!(sigma_frames > 0) || values.size() < 2) return;
  const auto count = static_cast<int64_t>(values.size());
  const std::vector<double> weights = GaussianWeights(sigma_frames);
  const int64_t reach = std::ssize(weights) - 1;
  const std::vector<T> from(values.begin(), values.end());
  for (int64_t t = 0; t < count; ++t) {
    double s0 = 0, s1 = 0, s2 = 0;
    T v0{}, v1{};
    for (int64_t i = std::max(-t, -reach); i <= std::min(count - 1 - t, reach); ++i) {
      const double weight = weights[std::abs(i)];
      const auto distance = static_cast<double>(i);
      const T& value = from[t + i];
      s0 += weight;
      s1 += weight * distance;
      s2 += weight * distance * distance;
      v0 = v0 + weight * value;
      v1 = v1 + weight * distance * value;
    }
    values[t] = 1 / (s0 * s2 - s1 * s1) * (s2 * v0 - s1 * v1);
  }
}

}  // namespace

void SmoothRun(std::span<double> values, double sigma_frames) { Smooth(values, sigma_frames); }
void SmoothRun(std::span<Vec3d> values, double sigma_frames) { Smooth(values, sigma_frames); }

void SmoothRun(std::span<Vec3f> values, double sigma_frames, size_t stride) {
  std::vector<Vec3d> run;
  for (size_t i = 0; i < values.size(); i += stride) run.push_back(values[i].Cast<double>());
  SmoothRun(run, sigma_frames);
  for (size_t i = 0; i < run.size(); ++i) values[i * stride] = run[i].Cast<float>();
}

void FillGaps(std::span<double> values) {
  const auto is_there = [&](int64_t t) { return std::isfinite(values[t]); };
  if (std::ranges::none_of(values, [](double value) { return std::isfinite(value); })) {
    std::ranges::fill(values, 0);
  }
  FillGaps(values, is_there, [](double before, double after, double share) {
    return before + share * (after - before);
  });
}

}  // namespace videopose::internal

namespace videopose {

using namespace internal;

void SmoothMotion(Motion& motion, double smooth_s) {
  const double sigma_frames = smooth_s * motion.fps;
  const auto joint_count = static_cast<size_t>(motion.joint_count());
  // Where the camera moves: smoothed in the world, from where it was at first.
  std::vector<Rigid3d> world_from_cam;
  for (const Camera& camera : motion.camera_path) {
    const auto& [rotation, place] = camera.world_from_cam;
    world_from_cam.push_back(
        {rotation, place - motion.camera_path.front().world_from_cam.translation});
  }
  for (PersonMotion& person : motion.people) {
    MoveToFirst(world_from_cam, person);
    for (const FrameRange& run : PosedRanges(person)) {
      const auto begin = static_cast<size_t>(run.begin), length = static_cast<size_t>(run.length());
      for (size_t j = 0; j < joint_count; ++j) {
        SmoothRun(person.joints_in_cam.values().subspan(begin * joint_count + j,
                                                        (length - 1) * joint_count + 1),
                  sigma_frames, joint_count);
      }
      for (std::vector<Vec3f>* roots : {&person.root_in_cam, &person.root_in_world}) {
        if (roots->empty()) continue;
        SmoothRun(std::span(*roots).subspan(begin, length), sigma_frames, 1);
      }
    }
    MoveBack(world_from_cam, person);
  }
}

}  // namespace videopose
