// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cmath>
#include <limits>

#include "videopose/geometry.h"

namespace videopose {
namespace {

bool IsPlain(const Lens& lens) {
  return lens.model == Lens::Model::kBrown &&
         std::all_of(lens.distortion.begin(), lens.distortion.end(),
                     [](double k) { return k == 0; });
}

double FisheyeRadius(const Lens& lens, double a) {
  const auto& k = lens.distortion;
  const double a2 = a * a;
  return a * (1 + a2 * (k[0] + a2 * (k[1] + a2 * (k[2] + a2 * k[3]))));
}

// For a point of the image plane at Z = 1.
Vec2d Bend(const Lens& lens, Vec2d p) {
  if (IsPlain(lens)) return p;
  const double r2 = Dot(p, p);
  if (lens.model == Lens::Model::kFisheye) {
    const double r = std::sqrt(r2);
    return r < 1e-9 ? p : FisheyeRadius(lens, std::atan(r)) / r * p;
  }
  const auto& [k1, k2, p1, p2, k3, k4, k5, k6] = lens.distortion;
  const double radial =
      (1 + r2 * (k1 + r2 * (k2 + r2 * k3))) / (1 + r2 * (k4 + r2 * (k5 + r2 * k6)));
  return {p.x * radial + 2 * p1 * p.x * p.y + p2 * (r2 + 2 * p.x * p.x),
          p.y * radial + p1 * (r2 + 2 * p.y * p.y) + 2 * p2 * p.x * p.y};
}

}  // namespace

double DefaultFocalPx(int width_px, int height_px) {
  constexpr double kFocal_mm = 30, kFilmDiagonal_mm = 43.27;
  return kFocal_mm / kFilmDiagonal_mm * std::hypot(width_px, height_px);
}

Lens PlainLens(double focal_px, int width_px, int height_px) {
  return {.width_px = width_px,
          .height_px = height_px,
          .focal_px = {focal_px, focal_px},
          .centre_px = {width_px / 2.0, height_px / 2.0}};
}

double MeanFocalPx(const Lens& lens) { return std::sqrt(lens.focal_px.x * lens.focal_px.y); }

Lens Resized(const Lens& lens, int width_px, int height_px) {
  Lens resized = lens;
  resized.width_px = width_px;
  resized.height_px = height_px;
  if (lens.width_px == 0 || lens.height_px == 0) return resized;
  const Vec2d scale{static_cast<double>(width_px) / lens.width_px,
                    static_cast<double>(height_px) / lens.height_px};
  resized.focal_px = {scale.x * lens.focal_px.x, scale.y * lens.focal_px.y};
  resized.centre_px = {scale.x * lens.centre_px.x, scale.y * lens.centre_px.y};
  return resized;
}

Vec2d Distorted(const Lens& lens, Vec2d point) {
  const Vec2d bent = Bend(lens, point);
  return {lens.focal_px.x * bent.x + lens.centre_px.x, lens.focal_px.y * bent.y + lens.centre_px.y};
}

Vec2d Undistorted(const Lens& lens, Vec2d point_px) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr int kIterations = 30;
  constexpr double kStep = 1e-6, kTolerance = 1e-8;
  const Vec2d bent{(point_px.x - lens.centre_px.x) / lens.focal_px.x,
                   (point_px.y - lens.centre_px.y) / lens.focal_px.y};
  if (IsPlain(lens)) return bent;
  Vec2d p = bent;
  if (lens.model == Lens::Model::kFisheye) {
    // Newton's method would overshoot on the angle's tangent; on the angle itself it converges.
    const double radius = Norm(bent);
    double a = std::min(radius, 1.5);
    for (int i = 0; i < kIterations; ++i) {
      const double slope =
          (FisheyeRadius(lens, a + kStep) - FisheyeRadius(lens, a - kStep)) / (2 * kStep);
      a = std::clamp(a - (FisheyeRadius(lens, a) - radius) / slope, 0.0, 1.55);
    }
    p = radius < 1e-9 ? bent : std::tan(a) / radius * bent;
  } else {
    for (int i = 0; i < kIterations; ++i) {
      const Vec2d error = Bend(lens, p) - bent;
      const Vec2d dx = 1 / kStep * (Bend(lens, {p.x + kStep, p.y}) - Bend(lens, p));
      const Vec2d dy = 1 / kStep * (Bend(lens, {p.x, p.y + kStep}) - Bend(lens, p));
      const double determinant = dx.x * dy.y - dy.x * dx.y;
      p = p - Vec2d{(dy.y * error.x - dy.x * error.y) / determinant,
                    (dx.x * error.y - dx.y * error.x) / determinant};
    }
  }
  const Vec2d error = Bend(lens, p) - bent;
  return Norm(error) < kTolerance ? p : Vec2d{kNan, kNan};
}

}  // namespace videopose
