#include "videopose/refine/rigid_bones.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "videopose/base/check.h"

namespace videopose {
namespace {

constexpr double kLengthQuantile = 0.55;
constexpr int kRounds = 6;

// By joint: the joint and all its descendants, as bits.
std::vector<uint32_t> CarriedJoints(const Skeleton& skeleton) {
  std::vector<uint32_t> carried(static_cast<size_t>(skeleton.joint_count()));
  for (size_t j = carried.size(); j-- > 0;) {
    carried[j] |= 1U << j;
    const int parent = skeleton.parents[j];
    if (parent >= 0) carried[static_cast<size_t>(parent)] |= carried[j];
  }
  return carried;
}

// `v` with another length; nothing where it has no direction.
Vec3d Lengthened(const Vec3d& v, double length) {
  const double norm = Norm(v);
  return norm > 1e-9 ? length / norm * v : Vec3d{};
}

// Joints p_j = p_parent + bone_j; minimises sum |p_j - source_j|^2 over the bones' directions. All
// others fixed, the best bone_j is along the sum, over all its descendants i, of source_i
// minus where p_i would be without it; a few rounds suffice, as the source is near the answer.
class RigidFitter {
 public:
  RigidFitter(const Skeleton& skeleton, std::span<const double> lengths, std::span<Vec3d> joints)
      : skeleton_(skeleton),
        lengths_(lengths),
        joints_(joints),
        source_(joints.begin(), joints.end()),
        bones_(joints.size()) {}

  void Fit() {
    const std::vector<uint32_t> carried = CarriedJoints(skeleton_);
    for (size_t j = 1; j < bones_.size(); ++j) {
      bones_[j] = Lengthened(source_[j] - source_[Parent(j)], lengths_[j]);
    }
    const int left = skeleton_.IndexOf("left_hip"), right = skeleton_.IndexOf("right_hip");
    for (const auto& [hip, other] : {std::pair{left, right}, {right, left}}) {
      if (left < 0 || right < 0) break;
      const auto h = static_cast<size_t>(hip), o = static_cast<size_t>(other);
      bones_[h] = Lengthened(source_[h] - source_[o], lengths_[h]);
    }
    Place();
    for (int round = 0; round < kRounds; ++round) {
      for (size_t j = 1; j < bones_.size(); ++j) {
        if (static_cast<int>(j) == left || static_cast<int>(j) == right) continue;
        Vec3d pull;
        for (size_t i = j; i < joints_.size(); ++i) {
          if ((carried[j] >> i & 1U) != 0) pull = pull + source_[i] - joints_[i] + bones_[j];
        }
        if (Norm(pull) > 1e-9) bones_[j] = Lengthened(pull, lengths_[j]);
        Place();
      }
    }
  }

 private:
  size_t Parent(size_t j) const { return static_cast<size_t>(skeleton_.parents[j]); }

  void Place() {
    for (size_t j = 1; j < joints_.size(); ++j) joints_[j] = joints_[Parent(j)] + bones_[j];
  }

  const Skeleton& skeleton_;
  std::span<const double> lengths_;
  std::span<Vec3d> joints_;
  std::vector<Vec3d> source_, bones_;
};

}  // namespace

std::vector<double> SteadyBoneLengths(const Skeleton& skeleton, std::span<const Vec3f> joints) {
  const auto count = static_cast<size_t>(skeleton.joint_count());
  std::vector<double> lengths(count);
  std::vector<double> seen;
  for (size_t j = 1; j < count; ++j) {
    seen.clear();
    const auto parent = static_cast<size_t>(skeleton.parents[j]);
    for (size_t begin = 0; begin + count <= joints.size(); begin += count) {
      const double length = Norm(joints[begin + j] - joints[begin + parent]);
      if (std::isfinite(length)) seen.push_back(length);
    }
    if (seen.empty()) continue;
    const auto middle = seen.begin() + static_cast<std::ptrdiff_t>(
                                           kLengthQuantile * static_cast<double>(seen.size() - 1));
    std::nth_element(seen.begin(), middle, seen.end());
    lengths[j] = *middle;
  }
  std::vector<double> even;
  for (size_t j = 0; j < count; ++j) {
    even.push_back(
        0.5 * (lengths[j] + lengths[static_cast<size_t>(skeleton.mirrored(static_cast<int>(j)))]));
  }
  return even;
}

void MakeBonesRigid(const Skeleton& skeleton, std::span<const double> lengths,
                    std::span<Vec3d> joints) {
  VP_CHECK(joints.size() <= 32 && lengths.size() == joints.size() &&
               std::ssize(joints) == skeleton.joint_count(),
           "{} joints, {} lengths", joints.size(), lengths.size());
  RigidFitter(skeleton, lengths, joints).Fit();
}

}  // namespace videopose
