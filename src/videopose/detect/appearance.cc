// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/appearance.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "videopose/base/check.h"
#include "videopose/geometry.h"

namespace videopose::internal {
namespace {

constexpr int kGreys = 4;
constexpr int kHues = 8;
constexpr float kLeastSaturation = 0.2F;  // below it a colour is a grey
constexpr float kBlackLevel = 45;         // below it a hue means nothing
constexpr float kBrightLevel = 128;

using Colours = std::array<float, Appearance::kColours>;

// Shares a vote between the two nearest of `count` bins, so that small changes of light stay small
// changes of the histogram.
template <typename Add>
void Vote(float position, Add add) {
  const float below = std::floor(position);
  add(static_cast<int>(below), 1 - (position - below));
  add(static_cast<int>(below) + 1, position - below);
}

void Count(const uint8_t* bgrx, Colours& colours) {
  const float b = bgrx[0], g = bgrx[1], r = bgrx[2];
  const float value = std::max({r, g, b}), chroma = value - std::min({r, g, b});
  if (value < kBlackLevel || chroma < kLeastSaturation * value) {
    Vote(value / 255 * (kGreys - 1), [&](int bin, float weight) {
      colours[static_cast<size_t>(std::min(bin, kGreys - 1))] += weight;
    });
    return;
  }
  // The hexagon of hues, 0..6 with red at 0.
  const float sextant = value == r   ? (g - b) / chroma
                        : value == g ? 2 + (b - r) / chroma
                                     : 4 + (r - g) / chroma;
  const int first = value < kBrightLevel ? kGreys : kGreys + kHues;
  Vote((sextant + 6) / 6 * kHues, [&](int bin, float weight) {
    colours[static_cast<size_t>(first) + static_cast<size_t>(bin % kHues)] += weight;
  });
}

// Counts a grid of pixels of the quadrilateral a b / c d.
void CountQuad(const Image& image, Vec2f a, Vec2f b, Vec2f c, Vec2f d, Colours& colours) {
  constexpr int kSteps = 14;
  for (int i = 0; i < kSteps; ++i) {
    const float v = (static_cast<float>(i) + 0.5F) / kSteps;
    const Vec2f left = a + v * (c - a), right = b + v * (d - b);
    for (int j = 0; j < kSteps; ++j) {
      const Vec2f at = left + ((static_cast<float>(j) + 0.5F) / kSteps) * (right - left);
      // Also rejects what is not a number.
      if (!(at.x >= 0 && at.x < static_cast<float>(image.width_px) && at.y >= 0 &&
            at.y < static_cast<float>(image.height_px))) {
        continue;
      }
      Count(
          image.row(static_cast<int>(at.y)) + static_cast<ptrdiff_t>(at.x) * Image::kBytesPerPixel,
          colours);
    }
  }
}

void Normalize(Colours& colours) {
  float sum = 0;
  for (const float share : colours) sum += share;
  if (sum <= 0) return;
  for (float& share : colours) share /= sum;
}

bool IsKnown(const Colours& colours) {
  return std::ranges::any_of(colours, [](float share) { return share > 0; });
}

}  // namespace

Appearance AppearanceOf(const Image& image, std::span<const Keypoint> keypoints) {
  VP_CHECK(std::ssize(keypoints) == Coco17().joint_count(), "{} keypoints", keypoints.size());
  const auto at = [&](size_t k) { return Vec2f{keypoints[k].x_px, keypoints[k].y_px}; };
  const Vec2f shoulders[] = {at(5), at(6)}, hips[] = {at(11), at(12)}, knees[] = {at(13), at(14)};
  const Vec2f neck = 0.5F * (shoulders[0] + shoulders[1]), hip = 0.5F * (hips[0] + hips[1]);
  const Vec2f down = hip - neck;
  // A person seen from the side is not as thin as the line through both shoulders; the outermost
  // of the trunk is arms and background.
  const Vec2f least = 0.12F * Vec2f{down.y, -down.x};
  const auto half_width = [&](Vec2f left, Vec2f right) {
    const Vec2f half = 0.4F * (left - right);
    return Norm(half) > Norm(least) ? half : least;
  };
  const Vec2f top = half_width(shoulders[0], shoulders[1]), bottom = half_width(hips[0], hips[1]);
  Appearance appearance;
  CountQuad(image, neck + 0.1F * down - top, neck + 0.1F * down + top, hip - bottom, hip + bottom,
            appearance.shares[0]);
  for (size_t side = 0; side < 2; ++side) {
    const Vec2f thigh = knees[side] - hips[side];
    const Vec2f across = 0.12F * Vec2f{thigh.y, -thigh.x};
    const Vec2f from = hips[side] + 0.2F * thigh, to = hips[side] + 0.9F * thigh;
    CountQuad(image, from - across, from + across, to - across, to + across, appearance.shares[1]);
  }
  for (Colours& colours : appearance.shares) Normalize(colours);
  return appearance;
}

float SimilarityOf(const Appearance& a, const Appearance& b) {
  float sum = 0;
  int compared = 0;
  for (size_t part = 0; part < a.shares.size(); ++part) {
    if (!IsKnown(a.shares[part]) || !IsKnown(b.shares[part])) continue;
    for (size_t k = 0; k < a.shares[part].size(); ++k) {
      sum += std::sqrt(a.shares[part][k] * b.shares[part][k]);
    }
    ++compared;
  }
  return compared == 0 ? -1 : sum / static_cast<float>(compared);
}

void Blend(const Appearance& seen, float weight, Appearance& mean) {
  for (size_t part = 0; part < mean.shares.size(); ++part) {
    if (!IsKnown(seen.shares[part])) continue;
    if (!IsKnown(mean.shares[part])) {
      mean.shares[part] = seen.shares[part];
      continue;
    }
    for (size_t k = 0; k < mean.shares[part].size(); ++k) {
      mean.shares[part][k] += weight * (seen.shares[part][k] - mean.shares[part][k]);
    }
  }
}

}  // namespace videopose::internal
