// SPDX-License-Identifier: Apache-2.0

#include "videopose/media/tone_mapper.h"

#include <algorithm>
#include <cmath>

namespace videopose::internal {
namespace {

constexpr int kSignalBits = 12;
constexpr size_t kSignals = size_t{1} << kSignalBits;
constexpr size_t kSteps = 4096;  // of the tables by light
constexpr double kWhite_cd = 203, kPeak_cd = 1000;
constexpr double kPeak = kPeak_cd / kWhite_cd;
constexpr double kKnee = 0.7;

// BT.2100, table 4: the light of the display, cd/m2.
double PqLight_cd(double signal) {
  constexpr double kM1 = 2610.0 / 16384, kM2 = 2523.0 / 4096 * 128;
  constexpr double kC1 = 3424.0 / 4096, kC2 = 2413.0 / 4096 * 32, kC3 = 2392.0 / 4096 * 32;
  const double root = std::pow(signal, 1 / kM2);
  return 10000 * std::pow(std::max(root - kC1, 0.0) / (kC2 - kC3 * root), 1 / kM1);
}

// BT.2100, table 5, inverse OETF: the light of the scene, 0 to 1.
double HlgSceneLight(double signal) {
  constexpr double kA = 0.17883277, kB = 0.28466892, kC = 0.55991073;
  return signal <= 0.5 ? signal * signal / 3 : (std::exp((signal - kC) / kA) + kB) / 12;
}

// BT.2100, table 5, OOTF for a display of 1000 cd/m2: gamma - 1.
constexpr double kHlgExponent = 0.2;
constexpr float kLuminance[3] = {0.2627F, 0.6780F, 0.0593F};  // of BT.2020's primaries

// BT.2087, table 4: BT.709's primaries from BT.2020's.
constexpr float k709From2020[3][3] = {
    {1.6605F, -0.5876F, -0.0728F}, {-0.1246F, 1.1329F, -0.0083F}, {-0.0182F, -0.1006F, 1.1187F}};

double Compressed(double x) {
  if (x <= kKnee) return x;
  constexpr double kSlope = (kPeak - kKnee) / (1 - kKnee), kA = 1 / (kSlope - 1);
  const double t = std::min((x - kKnee) / (kPeak - kKnee), 1.0);
  return kKnee + (1 - kKnee) * t * (1 + kA) / (t + kA);
}

double SrgbSignal(double light) {
  return light <= 0.0031308 ? 12.92 * light : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
}

// The table's index for a value of 0 to 1.
size_t Step(float value) {
  return static_cast<size_t>(std::lround(std::clamp(value, 0.0F, 1.0F) * (kSteps - 1)));
}

}  // namespace

bool ToneMapper::IsNeeded(const AVFrame* frame) {
  return frame->color_trc == AVCOL_TRC_ARIB_STD_B67 || frame->color_trc == AVCOL_TRC_SMPTE2084;
}

ToneMapper::ToneMapper(const AVFrame* frame)
    : transfer_(frame->color_trc),
      primaries_(frame->color_primaries),
      light_(kSignals),
      display_gain_(kSteps),
      gain_(kSteps),
      coded_(kSteps) {
  const bool is_hlg = transfer_ == AVCOL_TRC_ARIB_STD_B67;
  for (size_t i = 0; i < kSignals; ++i) {
    const double signal = static_cast<double>(i) / (kSignals - 1);
    light_[i] = static_cast<float>(is_hlg ? HlgSceneLight(signal) : PqLight_cd(signal) / kWhite_cd);
  }
  for (size_t i = 0; i < kSteps; ++i) {
    const double part = static_cast<double>(i) / (kSteps - 1);
    const double x = part * kPeak;
    display_gain_[i] = static_cast<float>(is_hlg ? kPeak * std::pow(part, kHlgExponent) : 1);
    gain_[i] = static_cast<float>(x > 0 ? Compressed(x) / x : 1);
    coded_[i] = static_cast<uint8_t>(std::lround(255 * SrgbSignal(part)));
  }
}

bool ToneMapper::Fits(const AVFrame* frame) const {
  return frame->color_trc == transfer_ && frame->color_primaries == primaries_;
}

void ToneMapper::MapRow(const uint16_t* signal, int width_px, uint8_t* bgrx) const {
  const bool is_hlg = transfer_ == AVCOL_TRC_ARIB_STD_B67;
  const bool is_709 = primaries_ == AVCOL_PRI_BT709;
  constexpr auto kPerPeak = static_cast<float>(1 / kPeak);
  for (int x = 0; x < width_px; ++x, signal += 3, bgrx += Image::kBytesPerPixel) {
    float rgb[3];
    for (size_t c = 0; c < 3; ++c) rgb[c] = light_[signal[c] >> (16 - kSignalBits)];
    if (is_hlg) {
      const float luminance =
          kLuminance[0] * rgb[0] + kLuminance[1] * rgb[1] + kLuminance[2] * rgb[2];
      const float display = display_gain_[Step(luminance)];
      for (float& value : rgb) value *= display;
    }
    float mapped[3] = {rgb[0], rgb[1], rgb[2]};
    if (!is_709) {
      for (size_t row = 0; row < 3; ++row) {
        const float* m = k709From2020[row];
        mapped[row] = std::max(m[0] * rgb[0] + m[1] * rgb[1] + m[2] * rgb[2], 0.0F);
      }
    }
    const float brightest = std::max({mapped[0], mapped[1], mapped[2]});
    const float gain = gain_[Step(brightest * kPerPeak)];
    for (size_t c = 0; c < 3; ++c) bgrx[2 - c] = coded_[Step(mapped[c] * gain)];
    bgrx[3] = 255;
  }
}

}  // namespace videopose::internal
