// SPDX-License-Identifier: Apache-2.0

#include "videopose/nn/adam.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "videopose/nn/test_devices.h"

namespace videopose::internal::adam_test {

class AdamTest : public DeviceTest {
 protected:
  // A step with this gradient.
  void Step(Adam& adam, double rate, const std::vector<float>& gradient, OnDevice& parameters) {
    OnDevice on_device(device(), gradient);
    adam.Step(rate, on_device.span(), parameters.span());
  }
};
INSTANTIATE_TEST_SUITE_P(On, AdamTest, AllDevices(), kDeviceName);

// The reference implementation: the formulas of the header in double, for one parameter.
struct ReferenceAdam {
  double m = 0, v = 0, v_max = 0, p = 0;
  int n = 0;
  void Step(double rate, double g) {
    ++n;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    v_max = std::max(v_max, v);
    p -= rate / (1 - std::pow(0.9, n)) * m / (std::sqrt(v_max / (1 - std::pow(0.999, n))) + 1e-8);
  }
};

TEST_P(AdamTest, AgreesWithThePlainFormulas) {
  constexpr size_t kCount = 40000;  // enough to be cut between threads
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> parameters(kCount), gradient(kCount);
  std::vector<ReferenceAdam> reference(kCount);
  for (size_t i = 0; i < kCount; ++i) reference[i].p = parameters[i] = normal(random);
  OnDevice on_device(device(), parameters);
  Adam adam(kCount, device());
  for (int step = 0; step < 20; ++step) {
    const double rate = 0.01 * std::pow(0.9, step), size = step < 5 ? 1 : 0.1;
    for (size_t i = 0; i < kCount; ++i) {
      gradient[i] = static_cast<float>(size * normal(random));
      reference[i].Step(rate, gradient[i]);
    }
    Step(adam, rate, gradient, on_device);
  }
  parameters = on_device.host();
  // 20 steps of at most 0.01 each, rounded to 2^-24 of parameters up to 5.
  for (size_t i = 0; i < kCount; ++i) ASSERT_NEAR(parameters[i], reference[i].p, 3e-6);
  EXPECT_EQ(adam.state().step, 20);
}

TEST_P(AdamTest, UsesTheLargestSecondMoment) {
  Adam adam(1, device());
  OnDevice p(device(), {0});
  Step(adam, 0.1, {100}, p);
  EXPECT_FLOAT_EQ(p.host()[0], -0.1F);
  const float largest = adam.state().max_square[0];
  for (int i = 0; i < 10; ++i) Step(adam, 0.1, {0}, p);
  EXPECT_EQ(adam.state().max_square[0], largest);
  EXPECT_LT(adam.state().square[0], largest);
}

TEST_P(AdamTest, GoesOnFromASavedState) {
  OnDevice p(device(), {1, 2, 3});
  Adam adam(3, device());
  Step(adam, 0.1, {1, -1, 2}, p);
  OnDevice p_again(device(), p.host());
  Adam again(3, device());
  again.SetState(adam.state());
  Step(adam, 0.1, {3, 1, 0}, p);
  Step(again, 0.1, {3, 1, 0}, p_again);
  EXPECT_EQ(p.host(), p_again.host());
  EXPECT_EQ(adam.state(), again.state());
  EXPECT_THROW(Adam(4, device()).SetState(adam.state()), std::logic_error);
  EXPECT_THROW(Step(adam, 0.1, {1}, p), std::logic_error);
}

TEST_P(AdamTest, NotANumberComesThrough) {
  Adam adam(2, device());
  OnDevice p(device(), {1, 1});
  Step(adam, 0.1, {NAN, 1}, p);
  EXPECT_TRUE(std::isnan(p.host()[0]));
  EXPECT_FLOAT_EQ(p.host()[1], 0.9F);
}

}  // namespace videopose::internal::adam_test
