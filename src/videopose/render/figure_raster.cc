#include "videopose/render/figure_raster.h"

#include <algorithm>
#include <cmath>

#include "videopose/render/figure_room.h"

namespace videopose {
namespace {

// How far beyond its surface a part still matters: it flows into others, and darkens creases.
constexpr float kReach_m = 0.05F;

Vec3f ToFloat(const Vec3d& v) {
  return {static_cast<float>(v.x), static_cast<float>(v.y), static_cast<float>(v.z)};
}

}  // namespace

PixelRays::PixelRays(const PinholeCamera& camera) {
  const Quaternion world_from_cam = Inverse(camera.cam_from_world);
  origin_ = ToFloat(camera.position_in_world);
  right_ = ToFloat(Rotate(world_from_cam, {1 / camera.focal_px, 0, 0}));
  down_ = ToFloat(Rotate(world_from_cam, {0, 1 / camera.focal_px, 0}));
  corner_ = ToFloat(Rotate(world_from_cam, {-camera.centre_px.x / camera.focal_px,
                                            -camera.centre_px.y / camera.focal_px, 1}));
}

FigureTiles::FigureTiles(const FigureShape& shape, const PinholeCamera& camera)
    : width_px_(camera.width_px),
      height_px_(camera.height_px),
      columns_((camera.width_px + kTile_px - 1) / kTile_px),
      rows_((camera.height_px + kTile_px - 1) / kTile_px),
      parts_(static_cast<size_t>(columns_) * rows_) {
  for (size_t index = 0; index < shape.parts.size(); ++index) {
    const FigurePart& part = shape.parts[index];
    const Vec3f& c = part.bound_centre;
    const Vec3d centre_in_cam = CamFromWorld(camera, {c.x, c.y, c.z});
    const double radius_m = part.bound_radius_m + kReach_m;
    if (centre_in_cam.z <= 1.5 * radius_m) continue;  // too near to be drawn
    const Vec2d centre_px = PixelFromCam(camera, centre_in_cam);
    // A sphere off the axis is seen as an ellipse longer by 1 / cos of the angle to the axis.
    const double stretch = Norm(centre_in_cam) / centre_in_cam.z;
    const double radius_px = stretch * camera.focal_px * radius_m / (centre_in_cam.z - radius_m);
    const auto clamp_tile = [](double px, int count) {
      return static_cast<int>(std::clamp(std::floor(px / kTile_px), 0.0, count - 1.0));
    };
    if (centre_px.x + radius_px < 0 || centre_px.x - radius_px > width_px_) continue;
    if (centre_px.y + radius_px < 0 || centre_px.y - radius_px > height_px_) continue;
    for (int row = clamp_tile(centre_px.y - radius_px, rows_);
         row <= clamp_tile(centre_px.y + radius_px, rows_); ++row) {
      for (int column = clamp_tile(centre_px.x - radius_px, columns_);
           column <= clamp_tile(centre_px.x + radius_px, columns_); ++column) {
        const Vec2d middle{(column + 0.5) * kTile_px, (row + 0.5) * kTile_px};
        if (Norm(middle - centre_px) > radius_px + 0.71 * kTile_px) continue;
        parts_[static_cast<size_t>(row) * columns_ + column].push_back(
            static_cast<uint16_t>(index));
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
  // Where nothing is near, the distance grows as fast as one walks away.
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

}  // namespace videopose
