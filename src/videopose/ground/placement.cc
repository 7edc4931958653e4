// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/placement.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "videopose/geometry/clip_lens.h"

namespace videopose::internal {
namespace {

constexpr double kNearest_m = 0.5, kFarthest_m = 60;
constexpr int kFewestJoints = 4;

// Joints that the keypoints and the pose have in common.
std::vector<std::pair<size_t, size_t>> CommonJoints(const KeypointLayout& layout,
                                                    const Skeleton& skeleton) {
  std::vector<std::pair<size_t, size_t>> pairs;
  for (int k = 0; k < layout.joint_count(); ++k) {
    const int joint = skeleton.IndexOf(layout.joint_names[k]);
    if (joint >= 0) pairs.emplace_back(k, joint);
  }
  return pairs;
}

// Scaled orthography: point_px = s * joint_m + root_px in x and y, by least squares weighted with
// the scores:
//   s       = sum w (p - mean p) . (q - mean q) / sum w |q - mean q|^2
//   root_px = mean p - s * mean q
// and then through a lens  z = focal_px / s,  x = (root_px.x - centre_px.x) / s, likewise y.
Vec3f RootOf(std::span<const Vec3f> joints, std::span<const Keypoint> points,
             const std::vector<std::pair<size_t, size_t>>& common, Vec2d centre_px,
             double focal_px) {
  double weight = 0;
  Vec2d mean_px, mean_m;
  int count = 0;
  for (const auto& [k, j] : common) {
    const double w = points[k].score;
    if (!(w > 0)) continue;
    ++count;
    weight += w;
    mean_px = mean_px + w * Vec2d{points[k].x_px, points[k].y_px};
    mean_m = mean_m + w * Vec2d{joints[j].x, joints[j].y};
  }
  if (count < kFewestJoints) return kNoJoint;
  mean_px = (1 / weight) * mean_px;
  mean_m = (1 / weight) * mean_m;
  double both = 0, squares = 0;
  for (const auto& [k, j] : common) {
    const double w = points[k].score;
    if (!(w > 0)) continue;
    const Vec2d p = Vec2d{points[k].x_px, points[k].y_px} - mean_px;
    const Vec2d q = Vec2d{joints[j].x, joints[j].y} - mean_m;
    both += w * Dot(p, q);
    squares += w * Dot(q, q);
  }
  const double px_per_m = squares > 0 ? both / squares : 0;
  if (!(px_per_m > 0)) return kNoJoint;
  const double depth_m = std::clamp(focal_px / px_per_m, kNearest_m, kFarthest_m);
  const Vec2d root_px = mean_px - px_per_m * mean_m - centre_px;
  const double metres = depth_m / focal_px;
  return {static_cast<float>(metres * root_px.x), static_cast<float>(metres * root_px.y),
          static_cast<float>(depth_m)};
}

}  // namespace

std::vector<Vec3f> RootsFromImage(const PersonMotion& person, const Motion& motion,
                                  const KeypointSequence& keypoints, const PersonKeypoints& seen) {
  std::vector<Vec3f> roots(static_cast<size_t>(motion.frame_count), kNoJoint);
  const auto common = CommonJoints(keypoints.layout, motion.skeleton);
  const double focal_px = FocalPxOf(keypoints.focal_px, keypoints.width_px, keypoints.height_px);
  const Vec2d centre_px = {0.5 * keypoints.width_px, 0.5 * keypoints.height_px};
  const int64_t frames = std::min(motion.frame_count, keypoints.frame_count);
  for (int64_t t = 0; t < frames; ++t) {
    if (!person.has_pose(t)) continue;
    roots[t] = RootOf(person.frame(t), seen.frame(t), common, centre_px, focal_px);
  }
  return roots;
}

}  // namespace videopose::internal
