// SPDX-License-Identifier: Apache-2.0

// The fuzz targets without a fuzzer: each seed, and a fixed number of changed ones.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "support/damaged.h"
#include "target.h"

namespace videopose::internal::smoke_test {

std::string NameOf(const testing::TestParamInfo<FuzzTarget>& target) { return target.param.name; }

class Smoke : public testing::TestWithParam<FuzzTarget> {};

// Bytes changed, and a piece of one seed put into another.
std::string Changed(const std::vector<std::string>& seeds, std::mt19937& random) {
  std::string input = seeds[random() % seeds.size()];
  const std::string& other = seeds[random() % seeds.size()];
  const size_t at = random() % (input.size() + 1), from = random() % (other.size() + 1);
  const size_t longest = 1 + random() % 64;
  if (random() % 3 == 0) input.erase(at, longest);
  if (random() % 3 == 0) input.insert(std::min(at, input.size()), other, from, longest);
  if (input.empty()) return input;
  return Damaged(input, static_cast<int>(random() % 4), random);
}

TEST_P(Smoke, KeepsItsPromises) {
  const std::vector<std::string> seeds = SeedsOf(GetParam());
  ASSERT_FALSE(seeds.empty());
  std::mt19937 random(1);
  for (int i = 0; i < GetParam().smoke_runs; ++i) {
    const auto number = static_cast<size_t>(i);
    const std::string input = number < seeds.size() ? seeds[number] : Changed(seeds, random);
    ASSERT_NO_THROW(RunTarget(GetParam(), input)) << "input " << i << ": " << input.substr(0, 500);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, Smoke, testing::ValuesIn(FuzzTargets()), NameOf);

}  // namespace videopose::internal::smoke_test
