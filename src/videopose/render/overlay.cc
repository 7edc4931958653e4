// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/overlay.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/render/body.h"
#include "videopose/render/shading.h"

namespace videopose::internal {
namespace {

constexpr Rgb kCasing = {12, 14, 18};
constexpr float kCasingOpacity = 0.65F;
// The score from which on a joint is drawn, and the one from which on it is drawn in full.
constexpr float kFaintScore = 0.05F, kFullScore = 0.6F;

// Faces and hands have many points close together: drawn finer, so that they stay visible.
constexpr float kFine = 0.55F;
constexpr std::string_view kFineNames[] = {"nose",  "eye",   "ear",   "mouth",
                                           "pinky", "index", "thumb", "heel"};

float FinenessOf(const KeypointLayout& layout, int joint) {
  const std::string& name = layout.joint_names[joint];
  const bool is_fine =
      std::any_of(std::begin(kFineNames), std::end(kFineNames),
                  [&](std::string_view part) { return name.find(part) != std::string::npos; });
  return is_fine ? kFine : 1;
}

float OpacityOf(float score) {
  return std::clamp((score - kFaintScore) / (kFullScore - kFaintScore), 0.0F, 1.0F);
}

// What output pixel k shows: the input pixels under [k, k + 1) * scale, or under a whole input
// pixel around its middle where that is more, each by its overlap.
struct Window {
  int begin = 0;
  std::vector<float> weights;  // sum 1
};

std::vector<Window> WindowsOf(int from_size, int to_size) {
  const double scale = static_cast<double>(from_size) / to_size;
  const double half = std::max(scale, 1.0) / 2;
  std::vector<Window> windows;
  windows.reserve(to_size);
  for (int k = 0; k < to_size; ++k) {
    const double middle = (k + 0.5) * scale;
    const double low = std::max(0.0, middle - half);
    const double high = std::min(static_cast<double>(from_size), middle + half);
    Window window{.begin = std::min(static_cast<int>(low), from_size - 1)};
    for (int at = window.begin; at < high; ++at) {
      const double overlap = std::min(high, at + 1.0) - std::max(low, static_cast<double>(at));
      window.weights.push_back(overlap / (high - low));
    }
    windows.push_back(std::move(window));
  }
  return windows;
}

// A person's joints in the tile.
struct Points {
  std::vector<Vec2f> at;
  std::vector<float> opacities;  // 0: not drawn

  Points(Tile tile, std::span<const Keypoint> keypoints, int width_px, int height_px) {
    const float scale_x = static_cast<float>(tile.width_px) / static_cast<float>(width_px);
    const float scale_y = static_cast<float>(tile.height_px) / static_cast<float>(height_px);
    for (const Keypoint& keypoint : keypoints) {
      at.push_back({keypoint.x_px * scale_x, keypoint.y_px * scale_y});
      const bool is_finite = std::isfinite(keypoint.x_px) && std::isfinite(keypoint.y_px);
      opacities.push_back(is_finite ? OpacityOf(keypoint.score) : 0);
    }
  }

  // The longer side of the box around them.
  float size_px() const {
    float low = 1e9F, high = -1e9F, left = 1e9F, right = -1e9F;
    for (size_t j = 0; j < at.size(); ++j) {
      if (opacities[j] <= 0) continue;
      low = std::min(low, at[j].y);
      high = std::max(high, at[j].y);
      left = std::min(left, at[j].x);
      right = std::max(right, at[j].x);
    }
    return std::max({high - low, right - left, 0.0F});
  }
};

// How thick a person is drawn, from how large they are in the tile.
float LineRadius(Tile tile, float size_px) {
  return std::clamp(0.008F * size_px, 0.9F,
                    std::max(1.0F, 0.0052F * static_cast<float>(tile.height_px)));
}

bool IsOfHead(const std::string& joint_name) {
  constexpr std::string_view kHeadNames[] = {"nose", "eye", "ear", "head"};
  return std::any_of(std::begin(kHeadNames), std::end(kHeadNames), [&](std::string_view part) {
    return joint_name.find(part) != std::string::npos;
  });
}

}  // namespace

void DrawImage(Tile tile, const Image& image) {
  if (image.width_px == tile.width_px && image.height_px == tile.height_px) {
    CopyTile(image, tile);
    return;
  }
  const std::vector<Window> columns = WindowsOf(image.width_px, tile.width_px);
  const std::vector<Window> rows = WindowsOf(image.height_px, tile.height_px);
  const int channels = image.width_px * Image::kBytesPerPixel;
  std::vector<float> sums(channels);
  for (int y = 0; y < tile.height_px; ++y) {
    const Window& window = rows[y];
    std::fill(sums.begin(), sums.end(), 0.5F);  // rounds when it is cut off below
    for (size_t k = 0; k < window.weights.size(); ++k) {
      const uint8_t* from = image.row(window.begin + static_cast<int>(k));
      const float weight = window.weights[k];
#pragma omp simd
      for (int c = 0; c < channels; ++c) sums[c] += weight * from[c];
    }
    uint8_t* to = tile.row(y);
    for (const Window& column : columns) {
      float pixel[Image::kBytesPerPixel] = {};
      const float* from = sums.data() + static_cast<size_t>(column.begin) * Image::kBytesPerPixel;
      for (const float weight : column.weights) {
        for (int c = 0; c < Image::kBytesPerPixel; ++c) pixel[c] += weight * *from++;
      }
      for (const float channel : pixel) *to++ = static_cast<uint8_t>(std::min(channel, 255.0F));
    }
  }
}

void DrawKeypoints(Tile tile, const KeypointLayout& layout, std::span<const Keypoint> keypoints,
                   int width_px, int height_px, const BodyColours& colours) {
  if (width_px <= 0 || height_px <= 0) return;
  const Points seen(tile, keypoints, width_px, height_px);
  const std::vector<Vec2f>& points = seen.at;
  const std::vector<float>& opacities = seen.opacities;
  const float radius = LineRadius(tile, seen.size_px());
  const float casing = std::max(1.0F, 0.5F * radius);

  const auto draw_bones = [&](float extra_radius, bool is_casing) {
    for (const KeypointLayout::Bone& bone : layout.bones) {
      const auto from = static_cast<size_t>(bone.from), to = static_cast<size_t>(bone.to);
      const float opacity = std::min(opacities[from], opacities[to]);
      if (opacity <= 0) continue;
      const Rgb colour = is_casing
                             ? kCasing
                             : colours.of(SideOfBone(layout.side(bone.from), layout.side(bone.to)));
      const float thick =
          radius * std::min(FinenessOf(layout, bone.from), FinenessOf(layout, bone.to)) +
          extra_radius;
      FillCone(tile, {points[from], points[to], thick, thick}, colour,
               is_casing ? kCasingOpacity * opacity : opacity);
    }
  };
  draw_bones(casing, true);
  draw_bones(0, false);
  for (size_t joint = 0; joint < points.size(); ++joint) {
    if (opacities[joint] <= 0) continue;
    const Rgb colour = colours.of(layout.side(static_cast<int>(joint)));
    const float dot = 1.55F * radius * FinenessOf(layout, static_cast<int>(joint));
    FillCone(tile, {points[joint], points[joint], dot + casing, dot + casing}, kCasing,
             kCasingOpacity * opacities[joint]);
    FillCone(tile, {points[joint], points[joint], dot, dot}, Mix(colour, {255, 255, 255}, 0.3F),
             opacities[joint]);
  }
}

std::optional<NameTag> NameTagOf(Tile tile, const KeypointLayout& layout,
                                 std::span<const Keypoint> keypoints, int width_px, int height_px) {
  if (width_px <= 0 || height_px <= 0) return std::nullopt;
  const Points seen(tile, keypoints, width_px, height_px);
  Vec2f head_sum, top = {0, 1e9F};
  float head_points = 0, head_top = 1e9F;
  for (size_t j = 0; j < seen.at.size(); ++j) {
    if (seen.opacities[j] <= 0) continue;
    if (seen.at[j].y < top.y) top = seen.at[j];
    if (!IsOfHead(layout.joint_names[j])) continue;
    head_sum = head_sum + seen.at[j];
    head_top = std::min(head_top, seen.at[j].y);
    ++head_points;
  }
  if (top.y >= 1e9F) return std::nullopt;
  const float size_px = seen.size_px();
  // The crown is this much over the eyes.
  constexpr float kCrownPerSize = 0.075F;
  const Vec2f foot = head_points > 0 ? Vec2f{head_sum.x / head_points, head_top} : top;
  return NameTag{.x_px = foot.x, .y_px = foot.y - kCrownPerSize * size_px, .person_px = size_px};
}

}  // namespace videopose::internal
