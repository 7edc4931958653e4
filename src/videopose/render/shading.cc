// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/shading.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace videopose::internal {
namespace {

constexpr float kFar_m = 1e6F;
// An outline is drawn over what lies at least so far behind it: not along a joint of one limb.
constexpr float kOutlineGap_m = 0.05F;

struct PixelRange {
  int begin_x = 0, end_x = 0, begin_y = 0, end_y = 0;
};

PixelRange RangeOf(Tile tile, const FlatCone& cone, float border_px) {
  const float r0 = cone.from_radius_px + border_px, r1 = cone.to_radius_px + border_px;
  const auto clamp = [](float at, int limit) {  // NaN: 0
    return at > 0 ? static_cast<int>(std::min(at, static_cast<float>(limit))) : 0;
  };
  return {clamp(std::min(cone.from_px.x - r0, cone.to_px.x - r1), tile.width_px),
          clamp(std::max(cone.from_px.x + r0, cone.to_px.x + r1) + 1, tile.width_px),
          clamp(std::min(cone.from_px.y - r0, cone.to_px.y - r1), tile.height_px),
          clamp(std::max(cone.from_px.y + r0, cone.to_px.y + r1) + 1, tile.height_px)};
}

// The circles between both ends have centres from + t * (to - from) and radii r0 + t * (r1 - r0).
// The one nearest to a pixel that lies `along` the axis and `across` it has, from setting the
// derivative of its distance to zero,
//   t = (along - |across| * tan(b)) / length,  sin(b) = (r0 - r1) / length.
class ConeField {
 public:
  struct Place {
    float t;          // 0..1 along the axis
    Vec2f from_axis;  // from that circle's centre to the pixel
    float radius;
    float distance;  // to the surface, negative inside
  };

  explicit ConeField(const FlatCone& cone) : from_(cone.from_px), radius_(cone.from_radius_px) {
    const Vec2f axis = cone.to_px - cone.from_px;
    const float length = Norm(axis), growth = cone.to_radius_px - cone.from_radius_px;
    if (length <= std::abs(growth) * 1.001F + 1e-3F) {  // one circle hides the other
      if (growth > 0) {
        from_ = cone.to_px;
        radius_ = cone.to_radius_px;
        first_t_ = 1;
      }
      return;
    }
    axis_ = axis;
    direction_ = (1 / length) * axis;
    growth_ = growth;
    inverse_length_ = 1 / length;
    const float sine = -growth / length;
    tangent_ = sine / std::sqrt(1 - sine * sine);
  }

  Place At(float x_px, float y_px) const {
    const float dx = x_px - from_.x, dy = y_px - from_.y;
    const float along = dx * direction_.x + dy * direction_.y;
    const float across = std::abs(dy * direction_.x - dx * direction_.y);
    float t = (along - across * tangent_) * inverse_length_;
    t = t < 0 ? 0 : t > 1 ? 1 : t;
    const float ox = dx - t * axis_.x, oy = dy - t * axis_.y;
    const float radius = radius_ + t * growth_;
    return {first_t_ + t, {ox, oy}, radius, std::sqrt(ox * ox + oy * oy) - radius};
  }

 private:
  Vec2f from_, axis_, direction_;
  float radius_, growth_ = 0, inverse_length_ = 0, tangent_ = 0, first_t_ = 0;
};

float Unit(float value) { return value < 0 ? 0 : value > 1 ? 1 : value; }

float SmoothStep(float from, float to, float value) {
  const float t = Unit((value - from) / (to - from));
  return t * t * (3 - 2 * t);
}

// The light stands above the viewer's left shoulder; surfaces turned away from it get ambient
// light. View frame with z towards the viewer.
Rgb Lit(Rgb colour, float room_light, float nx, float ny, float nz) {
  const float to_light = -0.42F * nx - 0.68F * ny + 0.60F * nz;
  const float wrapped = Unit(0.42F + 0.58F * to_light);
  const float light = room_light + (1.06F - room_light) * wrapped * wrapped;
  // Halfway between the light and the viewer.
  const float half = Unit(-0.235F * nx - 0.380F * ny + 0.894F * nz);
  const float half2 = half * half, half4 = half2 * half2, half8 = half4 * half4;
  const float gloss = 38 * half8 * half8 * half8;
  return light * colour + Rgb{gloss, gloss, gloss};
}

struct DepthBuffer {
  explicit DepthBuffer(Tile tile)
      : width_px(tile.width_px),
        depth_m(static_cast<size_t>(tile.width_px) * tile.height_px, kFar_m) {}
  float* row(int y) { return depth_m.data() + static_cast<size_t>(y) * width_px; }
  int width_px;
  std::vector<float> depth_m;
};

void DrawLitCone(Tile tile, const LitCone& cone, const LitStyle& style, DepthBuffer& depth) {
  const ConeField field(cone.shape);
  const PixelRange range = RangeOf(tile, cone.shape, style.outline_px + 1);
  const float front_share = Dot(cone.front, cone.front) > 0 ? 1 : 0;
  for (int y = range.begin_y; y < range.end_y; ++y) {
    uint8_t* pixels = tile.row(y);
    float* depth_row = depth.row(y);
    for (int x = range.begin_x; x < range.end_x; ++x) {
      const auto place = field.At(static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F);
      const float covered = Unit(0.5F - place.distance);
      const float bordered = Unit(0.5F + style.outline_px - place.distance) - covered;
      if (covered + bordered <= 0) continue;

      const float nx = place.from_axis.x / place.radius, ny = place.from_axis.y / place.radius;
      const float nz = std::sqrt(std::max(0.0F, 1 - nx * nx - ny * ny));
      const float axis_depth = cone.from_depth_m + place.t * (cone.to_depth_m - cone.from_depth_m);
      const float radius_m = cone.from_radius_m + place.t * (cone.to_radius_m - cone.from_radius_m);
      const float surface_depth = axis_depth - nz * radius_m;
      const float behind = depth_row[x];
      const float surface = covered * Unit((behind - surface_depth) / cone.seam_m + 0.5F);
      const float border = bordered * style.outline_strength *
                           Unit((behind - axis_depth - kOutlineGap_m) / kOutlineGap_m);
      if (surface + border <= 0) continue;

      const float turned = nx * cone.front.x + ny * cone.front.y - nz * cone.front.z;
      const float front =
          front_share * SmoothStep(cone.front_cosine - 0.04F, cone.front_cosine + 0.04F, turned);
      const Rgb lit = Lit(Mix(cone.colour, cone.front_colour, front), style.room_light, nx, ny, nz);
      uint8_t* pixel = pixels + static_cast<size_t>(x) * Image::kBytesPerPixel;
      StorePixel(pixel, (1 - surface - border) * LoadPixel(pixel) + surface * lit +
                            border * style.outline);
      if (surface >= 0.5F) depth_row[x] = std::min(behind, surface_depth);
    }
  }
}

}  // namespace

void FillCone(Tile tile, const FlatCone& cone, Rgb colour, float opacity) {
  const ConeField field(cone);
  const PixelRange range = RangeOf(tile, cone, 1);
  for (int y = range.begin_y; y < range.end_y; ++y) {
    uint8_t* pixels = tile.row(y);
    for (int x = range.begin_x; x < range.end_x; ++x) {
      const auto place = field.At(static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F);
      const float covered = opacity * Unit(0.5F - place.distance);
      if (covered <= 0) continue;
      uint8_t* pixel = pixels + static_cast<size_t>(x) * Image::kBytesPerPixel;
      StorePixel(pixel, Mix(LoadPixel(pixel), colour, covered));
    }
  }
}

void DrawLitCones(Tile tile, std::vector<LitCone> cones, const LitStyle& style) {
  if (cones.empty()) return;
  std::stable_sort(cones.begin(), cones.end(), [](const LitCone& a, const LitCone& b) {
    return a.from_depth_m + a.to_depth_m > b.from_depth_m + b.to_depth_m;
  });
  DepthBuffer depth(tile);
  for (const LitCone& cone : cones) DrawLitCone(tile, cone, style, depth);
}

}  // namespace videopose::internal
