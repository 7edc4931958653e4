// SPDX-License-Identifier: Apache-2.0

#include "videopose/data/frame_selection.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "videopose/base/check.h"
#include "videopose/base/sha256.h"

namespace videopose::internal {
namespace {

// Uniform in [0, 1]: the first four bytes, little-endian, of SHA-256 of the decimal text.
double FractionOf(int64_t number) {
  const std::string text = std::to_string(number);
  const std::string hex =
      Sha256({reinterpret_cast<const uint8_t*>(text.data()), text.size()}).substr(0, 8);
  const uint32_t big_endian = std::stoul(hex, nullptr, 16);
  return __builtin_bswap32(big_endian) / 4294967295.0;
}

}  // namespace

FrameSelection SelectFrames(int64_t frames, double subset, int downsample) {
  VP_CHECK(frames >= 0 && subset > 0 && subset <= 1 && downsample >= 1,
           "{} frames, subset {}, downsample {}", frames, subset, downsample);
  int64_t begin = 0, end = frames;
  if (subset < 1) {
    // std::nearbyint rounds half to even, as Python does.
    const int64_t whole = frames / downsample;
    const auto kept =
        static_cast<int64_t>(std::nearbyint(static_cast<double>(whole) * subset) * downsample);
    begin = std::floor(FractionOf(frames) * static_cast<double>(frames - kept + 1));
    end = std::min(frames, begin + kept);
  }
  return {begin, downsample, (end - begin + downsample - 1) / downsample};
}

}  // namespace videopose::internal
