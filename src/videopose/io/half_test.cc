#include "videopose/io/half.h"

#include <gtest/gtest.h>

namespace videopose {
namespace {

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

TEST(BFloat16, KnownValues) {
  EXPECT_EQ(FloatFromBFloat16(0x3F80), 1.0F);
  EXPECT_EQ(FloatFromBFloat16(0xC049), -3.140625F);
  EXPECT_TRUE(std::isnan(FloatFromBFloat16(0x7FC0)));
}

}  // namespace
}  // namespace videopose
