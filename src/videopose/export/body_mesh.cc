// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/body_mesh.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace videopose::internal {
namespace {

constexpr int kSegments = 16;  // around
constexpr int kArcRings = 5;   // on each rounded end

// The hull of two spheres, in a joint's frame at rest; then drawn out or flattened about the middle
// of their centres.
struct Shape {
  int joint;
  Vec3d from, to;  // centres
  double from_radius, to_radius;
  Vec3d stretch = {1, 1, 1};
};

// A point at latitude a on a sphere of radius r about c, with the axis along the shape:
//   c + r (cos a * radial + sin a * axis)
// has the normal in brackets. The cone between both spheres touches them at the latitude whose sine
// is (from_radius - to_radius) / |to - from|. Stretching by S takes normals n to S^-1 n.
void AppendShape(const Shape& shape, const Vec3d& joint_at_rest, BodyMesh& mesh) {
  const Vec3d along = shape.to - shape.from;
  const double length = Norm(along);
  const Vec3d axis = length > 1e-9 ? (1 / length) * along : Vec3d{0, 1, 0};
  const Vec3d helper = std::abs(axis.x) < 0.7 ? Vec3d{1, 0, 0} : Vec3d{0, 0, 1};
  const Vec3d side = Normalized(Cross(axis, helper)), other_side = Cross(axis, side);
  const Vec3d centre = 0.5 * (shape.from + shape.to);
  const double taper = shape.from_radius - shape.to_radius;
  const double touch_rad = length > 1e-9 ? std::asin(std::clamp(taper / length, -1.0, 1.0)) : 0;

  const size_t first = mesh.positions.size();
  const auto append_ring = [&](const Vec3d& sphere, double radius, double latitude_rad) {
    for (int i = 0; i < kSegments; ++i) {
      const double angle = 2 * std::numbers::pi * i / kSegments;
      const Vec3d radial = std::cos(angle) * side + std::sin(angle) * other_side;
      const Vec3d n = std::cos(latitude_rad) * radial + std::sin(latitude_rad) * axis;
      const Vec3d p = sphere + radius * n - centre;
      const Vec3d& s = shape.stretch;
      mesh.positions.push_back(
          (joint_at_rest + centre + Vec3d{s.x * p.x, s.y * p.y, s.z * p.z}).Cast<float>());
      mesh.normals.push_back(Normalized(Vec3d{n.x / s.x, n.y / s.y, n.z / s.z}).Cast<float>());
      mesh.joints.push_back(shape.joint);
    }
  };
  for (int ring = 0; ring < kArcRings; ++ring) {
    const double share = static_cast<double>(ring) / (kArcRings - 1);
    const double pole_rad = -std::numbers::pi / 2;
    append_ring(shape.from, shape.from_radius, pole_rad + share * (touch_rad - pole_rad));
  }
  for (int ring = 0; ring < kArcRings; ++ring) {
    const double share = static_cast<double>(ring) / (kArcRings - 1);
    const double pole_rad = std::numbers::pi / 2;
    append_ring(shape.to, shape.to_radius, touch_rad + share * (pole_rad - touch_rad));
  }

  constexpr int kRings = 2 * kArcRings;
  const auto index = [&](int ring, int segment) {
    return static_cast<uint16_t>(first + static_cast<size_t>(ring * kSegments) +
                                 static_cast<size_t>(segment % kSegments));
  };
  const auto append_triangle = [&](uint16_t a, uint16_t b, uint16_t c) {
    mesh.indices.insert(mesh.indices.end(), {a, b, c});
  };
  for (int ring = 0; ring + 1 < kRings; ++ring) {
    for (int i = 0; i < kSegments; ++i) {
      // At the poles one side of the quadrilateral has no length.
      if (ring > 0) append_triangle(index(ring, i), index(ring, i + 1), index(ring + 1, i));
      if (ring + 2 < kRings) {
        append_triangle(index(ring, i + 1), index(ring + 1, i + 1), index(ring + 1, i));
      }
    }
  }
}

// Radii in metres for a leg of ordinary length, by eye.
std::vector<Shape> BodyShapes(const Rig& rig) {
  const auto end = [&](int joint) { return rig.end_m[joint]; };
  constexpr double kOrdinaryLeg_m = 0.84;
  const double s = (Norm(end(kRigLeftUpLeg)) + Norm(end(kRigLeftLeg))) / kOrdinaryLeg_m;
  const Vec3d hip = rig.offset_m[kRigLeftUpLeg];
  // The rig's head begins at the chin and ends at the height of the eyes.
  const Vec3d head_centre = 0.85 * end(kRigHead) + s * Vec3d{0, 0, 0.015};
  const Vec3d nose = head_centre + s * Vec3d{0, -0.025, 0.075};
  const double head = 0.152 * s;
  // From the thorax to inside the head.
  const Vec3d neck = end(kRigNeck) + 0.8 * head_centre;
  std::vector<Shape> shapes = {
      {kRigHips, -0.6 * hip, 0.6 * hip, 0.105 * s, 0.105 * s, {1, 1.1, 0.95}},
      {kRigSpine, {}, end(kRigSpine), 0.105 * s, 0.10 * s, {1.3, 1, 0.95}},
      {kRigSpine1, {}, 0.8 * end(kRigSpine1), 0.10 * s, 0.115 * s, {1.35, 1, 0.95}},
      {kRigNeck, {}, neck, 0.052 * s, 0.05 * s},
      {kRigHead, head_centre, head_centre, head, head, {0.50, 0.68, 0.62}},
      {kRigHead, nose, nose + s * Vec3d{0, 0, 0.03}, 0.022 * s, 0.018 * s},
  };
  struct Side {
    int shoulder, arm, forearm, hand, up_leg, leg, foot, toes;
  };
  for (const Side& side : {Side{kRigLeftShoulder, kRigLeftArm, kRigLeftForeArm, kRigLeftHand,
                                kRigLeftUpLeg, kRigLeftLeg, kRigLeftFoot, kRigLeftToeBase},
                           Side{kRigRightShoulder, kRigRightArm, kRigRightForeArm, kRigRightHand,
                                kRigRightUpLeg, kRigRightLeg, kRigRightFoot, kRigRightToeBase}}) {
    const Vec3d toe = end(side.foot) + end(side.toes), heel{0, toe.y, -0.3 * toe.z};
    const Vec3d lift{0, 0.025 * s, 0};
    shapes.insert(
        shapes.end(),
        {{side.shoulder, 0.3 * end(side.shoulder), end(side.shoulder), 0.075 * s, 0.06 * s},
         {side.arm, {}, end(side.arm), 0.052 * s, 0.042 * s},
         {side.forearm, {}, end(side.forearm), 0.042 * s, 0.032 * s},
         {side.hand, {}, 0.85 * end(side.hand), 0.036 * s, 0.028 * s, {1, 0.75, 1.2}},
         {side.up_leg, {}, end(side.up_leg), 0.08 * s, 0.056 * s},
         {side.leg, {}, end(side.leg), 0.056 * s, 0.04 * s},
         {side.foot, heel + lift, toe + lift, 0.036 * s, 0.034 * s, {1.2, 0.75, 1.15}},
         {side.foot, {}, 0.6 * heel, 0.042 * s, 0.036 * s}});
  }
  return shapes;
}

}  // namespace

std::array<Vec3d, kRigJointCount> RestPositions(const Rig& rig) {
  std::array<Vec3d, kRigJointCount> positions{};
  for (size_t j = 1; j < kRigJointCount; ++j) {
    positions[j] = positions[RigJoints()[j].parent] + rig.offset_m[j];
  }
  return positions;
}

BodyMesh MakeBodyMesh(const Rig& rig) {
  BodyMesh mesh;
  const auto rest = RestPositions(rig);
  for (const Shape& shape : BodyShapes(rig)) {
    AppendShape(shape, rest[shape.joint], mesh);
  }
  return mesh;
}

}  // namespace videopose::internal
