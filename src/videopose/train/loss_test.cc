// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "support/test_data.h"
#include "videopose/arrays/npz.h"
#include "videopose/base/random.h"
#include "videopose/train/projection.h"
#include "videopose/train/test_one_thread.h"

namespace videopose::internal::loss_test {

using Values = std::vector<double>;

Values RandomValues(RandomState& random, size_t count, double low, double high) {
  Values values(count);
  for (double& v : values) v = low + (high - low) * random.NextDouble();
  return values;
}

// Compares central differences with the computed gradient.
void ExpectGradient(Values& x, const Values& gradient, const std::function<double()>& loss) {
  constexpr double kStep = 1e-6;
  ASSERT_EQ(x.size(), gradient.size());
  for (size_t i = 0; i < x.size(); ++i) {
    const double before = x[i];
    x[i] = before + kStep;
    const double above = loss();
    x[i] = before - kStep;
    const double below = loss();
    x[i] = before;
    // Differences of size 1e-6 of values of size 1 in double.
    ASSERT_NEAR(gradient[i], (above - below) / (2 * kStep), 1e-8) << i;
  }
}

TEST(Loss, DistancesAgreeWithDifferences) {
  RandomState random(1);
  Values x = RandomValues(random, 60, -1, 1), gradient(60);
  const Values target = RandomValues(random, 60, -1, 1), weights = RandomValues(random, 5, 0, 2);
  MeanDistance<double, 3>(x, target, gradient);
  ExpectGradient(x, gradient, [&] { return MeanDistance<double, 3>(x, target, {}); });
  MeanDistance<double, 2>(x, target, gradient);
  ExpectGradient(x, gradient, [&] { return MeanDistance<double, 2>(x, target, {}); });
  WeightedMeanDistance<double, 3>(x, target, weights, 4, gradient);
  ExpectGradient(x, gradient,
                 [&] { return WeightedMeanDistance<double, 3>(x, target, weights, 4, {}); });
}

TEST(Loss, DistanceOfSamePointsHasNoGradient) {
  const Values x = {1, 2, 3, 1, 1, 1};
  const Values target = {1, 2, 3, 1, 1, 3};
  Values gradient(6, 9);
  const double loss = MeanDistance<double, 3>(x, target, gradient);
  EXPECT_EQ(loss, 1);
  EXPECT_EQ(gradient, (Values{0, 0, 0, 0, 0, -0.5}));
  EXPECT_THROW((MeanDistance<double, 3>({}, {}, {})), std::logic_error);
}

TEST(Loss, BoneLengthsAgreeWithDifferences) {
  RandomState random(2);
  const std::vector<int> parents = {-1, 0, 1, 0, 3};
  Values labeled = RandomValues(random, 3 * 15, -1, 1),
         unlabeled = RandomValues(random, 2 * 15, -1, 1);
  Values labeled_gradient(labeled.size()), unlabeled_gradient(unlabeled.size());
  const auto loss = [&] { return BoneLengthLoss<double>(labeled, unlabeled, parents, {}, {}); };
  BoneLengthLoss<double>(labeled, unlabeled, parents, labeled_gradient, unlabeled_gradient);
  ExpectGradient(labeled, labeled_gradient, loss);
  ExpectGradient(unlabeled, unlabeled_gradient, loss);
}

TEST(Loss, BoneLengthsByHand) {
  const std::vector<int> parents = {-1, 0, 0};
  // Two poses with bones of 1, 2 and of 3, 2; one with 4, 1: means 2, 2 against 4, 1.
  const Values labeled = {0, 0, 0, 1, 0, 0, 0, 2, 0, /**/ 5, 5, 5, 5, 5, 8, 5, 7, 5};
  const Values unlabeled = {1, 1, 1, 5, 1, 1, 1, 1, 2};
  EXPECT_DOUBLE_EQ(BoneLengthLoss<double>(labeled, unlabeled, parents, {}, {}), 1.5);
}

TEST(Projection, AgreesWithDifferences) {
  RandomState random(3);
  const Values intrinsics = {1.1, 1.2, 0.1, -0.1, -0.2, 0.24, -0.01, -0.004, 0.003,
                             2.1, 2.2, 0.0, 0.05, 0.1,  -0.1, 0.05,  0.01,   -0.02};
  Values points = RandomValues(random, 24, -2, 2);  // some of them beyond the clamp
  for (size_t i = 2; i < points.size(); i += 3) points[i] = 1 + std::abs(points[i]);
  const Values upstream = RandomValues(random, 16, -1, 1);
  for (const bool linear : {false, true}) {
    Values gradient(24), screen(16);
    ProjectBackward<double>(points, intrinsics, 4, {.linear = linear}, upstream, gradient);
    ExpectGradient(points, gradient, [&] {
      Project<double>(points, intrinsics, 4, {.linear = linear}, screen);
      double sum = 0;
      for (size_t i = 0; i < screen.size(); ++i) sum += screen[i] * upstream[i];
      return sum;
    });
  }
}

// --- The reference's own numbers, in single precision. ---

void ExpectClose(const std::vector<float>& actual, const std::vector<float>& expected,
                 float tolerance) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) {
    ASSERT_NEAR(actual[i], expected[i], tolerance * (1 + std::abs(expected[i]))) << i;
  }
}

TEST(Golden, Losses) {
  const NpzReader file(TestData("golden/expected/losses.npz"));
  const auto read = [&](const char* name) { return file.ReadTensor<float>(name).values; };
  const std::vector<float> predicted = read("predicted"), target = read("target"), w = read("w");
  std::vector<float> gradient(predicted.size());
  // Sums of 340 terms in float there, in double here.
  EXPECT_NEAR((MeanDistance<float, 3>(predicted, target, gradient)),
              file.ReadScalar<float>("mpjpe"), 1e-6);
  ExpectClose(gradient, read("mpjpe_grad"), 1e-8F);
  EXPECT_NEAR((WeightedMeanDistance<float, 3>(predicted, target, w, 17, gradient)),
              file.ReadScalar<float>("weighted_mpjpe"), 1e-6);
  ExpectClose(gradient, read("weighted_mpjpe_grad"), 1e-8F);
}

TEST(Golden, Projection) {
  const NpzReader file(TestData("golden/expected/geometry.npz"));
  const auto read = [&](const char* name) { return file.ReadTensor<float>(name).values; };
  const std::vector<float> points = read("points"), camera = read("camera"),
                           upstream = read("upstream");
  std::vector<float> screen(upstream.size()), gradient(points.size());
  Project<float>(points, camera, 4 * 17, {}, screen);
  ExpectClose(screen, read("project"), 1e-6F);
  ProjectBackward<float>(points, camera, 4 * 17, {}, upstream, gradient);
  ExpectClose(gradient, read("project_grad"), 2e-6F);
  Project<float>(points, camera, 4 * 17, {.linear = true}, screen);
  ExpectClose(screen, read("project_linear"), 1e-6F);
  ProjectBackward<float>(points, camera, 4 * 17, {.linear = true}, upstream, gradient);
  ExpectClose(gradient, read("project_linear_grad"), 2e-6F);
}

TEST(Golden, Permutations) {
  const NpzReader file(TestData("golden/expected/random.npz"));
  RandomState random(1234);
  EXPECT_EQ(random.Permutation(10), file.ReadTensor<int64_t>("perm0").values);
  EXPECT_EQ(random.Permutation(1000), file.ReadTensor<int64_t>("perm1").values);
  EXPECT_EQ(random.Permutation(4097), file.ReadTensor<int64_t>("perm2").values);
  EXPECT_EQ(random.state().pos, file.ReadScalar<int64_t>("state_after_pos"));
}

}  // namespace videopose::internal::loss_test
