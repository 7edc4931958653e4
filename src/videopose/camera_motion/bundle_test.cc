// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/bundle.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "videopose/base/fast_random.h"
#include "videopose/camera_motion/test_walks.h"
#include "videopose/geometry/angle.h"
#include "videopose/geometry/rotation_vector.h"

namespace videopose::internal::bundle_test {

// Four views of thirty points, slightly off in all unknowns.
Bundle MakeBundle(double off) {
  FastRandom random(3);
  Bundle bundle{.pixel = kTestPixel};
  for (int v = 0; v < 4; ++v) {
    bundle.views.push_back(
        {{FromRotationVector({0.02 * v, 0.05 * v, -0.01 * v}), {0.2 * v, 0.02 * v, 0.1 * v}},
         v != 0});
  }
  for (size_t p = 0; p < 30; ++p) {
    const size_t anchor = p % 2;
    const Vec3d in_anchor =
        random.Uniform(0.6, 2) * Vec3d{random.Uniform(-0.5, 0.5), random.Uniform(-0.3, 0.3), 1};
    const Vec3d in_first = bundle.views[anchor].first_from_cam * in_anchor;
    BundlePoint point{.rho = 1 / in_anchor.z};
    for (size_t i = 0; i < 4; ++i) {
      const size_t v = (anchor + i) % 4;
      const Vec3d in_cam = ApplyInverse(bundle.views[v].first_from_cam, in_first);
      point.sights.push_back({v, (1 / in_cam.z) * Vec2d{in_cam.x, in_cam.y}});
    }
    point.rho *= 1 + off * random.Gauss();
    bundle.points.push_back(point);
  }
  for (size_t v = 1; v < 4; ++v) {
    Rigid3d& place = bundle.views[v].first_from_cam;
    place.rotation =
        place.rotation *
        FromRotationVector(0.1 * off * Vec3d{random.Gauss(), random.Gauss(), random.Gauss()});
    place.translation =
        place.translation + 0.2 * off * Vec3d{random.Gauss(), random.Gauss(), random.Gauss()};
  }
  return bundle;
}

TEST(Bundle, ItsGradientIsThatOfItsCost) {
  const Bundle bundle = MakeBundle(0.1);
  const std::vector<double> gradient = BundleGradient(bundle);
  ASSERT_EQ(gradient.size(), 3 * 6 + 30U);
  constexpr double kStep = 1e-6;
  const auto difference = [&](auto&& change) {
    Bundle more = bundle, less = bundle;
    change(more, kStep);
    change(less, -kStep);
    return (BundleCost(more) - BundleCost(less)) / (2 * kStep) / 2;
  };
  for (size_t v = 0; v < 3; ++v) {
    for (int i = 0; i < 6; ++i) {
      const double found = gradient[6 * v + static_cast<size_t>(i)];
      const double expected = difference([&](Bundle& b, double step) {
        const Vec3d along{step * (i % 3 == 0), step * (i % 3 == 1), step * (i % 3 == 2)};
        Rigid3d& place = b.views[v + 1].first_from_cam;
        if (i < 3) {
          place.rotation = place.rotation * FromRotationVector(along);
        } else {
          place.translation = place.translation + along;
        }
      });
      EXPECT_NEAR(found, expected, 1e-4 * std::max(1.0, std::abs(expected))) << v << " " << i;
    }
  }
  for (size_t p = 0; p < 30; ++p) {
    const double expected = difference([&](Bundle& b, double step) { b.points[p].rho += step; });
    EXPECT_NEAR(gradient[18 + p], expected, 1e-4 * std::max(1.0, std::abs(expected))) << p;
  }
}

TEST(Bundle, FindsViewsAndPoints) {
  const Bundle truth = MakeBundle(0);
  Bundle bundle = MakeBundle(0.3);
  bundle.points[5].sights[2].seen.x += 0.2;  // an outlier
  Adjust(bundle, 40);
  const double scale = Norm(truth.views[3].first_from_cam.translation) /
                       Norm(bundle.views[3].first_from_cam.translation);
  for (size_t v = 1; v < 4; ++v) {
    const Rigid3d &found = bundle.views[v].first_from_cam, &place = truth.views[v].first_from_cam;
    EXPECT_LT(Norm(RotationVectorOf(Inverse(found.rotation) * place.rotation)), 1e-4);
    EXPECT_LT(Norm(scale * found.translation - place.translation), 1e-3);
  }
  for (size_t p = 0; p < 30; ++p) {
    if (p == 5) continue;
    EXPECT_NEAR(bundle.points[p].rho / scale, truth.points[p].rho, 2e-3);
  }
}

TEST(FitPlace, FindsAViewAmongStrays) {
  const Bundle truth = MakeBundle(0);
  std::vector<std::pair<PlacedPoint, Vec2d>> sights;
  for (const BundlePoint& point : truth.points) {
    for (const auto& sight : point.sights) {
      if (sight.view == 3) sights.emplace_back(Placed(truth, point), sight.seen);
    }
  }
  for (size_t i = 0; i < 6; ++i) sights[i].second.x += 0.1 * static_cast<double>(i + 1);
  const PlaceFit fit = FitPlace(sights, truth.views[1].first_from_cam, kTestPixel);
  const Rigid3d& place = truth.views[3].first_from_cam;
  EXPECT_LT(Norm(RotationVectorOf(Inverse(fit.first_from_cam.rotation) * place.rotation)), 1e-4);
  EXPECT_LT(Norm(fit.first_from_cam.translation - place.translation), 1e-4);
  EXPECT_NEAR(fit.explained, 24.0 / 30, 1e-9);
}

}  // namespace videopose::internal::bundle_test
