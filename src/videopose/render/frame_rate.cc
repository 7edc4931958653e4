// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/frame_rate.h"

#include <algorithm>
#include <cmath>

#include "videopose/base/error.h"

namespace videopose::internal {

FrameRate FrameRateOf(double fps) {
  if (!(fps >= 0.1 && fps <= 1000)) {
    Fail(ErrorCode::kInvalidArgument, "{} frames per second: expected 0.1 to 1000", fps);
  }
  constexpr double kNtsc = 1000.0 / 1001;
  const int64_t whole = std::llround(fps);
  if (std::abs(fps - static_cast<double>(whole)) < 1e-3) return {whole, 1};
  const int64_t nominal = std::llround(fps / kNtsc);
  if (std::abs(fps - static_cast<double>(nominal) * kNtsc) < 5e-3) return {nominal * 1000, 1001};
  return {std::llround(fps * 1000), 1000};
}

int64_t OutputFrameCount(int64_t frames, double from_fps, double to_fps) {
  return std::max<int64_t>(1, std::llround(static_cast<double>(frames) * to_fps / from_fps));
}

int64_t SourceFrame(int64_t k, int64_t frames, double from_fps, double to_fps) {
  const auto source =
      static_cast<int64_t>(std::floor(static_cast<double>(k) * from_fps / to_fps + 1e-6));
  return std::clamp<int64_t>(source, 0, frames - 1);
}

}  // namespace videopose::internal
