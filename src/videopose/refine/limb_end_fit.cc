// SPDX-License-Identifier: Apache-2.0

#include "videopose/refine/limb_end_fit.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "videopose/geometry/angle.h"
#include "videopose/geometry/least_squares.h"
#include "videopose/geometry/rotation_vector.h"
#include "videopose/pose/h36m17.h"

namespace videopose::internal {
namespace {

using namespace h36m17;
using Eigen::Matrix3d;
using Eigen::Vector3d;

constexpr double kImage = 0.015;  // of the diagonal of the body's box
constexpr double kSole_rad = 6 * kRadiansPerDegree;
constexpr double kStep_rad = 10 * kRadiansPerDegree, kStepFps = 30;
constexpr int kTurnIterations = 5;
constexpr double kLongestTurn_rad = 0.5;  // in one iteration
constexpr double kConverged_rad = 1e-4;

// Feet: medians of CMU's motion. Knuckles: 9.4 and 8.4 cm from the wrist of a forearm of 25 cm and
// 6 cm apart, by hand.
LimbEnd Foot(Side side) {
  const bool is_left = side == Side::kLeft;
  const std::string name = is_left ? "left_" : "right_";
  const auto joint = [&](const char* end) { return Body25().IndexOf(name + end); };
  const auto landmark = [&](const char* end) { return BlazePose33().IndexOf(name + end); };
  constexpr double kOutward_rad = 8 * kRadiansPerDegree;
  return {.is_foot = true,
          .upper = is_left ? kLeftHip : kRightHip,
          .middle = is_left ? kLeftKnee : kRightKnee,
          .base = is_left ? kLeftAnkle : kRightAnkle,
          .landmark = landmark("ankle"),
          .points = {{{joint("heel"), landmark("heel"), {0, -0.125, -0.11}},
                      {joint("toe"), landmark("foot_index"), {0, -0.125, 0.39}}}},
          .mean_rad = {0, is_left ? kOutward_rad : -kOutward_rad, 0},
          .deviation_rad = kRadiansPerDegree * Vec3d{25, 15, 10},
          .flag = is_left ? kLeftFootDown : kRightFootDown};
}

LimbEnd Hand(Side side) {
  const bool is_left = side == Side::kLeft;
  const std::string name = is_left ? "left_" : "right_";
  const auto joint = [&](const char* end) { return Body25().IndexOf(name + end); };
  const auto landmark = [&](const char* end) { return BlazePose33().IndexOf(name + end); };
  return {.is_foot = false,
          .upper = is_left ? kLeftShoulder : kRightShoulder,
          .middle = is_left ? kLeftElbow : kRightElbow,
          .base = is_left ? kLeftWrist : kRightWrist,
          .landmark = landmark("wrist"),
          .points = {{{joint("index"), landmark("index"), {0, 0.11, 0.36}},
                      {joint("pinky"), landmark("pinky"), {0, -0.13, 0.31}}}},
          .mean_rad = {},
          .deviation_rad = kRadiansPerDegree * Vec3d{15, 25, 45},
          .flag = 0};
}

// d Log(Exp(e) Exp(d)) / dd at d = 0, with t = |e|:
//   I + [e]x / 2 + (1 / t^2 - (1 + cos t) / (2 t sin t)) [e]x^2
// Sola, Deray, Atchuthan, "A micro Lie theory for state estimation in robotics" (2018), eq. 144.
Matrix3d LogJacobian(const Vec3d& e) {
  const double t = Norm(e);
  const Matrix3d skew = CrossMatrix(ToEigen(e));
  constexpr double kSmall = 1e-4, kNearHalfTurn = 3.13;
  const double angle = std::min(t, kNearHalfTurn);
  const double square =
      t < kSmall ? 1.0 / 12
                 : 1 / (angle * angle) - (1 + std::cos(angle)) / (2 * angle * std::sin(angle));
  return Matrix3d::Identity() + 0.5 * skew + square * skew * skew;
}

// What is known of a hand or foot in a frame.
struct EndFrame {
  Vec3d base_in_cam;
  Quaternion neutral;  // cam_from_end
  struct Sight {
    Vec2d from_base;  // of the ray (X, Y) / Z
    double weight = 0;
  };
  std::array<Sight, 2> sights;
  double image_deviation = 1;      // in the same unit
  std::optional<Vec3d> up_in_cam;  // of the floor that the foot is on
};

// The sum in the header and its normal equations, for a small turn R Exp(d).
class TurnEquations {
 public:
  void Add(const Vector3d& residual, const Matrix3d& jacobian) {
    left_ += jacobian.transpose() * jacobian;
    right_ += jacobian.transpose() * residual;
    cost_ += residual.squaredNorm();
  }
  // Both rows of one observation, with Cauchy's weight of them together.
  void AddRobust(const Eigen::Vector2d& residual, const Eigen::Matrix<double, 2, 3>& jacobian,
                 double weight) {
    const double robust = weight * RobustWeight(residual.squaredNorm(), kOutlier);
    left_ += robust * jacobian.transpose() * jacobian;
    right_ += robust * jacobian.transpose() * residual;
    cost_ += weight * RobustCost(residual.squaredNorm(), kOutlier);
  }
  double cost() const { return cost_; }
  Vector3d Step() const {
    const Vector3d step = -left_.llt().solve(right_);
    const double length = step.norm();
    return length > kLongestTurn_rad ? Vector3d(kLongestTurn_rad / length * step) : step;
  }

 private:
  Matrix3d left_ = Matrix3d::Zero();
  Vector3d right_ = Vector3d::Zero();
  double cost_ = 0;
};

class EndFitter {
 public:
  EndFitter(const LimbEnd& end, double bone_m, double fps)
      : end_(end), step_rad_(kStep_rad * std::sqrt(kStepFps / fps)) {
    for (size_t k = 0; k < points_.size(); ++k) points_[k] = bone_m * end.points[k].at;
  }

  // cam_from_end.
  Quaternion Fit(const EndFrame& frame, const std::optional<Quaternion>& before) const {
    Quaternion turn = before.value_or(frame.neutral * FromRotationVector(end_.mean_rad));
    for (int i = 0; i < kTurnIterations; ++i) {
      const Vector3d step = EquationsOf(frame, before, turn).Step();
      turn = turn * FromRotationVector(FromEigen(step));
      if (step.norm() < kConverged_rad) break;
    }
    return turn;
  }

  TurnEquations EquationsOf(const EndFrame& frame, const std::optional<Quaternion>& before,
                            const Quaternion& turn) const {
    TurnEquations equations;
    const Vec3d& deviation = end_.deviation_rad;
    const Vector3d per_rad(1 / deviation.x, 1 / deviation.y, 1 / deviation.z);
    const Vec3d from_mean =
        RotationVectorOf(Inverse(frame.neutral * FromRotationVector(end_.mean_rad)) * turn);
    equations.Add(per_rad.cwiseProduct(ToEigen(from_mean)),
                  per_rad.asDiagonal() * LogJacobian(from_mean));
    if (before) {
      const Vec3d step = RotationVectorOf(Inverse(*before) * turn);
      equations.Add(ToEigen(step) / step_rad_, LogJacobian(step) / step_rad_);
    }
    const Matrix3d cam_from_end = ToEigen(turn);
    for (size_t k = 0; k < points_.size(); ++k) {
      if (frame.sights[k].weight > 0) AddSight(frame, k, cam_from_end, equations);
    }
    if (frame.up_in_cam) AddSole(*frame.up_in_cam, cam_from_end, equations);
    return equations;
  }

 private:
  // The point x = base + R p is seen at (x / z, y / z); d(R Exp(d) p) = -R [p]x d.
  void AddSight(const EndFrame& frame, size_t k, const Matrix3d& cam_from_end,
                TurnEquations& equations) const {
    const Vector3d base = ToEigen(frame.base_in_cam);
    const Vector3d x = base + cam_from_end * ToEigen(points_[k]);
    if (!(x.z() > 0)) return;
    const Eigen::Vector2d seen(frame.sights[k].from_base.x, frame.sights[k].from_base.y);
    const Eigen::Vector2d residual = x.head<2>() / x.z() - base.head<2>() / base.z() - seen;
    Eigen::Matrix<double, 2, 3> projection;
    projection << 1, 0, -x.x() / x.z(), 0, 1, -x.y() / x.z();
    const Eigen::Matrix<double, 2, 3> jacobian =
        projection / x.z() * (-cam_from_end * CrossMatrix(ToEigen(points_[k])));
    equations.AddRobust(residual / frame.image_deviation, jacobian / frame.image_deviation,
                        frame.sights[k].weight);
  }

  // Forward and sideways axes of a level sole are square to `up`.
  static void AddSole(const Vec3d& up_in_cam, const Matrix3d& cam_from_end,
                      TurnEquations& equations) {
    Eigen::Vector2d residual;
    Eigen::Matrix<double, 2, 3> jacobian;
    const std::array<Vec3d, 2> axes = {{{1, 0, 0}, {0, 0, 1}}};
    for (int row = 0; row < 2; ++row) {
      const Vec3d& axis = axes[static_cast<size_t>(row)];
      residual[row] = ToEigen(up_in_cam).dot(cam_from_end * ToEigen(axis));
      jacobian.row(row) =
          -ToEigen(up_in_cam).transpose() * cam_from_end * CrossMatrix(ToEigen(axis));
    }
    equations.AddRobust(residual / kSole_rad, jacobian / kSole_rad, 1);
  }

  const LimbEnd& end_;
  std::array<Vec3d, 2> points_;  // metres
  double step_rad_;
};

// Where the knee points and where the elbow bends to, as far as they are bent; beyond that the body
// says where a foot or thumb points.
constexpr double kBodySaysFoot = 0.15, kBodySaysHand = 0.3;

Quaternion NeutralFoot(const Vec3d& thigh, const Vec3d& shank, const Vec3d& left) {
  const Vec3d y = -shank;
  const Vec3d hinge = Cross(thigh, shank) + kBodySaysFoot * left;
  const Vec3d x = DirectionOr(hinge - Dot(hinge, y) * y, left);
  return FromAxes(x, y, Cross(x, y));
}
Quaternion NeutralHand(const Vec3d& upper, const Vec3d& forearm, const Vec3d& front) {
  const Vec3d thumb = kBodySaysHand * front - upper;
  const Vec3d y = DirectionOr(thumb - Dot(thumb, forearm) * forearm, front);
  return FromAxes(Cross(y, forearm), y, forearm);
}

// Square to `axis` even where the body has no width.
Vec3d SquareTo(const Vec3d& axis, const Vec3d& v) {
  const Vec3d other = std::abs(axis.x) < 0.6 ? Vec3d{1, 0, 0} : Vec3d{0, 1, 0};
  return DirectionOr(v - Dot(axis, v) * axis, Normalized(other - Dot(axis, other) * axis));
}

Quaternion NeutralOf(const LimbEnd& end, std::span<const Vec3f> joints) {
  const auto at = [&](int joint) { return joints[static_cast<size_t>(joint)].Cast<double>(); };
  constexpr Vec3d kDownInCam{0, 1, 0};
  const Vec3d before = DirectionOr(at(end.middle) - at(end.upper), kDownInCam);
  const Vec3d bone = DirectionOr(at(end.base) - at(end.middle), before);
  const Vec3d left = at(kLeftHip) - at(kRightHip) + at(kLeftShoulder) - at(kRightShoulder);
  if (end.is_foot) return NeutralFoot(before, bone, SquareTo(bone, left));
  const Vec3d up = at(kThorax) - at(kHip);
  return NeutralHand(before, bone, SquareTo(bone, DirectionOr(Cross(left, up), -kDownInCam)));
}

// Of Human36m17() and of BlazePose33().
const std::vector<std::pair<int, int>>& JointsInBoth() {
  static const std::vector<std::pair<int, int>> pairs = [] {
    std::vector<std::pair<int, int>> found;
    for (int j = 0; j < kJointCount; ++j) {
      const int landmark = BlazePose33().IndexOf(Human36m17().joint_names[j]);
      if (landmark >= 0) found.emplace_back(j, landmark);
    }
    return found;
  }();
  return pairs;
}

// How the image has a person.
class BodySights {
 public:
  BodySights(const SeenBody& body, const Lens& lens) : body_(body), lens_(lens) { See(); }

  // Fills in base_in_cam, sights and image_deviation, as far as they are known.
  void Show(const LimbEnd& end, EndFrame& frame) const {
    if (!root_in_cam_ || !(Landmark(end.landmark).score > 0)) return;
    const ExtraPoint& base = Landmark(end.landmark);
    frame.base_in_cam = *root_in_cam_ + Joint(end.base);
    if (!(frame.base_in_cam.z > 0)) return;
    frame.image_deviation = kImage * diagonal_;
    for (size_t k = 0; k < end.points.size(); ++k) {
      const ExtraPoint& point = Landmark(end.points[k].landmark);
      const Vec2d from_base = RayOf(point) - RayOf(base);
      if (!std::isfinite(from_base.x) || !std::isfinite(from_base.y)) continue;
      frame.sights[k] = {from_base, std::max(0.0F, std::min(point.score, base.score))};
    }
  }

 private:
  Vec2d RayOf(const ExtraPoint& point) const {
    return Undistorted(lens_, {point.x_px, point.y_px});
  }
  const ExtraPoint& Landmark(int landmark) const {
    return body_.points[static_cast<size_t>(landmark)];
  }
  Vec3d Joint(int joint) const {
    return body_.joints_in_cam[static_cast<size_t>(joint)].Cast<double>();
  }

  void See() {
    if (body_.points.size() != static_cast<size_t>(BlazePose33().joint_count())) return;
    Vec2d least{1e9, 1e9}, most{-1e9, -1e9};
    std::vector<std::pair<Vec2d, Vec3d>> pairs;
    for (const auto& [joint, landmark] : JointsInBoth()) {
      if (!(Landmark(landmark).score > 0)) continue;
      const Vec2d ray = RayOf(Landmark(landmark));
      if (!std::isfinite(ray.x) || !std::isfinite(ray.y)) continue;
      least = {std::min(least.x, ray.x), std::min(least.y, ray.y)};
      most = {std::max(most.x, ray.x), std::max(most.y, ray.y)};
      pairs.emplace_back(ray, Joint(joint));
    }
    constexpr size_t kFewest = 3;
    if (pairs.size() < kFewest) return;
    diagonal_ = Norm(most - least);
    if (!(diagonal_ > 0)) return;
    root_in_cam_ = body_.root_in_cam ? body_.root_in_cam->Cast<double>() : RootFromSize(pairs);
  }

  // As far away as the size says, under weak perspective.
  static std::optional<Vec3d> RootFromSize(const std::vector<std::pair<Vec2d, Vec3d>>& pairs) {
    const double each = 1.0 / static_cast<double>(pairs.size());
    Vec2d mean_ray, mean_joint;
    for (const auto& [ray, joint] : pairs) {
      mean_ray = mean_ray + each * ray;
      mean_joint = mean_joint + each * Vec2d{joint.x, joint.y};
    }
    double of_rays = 0, of_joints = 0;
    for (const auto& [ray, joint] : pairs) {
      const Vec2d across = Vec2d{joint.x, joint.y} - mean_joint;
      of_rays += Dot(ray - mean_ray, ray - mean_ray);
      of_joints += Dot(across, across);
    }
    if (!(of_rays > 0)) return std::nullopt;
    const double distance_m = std::sqrt(of_joints / of_rays);
    return Vec3d{distance_m * mean_ray.x - mean_joint.x, distance_m * mean_ray.y - mean_joint.y,
                 distance_m};
  }

  const SeenBody& body_;
  const Lens& lens_;
  double diagonal_ = 0;               // of the body's box, in rays
  std::optional<Vec3d> root_in_cam_;  // nothing: nothing is seen
};

EndFrame FrameOf(const LimbEnd& end, const SeenBody& body, const Lens& lens) {
  EndFrame frame{.neutral = NeutralOf(end, body.joints_in_cam)};
  if (end.is_foot && (body.feet_down & end.flag) != 0) frame.up_in_cam = body.up_in_cam;
  BodySights(body, lens).Show(end, frame);
  return frame;
}

}  // namespace

const std::array<LimbEnd, kLimbEndCount>& LimbEnds() {
  static const std::array<LimbEnd, kLimbEndCount> ends = {Foot(Side::kLeft), Foot(Side::kRight),
                                                          Hand(Side::kLeft), Hand(Side::kRight)};
  return ends;
}

Quaternion FitLimbEnd(const LimbEnd& end, const SeenBody& body, const Lens& lens, double bone_m,
                      double fps, const std::optional<Quaternion>& before) {
  return EndFitter(end, bone_m, fps).Fit(FrameOf(end, body, lens), before);
}

double LimbEndCost(const LimbEnd& end, const SeenBody& body, const Lens& lens, double bone_m,
                   double fps, const std::optional<Quaternion>& before,
                   const Quaternion& cam_from_end) {
  return EndFitter(end, bone_m, fps)
      .EquationsOf(FrameOf(end, body, lens), before, cam_from_end)
      .cost();
}

}  // namespace videopose::internal
