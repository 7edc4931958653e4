// SPDX-License-Identifier: Apache-2.0

#include "videopose/augment/mocap_camera.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "videopose/geometry/angle.h"

namespace videopose::internal {
namespace {

// The direction of the camera over time, as a rotation of the world about it.
class Wobble {
 public:
  Wobble(double deg, const CameraOptions& options, FastRandom& random)
      : roll_(options.wobble_roll) {
    for (Wave& wave : waves_) {
      wave = {kRadiansPerDegree * random.Gauss(0, deg),
              2 * std::numbers::pi * random.LogUniform(options.wobble_hz),
              2 * std::numbers::pi * random.Uniform()};
    }
  }
  Quaternion At(double time_s) const {
    const auto angle = [&](size_t i) {
      return waves_[i].amplitude_rad * std::sin(waves_[i].rad_per_s * time_s + waves_[i].phase_rad);
    };
    return FromAxisAngle({1, 0, 0}, angle(0)) * FromAxisAngle({0, 1, 0}, angle(1)) *
           FromAxisAngle({0, 0, 1}, roll_ * angle(2));
  }

 private:
  struct Wave {
    double amplitude_rad, rad_per_s, phase_rad;
  };
  double roll_;
  std::array<Wave, 3> waves_;
};

// The root's path, smoothed as by a person who follows it with a camera: a forward and a backward
// exponential mean.
std::vector<Vec3d> FollowedWay(const std::vector<BodyPoints>& points, double fps, double delay_s) {
  const double keep = std::exp(-1 / (fps * delay_s));
  std::vector<Vec3d> way;
  way.reserve(points.size());
  for (const BodyPoints& frame : points) way.push_back(frame[0]);
  for (size_t t = 1; t < way.size(); ++t) way[t] = keep * way[t - 1] + (1 - keep) * way[t];
  for (size_t t = way.size() - 1; t-- > 0;) way[t] = keep * way[t + 1] + (1 - keep) * way[t];
  return way;
}

}  // namespace

ProjectedBody ProjectBody(std::vector<BodyPoints> points, double fps, const CameraOptions& options,
                          FastRandom& random) {
  const ImageSize image =
      options
          .images[static_cast<size_t>(random.Below(static_cast<int64_t>(options.images.size())))];
  ProjectedBody projected{.width_px = image.width_px, .height_px = image.height_px};
  const double longer_px = std::max(image.width_px, image.height_px);
  const double fov_deg = random.LogUniform(options.fov_deg);
  projected.focal_px = longer_px / 2 / std::tan(kRadiansPerDegree * fov_deg / 2);

  // The camera's target: the middle of the path, or the person.
  const bool moves = random.Chance(options.moving);
  const bool follows = moves && random.Chance(options.following);
  std::vector<Vec3d> aim(points.size());
  if (follows) {
    aim = FollowedWay(points, fps, random.Uniform(options.following_delay_s));
  } else {
    Vec3d sum;
    for (const BodyPoints& frame : points) sum = sum + frame[0];
    std::fill(aim.begin(), aim.end(), (1 / static_cast<double>(points.size())) * sum);
  }

  // cam_from_world: heading about the world's up, pitch, roll, and y up turned to y down.
  const double heading = random.Uniform(0, 2 * std::numbers::pi);
  const double pitch_deg =
      random.Chance(options.usual_pitch)
          ? std::clamp(random.Gauss(options.usual_pitch_deg, options.usual_pitch_deviation_deg),
                       options.pitch_deg.least, options.pitch_deg.most)
          : random.Uniform(options.pitch_deg);
  const double roll_deg = random.Chance(options.roll) ? random.Uniform(options.roll_deg)
                                                      : random.Gauss(0, options.usual_roll_deg);
  const Quaternion down_from_up = FromAxisAngle({1, 0, 0}, std::numbers::pi);
  // Looking down lifts what is in front: in the camera a positive turn about x takes z to -y (up).
  const Quaternion cam_from_world = FromAxisAngle({0, 0, 1}, kRadiansPerDegree * roll_deg) *
                                    FromAxisAngle({1, 0, 0}, kRadiansPerDegree * pitch_deg) *
                                    down_from_up * FromAxisAngle({0, 1, 0}, heading);

  Vec3d extent_low, extent_high;
  for (size_t t = 0; t < points.size(); ++t) {
    for (Vec3d& point : points[t]) {
      point = Rotate(cam_from_world, point - aim[t]);
      extent_low = {std::min(extent_low.x, point.x), std::min(extent_low.y, point.y),
                    std::min(extent_low.z, point.z)};
      extent_high = {std::max(extent_high.x, point.x), std::max(extent_high.y, point.y),
                     std::max(extent_high.z, point.z)};
    }
  }
  const double share = random.LogUniform(options.height_share);
  const double distance =
      std::max(projected.focal_px * options.person_m / (share * image.height_px),
               options.nearest_m - extent_low.z + random.Uniform(options.farther_m));
  // A random place in the image, mostly with the person inside it.
  const double reach = random.Chance(options.wide) ? options.wide_reach : options.reach;
  const Vec3d place = {
      random.Uniform(-reach, reach) * image.width_px / projected.focal_px * distance,
      random.Uniform(-reach, reach) * image.height_px / projected.focal_px * distance *
          (share > options.large_share ? options.large_reach : 1),
      distance};
  const Wobble wobble(moves ? random.Uniform(options.wobble_deg) : 0, options, random);
  for (size_t t = 0; t < points.size(); ++t) {
    const Quaternion turn = moves ? wobble.At(static_cast<double>(t) / fps) : Quaternion();
    for (Vec3d& point : points[t]) {
      point = Rotate(turn, point + place);
      point.z = std::max(point.z, options.least_depth_m);
    }
  }
  projected.points_in_cam = std::move(points);
  return projected;
}

}  // namespace videopose::internal
