// SPDX-License-Identifier: Apache-2.0

#include "videopose/detect/crop.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>

#include "videopose/base/check.h"

namespace videopose::internal {
namespace {

// So many pixels of a row at a time: whole vectors, and all temporaries stay in the first cache.
constexpr int kBlock = 64;

struct Sampler {
  Sampler(const Image& image, const CropOptions& options, const std::optional<BodyBox>& mask)
      : pixels(reinterpret_cast<const uint32_t*>(image.bgrx.data())),
        width(image.width_px),
        height(image.height_px),
        gain((options.white - options.black) / 255),
        black(options.black) {
    if (options.border == CropBorder::kBlack) {
      x_from = y_from = -0.5F;
      x_to = static_cast<float>(width) - 0.5F;
      y_to = static_cast<float>(height) - 0.5F;
    }
    if (!mask) return;
    const Vec2f half = 0.5F * mask->size_px, centre = mask->centre_px - Vec2f{0.5F, 0.5F};
    x_from = std::max(x_from, centre.x - half.x);
    x_to = std::min(x_to, centre.x + half.x);
    y_from = std::max(y_from, centre.y - half.y);
    y_to = std::min(y_to, centre.y + half.y);
  }

  const uint32_t* pixels;  // 0x00RRGGBB
  int width, height;
  float gain, black;
  // All outside is black; counted from the middle of the top left pixel.
  static constexpr float kFar = 1e9F;
  float x_from = -kFar, x_to = kFar, y_from = -kFar, y_to = kFar;

  // pixel(x, y) = (1 - fy) ((1 - fx) p00 + fx p01) + fy ((1 - fx) p10 + fx p11)
  // where (x, y) counts from the middle of the top left pixel.
  void SampleBlock(float x0, float y0, float dx, float dy, int count, float* rgb) const {
    std::array<float, kBlock> red, green, blue;
    const auto x_max = static_cast<float>(width - 1), y_max = static_cast<float>(height - 1);
#pragma omp simd
    for (int i = 0; i < kBlock; ++i) {
      const float x = x0 + static_cast<float>(i) * dx;
      const float y = y0 + static_cast<float>(i) * dy;
      const float xc = std::min(std::max(x, 0.0F), x_max);
      const float yc = std::min(std::max(y, 0.0F), y_max);
      const int column = static_cast<int>(xc), row = static_cast<int>(yc);
      const float fx = xc - static_cast<float>(column), fy = yc - static_cast<float>(row);
      const int at = row * width + column;
      const int right = xc < x_max ? 1 : 0;
      const int down = yc < y_max ? width : 0;
      const uint32_t p00 = pixels[at], p01 = pixels[at + right];
      const uint32_t p10 = pixels[at + down], p11 = pixels[at + down + right];
      const bool inside = x >= x_from && x <= x_to && y >= y_from && y <= y_to;
      const float visible = inside ? gain : 0.0F;
      const float w11 = fx * fy * visible, w01 = fx * visible - w11, w10 = fy * visible - w11;
      const float w00 = visible - w01 - w10 - w11;
      const auto mix = [&](int shift) {
        const auto level = [shift](uint32_t p) {
          return static_cast<float>(static_cast<int32_t>((p >> shift) & 255U));
        };
        return w00 * level(p00) + w01 * level(p01) + w10 * level(p10) + w11 * level(p11) + black;
      };
      red[i] = mix(16);
      green[i] = mix(8);
      blue[i] = mix(0);
    }
    if (count == kBlock) count = kBlock;  // lets the compiler see the usual length
    for (int i = 0; i < count; ++i) {
      rgb[3 * i] = red[i];
      rgb[3 * i + 1] = green[i];
      rgb[3 * i + 2] = blue[i];
    }
  }
};

void CheckSizes(const Image& image, const CropOptions& options, std::span<float> rgb) {
  VP_CHECK(image.width_px > 0 && image.height_px > 0, "{} x {} pixels", image.width_px,
           image.height_px);
  VP_CHECK(rgb.size() == static_cast<size_t>(options.size_px) * options.size_px * 3, "{} values",
           rgb.size());
}

// Fills `rgb` from a grid of points that begins at `first`, in coordinates of Roi: these count from
// the corner of the top left pixel, the sampler's from its middle.
void SampleGrid(const Sampler& sampler, Vec2f first, Vec2f along_row, Vec2f down, int size,
                WorkerPool& pool, std::span<float> rgb) {
  first = first - Vec2f{0.5F, 0.5F};
  pool.ParallelFor(size, 16, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const Vec2f start = first + static_cast<float>(row) * down;
      for (int column = 0; column < size; column += kBlock) {
        const Vec2f at = start + static_cast<float>(column) * along_row;
        sampler.SampleBlock(at.x, at.y, along_row.x, along_row.y, std::min(kBlock, size - column),
                            rgb.data() + (row * size + column) * 3);
      }
    }
  });
}

}  // namespace

void CropToRgb(const Image& image, const Roi& roi, const CropOptions& options, WorkerPool& pool,
               std::span<float> rgb) {
  CheckSizes(image, options, rgb);
  const float step_px = roi.side_px / static_cast<float>(options.size_px);
  const float half = 0.5F / static_cast<float>(options.size_px);
  SampleGrid(Sampler(image, options, roi.mask), roi.PixelFromRoi({half, half}),
             step_px * roi.IntoFrame({1, 0}), step_px * roi.IntoFrame({0, 1}), options.size_px,
             pool, rgb);
}

void StretchToRgb(const Image& image, const BodyBox& part, const CropOptions& options,
                  WorkerPool& pool, std::span<float> rgb) {
  CheckSizes(image, options, rgb);
  const Vec2f step = 1 / static_cast<float>(options.size_px) * part.size_px;
  SampleGrid(Sampler(image, options, {}), part.centre_px - 0.5F * (part.size_px - step),
             {step.x, 0}, {0, step.y}, options.size_px, pool, rgb);
}

}  // namespace videopose::internal
