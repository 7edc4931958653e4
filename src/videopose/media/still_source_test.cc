// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/still_source.h"

#include <gtest/gtest.h>

namespace videopose::internal::still_source_test {

TEST(NaturallyBefore, CountsDigitsAsNumbers) {
  const std::vector<std::string> sorted = {
      "a", "a0", "a1", "a02", "a2", "a10", "b", "b1c2", "b1c10", "b99999999999999999999999"};
  for (size_t i = 0; i < sorted.size(); ++i) {
    for (size_t j = 0; j < sorted.size(); ++j) {
      EXPECT_EQ(NaturallyBefore(sorted[i], sorted[j]), i < j) << sorted[i] << " " << sorted[j];
    }
  }
}

}  // namespace videopose::internal::still_source_test
