// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/view.h"

#include <algorithm>
#include <cmath>

#include "videopose/geometry/angle.h"

namespace videopose::internal {
namespace {

// In panel heights: a vertical angle of 28 degrees, a portrait photographer's lens.
constexpr double kFocalPerHeight = 2.0;
constexpr double kNearest_m = 0.1;

Vec3d AsDouble(Vec3f a) { return {a.x, a.y, a.z}; }

}  // namespace

View::View(const ViewOptions& options)
    : options_(options), focal_px_(kFocalPerHeight * options.height_px) {
  const double a = RadiansFromDegrees(options.azimuth_deg),
               e = RadiansFromDegrees(options.elevation_deg);
  right_ = {std::cos(a), std::sin(a), 0};
  forward_ = {-std::sin(a) * std::cos(e), std::cos(a) * std::cos(e), -std::sin(e)};
  up_ = Cross(right_, forward_);
  eye_ = AsDouble(options.focus_in_world) - options.distance_m * forward_;
}

// Perspective: x_px = width/2 + focal * x_view / z_view; orthographic: z_view is the focus's for
// all.
View::Seen View::Project(Vec3f point_in_world) const {
  const Vec3d from_eye = AsDouble(point_in_world) - eye_;
  const double depth = std::max(Dot(from_eye, forward_), kNearest_m);
  const double scale =
      focal_px_ / (options_.projection == Projection::kPerspective ? depth : options_.distance_m);
  return {static_cast<float>(options_.width_px / 2.0 + scale * Dot(from_eye, right_)),
          static_cast<float>(options_.height_px / 2.0 - scale * Dot(from_eye, up_)),
          static_cast<float>(depth), static_cast<float>(scale)};
}

Vec3f View::RotateToView(Vec3f direction_in_world) const {
  const Vec3d d = AsDouble(direction_in_world);
  return {static_cast<float>(Dot(d, right_)), static_cast<float>(-Dot(d, up_)),
          static_cast<float>(Dot(d, forward_))};
}

// A ray origin + s * direction meets z = 0 at s = -origin.z / direction.z. Moving along the row
// adds to one of the two a multiple of right_, which has no z, so s is the same for the whole row.
View::FloorRow View::FloorAt(float y_px) const {
  const double down = (y_px - options_.height_px / 2.0) / focal_px_;
  const double left = -options_.width_px / 2.0 / focal_px_;
  Vec3d origin = eye_, direction = forward_, step;
  double s = 0;
  if (options_.projection == Projection::kPerspective) {
    direction = direction + left * right_ - down * up_;
    s = -origin.z / direction.z;
    step = (s / focal_px_) * right_;
  } else {
    const double metres = options_.distance_m;
    origin = origin + (metres * left) * right_ - (metres * down) * up_;
    s = -origin.z / direction.z;
    step = (metres / focal_px_) * right_;
  }
  if (!(s > 0) || !std::isfinite(s)) return {};
  const Vec3d start = origin + s * direction;
  return {true,
          {static_cast<float>(start.x), static_cast<float>(start.y)},
          {static_cast<float>(step.x), static_cast<float>(step.y)}};
}

// Perspective: focal * (|x| + r) / (distance + z) <= half, likewise y; solved for the distance.
double View::DistanceToFit(const ViewOptions& options, Vec3f point_in_world, double radius_m,
                           double margin_px) {
  const View view(options);
  const Vec3f v = view.RotateToView(point_in_world - options.focus_in_world);
  const double z = options.projection == Projection::kPerspective ? v.z - radius_m : 0;
  const double by_width =
      (std::abs(v.x) + radius_m) * view.focal_px_ / (options.width_px / 2.0 - margin_px) - z;
  const double by_height =
      (std::abs(v.y) + radius_m) * view.focal_px_ / (options.height_px / 2.0 - margin_px) - z;
  return std::max(by_width, by_height);
}

}  // namespace videopose::internal
