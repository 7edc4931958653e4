// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/half.h"

#include <gtest/gtest.h>

namespace videopose::internal::half_test {

TEST(Half, KnownValues) {
  EXPECT_EQ(FloatFromHalf(0x0000), 0.0F);
  EXPECT_TRUE(std::signbit(FloatFromHalf(0x8000)));
  EXPECT_EQ(FloatFromHalf(0x3C00), 1.0F);
  EXPECT_EQ(FloatFromHalf(0xC000), -2.0F);
  EXPECT_EQ(FloatFromHalf(0x3555), 0.333251953125F);
  EXPECT_EQ(FloatFromHalf(0x7BFF), 65504.0F);               // the largest
  EXPECT_EQ(FloatFromHalf(0x0400), std::ldexp(1.0F, -14));  // the smallest normal one
  EXPECT_EQ(FloatFromHalf(0x0001), std::ldexp(1.0F, -24));  // the smallest
  EXPECT_EQ(FloatFromHalf(0x83FF), std::ldexp(-1023.0F, -24));
  EXPECT_EQ(FloatFromHalf(0x7C00), std::numeric_limits<float>::infinity());
  EXPECT_EQ(FloatFromHalf(0xFC00), -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(FloatFromHalf(0x7E00)));
}

TEST(Half, GrowsWithItsBits) {
  for (uint16_t bits = 1; bits < 0x7C00; ++bits) {
    ASSERT_GT(FloatFromHalf(bits), FloatFromHalf(static_cast<uint16_t>(bits - 1))) << bits;
  }
}

TEST(Half, EveryValueComesBack) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const float value = FloatFromHalf(static_cast<uint16_t>(bits));
    if (std::isnan(value)) {
      ASSERT_TRUE(std::isnan(FloatFromHalf(HalfFromFloat(value))));
    } else {
      ASSERT_EQ(HalfFromFloat(value), bits) << value;
    }
  }
}

TEST(Half, RoundsToTheNearestAndTiesToEven) {
  EXPECT_EQ(HalfFromFloat(1 + 0x1p-11F), 0x3C00);    // halfway: down to even
  EXPECT_EQ(HalfFromFloat(1 + 0x1.8p-10F), 0x3C02);  // halfway: up to even
  EXPECT_EQ(HalfFromFloat(1 + 0x1.01p-11F), 0x3C01);
  EXPECT_EQ(HalfFromFloat(2 - 0x1p-12F), 0x4000);  // carries into the exponent
  EXPECT_EQ(HalfFromFloat(0x1p-25F), 0x0000);
  EXPECT_EQ(HalfFromFloat(0x1.8p-24F), 0x0002);
  EXPECT_EQ(HalfFromFloat(0x1p-14F - 0x1p-26F), 0x0400);  // the largest subnormal rounds up
  EXPECT_EQ(HalfFromFloat(65519), 0x7BFF);
  EXPECT_EQ(HalfFromFloat(65520), 0x7C00);
  EXPECT_EQ(HalfFromFloat(-1e30F), 0xFC00);
}

TEST(BFloat16, KnownValues) {
  EXPECT_EQ(FloatFromBFloat16(0x3F80), 1.0F);
  EXPECT_EQ(FloatFromBFloat16(0xC049), -3.140625F);
  EXPECT_TRUE(std::isnan(FloatFromBFloat16(0x7FC0)));
}

}  // namespace videopose::internal::half_test
