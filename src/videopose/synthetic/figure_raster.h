// SPDX-License-Identifier: Apache-2.0

// Which pixels show which part of a figure: rays marched through its signed distance. Pixels are
// gathered in tiles, and a tile's rays look only at the parts that can be near them.

#ifndef VIDEOPOSE_SYNTHETIC_FIGURE_RASTER_H_
#define VIDEOPOSE_SYNTHETIC_FIGURE_RASTER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/synthetic/figure_shape.h"

namespace videopose::internal {

// Rays through the pixels of a camera, in the world, in single precision.
class PixelRays {
 public:
  explicit PixelRays(const Camera& camera);
  const Vec3f& origin() const { return origin_; }
  // Of unit length.
  Vec3f Direction(float x_px, float y_px) const {
    return Normalized(corner_ + x_px * right_ + y_px * down_);
  }

 private:
  Vec3f origin_, corner_, right_, down_;
};

// Pixels [x_begin, x_end) x [y_begin, y_end).
struct PixelBox {
  int x_begin = 0, x_end = 0, y_begin = 0, y_end = 0;
};

class FigureTiles {
 public:
  static constexpr int kTile_px = 8;

  FigureTiles(const FigureShape& shape, const Camera& camera);

  int columns() const { return columns_; }
  int rows() const { return rows_; }
  PixelBox box(int column, int row) const;
  // Ascending; empty where no part can be seen.
  std::span<const uint16_t> parts(int column, int row) const {
    return parts_[static_cast<size_t>(row) * columns_ + column];
  }

 private:
  int width_px_, height_px_, columns_, rows_;
  std::vector<std::vector<uint16_t>> parts_;
};

struct FigureHit {
  int part = -1;  // -1: the ray misses
  float distance_m = 0;
  Vec3f point_in_world;
};

FigureHit MarchRay(const FigureShape& shape, std::span<const uint16_t> parts, const Vec3f& origin,
                   const Vec3f& direction);

// The surface's direction outwards at a point on it.
Vec3f FigureNormal(const FigureShape& shape, std::span<const uint16_t> parts, const Vec3f& x);

// 1 where nothing is near, towards 0 in creases.
float FigureOpenness(const FigureShape& shape, std::span<const uint16_t> parts, const Vec3f& x,
                     const Vec3f& normal);

// The share of a lamp's light, 0..1, that reaches x past the capsules; `softness` is the tangent of
// the angle the lamp is seen under.
float LightPastCapsules(std::span<const FigureCapsule> capsules, const Vec3f& x,
                        const Vec3f& to_light, float softness);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SYNTHETIC_FIGURE_RASTER_H_
