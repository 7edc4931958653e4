// SPDX-License-Identifier: Apache-2.0

#include "videopose/refine/pose_refiner.h"

#include <Eigen/Core>
#include <Eigen/Geometry>
#include <algorithm>
#include <array>
#include <cmath>

#include "videopose/base/check.h"
#include "videopose/base/parallel.h"
#include "videopose/geometry/block_band.h"
#include "videopose/geometry/least_squares.h"

namespace videopose::internal {
namespace {

// Standard deviations. Those of the image, of bones and of acceleration were found on real video
// and hold on synthetic scenes (docs/world.md); tighter fits to the image make poses worse.
constexpr double kImageShare = 0.015;  // of the diagonal of the body's box in the image
constexpr double kBoneAcross_m = 0.04, kBoneAlong_m = 0.05;
constexpr double kJointAcross_m = 0.08, kJointAlong_m = 0.10;
constexpr double kRoot_m = 0.02, kAnchor_m = 0.0005;
constexpr double kAcceleration_m_s2 = 6;
constexpr double kNoOutlier = 1e9;
constexpr int kIterations = 8;
constexpr double kLeastWeight = 1e-9;
constexpr double kConverged = 1e-4;  // metres, radians
// Long clips are solved in pieces. What happens in a frame is felt for about 0.15 s.
constexpr double kPiece_s = 10, kMargin_s = 1;

using Eigen::Matrix3d;
using Eigen::MatrixXd;
using Eigen::Vector3d;
using Eigen::VectorXd;
using Basis = Eigen::Matrix<double, 3, 2>;

// Directions across a unit vector.
Basis Across(const Vector3d& u) {
  const Vector3d other = std::abs(u.x()) < 0.6 ? Vector3d::UnitX() : Vector3d::UnitY();
  Basis basis;
  basis.col(0) = u.cross(other).normalized();
  basis.col(1) = u.cross(basis.col(0));
  return basis;
}

// A bone, or both hips: +length and -length along one direction.
struct Segment {
  struct Tip {
    int joint = 0;
    double length_m = 0;
  };
  std::vector<Tip> tips;

  double SquaredLength() const {
    double sum = 0;
    for (const Tip& tip : tips) sum += tip.length_m * tip.length_m;
    return sum;
  }
};

// What joints are made of.
struct Body {
  struct Link {
    int segment = 0;
    double length_m = 0;
  };
  std::vector<Segment> segments;
  std::vector<std::vector<Link>> chains;  // by joint, from the root

  Body(const Skeleton& skeleton, std::span<const double> lengths_m)
      : chains(static_cast<size_t>(skeleton.joint_count())) {
    const int left = skeleton.IndexOf("left_hip"), right = skeleton.IndexOf("right_hip");
    const auto is_hip = [&](int j) { return left > 0 && right > 0 && (j == left || j == right); };
    for (int j = 1; j < skeleton.joint_count(); ++j) {
      if (is_hip(j)) {
        if (j != std::min(left, right)) continue;  // before what hips carry
        segments.push_back({{{left, lengths_m[left]}, {right, -lengths_m[right]}}});
      } else {
        segments.push_back({{{j, lengths_m[j]}}});
      }
    }
    for (int s = 0; s < std::ssize(segments); ++s) {
      for (const Segment::Tip& tip : segments[s].tips) {
        chains[tip.joint] = {{s, tip.length_m}};
      }
    }
    for (int j = 1; j < skeleton.joint_count(); ++j) {
      std::vector<Link>& chain = chains[j];
      const std::vector<Link>& parent = chains[skeleton.parents[j]];
      chain.insert(chain.begin(), parent.begin(), parent.end());
    }
  }
};

// Equations of frames that are coupled up to two apart.
struct FrameSystem {
  BlockBand<Eigen::Dynamic> left;  // by frames
  std::vector<VectorXd> right;

  FrameSystem(int64_t frames, int unknowns)
      : left(frames, 2, unknowns), right(frames, VectorXd(unknowns)) {}

  MatrixXd& own(int64_t t) { return left.At(t, t); }

  void SetZero() {
    left.SetZero();
    for (VectorXd& part : right) part.setZero();
  }

  // The solution in `right`.
  void Solve() {
    VP_CHECK(left.Factor(), "{} frames: not positive definite", left.size());
    left.Solve(right);
  }
};

constexpr std::array<double, 3> kDifference{1, -2, 1};

// The frames [begin, end) of a clip.
class PieceRefiner {
 public:
  PieceRefiner(const RefineInput& input, const Body& body, int64_t begin, int64_t end)
      : input_(input),
        body_(body),
        begin_(begin),
        frames_(end - begin),
        joints_(static_cast<int64_t>(body.chains.size())),
        segments_(std::ssize(body.segments)),
        anchors_(static_cast<size_t>(frames_)),
        roots_(static_cast<size_t>(frames_)),
        directions_(static_cast<size_t>(frames_ * segments_)),
        bases_(directions_.size()) {
    for (const JointAnchor& anchor : input.anchors) {
      if (anchor.frame < begin || anchor.frame >= end) continue;
      anchors_[anchor.frame - begin].push_back(&anchor);
    }
    acceleration_weight_ = std::pow(input.fps, 4) / (kAcceleration_m_s2 * kAcceleration_m_s2);
    Start(input.joints_in_cam, input.root_in_cam);
    start_roots_ = roots_;
    start_directions_ = directions_;
  }

  void Start(std::span<const Vec3f> joints_in_cam, std::span<const Vec3f> root_in_cam) {
    for (int64_t t = 0; t < frames_; ++t) {
      roots_[t] = ToEigen(root_in_cam[begin_ + t].Cast<double>());
      for (int64_t s = 0; s < segments_; ++s) {
        Vec3d along;
        for (const Segment::Tip& tip : body_.segments[s].tips) {
          const Vec3d bone = BoneOf(joints_in_cam, t, tip.joint);
          along = tip.length_m < 0 ? along - bone : along + bone;
        }
        directions_[t * segments_ + s] = ToEigen(DirectionOr(along, {0, 1, 0}));
      }
    }
  }

  void Refine() {
    FrameSystem system(frames_, static_cast<int>(3 + 2 * segments_));
    for (int i = 0; i < kIterations; ++i) {
      system.SetZero();
      AddTo(&system);
      system.Solve();
      double largest = 0;
      for (int64_t t = 0; t < frames_; ++t) {
        largest = std::max(largest, Move(t, system.right[t]));
      }
      if (largest < kConverged) break;
    }
  }

  double Cost() { return AddTo(nullptr); }

  void Store(int64_t from, int64_t to, RefinedPoses& out) const {
    for (int64_t t = from; t < to; ++t) {
      out.root_in_cam[t] = FromEigen(roots_[t - begin_]).Cast<float>();
      for (int64_t j = 0; j < joints_; ++j) {
        out.joints_in_cam[t * joints_ + j] =
            FromEigen(Joint(t - begin_, j) - roots_[t - begin_]).Cast<float>();
      }
    }
  }

 private:
  Vec3d BoneOf(std::span<const Vec3f> joints, int64_t t, int joint) const {
    const int64_t at = (begin_ + t) * joints_;
    return (joints[at + joint] - joints[at + input_.skeleton->parents[joint]]).Cast<double>();
  }

  const Vector3d& Direction(int64_t t, int64_t s) const { return directions_[t * segments_ + s]; }
  const Basis& BasisOf(int64_t t, int64_t s) const { return bases_[t * segments_ + s]; }

  Vector3d Joint(int64_t t, int64_t joint) const {
    Vector3d x = roots_[t];
    for (const Body::Link& link : body_.chains[joint]) {
      x += link.length_m * Direction(t, link.segment);
    }
    return x;
  }

  // The cost; adds the quadratic around here to a system, if given.
  double AddTo(FrameSystem* system) {
    for (size_t i = 0; i < directions_.size(); ++i) bases_[i] = Across(directions_[i]);
    double cost = 0;
    for (int64_t t = 0; t < frames_; ++t) {
      // Bones without length have no direction.
      if (system != nullptr) system->own(t).diagonal().setConstant(kLeastWeight);
      cost += AddRoot(t, system) + AddLifted(t, system) + AddSights(t, system);
      for (const JointAnchor* anchor : anchors_[t]) {
        const Vector3d error = Joint(t, anchor->joint) - ToEigen(anchor->place_in_cam);
        const Matrix3d weight = Matrix3d::Identity() / (kAnchor_m * kAnchor_m);
        cost += AddJoint(t, anchor->joint, error, weight, kNoOutlier, system);
      }
    }
    for (int64_t t = 0; t + 2 < frames_; ++t) cost += AddAccelerations(t, system);
    return cost;
  }

  double AddRoot(int64_t t, FrameSystem* system) const {
    constexpr double kWeight = 1 / (kRoot_m * kRoot_m);
    const Vector3d error = roots_[t] - start_roots_[t];
    if (system != nullptr) {
      system->own(t).diagonal().head<3>().array() += kWeight;
      system->right[t].head<3>() -= kWeight * error;
    }
    return kWeight * error.squaredNorm();
  }

  // Bones, and joints relative to the root.
  double AddLifted(int64_t t, FrameSystem* system) const {
    const Vector3d view = (start_roots_[t] - CameraAt(t)).normalized();
    const Matrix3d bone_weight = AlongView(view, kBoneAcross_m, kBoneAlong_m);
    const Matrix3d joint_weight = AlongView(view, kJointAcross_m, kJointAlong_m);
    double cost = 0;
    for (int64_t s = 0; s < segments_; ++s) {
      for (const Segment::Tip& tip : body_.segments[s].tips) {
        const Body::Link link{static_cast<int>(s), tip.length_m};
        const Vector3d bone = ToEigen(BoneOf(input_.joints_in_cam, t, tip.joint));
        cost += AddChain(t, {&link, 1}, tip.length_m * Direction(t, s) - bone, bone_weight,
                         kOutlier, system);
      }
    }
    for (int64_t j = 1; j < joints_; ++j) {
      const Vector3d lifted =
          ToEigen(input_.joints_in_cam[(begin_ + t) * joints_ + j].Cast<double>());
      cost += AddChain(t, body_.chains[j], Joint(t, j) - roots_[t] - lifted, joint_weight, kOutlier,
                       system);
    }
    return cost;
  }

  Vector3d CameraAt(int64_t t) const {
    return ToEigen(OriginOf(input_.first_from_cam, begin_ + t));
  }

  static Matrix3d AlongView(const Vector3d& view, double across_m, double along_m) {
    const double across = 1 / (across_m * across_m), along = 1 / (along_m * along_m);
    return across * Matrix3d::Identity() + (along - across) * view * view.transpose();
  }

  double AddSights(int64_t t, FrameSystem* system) const {
    if (input_.sights.empty()) return 0;
    const double sigma_m = kImageShare * BodyDiagonal(t);
    double cost = 0;
    for (int64_t j = 0; j < joints_; ++j) {
      const JointSight& sight = input_.sights[(begin_ + t) * joints_ + j];
      if (!(sight.weight > 0)) continue;
      // The rows (1, 0, -u) and (0, 1, -v) of the joint's place.
      Eigen::Matrix<double, 2, 3> rows;
      const auto row = [&](const Vec3d& in_cam) -> Eigen::RowVector3d {
        return ToEigen(Turned(input_.first_from_cam, begin_ + t, in_cam)).transpose();
      };
      rows << row({1, 0, -sight.ray.x}), row({0, 1, -sight.ray.y});
      const Matrix3d weight = sight.weight / (sigma_m * sigma_m) * rows.transpose() * rows;
      cost += AddJoint(t, j, Joint(t, j) - CameraAt(t), weight, kOutlier * std::sqrt(sight.weight),
                       system);
    }
    return cost;
  }

  // Of the box around the lifted joints as the camera sees them, at their distance.
  double BodyDiagonal(int64_t t) const {
    Vec2d low{INFINITY, INFINITY}, high{-INFINITY, -INFINITY};
    for (int64_t j = 0; j < joints_; ++j) {
      const Vec3d joint =
          TurnedBack(input_.first_from_cam, begin_ + t,
                     input_.joints_in_cam[(begin_ + t) * joints_ + j].Cast<double>());
      low = {std::min(low.x, joint.x), std::min(low.y, joint.y)};
      high = {std::max(high.x, joint.x), std::max(high.y, joint.y)};
    }
    constexpr double kLeast_m = 0.1;
    return std::max(kLeast_m, Norm(high - low));
  }

  // rho(error^T weight error) where the error moves as the sum of a chain does, relative to the
  // root.
  double AddChain(int64_t t, std::span<const Body::Link> chain, const Vector3d& error,
                  const Matrix3d& weight, double outlier, FrameSystem* system) const {
    const Vector3d pull = weight * error;
    const double chi2 = error.dot(pull);
    if (system == nullptr) return RobustCost(chi2, outlier);
    const double robust = RobustWeight(chi2, outlier);
    for (size_t a = 0; a < chain.size(); ++a) {
      const Basis basis = robust * chain[a].length_m * BasisOf(t, chain[a].segment);
      const Eigen::Matrix<double, 2, 3> weighed = basis.transpose() * weight;
      const int row = 3 + 2 * chain[a].segment;
      system->right[t].segment<2>(row).noalias() -= basis.transpose() * pull;
      for (size_t b = 0; b <= a; ++b) {
        system->own(t).block<2, 2>(row, 3 + 2 * chain[b].segment).noalias() +=
            chain[b].length_m * weighed * BasisOf(t, chain[b].segment);
      }
    }
    return RobustCost(chi2, outlier);
  }

  // Likewise, the error moving as the joint does.
  double AddJoint(int64_t t, int64_t joint, const Vector3d& error, const Matrix3d& weight,
                  double outlier, FrameSystem* system) const {
    const std::vector<Body::Link>& chain = body_.chains[joint];
    if (system != nullptr) {
      const Vector3d pull = weight * error;
      const double robust = RobustWeight(error.dot(pull), outlier);
      system->own(t).topLeftCorner<3, 3>() += robust * weight;
      system->right[t].head<3>() -= robust * pull;
      for (const Body::Link& link : chain) {
        system->own(t).block<2, 3>(3 + 2 * link.segment, 0).noalias() +=
            robust * link.length_m * BasisOf(t, link.segment).transpose() * weight;
      }
    }
    return AddChain(t, chain, error, weight, outlier, system);
  }

  // Of the frames t, t + 1 and t + 2.
  double AddAccelerations(int64_t t, FrameSystem* system) const {
    const auto change = [t](const std::vector<Vector3d>& values, int64_t count, int64_t i) {
      return Vector3d(values[t * count + i] - 2 * values[(t + 1) * count + i] +
                      values[(t + 2) * count + i]);
    };
    const auto root_part = [](int a) -> Matrix3d { return kDifference[a] * Matrix3d::Identity(); };
    double cost = AddCalm(t, 0, acceleration_weight_, change(roots_, 1, 0),
                          change(start_roots_, 1, 0), root_part, system);
    for (int64_t s = 0; s < segments_; ++s) {
      const auto part = [&](int a) -> Basis { return kDifference[a] * BasisOf(t + a, s); };
      cost += AddCalm(t, 3 + 2 * s, acceleration_weight_ * body_.segments[s].SquaredLength(),
                      change(directions_, segments_, s), change(start_directions_, segments_, s),
                      part, system);
    }
    return cost;
  }

  // Half of it for the acceleration, where it is no fast motion, and half for what is changed of
  // it.
  template <typename Part>
  static double AddCalm(int64_t t, int64_t at, double weight, const Vector3d& change,
                        const Vector3d& start_change, const Part& part, FrameSystem* system) {
    const double chi2 = weight * change.squaredNorm(), own = RobustWeight(chi2, kOutlier);
    const Vector3d changed = change - start_change;
    if (system != nullptr) {
      AddDifference(t, at, weight * (own + 1) / 2, (own * change + changed) / (own + 1), part,
                    system);
    }
    return (RobustCost(chi2, kOutlier) + weight * changed.squaredNorm()) / 2;
  }

  // weight * |change|^2, which depends on the unknowns from `at` on of three frames by part(0..2).
  template <typename Part>
  static void AddDifference(int64_t t, int64_t at, double weight, const Vector3d& change,
                            const Part& part, FrameSystem* system) {
    for (int a = 0; a < 3; ++a) {
      const auto row = part(a);
      constexpr int kSize = decltype(row)::ColsAtCompileTime;
      system->right[t + a].template segment<kSize>(at).noalias() -=
          weight * row.transpose() * change;
      for (int b = 0; b <= a; ++b) {
        system->left.At(t + a, t + b).template block<kSize, kSize>(at, at).noalias() +=
            weight * row.transpose() * part(b);
      }
    }
  }

  // By a step of the system; returns its largest component.
  double Move(int64_t t, const VectorXd& step) {
    roots_[t] += step.head<3>();
    for (int64_t s = 0; s < segments_; ++s) {
      Vector3d& direction = directions_[t * segments_ + s];
      direction = (direction + BasisOf(t, s) * step.segment<2>(3 + 2 * s)).normalized();
    }
    return step.lpNorm<Eigen::Infinity>();
  }

  const RefineInput& input_;
  const Body& body_;
  int64_t begin_, frames_, joints_, segments_;
  double acceleration_weight_ = 0;
  std::vector<std::vector<const JointAnchor*>> anchors_;
  std::vector<Vector3d> roots_, start_roots_;            // T
  std::vector<Vector3d> directions_, start_directions_;  // T * segments
  std::vector<Basis> bases_;                             // likewise: across the directions
};

void Check(const RefineInput& input) {
  const auto joints = static_cast<size_t>(input.skeleton->joint_count());
  VP_CHECK(input.fps > 0 && input.bone_lengths_m.size() == joints &&
               input.joints_in_cam.size() == joints * input.root_in_cam.size() &&
               (input.sights.empty() || input.sights.size() == input.joints_in_cam.size()),
           "{} lengths, {} joints, {} roots, {} sights at {} frames per second",
           input.bone_lengths_m.size(), input.joints_in_cam.size(), input.root_in_cam.size(),
           input.sights.size(), input.fps);
}

}  // namespace

RefinedPoses RefinePoses(const RefineInput& input) {
  Check(input);
  const auto frames = static_cast<int64_t>(input.root_in_cam.size());
  const Body body(*input.skeleton, input.bone_lengths_m);
  const auto piece = static_cast<int64_t>(std::ceil(kPiece_s * input.fps));
  const auto margin = static_cast<int64_t>(std::ceil(kMargin_s * input.fps));
  const int64_t pieces = std::max<int64_t>(1, (frames + piece / 2) / piece);
  RefinedPoses out{std::vector<Vec3f>(input.joints_in_cam.size()),
                   std::vector<Vec3f>(input.root_in_cam.size())};
  ParallelFor(pieces, 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const int64_t begin = frames * i / pieces, end = frames * (i + 1) / pieces;
      PieceRefiner refiner(input, body, std::max<int64_t>(0, begin - margin),
                           std::min(frames, end + margin));
      refiner.Refine();
      refiner.Store(begin, end, out);
    }
  });
  return out;
}

double RefineCost(const RefineInput& input, const RefinedPoses& poses) {
  Check(input);
  const Body body(*input.skeleton, input.bone_lengths_m);
  PieceRefiner refiner(input, body, 0, static_cast<int64_t>(input.root_in_cam.size()));
  refiner.Start(poses.joints_in_cam, poses.root_in_cam);
  return refiner.Cost();
}

}  // namespace videopose::internal
