// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/html_data.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace videopose::internal {
namespace {

// Second differences of such numbers fit in 32 bits.
constexpr double kMostSteps = 2e8;

void AppendCode(uint64_t code, std::string& out) {
  for (; code >= 128; code >>= 7) out.push_back(static_cast<char>(code | 128));
  out.push_back(static_cast<char>(code));
}

class Predictor {
 public:
  // The residual to be added to the prediction.
  int64_t Add(int64_t value) {
    const int64_t added = value - (before_ ? *before_ + speed_ : 0);
    speed_ = before_ ? value - *before_ : 0;
    before_ = value;
    return added;
  }

 private:
  std::optional<int64_t> before_;
  int64_t speed_ = 0;
};

std::vector<FrameRange> RunsOf(std::span<const float> values, size_t channels) {
  std::vector<FrameRange> runs;
  for (size_t t = 0; (t + 1) * channels <= values.size(); ++t) {
    const auto frame = values.subspan(t * channels, channels);
    if (std::ranges::none_of(frame, [](float value) { return std::isfinite(value); })) continue;
    const int64_t at = t;
    if (runs.empty() || runs.back().end != at) runs.push_back({at, at});
    runs.back().end = at + 1;
  }
  return runs;
}

}  // namespace

CodedTrack EncodeTrack(std::span<const float> values, int channels, double step) {
  const size_t width = channels;
  CodedTrack track{.runs = RunsOf(values, width), .channels = channels, .step = step, .bytes = {}};
  std::string bytes;
  for (const FrameRange& run : track.runs) {
    std::vector<Predictor> predictors(width);
    const auto begin = static_cast<size_t>(run.begin) * width;
    for (size_t i = begin; i < static_cast<size_t>(run.end) * width; ++i) {
      if (!std::isfinite(values[i])) {
        bytes.push_back(0);
        continue;
      }
      const double steps = std::clamp(values[i] / step, -kMostSteps, kMostSteps);
      const int64_t added = predictors[(i - begin) % width].Add(std::llround(steps));
      AppendCode(static_cast<uint64_t>(added < 0 ? -2 * added - 1 : 2 * added) + 1, bytes);
    }
  }
  track.bytes = Base64(bytes);
  return track;
}

std::string Base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<uint8_t>(bytes[i + k]) : 0U);
    }
    for (size_t k = 0; k < 4; ++k) {
      text.push_back(i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63]);
    }
  }
  return text;
}

}  // namespace videopose::internal
