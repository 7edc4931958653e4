// SPDX-License-Identifier: Apache-2.0

#include "videopose/synthetic/figure_raster.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "videopose/synthetic/figure_room.h"

namespace videopose::internal {
namespace {

// How far beyond its surface a part still matters: it flows into others, and darkens creases.
constexpr float kReach_m = 0.05F;

double DistanceToSegment(const Vec2d& x, const Vec2d& from, const Vec2d& to) {
  const Vec2d along = to - from;
  const double length2 = Dot(along, along);
  const double share = length2 > 0 ? std::clamp(Dot(x - from, along) / length2, 0.0, 1.0) : 0;
  return Norm(x - (from + share * along));
}

// A capsule in the image that covers all of a part and what it influences.
struct SeenPart {
  Vec2d from_px, to_px;
  double radius_px = 0;
};

std::optional<SeenPart> SeePart(const FigurePart& part, const Camera& camera) {
  const bool is_cone = part.kind == FigurePart::Kind::kCone;
  const double radius_m =
      kReach_m + (is_cone ? std::max(part.radii.x, part.radii.y) : part.bound_radius_m);
  SeenPart seen;
  const auto project = [&](const Vec3f& end, Vec2d& end_px) {
    const Vec3d in_cam = CamFromWorld(camera, end.Cast<double>());
    if (in_cam.z <= 1.5 * radius_m) return false;  // too near to be drawn
    end_px = PixelFromCam(camera.lens, in_cam);
    // A sphere off the axis is seen as an ellipse longer by 1 / cos of the angle to the axis.
    const double stretch = Norm(in_cam) / in_cam.z;
    seen.radius_px = std::max(seen.radius_px,
                              stretch * camera.lens.focal_px.x * radius_m / (in_cam.z - radius_m));
    return true;
  };
  if (!project(part.centre, seen.from_px)) return std::nullopt;
  if (!project(part.centre + part.axis, seen.to_px)) return std::nullopt;
  const auto outside = [&](double a, double b, int size) {
    return std::max(a, b) + seen.radius_px < 0 || std::min(a, b) - seen.radius_px > size;
  };
  if (outside(seen.from_px.x, seen.to_px.x, camera.lens.width_px)) return std::nullopt;
  if (outside(seen.from_px.y, seen.to_px.y, camera.lens.height_px)) return std::nullopt;
  return seen;
}

}  // namespace

PixelRays::PixelRays(const Camera& camera) {
  const Quaternion& world_from_cam = camera.world_from_cam.rotation;
  const Vec2d &focal_px = camera.lens.focal_px, &centre_px = camera.lens.centre_px;
  origin_ = camera.world_from_cam.translation.Cast<float>();
  right_ = Rotate(world_from_cam, {1 / focal_px.x, 0, 0}).Cast<float>();
  down_ = Rotate(world_from_cam, {0, 1 / focal_px.y, 0}).Cast<float>();
  corner_ = Rotate(world_from_cam, {-centre_px.x / focal_px.x, -centre_px.y / focal_px.y, 1})
                .Cast<float>();
}

FigureTiles::FigureTiles(const FigureShape& shape, const Camera& camera)
    : width_px_(camera.lens.width_px),
      height_px_(camera.lens.height_px),
      columns_((camera.lens.width_px + kTile_px - 1) / kTile_px),
      rows_((camera.lens.height_px + kTile_px - 1) / kTile_px),
      parts_(static_cast<size_t>(columns_) * rows_) {
  for (size_t index = 0; index < shape.parts.size(); ++index) {
    const std::optional<SeenPart> seen = SeePart(shape.parts[index], camera);
    if (!seen) continue;
    const auto clamp_tile = [](double px, int count) {
      return static_cast<int>(std::clamp(std::floor(px / kTile_px), 0.0, count - 1.0));
    };
    const auto [x_low, x_high] = std::minmax(seen->from_px.x, seen->to_px.x);
    const auto [y_low, y_high] = std::minmax(seen->from_px.y, seen->to_px.y);
    for (int row = clamp_tile(y_low - seen->radius_px, rows_);
         row <= clamp_tile(y_high + seen->radius_px, rows_); ++row) {
      for (int column = clamp_tile(x_low - seen->radius_px, columns_);
           column <= clamp_tile(x_high + seen->radius_px, columns_); ++column) {
        const Vec2d middle{(column + 0.5) * kTile_px, (row + 0.5) * kTile_px};
        if (DistanceToSegment(middle, seen->from_px, seen->to_px) <=
            seen->radius_px + 0.71 * kTile_px) {
          parts_[static_cast<size_t>(row) * columns_ + column].push_back(
              static_cast<uint16_t>(index));
        }
      }
    }
  }
}

PixelBox FigureTiles::box(int column, int row) const {
  return {column * kTile_px, std::min(width_px_, (column + 1) * kTile_px), row * kTile_px,
          std::min(height_px_, (row + 1) * kTile_px)};
}

FigureHit MarchRay(const FigureShape& shape, std::span<const uint16_t> parts, const Vec3f& origin,
                   const Vec3f& direction) {
  constexpr int kMaxSteps = 48;
  constexpr float kSurface_m = 0.0015F;
  constexpr float kStep = 0.9F;  // distances to ellipsoids are a little too large at times
  float t = 1e9F, end = 0;
  for (const uint16_t index : parts) {
    const FigurePart& part = shape.parts[index];
    const float middle = Dot(part.bound_centre - origin, direction);
    t = std::min(t, middle - part.bound_radius_m);
    end = std::max(end, middle + part.bound_radius_m);
  }
  for (int step = 0; step < kMaxSteps && t < end; ++step) {
    const Vec3f x = origin + t * direction;
    const FigureDistance nearest = DistanceToFigure(shape, parts, x);
    if (nearest.distance_m < kSurface_m) return {nearest.nearest_part, t, x};
    t += kStep * nearest.distance_m;
  }
  return {};
}

Vec3f FigureNormal(const FigureShape& shape, std::span<const uint16_t> parts, const Vec3f& x) {
  // The gradient from the four corners of a tetrahedron.
  constexpr Vec3f kCorners[] = {{1, -1, -1}, {-1, -1, 1}, {-1, 1, -1}, {1, 1, 1}};
  constexpr float kSize_m = 0.0012F;
  Vec3f gradient;
  for (const Vec3f& corner : kCorners) {
    gradient = gradient + DistanceToFigure(shape, parts, x + kSize_m * corner).distance_m * corner;
  }
  return Normalized(gradient);
}

float FigureOpenness(const FigureShape& shape, std::span<const uint16_t> parts, const Vec3f& x,
                     const Vec3f& normal) {
  // Where nothing is near, the distance grows as fast as the point moves away.
  float hidden = 0;
  for (const float step_m : {0.015F, 0.045F}) {
    const float distance_m = DistanceToFigure(shape, parts, x + step_m * normal).distance_m;
    hidden += std::clamp((step_m - distance_m) / step_m, 0.0F, 1.0F);
  }
  return 1 - 0.40F * hidden;
}

float LightPastCapsules(std::span<const FigureCapsule> capsules, const Vec3f& x,
                        const Vec3f& to_light, float softness) {
  float light = 1;
  for (const FigureCapsule& capsule : capsules) {
    // Where the ray x + t * to_light (t >= 0) and the limb from + s * along (s in [0, 1]) are
    // nearest.
    const Vec3f along = capsule.to - capsule.from;
    const Vec3f w = x - capsule.from;
    const float ll = Dot(along, along);
    const float lr = Dot(along, to_light);
    const float wl = Dot(w, along);
    const float wr = Dot(w, to_light);
    const float free_t = std::max(0.0F, (lr * wl - ll * wr) / std::max(ll - lr * lr, 1e-6F));
    const float s = std::clamp((wl + free_t * lr) / ll, 0.0F, 1.0F);
    const float t = s * lr - wr;
    if (t <= 0) continue;
    const float distance_m = Norm(w + t * to_light - s * along);
    const float penumbra_m = softness * t + 0.004F;
    light *= SmoothRamp(-penumbra_m, penumbra_m, distance_m - capsule.radius_m);
    if (light < 0.01F) return 0;
  }
  return light;
}

}  // namespace videopose::internal
