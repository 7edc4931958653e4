// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/root_track.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "videopose/base/check.h"
#include "videopose/base/statistics.h"
#include "videopose/geometry/block_band.h"
#include "videopose/geometry/least_squares.h"
#include "videopose/ground/body_measures.h"

namespace videopose::internal {
namespace {

constexpr double kRayNoise = 0.003;  // of keypoints, in units of the focal length
// Errors of lifted poses last; frames within this time are not independent.
constexpr double kNoiseDuration_s = 0.12;
// Square root of the acceleration's power density, m/s^2 per sqrt(Hz).
constexpr double kAcceleration = 1.0;
constexpr int kReweightings = 8;
// Without keypoints the root stays here.
constexpr Vec3d kSomewhere{0, 0, 4};
constexpr double kSomewhereWeight = 1e-4;
constexpr double kStartWindow_s = 0.5;
constexpr double kLongPair_m = 0.25;  // of joints whose distance tells how far away they are
constexpr double kNearestRoot_m = 0.3;

// A x = b of one frame, A symmetric: xx xy xz yy yz zz.
struct Normal {
  std::array<double, 6> a{};
  Vec3d b;

  void AddRow(const Vec3d& row, double right, double weight) {
    a[0] += weight * row.x * row.x;
    a[1] += weight * row.x * row.y;
    a[2] += weight * row.x * row.z;
    a[3] += weight * row.y * row.y;
    a[4] += weight * row.y * row.z;
    a[5] += weight * row.z * row.z;
    b = b + weight * right * row;
  }
  void AddPoint(const Vec3d& point, double weight) {
    a[0] += weight;
    a[3] += weight;
    a[5] += weight;
    b = b + weight * point;
  }
};

class RunFitter {
 public:
  RunFitter(std::span<const JointRay> rays, std::span<const PositionPrior> priors, FrameRange run,
            double fps, MovingFrame first_from_cam, PersonMotion& person)
      : rays_(rays),
        priors_(priors),
        run_(run),
        fps_(fps),
        first_from_cam_(first_from_cam),
        joints_(person.joints_in_cam.joint_count()),
        person_(person) {}

  void Fit() {
    Start();
    std::vector<Normal> normals(static_cast<size_t>(run_.length()));
    for (int i = 0; i < kReweightings; ++i) {
      Weigh(normals);
      Solve(normals);
    }
    for (int64_t t = run_.begin; t < run_.end; ++t) {
      KeepInFront(t);
    }
  }

 private:
  void KeepInFront(int64_t t) {
    if (first_from_cam_.empty()) {
      float& z = person_.root_in_cam[t].z;
      z = std::max(z, static_cast<float>(kNearestRoot_m));
      return;
    }
    Vec3d root = MovedBack(first_from_cam_, t, person_.root_in_cam[t].Cast<double>());
    if (root.z >= kNearestRoot_m) return;
    root.z = kNearestRoot_m;
    person_.root_in_cam[t] = Moved(first_from_cam_, t, root).Cast<float>();
  }

  // Reweighting converges only from a start without outliers: the median over nearby frames of each
  // frame's own start.
  void Start() {
    std::vector<Vec3d> starts;
    for (int64_t t = run_.begin; t < run_.end; ++t) starts.push_back(StartOf(t));
    const auto reach = static_cast<int64_t>(kStartWindow_s / 2 * fps_);
    for (int64_t i = 0; i < run_.length(); ++i) {
      std::vector<Vec3d> nearby;
      for (int64_t k = std::max<int64_t>(0, i - reach); k <= std::min(run_.length() - 1, i + reach);
           ++k) {
        if (IsFinite(starts[k])) nearby.push_back(starts[k]);
      }
      person_.root_in_cam[run_.begin + i] =
          (nearby.empty() ? Moved(first_from_cam_, run_.begin + i, kSomewhere)
                          : MedianPoint(nearby))
              .Cast<float>();
    }
  }

  // The median distance by the distance of two joints in the image, z = |dp| / |du|, and the
  // medians of the remainder, u z - p. Not finite where fewer than three joints are seen.
  Vec3d StartOf(int64_t t) const {
    const std::vector<Vec3f> joints = JointsInCam(t);
    std::vector<size_t> seen;
    for (size_t j = 0; j < joints.size(); ++j) {
      if (RayOf(t, j).score > 0 && IsFinite(joints[j])) seen.push_back(j);
    }
    std::vector<double> distances, xs, ys;
    for (size_t a = 0; a < seen.size(); ++a) {
      for (size_t b = 0; b < a; ++b) {
        const Vec3f apart = joints[seen[a]] - joints[seen[b]];
        const double apart_m = std::hypot(apart.x, apart.y);
        const double seen_apart = Norm(RayOf(t, seen[a]).ray - RayOf(t, seen[b]).ray);
        if (apart_m > kLongPair_m && seen_apart > 0) distances.push_back(apart_m / seen_apart);
      }
    }
    if (distances.size() < 3) return kNoJoint.Cast<double>();
    const double z = Median(distances);
    for (const size_t j : seen) {
      xs.push_back(RayOf(t, j).ray.x * z - joints[j].x);
      ys.push_back(RayOf(t, j).ray.y * z - joints[j].y);
    }
    return Moved(first_from_cam_, t, {Median(xs), Median(ys), z});
  }

  // As the frame's camera has them.
  std::vector<Vec3f> JointsInCam(int64_t t) const {
    const auto joints = person_.frame(t);
    std::vector<Vec3f> in_cam(joints.begin(), joints.end());
    if (first_from_cam_.empty()) return in_cam;
    for (Vec3f& joint : in_cam) {
      joint = TurnedBack(first_from_cam_, t, joint.Cast<double>()).Cast<float>();
    }
    return in_cam;
  }

  const JointRay& RayOf(int64_t t, size_t j) const {
    return rays_[static_cast<size_t>(t * joints_) + j];
  }

  void Weigh(std::vector<Normal>& normals) const {
    for (int64_t t = run_.begin; t < run_.end; ++t) {
      normals[t - run_.begin] = WeighFrame(t);
    }
    for (const PositionPrior& prior : priors_) {
      if (prior.frame < run_.begin || prior.frame >= run_.end) continue;
      normals[prior.frame - run_.begin].AddPoint(prior.target_in_cam,
                                                 FrameShare() / (prior.sigma_m * prior.sigma_m));
    }
  }

  double FrameShare() const { return std::min(1.0, 1 / (fps_ * kNoiseDuration_s)); }

  Normal WeighFrame(int64_t t) const {
    Normal normal;
    normal.AddPoint(Moved(first_from_cam_, t, kSomewhere), kSomewhereWeight);
    const auto joints = person_.frame(t);
    const Vec3d root = person_.root_in_cam[t].Cast<double>();
    const double depth_m = MovedBack(first_from_cam_, t, root).z;
    for (size_t j = 0; j < joints.size(); ++j) {
      const JointRay& seen = RayOf(t, j);
      if (!(seen.score > 0) || !IsFinite(joints[j])) continue;
      const Vec3d joint = joints[j].Cast<double>() - OriginOf(first_from_cam_, t);
      const double sigma_m = std::hypot(seen.sigma_m, kRayNoise * depth_m);
      const Vec3d row_x = Turned(first_from_cam_, t, {1, 0, -seen.ray.x});
      const Vec3d row_y = Turned(first_from_cam_, t, {0, 1, -seen.ray.y});
      const double right_x = -Dot(row_x, joint), right_y = -Dot(row_y, joint);
      const double residual = std::hypot(Dot(row_x, root) - right_x, Dot(row_y, root) - right_y);
      const double ratio = residual / (2 * sigma_m);
      const double weight = FrameShare() * seen.score / (sigma_m * sigma_m * (1 + ratio * ratio));
      normal.AddRow(row_x, right_x, weight);
      normal.AddRow(row_y, right_y, weight);
    }
    return normal;
  }

  // The data of each frame and, between three frames in a row, the second difference
  //   (r[t] - 2 r[t+1] + r[t+2]) / dt^2, whose square counts dt / q^2.
  void Solve(const std::vector<Normal>& normals) {
    const int64_t frames = run_.length();
    BlockBand<3> system(frames, 2);
    std::vector<Eigen::Vector3d> roots;
    for (int64_t i = 0; i < frames; ++i) {
      const Normal& normal = normals[i];
      Eigen::Matrix3d& own = system.At(i, i);
      own(0, 0) = normal.a[0];
      own(1, 0) = normal.a[1];
      own(2, 0) = normal.a[2];
      own(1, 1) = normal.a[3];
      own(2, 1) = normal.a[4];
      own(2, 2) = normal.a[5];
      roots.push_back(ToEigen(normal.b));
    }
    constexpr std::array<double, 3> kDifference{1, -2, 1};
    const double weight = fps_ * fps_ * fps_ / (kAcceleration * kAcceleration);
    for (int64_t i = 0; i + 2 < frames; ++i) {
      for (int64_t row = 0; row < 3; ++row) {
        for (int64_t column = 0; column <= row; ++column) {
          system.At(i + row, i + column).diagonal().array() +=
              weight * kDifference[row] * kDifference[column];
        }
      }
    }
    VP_CHECK(system.Factor(), "{} frames: not positive definite", frames);
    system.Solve(roots);
    for (int64_t i = 0; i < frames; ++i) {
      person_.root_in_cam[run_.begin + i] = FromEigen(roots[i]).Cast<float>();
    }
  }

  std::span<const JointRay> rays_;
  std::span<const PositionPrior> priors_;
  FrameRange run_;
  double fps_;
  MovingFrame first_from_cam_;
  int joints_;
  PersonMotion& person_;
};

// The error of lifted joints across the ray. Arms have the least common poses: a person whose
// raised arms are lifted too short would seem to come nearer.
double LiftedSigma_m(std::string_view joint_name) {
  return joint_name.ends_with("elbow") || joint_name.ends_with("wrist") ? 0.08 : 0.04;
}

}  // namespace

std::vector<JointRay> JointRays(const KeypointSequence& keypoints, const PersonKeypoints& person,
                                const Skeleton& skeleton, const Lens& lens,
                                const CameraViews& views) {
  const auto joint_count = static_cast<size_t>(skeleton.joint_count());
  std::vector<JointRay> rays(static_cast<size_t>(keypoints.frame_count) * joint_count);
  for (size_t j = 0; j < joint_count; ++j) {
    const int keypoint = keypoints.layout.IndexOf(skeleton.joint_names[j]);
    if (keypoint < 0) continue;
    const double sigma_m = LiftedSigma_m(skeleton.joint_names[j]);
    for (int64_t t = 0; t < keypoints.frame_count; ++t) {
      const Keypoint& seen = person.at(t, keypoint);
      if (!(seen.score > 0)) continue;
      const Vec2d ray = Undistorted(views.LensAt(lens, t), {seen.x_px, seen.y_px});
      if (!std::isfinite(ray.x) || !std::isfinite(ray.y)) continue;
      rays[static_cast<size_t>(t) * joint_count + j] = {ray, std::min<double>(seen.score, 1),
                                                        sigma_m};
    }
  }
  return rays;
}

void FitRoots(std::span<const JointRay> rays, std::span<const PositionPrior> priors, double fps,
              PersonMotion& person, MovingFrame first_from_cam) {
  person.root_in_cam.assign(static_cast<size_t>(person.joints_in_cam.frame_count()), kNoJoint);
  for (const FrameRange& run : PosedRanges(person)) {
    RunFitter(rays, priors, run, fps, first_from_cam, person).Fit();
  }
}

}  // namespace videopose::internal
