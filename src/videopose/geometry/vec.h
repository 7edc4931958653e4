// Points and directions, metres unless a name says otherwise.

#ifndef VIDEOPOSE_GEOMETRY_VEC_H_
#define VIDEOPOSE_GEOMETRY_VEC_H_

#include <cmath>

namespace videopose {

template <typename T>
struct BasicVec2 {
  T x = 0, y = 0;
  template <typename U>
  constexpr BasicVec2<U> Cast() const {
    return {static_cast<U>(x), static_cast<U>(y)};
  }
  friend BasicVec2 operator+(BasicVec2 a, BasicVec2 b) { return {a.x + b.x, a.y + b.y}; }
  friend BasicVec2 operator-(BasicVec2 a, BasicVec2 b) { return {a.x - b.x, a.y - b.y}; }
  friend BasicVec2 operator*(T s, BasicVec2 a) { return {s * a.x, s * a.y}; }
  bool operator==(const BasicVec2&) const = default;
};

template <typename T>
struct BasicVec3 {
  T x = 0, y = 0, z = 0;
  template <typename U>
  constexpr BasicVec3<U> Cast() const {
    return {static_cast<U>(x), static_cast<U>(y), static_cast<U>(z)};
  }
  friend BasicVec3 operator+(BasicVec3 a, BasicVec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
  friend BasicVec3 operator-(BasicVec3 a, BasicVec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
  friend BasicVec3 operator-(BasicVec3 a) { return {-a.x, -a.y, -a.z}; }
  friend BasicVec3 operator*(T s, BasicVec3 a) { return {s * a.x, s * a.y, s * a.z}; }
  bool operator==(const BasicVec3&) const = default;
};

using Vec2f = BasicVec2<float>;
using Vec2d = BasicVec2<double>;
using Vec3f = BasicVec3<float>;
using Vec3d = BasicVec3<double>;

template <typename T>
T Dot(BasicVec2<T> a, BasicVec2<T> b) {
  return a.x * b.x + a.y * b.y;
}
template <typename T>
T Dot(BasicVec3<T> a, BasicVec3<T> b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
template <typename T>
BasicVec3<T> Cross(BasicVec3<T> a, BasicVec3<T> b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
template <typename V>
auto Norm(V a) {
  return std::sqrt(Dot(a, a));
}
// Not for the zero vector.
template <typename V>
V Normalized(V a) {
  return (1 / Norm(a)) * a;
}
// Shorter than that a vector points nowhere: what is left of it is rounding.
inline constexpr double kNoDirection = 1e-9;
// Of unit length; `otherwise` where there is no direction.
template <typename V>
V DirectionOr(V a, V otherwise) {
  const auto norm = Norm(a);
  return norm > kNoDirection ? (1 / norm) * a : otherwise;
}
template <typename T>
bool IsFinite(BasicVec3<T> a) {
  return std::isfinite(a.x) && std::isfinite(a.y) && std::isfinite(a.z);
}

}  // namespace videopose

#endif  // VIDEOPOSE_GEOMETRY_VEC_H_
