// SPDX-License-Identifier: Apache-2.0

// Where the figure stands: a plain room with a wooden floor, seen from inside.

#ifndef VIDEOPOSE_SYNTHETIC_FIGURE_ROOM_H_
#define VIDEOPOSE_SYNTHETIC_FIGURE_ROOM_H_

#include <vector>

#include "videopose/geometry.h"

namespace videopose::internal {

// A printed crate, which stands in the room or passes through it. Its print moves with it.
struct Crate {
  Vec3f low, high;  // metres
};

// The box within its walls, metres; the floor is at z = 0.
struct Room {
  Vec3f low{-6.0F, -7.0F, 0.0F};
  Vec3f high{6.0F, 3.0F, 2.9F};
  // Posters and prints on all walls, a pattern on the ceiling: what a camera's motion is seen by.
  bool is_cluttered = false;
  std::vector<Crate> crates;
};

struct RoomPoint {
  Vec3f point_in_world, normal;
  int crate = -1;  // which of the room's it is on; -1: on a wall, the floor or the ceiling
};

// What a ray from inside, and from outside of all crates, meets.
RoomPoint HitRoom(const Room& room, const Vec3f& from, const Vec3f& direction);

// How the room looks there, lit, as linear RGB.
Vec3f RoomColour(const Room& room, const RoomPoint& hit);

// Smooth noise between 0 and 1 that changes over about a unit: values on a grid, interpolated.
float ValueNoise(const Vec3f& x);

inline Vec3f Mix(const Vec3f& a, const Vec3f& b, float share) { return a + share * (b - a); }
inline Vec3f Times(const Vec3f& a, const Vec3f& b) { return {a.x * b.x, a.y * b.y, a.z * b.z}; }
// From 0 at `low` to 1 at `high`: 3 u^2 - 2 u^3.
float SmoothRamp(float low, float high, float x);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SYNTHETIC_FIGURE_ROOM_H_
