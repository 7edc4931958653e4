// SPDX-License-Identifier: Apache-2.0

// A clothed human shape around a synthetic body: round cones and ellipsoids that flow into each
// other, as a signed distance (Quilez, "Distance functions" and "Smooth minimum").

#ifndef VIDEOPOSE_SYNTHETIC_FIGURE_SHAPE_H_
#define VIDEOPOSE_SYNTHETIC_FIGURE_SHAPE_H_

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/synthetic/synthetic_body.h"

namespace videopose::internal {

enum class FigureMaterial : uint8_t { kSkin, kHair, kEye, kShirt, kTrousers, kShoe };

// Parts of one group blend; groups meet in a crease. In the order of the parts.
enum class FigureGroup : uint8_t {
  kShirt,
  kTrousers,
  kLeftArm,
  kRightArm,
  kHead,
  kHair,
  kEyes,
  kLeftAnkle,
  kLeftShoe,
  kRightAnkle,
  kRightShoe,
};

struct FigurePart {
  enum class Kind : uint8_t { kCone, kEllipsoid, kCutEllipsoid };

  Kind kind = Kind::kCone;
  FigureGroup group = FigureGroup::kShirt;
  FigureMaterial material = FigureMaterial::kShirt;
  float blend_m = 0;  // how far it flows into the parts of its group before it
  // Cone: from `centre` (radius radii.x) along `axis` to centre + axis (radius radii.y).
  // Ellipsoid: around `centre` with `radii` along axes[0..2]; a cut one has only what lies above
  // the plane x . cut_normal = cut_offset_m of its own frame.
  Vec3f centre, axis, radii;
  std::array<Vec3f, 3> axes;
  Vec3f cut_normal;
  float cut_offset_m = 0;

  // A bounding sphere.
  Vec3f bound_centre;
  float bound_radius_m = 0;
};

// For soft shadows: the body by its limbs.
struct FigureCapsule {
  Vec3f from, to;
  float radius_m = 0;
};

struct FigureShape {
  std::vector<FigurePart> parts;  // by group
  std::vector<FigureCapsule> capsules;
};

FigureShape ShapeFigure(const BodyPose& pose, double height_m);

// Nearly the distance from x to the surface of one part, negative inside.
float DistanceToPart(const FigurePart& part, const Vec3f& x_in_world);

struct FigureDistance {
  float distance_m = std::numeric_limits<float>::max();
  int nearest_part = -1;
};

// To the figure made of some of its parts (indices in ascending order).
FigureDistance DistanceToFigure(const FigureShape& shape, std::span<const uint16_t> parts,
                                const Vec3f& x_in_world);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SYNTHETIC_FIGURE_SHAPE_H_
