// SPDX-License-Identifier: Apache-2.0

// Where a camera was, and how far away points are, from where they were seen: bundle adjustment
// (Triggs et al. 2000).
//
// A point is anchored in one view a, where it was seen in the direction x = (X, Y, 1); its distance
// is 1 / rho (Montiel, Civera & Davison, RSS 2006), so that points at infinity are points like all
// others, and a camera that only turns is no special case. In a view j it is seen at (d.x, d.y) /
// d.z of
//   d = R_j^T (R_a x + rho (c_a - c_j))
// with R and c the rotation and the translation of first_from_cam. Unknown are R and c of the free
// views and all rho. Cauchy's rho of the distances is minimised by Levenberg and Marquardt's
// method; the rho are eliminated (Schur's complement).
//
// Lengths have no unit: weak priors keep rho about 1.

#ifndef VIDEOPOSE_CAMERA_MOTION_BUNDLE_H_
#define VIDEOPOSE_CAMERA_MOTION_BUNDLE_H_

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "videopose/geometry.h"

namespace videopose::internal {

struct BundleView {
  Rigid3d first_from_cam;
  bool is_free = true;
};

struct BundlePoint {
  struct Sight {
    size_t view = 0;
    Vec2d seen;  // (X, Y) / Z
  };
  std::vector<Sight> sights;  // the first one is the anchor
  double rho = 1;             // 0 to kMostRho
};
inline constexpr double kMostRho = 100;

struct Bundle {
  std::vector<BundleView> views;
  std::vector<BundlePoint> points;
  double pixel = 0;  // its size, as Sight::seen
};

// Where a point should be seen; not finite behind the camera. `rho` of 0: infinitely far away.
Vec2d SeenFrom(const Rigid3d& first_from_cam, const Vec3d& direction_in_first, double rho);

// A point as SeenFrom() wants it: at direction / rho, seen from the first view's place.
struct PlacedPoint {
  Vec3d direction_in_first;
  double rho = 0;
};
PlacedPoint Placed(const Bundle& bundle, const BundlePoint& point);

// The robust sum of squares, in pixels; of all sights but anchors.
double BundleCost(const Bundle& bundle);
// Half its gradient by (rotation vector, place) of each free view in turn, and by each point's rho.
std::vector<double> BundleGradient(const Bundle& bundle);

// Returns the cost after at most `steps` steps.
double Adjust(Bundle& bundle, int steps);

// The standard deviation of each view's rotation, degrees, if the sights' errors are those that are
// left.
std::vector<double> RotationSigmas_deg(const Bundle& bundle);

// A view's place alone, of points that are known.
struct PlaceFit {
  Rigid3d first_from_cam;
  double explained = 0;  // the share of points within kExplained_px
  double sigma_deg = 0;
};
inline constexpr double kExplained_px = 1.5;
PlaceFit FitPlace(std::span<const std::pair<PlacedPoint, Vec2d>> sights, const Rigid3d& start,
                  double pixel);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CAMERA_MOTION_BUNDLE_H_
