// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/floor.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace videopose::internal {
namespace {

// The radius of the light on the floor, in distances of the viewer.
constexpr float kLightRadiusPerDistance = 0.62F;
constexpr float kLineWidthPerHeight = 0.0022F;

float Unit(float value) { return value < 0 ? 0 : value > 1 ? 1 : value; }

// Between neighbouring shades of a gradient pixels alternate in this pattern, which the eye takes
// for a shade in between; without it a dark gradient shows bands. Ordered dithering, Bayer 1973.
float Dither(int x, int y) {
  static constexpr float kBayer[4][4] = {
      {0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}};
  return (kBayer[y & 3][x & 3] - 7.5F) / 16;
}

// How much of a pixel a grid line covers: `at` is counted in cells, `pixel` is a pixel's size in
// cells. Lines that crowd together fade out instead of flickering.
inline float LineCover(float at, float pixel, float line_width_px) {
  const float off = std::abs(at - std::floor(at + 0.5F));
  return Unit(0.5F * line_width_px + 0.5F - off / pixel) * Unit(1.4F - 2.8F * pixel);
}

// The part of the vertical light that passes each spot of the floor around a body.
class ShadowMap {
 public:
  explicit ShadowMap(std::span<const RoundCone> flesh) {
    Vec2f low = {1e9F, 1e9F}, high = {-1e9F, -1e9F};
    for (const RoundCone& cone : flesh) {
      for (const Vec3f& end : {cone.from, cone.to}) {
        low = {std::min(low.x, end.x), std::min(low.y, end.y)};
        high = {std::max(high.x, end.x), std::max(high.y, end.y)};
      }
    }
    const float border = kWidestBlur_m + 0.1F;
    origin_ = low - Vec2f{border, border};
    texel_m_ = (std::max(high.x - low.x, high.y - low.y) + 2 * border) / kSize;
    passing_.assign(kSize * kSize, 1.0F);
    for (const RoundCone& cone : flesh) Occlude(cone);
  }

  Vec2f low() const { return origin_; }
  Vec2f high() const { return origin_ + Vec2f{kSize * texel_m_, kSize * texel_m_}; }

  // 1 outside.
  float PassingAt(float x, float y) const {
    const float u = (x - origin_.x) / texel_m_ - 0.5F, v = (y - origin_.y) / texel_m_ - 0.5F;
    if (!(u >= 0 && v >= 0 && u < kSize - 1 && v < kSize - 1)) return 1;
    const int column = static_cast<int>(u), row = static_cast<int>(v);
    const float fu = u - static_cast<float>(column), fv = v - static_cast<float>(row);
    const float* at = passing_.data() + static_cast<size_t>(row) * kSize + column;
    return (1 - fv) * (at[0] + fu * (at[1] - at[0])) +
           fv * (at[kSize] + fu * (at[kSize + 1] - at[kSize]));
  }

 private:
  static constexpr int kSize = 112;
  static constexpr float kWidestBlur_m = 0.42F;

  void Occlude(const RoundCone& cone) {
    const Vec2f from = {cone.from.x, cone.from.y}, axis = Vec2f{cone.to.x, cone.to.y} - from;
    const float squared = std::max(Dot(axis, axis), 1e-9F);
    const float reach = std::max(cone.from_radius_m, cone.to_radius_m) + kWidestBlur_m;
    const auto texel = [&](float at) {
      return static_cast<int>(std::clamp(at / texel_m_, 0.0F, static_cast<float>(kSize)));
    };
    const int begin_x = texel(std::min(0.0F, axis.x) + from.x - reach - origin_.x);
    const int end_x = texel(std::max(0.0F, axis.x) + from.x + reach - origin_.x);
    const int begin_y = texel(std::min(0.0F, axis.y) + from.y - reach - origin_.y);
    const int end_y = texel(std::max(0.0F, axis.y) + from.y + reach - origin_.y);
    for (int row = begin_y; row < end_y; ++row) {
      const float dy = origin_.y + (static_cast<float>(row) + 0.5F) * texel_m_ - from.y;
      float* passing = passing_.data() + static_cast<size_t>(row) * kSize;
#pragma omp simd
      for (int column = begin_x; column < end_x; ++column) {
        const float dx = origin_.x + (static_cast<float>(column) + 0.5F) * texel_m_ - from.x;
        const float t = Unit((dx * axis.x + dy * axis.y) / squared);
        const float ox = dx - t * axis.x, oy = dy - t * axis.y;
        const float height = std::max(0.0F, cone.from.z + t * (cone.to.z - cone.from.z));
        const float radius = cone.from_radius_m + t * (cone.to_radius_m - cone.from_radius_m);
        // Half shadow at the edge of the body, none a blur's width outside.
        const float blur = std::min(0.05F + 0.24F * height, kWidestBlur_m);
        const float inside = Unit(0.5F + (radius - std::sqrt(ox * ox + oy * oy)) / (2 * blur));
        const float strength = 0.72F / (1 + 1.6F * height);
        passing[column] *= 1 - strength * inside * inside * (3 - 2 * inside);
      }
    }
  }

  Vec2f origin_;
  float texel_m_ = 1;
  std::vector<float> passing_;
};

}  // namespace

void DrawBackdrop(Tile tile, const Palette& palette) {
  const float half_width = 0.5F * static_cast<float>(tile.width_px);
  const float half_height = 0.5F * static_cast<float>(tile.height_px);
  for (int y = 0; y < tile.height_px; ++y) {
    const float v = (static_cast<float>(y) - half_height) / half_height;
    for (int x = 0; x < tile.width_px; ++x) {
      const float u = (static_cast<float>(x) - half_width) / half_width;
      const float corner = Unit((u * u + v * v) * 0.55F);
      const float dither = Dither(x, y);
      StorePixel(
          tile.row(y) + static_cast<size_t>(x) * Image::kBytesPerPixel,
          Mix(palette.backdrop, palette.backdrop_corner, corner) + Rgb{dither, dither, dither});
    }
  }
}

void DrawFloor(Tile tile, const View& view, const Palette& palette) {
  const Vec2f focus = {view.options().focus_in_world.x, view.options().focus_in_world.y};
  const float line_width_px =
      std::max(1.0F, kLineWidthPerHeight * static_cast<float>(tile.height_px));
  const float radius = kLightRadiusPerDistance * static_cast<float>(view.options().distance_m);
  for (int y = 0; y < tile.height_px; ++y) {
    const View::FloorRow row = view.FloorAt(static_cast<float>(y) + 0.5F);
    const View::FloorRow next = view.FloorAt(static_cast<float>(y) + 1.5F);
    if (!row.visible || !next.visible) continue;
    const Vec2f down = next.start - row.start, down_step = next.step - row.step;
    uint8_t* pixels = tile.row(y);
    for (int x = 0; x < tile.width_px; ++x) {
      const float column = static_cast<float>(x) + 0.5F;
      const Vec2f at = row.start + column * row.step;
      const Vec2f off = (1 / radius) * (at - focus);
      const float near = 1 - Dot(off, off);
      if (near <= 0) continue;
      const Vec2f dy = down + column * down_step;
      const float pixel_x = std::sqrt(row.step.x * row.step.x + dy.x * dy.x) / kGridCell_m;
      const float pixel_y = std::sqrt(row.step.y * row.step.y + dy.y * dy.y) / kGridCell_m;
      const float line = std::max(LineCover(at.x / kGridCell_m, pixel_x, line_width_px),
                                  LineCover(at.y / kGridCell_m, pixel_y, line_width_px));
      const float light = near * near;
      const float dither = Dither(x, y) * light;
      uint8_t* pixel = pixels + static_cast<size_t>(x) * Image::kBytesPerPixel;
      const Rgb lit = Mix(LoadPixel(pixel), palette.floor, light);
      StorePixel(pixel, Mix(lit, palette.grid, 0.55F * line * light) + Rgb{dither, dither, dither});
    }
  }
}

void DrawShadow(Tile tile, const View& view, const Palette& palette,
                std::span<const RoundCone> flesh) {
  if (flesh.empty()) return;
  const ShadowMap map(flesh);
  const Vec2f low = map.low(), high = map.high();
  float begin_x = 1e9F, end_x = -1e9F, begin_y = 1e9F, end_y = -1e9F;
  for (const Vec2f corner : {low, high, Vec2f{low.x, high.y}, Vec2f{high.x, low.y}}) {
    const View::Seen seen = view.Project({corner.x, corner.y, 0});
    begin_x = std::min(begin_x, seen.x_px);
    end_x = std::max(end_x, seen.x_px + 1);
    begin_y = std::min(begin_y, seen.y_px);
    end_y = std::max(end_y, seen.y_px + 1);
  }
  const auto clamp = [](float at, int limit) {  // NaN: 0
    return at > 0 ? static_cast<int>(std::min(at, static_cast<float>(limit))) : 0;
  };
  const int last_x = clamp(end_x, tile.width_px), last_y = clamp(end_y, tile.height_px);
  for (int y = clamp(begin_y, tile.height_px); y < last_y; ++y) {
    const View::FloorRow row = view.FloorAt(static_cast<float>(y) + 0.5F);
    if (!row.visible) continue;
    uint8_t* pixels = tile.row(y);
    for (int x = clamp(begin_x, tile.width_px); x < last_x; ++x) {
      const Vec2f at = row.start + (static_cast<float>(x) + 0.5F) * row.step;
      const float shadow = palette.shadow_strength * (1 - map.PassingAt(at.x, at.y));
      if (shadow < 0.002F) continue;
      uint8_t* pixel = pixels + static_cast<size_t>(x) * Image::kBytesPerPixel;
      StorePixel(pixel, Mix(LoadPixel(pixel), palette.shadow, shadow));
    }
  }
}

}  // namespace videopose::internal
