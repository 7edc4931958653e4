// SPDX-License-Identifier: Apache-2.0

#include "videopose/synthetic/figure_room.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace videopose::internal {
namespace {

float HashToUnit(int x, int y, int z) {
  uint32_t h = static_cast<uint32_t>(x) * 0x9E3779B1U ^ static_cast<uint32_t>(y) * 0x85EBCA77U ^
               static_cast<uint32_t>(z) * 0xC2B2AE3DU;
  h = (h ^ (h >> 15)) * 0x2C1B3C6DU;
  h = (h ^ (h >> 12)) * 0x297A2D39U;
  return static_cast<float>((h ^ (h >> 15)) >> 8) * 0x1p-24F;
}

Vec3f FloorColour(const Vec3f& p) {
  constexpr float kPlankWidth_m = 0.14F, kPlankLength_m = 1.6F;
  const float row = std::floor(p.y / kPlankWidth_m);
  const float shifted = p.x + 0.63F * kPlankLength_m * row;
  const float column = std::floor(shifted / kPlankLength_m);
  const float tone = HashToUnit(static_cast<int>(row), static_cast<int>(column), 7);
  const float grain = ValueNoise({p.x * 3 + tone * 50, p.y * 60, tone * 9}) * 0.7F +
                      ValueNoise({p.x * 11, p.y * 170, tone * 5}) * 0.3F;
  const Vec3f wood =
      Mix({0.31F, 0.185F, 0.095F}, {0.46F, 0.30F, 0.17F}, 0.55F * tone + 0.45F * grain);
  const float across = p.y / kPlankWidth_m - row;
  const float along = shifted / kPlankLength_m - column;
  const float gap = std::min(std::min(across, 1 - across) * kPlankWidth_m,
                             std::min(along, 1 - along) * kPlankLength_m);
  return (0.55F + 0.45F * SmoothRamp(0.0F, 0.004F, gap)) * wood;
}

// A framed picture on a wall, u and v from its middle, metres.
Vec3f PictureColour(float u, float v, float half_width, float half_height, const Vec3f& wall) {
  const float edge = std::max(std::abs(u) - half_width, std::abs(v) - half_height);
  if (edge > 0) return (0.72F + 0.28F * SmoothRamp(0, 0.05F, edge)) * wall;  // its soft shadow
  if (edge > -0.03F) return {0.05F, 0.04F, 0.035F};
  if (edge > -0.10F) return {0.80F, 0.79F, 0.76F};
  const float hills = 0.10F * std::sin(5 * u + 1) + 0.05F * std::sin(13 * u);
  if (v < hills - 0.12F) return {0.10F, 0.20F, 0.14F};
  if (v < hills) return {0.20F, 0.33F, 0.24F};
  return Mix({0.75F, 0.55F, 0.38F}, {0.33F, 0.48F, 0.62F}, SmoothRamp(-0.1F, 0.35F, v));
}

Vec3f WallColour(const Room& room, const Vec3f& p, bool is_back) {
  Vec3f wall = (0.97F + 0.03F * ValueNoise(2.5F * p)) * Vec3f{0.62F, 0.61F, 0.57F};
  if (!is_back) wall = 0.92F * wall;
  if (p.z < 0.11F) return (p.z > 0.100F ? 0.7F : 1.0F) * Vec3f{0.78F, 0.77F, 0.74F};
  if (!is_back) return wall;
  const float left = room.low.x;
  wall = PictureColour(p.x - (left + 3.7F), p.z - 1.75F, 0.48F, 0.36F, wall);
  return PictureColour(p.x - (left + 8.6F), p.z - 1.70F, 0.30F, 0.42F, wall);
}

// Rectangles of many sizes and colours, printed with spots. u and v along the surface, metres.
Vec3f ClutterColour(float u, float v, int surface, const Vec3f& plain) {
  constexpr float kCell_m = 0.55F;
  const int i = static_cast<int>(std::floor(u / kCell_m)),
            j = static_cast<int>(std::floor(v / kCell_m));
  const auto at_random = [&](int k) { return HashToUnit(i, j, 31 * surface + k); };
  if (at_random(0) < 0.25F) return plain;
  const float x = std::abs(u / kCell_m - static_cast<float>(i) - 0.35F - 0.3F * at_random(1));
  const float y = std::abs(v / kCell_m - static_cast<float>(j) - 0.35F - 0.3F * at_random(2));
  if (x > 0.18F + 0.17F * at_random(3) || y > 0.18F + 0.17F * at_random(4)) return plain;
  const Vec3f paper{0.15F + 0.7F * at_random(5), 0.15F + 0.7F * at_random(6),
                    0.15F + 0.7F * at_random(7)};
  const float spots = ValueNoise({u * 14, v * 14, at_random(8) * 50});
  return spots > 0.55F ? 0.35F * paper : paper;
}

// The normal of the face that a ray meets before `nearest`, which becomes its distance.
std::optional<Vec3f> MeetCrate(const Crate& crate, const Vec3f& from, const Vec3f& direction,
                               float& nearest) {
  float enters = 0, leaves = nearest;
  Vec3f normal;
  const auto narrow = [&](float x, float d, float low, float high, const Vec3f& axis) {
    if (d == 0) {
      if (x <= low || x >= high) leaves = -1;
      return;
    }
    const float in = ((d > 0 ? low : high) - x) / d, out = ((d > 0 ? high : low) - x) / d;
    if (in > enters) {
      enters = in;
      normal = d > 0 ? -axis : axis;
    }
    leaves = std::min(leaves, out);
  };
  narrow(from.x, direction.x, crate.low.x, crate.high.x, {1, 0, 0});
  narrow(from.y, direction.y, crate.low.y, crate.high.y, {0, 1, 0});
  narrow(from.z, direction.z, crate.low.z, crate.high.z, {0, 0, 1});
  if (enters <= 0 || enters >= leaves) return std::nullopt;
  nearest = enters;
  return normal;
}

Vec3f CrateColour(const Crate& crate, const RoomPoint& hit) {
  const Vec3f on_crate = hit.point_in_world - crate.low;
  const Vec3f plain{0.36F, 0.33F, 0.30F};
  if (hit.normal.z != 0) return ClutterColour(on_crate.x, on_crate.y, 11, plain);
  const float u = hit.normal.x != 0 ? on_crate.y : on_crate.x;
  return 0.85F * ClutterColour(u, on_crate.z, 12 + hit.crate, plain);
}

}  // namespace

float SmoothRamp(float low, float high, float x) {
  const float u = std::clamp((x - low) / (high - low), 0.0F, 1.0F);
  return u * u * (3 - 2 * u);
}

float ValueNoise(const Vec3f& x) {
  const Vec3f base{std::floor(x.x), std::floor(x.y), std::floor(x.z)};
  const Vec3f u = x - base;
  const Vec3f s{u.x * u.x * (3 - 2 * u.x), u.y * u.y * (3 - 2 * u.y), u.z * u.z * (3 - 2 * u.z)};
  const int i = static_cast<int>(base.x), j = static_cast<int>(base.y),
            k = static_cast<int>(base.z);
  const auto along_x = [&](int dj, int dk) {
    return std::lerp(HashToUnit(i, j + dj, k + dk), HashToUnit(i + 1, j + dj, k + dk), s.x);
  };
  return std::lerp(std::lerp(along_x(0, 0), along_x(1, 0), s.y),
                   std::lerp(along_x(0, 1), along_x(1, 1), s.y), s.z);
}

RoomPoint HitRoom(const Room& room, const Vec3f& from, const Vec3f& direction) {
  // Along each axis only the wall ahead can be met; the nearest of the three is.
  float nearest = std::numeric_limits<float>::max();
  Vec3f normal;
  const auto meet = [&](float x, float d, float low, float high, const Vec3f& axis) {
    if (d == 0) return;
    const float distance = ((d > 0 ? high : low) - x) / d;
    if (distance >= nearest) return;
    nearest = distance;
    normal = d > 0 ? -axis : axis;
  };
  meet(from.x, direction.x, room.low.x, room.high.x, {1, 0, 0});
  meet(from.y, direction.y, room.low.y, room.high.y, {0, 1, 0});
  meet(from.z, direction.z, room.low.z, room.high.z, {0, 0, 1});
  RoomPoint hit{from + nearest * direction, normal};
  for (size_t i = 0; i < room.crates.size(); ++i) {
    if (const std::optional<Vec3f> face = MeetCrate(room.crates[i], from, direction, nearest)) {
      hit = {from + nearest * direction, *face, static_cast<int>(i)};
    }
  }
  return hit;
}

Vec3f RoomColour(const Room& room, const RoomPoint& hit) {
  if (hit.crate >= 0) return CrateColour(room.crates[static_cast<size_t>(hit.crate)], hit);
  const Vec3f& p = hit.point_in_world;
  // Corners are darker: each wall takes light from the others near it.
  const float to_x = std::min(p.x - room.low.x, room.high.x - p.x);
  const float to_y = std::min(p.y - room.low.y, room.high.y - p.y);
  const auto open = [](float distance) {
    return 0.70F + 0.30F * SmoothRamp(-0.1F, 0.8F, distance);
  };
  if (hit.normal.z > 0) {
    const float lamp = 1.05F - 0.025F * (p.x * p.x + p.y * p.y) / 2;
    return std::max(lamp, 0.55F) * open(to_x) * open(to_y) * FloorColour(p);
  }
  if (hit.normal.z < 0) {
    const Vec3f plain{0.80F, 0.80F, 0.79F};
    return open(to_x) * open(to_y) *
           (room.is_cluttered ? ClutterColour(p.x, p.y, 5, plain) : plain);
  }
  const bool is_back = hit.normal.y < 0;
  const float side = is_back ? to_x : to_y;
  const float lamp = 1.0F - 0.012F * p.x * p.x;
  Vec3f wall = WallColour(room, p, is_back);
  if (room.is_cluttered && p.z > 0.15F) {
    const bool is_side = hit.normal.x != 0;
    const int surface = is_side ? (hit.normal.x > 0 ? 1 : 2) : (hit.normal.y > 0 ? 3 : 4);
    wall = ClutterColour(is_side ? p.y : p.x, p.z, surface, wall);
  }
  return std::max(lamp, 0.6F) * open(side) * open(p.z) * wall;
}

}  // namespace videopose::internal
