// SPDX-License-Identifier: Apache-2.0

#include "videopose/geometry/align.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace videopose::internal::align_test {

constexpr double kRounding = 2e-6;  // points are float, some metres from the origin

std::vector<float> RandomPoints(int count, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> points(static_cast<size_t>(3 * count));
  for (float& value : points) value = normal(random);
  return points;
}

Vec3d Point(const std::vector<float>& points, size_t i) {
  return {points[3 * i], points[3 * i + 1], points[3 * i + 2]};
}

std::vector<float> Transformed(const Similarity& b_from_a, const std::vector<float>& points_in_a) {
  std::vector<float> points_in_b;
  for (size_t i = 0; i < points_in_a.size() / 3; ++i) {
    const Vec3d x = Apply(b_from_a, Point(points_in_a, i));
    for (const double value : {x.x, x.y, x.z}) points_in_b.push_back(static_cast<float>(value));
  }
  return points_in_b;
}

double SquaredError(const Similarity& b_from_a, const std::vector<float>& a,
                    const std::vector<float>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size() / 3; ++i) {
    const Vec3d difference = Point(b, i) - Apply(b_from_a, Point(a, i));
    sum += Dot(difference, difference);
  }
  return sum;
}

TEST(AlignSimilarity, FindsTheTransformationBack) {
  for (uint32_t seed = 0; seed < 50; ++seed) {
    const std::vector<float> a = RandomPoints(17, seed);
    std::mt19937 random(seed + 1000);
    std::uniform_real_distribution<double> uniform(-1, 1);
    const Vec3d axis = Normalized(Vec3d{uniform(random), uniform(random), uniform(random) + 2});
    Similarity truth{0.2 + std::abs(uniform(random)),
                     FromAxisAngle(axis, 3.1 * uniform(random)),
                     {uniform(random), uniform(random), uniform(random)}};
    const std::vector<float> b = Transformed(truth, a);
    const Similarity found = AlignSimilarity(a, b);
    EXPECT_NEAR(found.scale, truth.scale, kRounding);
    EXPECT_NEAR(SquaredError(found, a, b), 0, kRounding * kRounding * 17);
  }
}

TEST(AlignSimilarity, NothingNearIsBetter) {
  const std::vector<float> a = RandomPoints(10, 1), b = RandomPoints(10, 2);
  const Similarity best = AlignSimilarity(a, b);
  const double least = SquaredError(best, a, b);
  for (const double step : {-1e-3, 1e-3}) {
    Similarity other = best;
    other.scale += step;
    EXPECT_GT(SquaredError(other, a, b), least);
    for (const Vec3d& axis : {Vec3d{1, 0, 0}, Vec3d{0, 1, 0}, Vec3d{0, 0, 1}}) {
      other = best;
      other.translation_in_b = other.translation_in_b + step * axis;
      EXPECT_GT(SquaredError(other, a, b), least);
      other = best;
      other.b_from_a = FromAxisAngle(axis, step) * best.b_from_a;
      const Vec3d a0 = Rotate(best.b_from_a, {1, 2, 3}), a1 = Rotate(other.b_from_a, {1, 2, 3});
      EXPECT_GT(Norm(a1 - a0), 0);
      EXPECT_GT(SquaredError(other, a, b), least);
    }
  }
}

TEST(AlignSimilarity, NeverMirrors) {
  const std::vector<float> a = RandomPoints(17, 3);
  std::vector<float> mirrored = a;
  for (size_t i = 0; i < mirrored.size(); i += 3) mirrored[i] = -mirrored[i];
  const Similarity found = AlignSimilarity(a, mirrored);
  EXPECT_GT(found.scale, 0);
  EXPECT_GT(SquaredError(found, a, mirrored), 1);
  const Vec3d x = Rotate(found.b_from_a, {1, 0, 0}), y = Rotate(found.b_from_a, {0, 1, 0});
  EXPECT_NEAR(Dot(Cross(x, y), Rotate(found.b_from_a, {0, 0, 1})), 1, 1e-12);
}

TEST(AlignSimilarity, DegeneratePosesHaveAnAnswer) {
  const std::vector<float> line = {0, 0, 0, 1, 0, 0, 2, 0, 0, 4, 0, 0};
  const std::vector<float> upright = {0, 0, 1, 0, 0, 3, 0, 0, 5, 0, 0, 9};
  const Similarity from_line = AlignSimilarity(line, upright);
  EXPECT_NEAR(from_line.scale, 2, 1e-12);
  EXPECT_NEAR(SquaredError(from_line, line, upright), 0, 1e-20);

  const std::vector<float> plane = {0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0};
  const std::vector<float> wall = {0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1};
  EXPECT_NEAR(SquaredError(AlignSimilarity(plane, wall), plane, wall), 0, 1e-20);

  const std::vector<float> one_place(12, 0.7F);
  const Similarity to_centre = AlignSimilarity(one_place, plane);
  EXPECT_EQ(to_centre.scale, 0);
  EXPECT_NEAR(Norm(Apply(to_centre, {0.7, 0.7, 0.7}) - Vec3d{0.5, 0.5, 0}), 0, 1e-12);
  EXPECT_NEAR(AlignSimilarity(plane, one_place).scale, 0, 1e-12);
}

TEST(AlignSimilarity, NanEndsInNan) {
  std::vector<float> a = RandomPoints(5, 4);
  const std::vector<float> b = a;
  a[7] = std::nanf("");
  EXPECT_TRUE(std::isnan(Apply(AlignSimilarity(a, b), {1, 1, 1}).x));
}

}  // namespace videopose::internal::align_test
