// SPDX-License-Identifier: Apache-2.0

#include "videopose/refine/rigid_bones.h"

#include <cmath>
#include <cstdint>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/statistics.h"

namespace videopose::internal {
namespace {

constexpr double kLengthQuantile = 0.55;
constexpr size_t kMostJoints = 32;  // of a group, as bits

// By place in the group: it and all of the group that it carries, as bits.
std::vector<uint32_t> CarriedBy(const Skeleton& skeleton, const BoneGroup& group) {
  std::vector<uint32_t> carried(group.size());
  for (size_t k = group.size(); k-- > 0;) {
    carried[k] |= 1U << k;
    for (size_t p = 0; p < k; ++p) {
      if (group[p] == skeleton.parents[group[k]]) carried[p] |= carried[k];
    }
  }
  return carried;
}

// Joints p_j = p_parent + bone_j; minimises sum |p_j - source_j|^2 over the bones' directions. All
// others fixed, the best bone_j is along the sum, over all its descendants i, of source_i
// minus where p_i would be without it; a few rounds suffice, as the source is near the answer.
void FitGroup(const Skeleton& skeleton, std::span<const double> lengths,
              std::span<const Vec3d> source, const BoneGroup& group, std::span<Vec3d> joints) {
  constexpr int kRounds = 6;
  constexpr Vec3d kAnyDirection = {0, 1, 0};
  std::vector<Vec3d> bones;
  for (const int j : group) {
    const int parent = skeleton.parents[j];
    bones.push_back(lengths[j] * DirectionOr(source[j] - source[parent], kAnyDirection));
    joints[j] = joints[parent] + bones.back();
  }
  const std::vector<uint32_t> carried = CarriedBy(skeleton, group);
  for (int round = 0; round < kRounds; ++round) {
    for (size_t k = 0; k < group.size(); ++k) {
      const auto carries = [&](size_t i) { return (carried[k] >> i & 1U) != 0; };
      Vec3d pull;
      for (size_t i = k; i < group.size(); ++i) {
        if (carries(i)) pull = pull + source[group[i]] - joints[group[i]] + bones[k];
      }
      const double norm = Norm(pull);
      if (norm <= kNoDirection) continue;
      const Vec3d bone = lengths[group[k]] / norm * pull, moved = bone - bones[k];
      bones[k] = bone;
      for (size_t i = k; i < group.size(); ++i) {
        if (carries(i)) joints[group[i]] = joints[group[i]] + moved;
      }
    }
  }
}

// Of each bone the mean of it and of its mirrored one.
std::vector<double> MeanOfSides(const Skeleton& skeleton, std::span<const double> lengths) {
  std::vector<double> even;
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    even.push_back(0.5 * (lengths[j] + lengths[skeleton.mirrored(j)]));
  }
  return even;
}

template <typename T>
std::vector<double> SteadyLengths(const Skeleton& skeleton, std::span<const BasicVec3<T>> joints) {
  const int count = skeleton.joint_count();
  std::vector<double> lengths(count);
  for (int j = 1; j < count; ++j) {
    const int parent = skeleton.parents[j];
    std::vector<double> seen;
    for (size_t begin = 0; begin + count <= joints.size(); begin += count) {
      const double length = Norm(joints[begin + j] - joints[begin + parent]);
      if (std::isfinite(length)) seen.push_back(length);
    }
    if (seen.empty()) continue;
    const double rank = kLengthQuantile * static_cast<double>(seen.size() - 1);
    lengths[j] = ValueAtRank(std::move(seen), static_cast<int64_t>(rank));
  }
  return MeanOfSides(skeleton, lengths);
}

}  // namespace

std::vector<double> SteadyBoneLengths(const Skeleton& skeleton, std::span<const Vec3f> joints) {
  return SteadyLengths(skeleton, joints);
}
std::vector<double> SteadyBoneLengths(const Skeleton& skeleton, std::span<const Vec3d> joints) {
  return SteadyLengths(skeleton, joints);
}

void FitBones(const Skeleton& skeleton, std::span<const double> lengths,
              std::span<const Vec3d> source, std::span<const BoneGroup> groups,
              std::span<Vec3d> joints) {
  VP_CHECK(std::ssize(joints) == skeleton.joint_count() && source.size() == joints.size() &&
               lengths.size() == joints.size(),
           "{} joints, {} lengths", joints.size(), lengths.size());
  for (const BoneGroup& group : groups) {
    VP_CHECK(group.size() <= kMostJoints, "{} joints", group.size());
    FitGroup(skeleton, lengths, source, group, joints);
  }
}

}  // namespace videopose::internal
