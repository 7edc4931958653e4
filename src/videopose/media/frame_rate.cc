// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/frame_rate.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace videopose::internal {
namespace {

constexpr std::array<FrameRate, 16> kUsualRates = {{{5, 1},
                                                    {10, 1},
                                                    {12, 1},
                                                    {15, 1},
                                                    {20, 1},
                                                    {24000, 1001},
                                                    {24, 1},
                                                    {25, 1},
                                                    {30000, 1001},
                                                    {30, 1},
                                                    {50, 1},
                                                    {60000, 1001},
                                                    {60, 1},
                                                    {100, 1},
                                                    {120, 1},
                                                    {240, 1}}};

// Faster ones are time bases, not cameras.
constexpr double kMaxRate = 1000;
// Up to here a base rate with frames missing (a webcam in the dark, an animation) is accepted.
constexpr double kMaxGappyRate = 60;

bool IsPlausible(FrameRate rate) {
  return rate.numerator > 0 && rate.denominator > 0 && rate.per_second() <= kMaxRate;
}

double RelativeDifference(FrameRate a, FrameRate b) {
  return std::abs(a.per_second() / b.per_second() - 1);
}

// Thousandths of a frame per second: enough, and the fraction stays small.
FrameRate Rounded(FrameRate rate) {
  for (const FrameRate usual : kUsualRates) {
    if (RelativeDifference(rate, usual) < 0.01) return usual;
  }
  return {std::max<int64_t>(1, std::llround(rate.per_second() * 1000)), 1000};
}

}  // namespace

FrameRate PickFrameRate(FrameRate average, FrameRate base, bool is_interlaced) {
  if (!IsPlausible(base)) return IsPlausible(average) ? Rounded(average) : FrameRate{};
  if (!IsPlausible(average)) return base;
  if (RelativeDifference(base, average) < 0.1) return base;
  const bool is_gappy = base.per_second() > average.per_second() &&
                        base.per_second() <= kMaxGappyRate && !is_interlaced;
  return is_gappy ? base : Rounded(average);
}

int64_t FrameAtOrAfter(double time_s, const FrameRate& rate) {
  const double frame = std::ceil(time_s * rate.per_second() - 1e-4);
  constexpr double kFarOff = 1e15;
  return static_cast<int64_t>(std::clamp(frame, 0.0, kFarOff));
}

}  // namespace videopose::internal
