// SPDX-License-Identifier: Apache-2.0

#include "videopose/refine/refine_poses.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "videopose/base/check.h"

namespace videopose {
namespace {

// A frame takes 60 kB while it is solved, so long runs are solved in pieces. What is beyond the
// overlap does not matter: the acceleration's term reaches less far.
constexpr size_t kPieceFrames = 240, kOverlapFrames = 40;

// Rows and columns of a frame: x, y, z of each joint.
using Block = Eigen::MatrixXd;

Eigen::Vector3d Eig(const Vec3d& v) { return {v.x, v.y, v.z}; }

class Refiner {
 public:
  Refiner(const Skeleton& skeleton, std::span<const double> bone_lengths_m,
          std::span<const JointSight> sights, std::span<const JointAnchor> anchors, double fps,
          const RefineOptions& options, std::span<Vec3d> joints)
      : skeleton_(skeleton),
        bone_lengths_m_(bone_lengths_m),
        sights_(sights),
        anchors_(anchors),
        options_(options),
        x_(joints),
        lifted_(joints.begin(), joints.end()),
        joints_(skeleton.joint_names.size()),
        frames_(joints.size() / joints_),
        calm_(fps * fps / options.acceleration_m_s2) {
    for (size_t t = 0; t < frames_; ++t) sizes_.push_back(SizeInImage(t));
    const auto size = static_cast<Eigen::Index>(3 * joints_);
    for (std::vector<Block>& blocks : blocks_) blocks.assign(frames_, Block(size, size));
    right_.assign(frames_, Eigen::VectorXd(size));
  }

  void Run() {
    for (int i = 0; i < options_.iterations; ++i) {
      Linearise();
      Solve();
      for (size_t t = 0; t < frames_; ++t) {
        for (size_t j = 0; j < joints_; ++j) {
          const auto at = static_cast<Eigen::Index>(3 * j);
          x_[t * joints_ + j] =
              x_[t * joints_ + j] + Vec3d{right_[t][at], right_[t][at + 1], right_[t][at + 2]};
        }
      }
    }
  }

 private:
  // The diagonal of the box around what is seen, in rays.
  double SizeInImage(size_t t) const {
    Vec2d low{1e9, 1e9}, high{-1e9, -1e9};
    for (size_t j = 0; j < joints_; ++j) {
      const JointSight& sight = sights_[t * joints_ + j];
      if (!(sight.weight > 0)) continue;
      low = {std::min(low.x, sight.ray.x), std::min(low.y, sight.ray.y)};
      high = {std::max(high.x, sight.ray.x), std::max(high.y, sight.ray.y)};
    }
    return high.x > low.x ? Norm(high - low) : 0;
  }

  double RobustWeight(double squares) const {
    return 1 / (1 + squares / (options_.robust * options_.robust));
  }

  // Adds information * (value - at) for one joint.
  void AddPoint(size_t t, size_t j, const Eigen::Matrix3d& information,
                const Eigen::Vector3d& residual) {
    const auto at = static_cast<Eigen::Index>(3 * j);
    blocks_[0][t].block<3, 3>(at, at) += information;
    right_[t].segment<3>(at) -= information * residual;
  }

  // For the difference of two joints of a frame.
  void AddBone(size_t t, size_t j, size_t p, const Eigen::Matrix3d& information,
               const Eigen::Vector3d& residual) {
    const auto a = static_cast<Eigen::Index>(3 * j), b = static_cast<Eigen::Index>(3 * p);
    Block& block = blocks_[0][t];
    block.block<3, 3>(a, a) += information;
    block.block<3, 3>(b, b) += information;
    block.block<3, 3>(a, b) -= information;
    block.block<3, 3>(b, a) -= information;
    const Eigen::Vector3d pull = information * residual;
    right_[t].segment<3>(a) -= pull;
    right_[t].segment<3>(b) += pull;
  }

  void Linearise() {
    for (size_t t = 0; t < frames_; ++t) {
      for (std::vector<Block>& blocks : blocks_) blocks[t].setZero();
      right_[t].setZero();
      for (size_t j = 0; j < joints_; ++j) {
        AddSight(t, j);
        AddLiftedBone(t, j);
      }
    }
    for (const JointAnchor& anchor : anchors_) {
      const auto t = static_cast<size_t>(anchor.frame);
      const auto j = static_cast<size_t>(anchor.joint);
      AddPoint(t, j, Eigen::Matrix3d::Identity() / (anchor.sigma_m * anchor.sigma_m),
               Eig(x_[t * joints_ + j] - anchor.in_cam));
    }
    for (size_t t = 0; t + 2 < frames_; ++t) AddCalm(t);
  }

  void AddSight(size_t t, size_t j) {
    const JointSight& sight = sights_[t * joints_ + j];
    const Vec3d& x = x_[t * joints_ + j];
    const double sigma_m = options_.image_sigma * sizes_[t] * x.z;
    if (!(sight.weight > 0) || !(sigma_m > 0)) return;
    const Vec2d off = {x.x - sight.ray.x * x.z, x.y - sight.ray.y * x.z};
    const double squares = Dot(off, off) / (sigma_m * sigma_m);
    const double weight = sight.weight * RobustWeight(squares) / (sigma_m * sigma_m);
    Eigen::Matrix<double, 2, 3> slope;
    slope << 1, 0, -sight.ray.x, 0, 1, -sight.ray.y;
    const auto at = static_cast<Eigen::Index>(3 * j);
    blocks_[0][t].block<3, 3>(at, at) += weight * slope.transpose() * slope;
    right_[t].segment<3>(at) -= weight * slope.transpose() * Eigen::Vector2d(off.x, off.y);
  }

  void AddLiftedBone(size_t t, size_t j) {
    if (skeleton_.parents[j] < 0) return;
    const auto p = static_cast<size_t>(skeleton_.parents[j]);
    const size_t row = t * joints_;
    const Vec3d bone = x_[row + j] - x_[row + p];
    // As lifted.
    const Eigen::Vector3d off = Eig(bone - (lifted_[row + j] - lifted_[row + p]));
    const Eigen::Vector3d view = Eig(x_[row + j]).normalized();
    const double across = 1 / (options_.across_m * options_.across_m);
    const double along = 1 / (options_.along_m * options_.along_m);
    Eigen::Matrix3d information =
        across * Eigen::Matrix3d::Identity() + (along - across) * view * view.transpose();
    information *= RobustWeight(off.dot(information * off));
    AddBone(t, j, p, information, off);
    // As long as the bone is.
    const double length_m = Norm(bone);
    if (length_m < 1e-3) return;
    const Eigen::Vector3d direction = Eig(bone) / length_m;
    const double weight = 1 / (options_.bone_m * options_.bone_m);
    AddBone(t, j, p, weight * direction * direction.transpose(),
            (length_m - bone_lengths_m_[j]) * direction);
  }

  // x(t) - 2 x(t + 1) + x(t + 2), times fps^2.
  void AddCalm(size_t t) {
    constexpr std::array<double, 3> kTaps = {1, -2, 1};
    const double weight = calm_ * calm_;
    for (size_t j = 0; j < joints_; ++j) {
      const size_t at = t * joints_ + j;
      const Eigen::Vector3d value = Eig(x_[at] + x_[at + 2 * joints_] - 2.0 * x_[at + joints_]);
      const auto row = static_cast<Eigen::Index>(3 * j);
      for (size_t a = 0; a < 3; ++a) {
        right_[t + a].segment<3>(row) -= weight * kTaps[a] * value;
        for (size_t b = 0; b <= a; ++b) {
          blocks_[a - b][t + a].block<3, 3>(row, row).diagonal().array() +=
              weight * kTaps[a] * kTaps[b];
        }
      }
    }
  }

  // blocks_[d][t] is the matrix' block in row t, column t - d. L L^T in its place, then forwards
  // and backwards.
  void Solve() {
    for (size_t t = 0; t < frames_; ++t) {
      Block& diagonal = blocks_[0][t];
      if (t >= 2) {
        Block& second = blocks_[2][t];
        Lower(t - 2).solveInPlace<Eigen::OnTheRight>(second);
        blocks_[1][t].noalias() -= second * blocks_[1][t - 1].transpose();
        diagonal.noalias() -= second * second.transpose();
      }
      if (t >= 1) {
        Block& first = blocks_[1][t];
        Lower(t - 1).solveInPlace<Eigen::OnTheRight>(first);
        diagonal.noalias() -= first * first.transpose();
      }
      Eigen::LLT<Eigen::Ref<Block>> decompose(diagonal);
      if (t >= 1) right_[t].noalias() -= blocks_[1][t] * right_[t - 1];
      if (t >= 2) right_[t].noalias() -= blocks_[2][t] * right_[t - 2];
      diagonal.triangularView<Eigen::Lower>().solveInPlace(right_[t]);
    }
    for (size_t t = frames_; t-- > 0;) {
      if (t + 1 < frames_) right_[t].noalias() -= blocks_[1][t + 1].transpose() * right_[t + 1];
      if (t + 2 < frames_) right_[t].noalias() -= blocks_[2][t + 2].transpose() * right_[t + 2];
      blocks_[0][t].triangularView<Eigen::Lower>().transpose().solveInPlace(right_[t]);
    }
  }
  // The transpose of a decomposed diagonal block: X L^T = B is solved from the right.
  auto Lower(size_t t) const { return blocks_[0][t].triangularView<Eigen::Lower>().transpose(); }

  const Skeleton& skeleton_;
  std::span<const double> bone_lengths_m_;
  std::span<const JointSight> sights_;
  std::span<const JointAnchor> anchors_;
  const RefineOptions& options_;
  std::span<Vec3d> x_;
  std::vector<Vec3d> lifted_;
  size_t joints_, frames_;
  double calm_;
  std::vector<double> sizes_;
  std::array<std::vector<Block>, 3> blocks_;
  std::vector<Eigen::VectorXd> right_;
};

}  // namespace

void RefinePoses(const Skeleton& skeleton, std::span<const double> bone_lengths_m,
                 std::span<const JointSight> sights, std::span<const JointAnchor> anchors,
                 double fps, const RefineOptions& options, std::span<Vec3d> joints_in_cam) {
  VP_CHECK(sights.size() == joints_in_cam.size() && fps > 0 &&
               joints_in_cam.size() % skeleton.joint_names.size() == 0,
           "{} sights of {} joints", sights.size(), joints_in_cam.size());
  const size_t joints = skeleton.joint_names.size(), frames = joints_in_cam.size() / joints;
  const std::vector<Vec3d> lifted(joints_in_cam.begin(), joints_in_cam.end());
  for (size_t begin = 0; begin < frames; begin += kPieceFrames) {
    const size_t end = std::min(frames, begin + kPieceFrames);
    const size_t first = begin - std::min(begin, kOverlapFrames);
    const size_t last = std::min(frames, end + kOverlapFrames);
    std::vector<Vec3d> piece(lifted.begin() + static_cast<int64_t>(first * joints),
                             lifted.begin() + static_cast<int64_t>(last * joints));
    std::vector<JointAnchor> here;
    for (JointAnchor anchor : anchors) {
      if (anchor.frame < static_cast<int64_t>(first) ||
          anchor.frame >= static_cast<int64_t>(last)) {
        continue;
      }
      anchor.frame -= static_cast<int64_t>(first);
      here.push_back(anchor);
    }
    Refiner(skeleton, bone_lengths_m, sights.subspan(first * joints, piece.size()), here, fps,
            options, piece)
        .Run();
    std::copy_n(piece.begin() + static_cast<int64_t>((begin - first) * joints),
                (end - begin) * joints,
                joints_in_cam.begin() + static_cast<int64_t>(begin * joints));
  }
}

}  // namespace videopose
