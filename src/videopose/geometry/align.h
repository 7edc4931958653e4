// SPDX-License-Identifier: Apache-2.0

// The similarity (rotation, uniform scale, translation) that brings one set of points nearest to
// another.

#ifndef VIDEOPOSE_GEOMETRY_ALIGN_H_
#define VIDEOPOSE_GEOMETRY_ALIGN_H_

#include <span>

#include "videopose/geometry.h"

namespace videopose::internal {

// x_in_b = scale * Rotate(b_from_a, x_in_a) + translation_in_b. Never mirrors.
struct Similarity {
  double scale = 1;
  Quaternion b_from_a;
  Vec3d translation_in_b;
};

inline Vec3d Apply(const Similarity& b_from_a, const Vec3d& x_in_a) {
  return b_from_a.scale * Rotate(b_from_a.b_from_a, x_in_a) + b_from_a.translation_in_b;
}

// Minimises the sum of squared distances between b and the transformed a; points are x y z triples,
// as many in both (at least one). Where the points leave the answer open (all on one line, or in
// one place) one of the best is given: the scale is 0 where all of a lie in one place. NaN in
// gives NaN out.
// Horn, "Closed-form solution of absolute orientation using unit quaternions", JOSA A 4 (1987).
Similarity AlignSimilarity(std::span<const float> points_in_a, std::span<const float> points_in_b);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GEOMETRY_ALIGN_H_
