// SPDX-License-Identifier: Apache-2.0

#include "videopose/synthetic/figure.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "videopose/base/check.h"
#include "videopose/base/parallel.h"
#include "videopose/synthetic/figure_raster.h"
#include "videopose/synthetic/figure_shade.h"
#include "videopose/synthetic/figure_shape.h"

namespace videopose::internal {
namespace {

constexpr float kLampSoftness = 0.13F;

// sRGB bytes of linear light, tabulated over its square root, which is nearly straight.
uint8_t EncodeChannel(float linear) {
  constexpr int kSteps = 2047;
  static const auto table = [] {
    std::array<uint8_t, kSteps + 1> bytes{};
    for (int i = 0; i <= kSteps; ++i) {
      const double root = static_cast<double>(i) / kSteps;
      const double x = root * root;
      const double encoded = x <= 0.0031308 ? 12.92 * x : 1.055 * std::pow(x, 1 / 2.4) - 0.055;
      bytes[static_cast<size_t>(i)] = static_cast<uint8_t>(std::lround(255 * encoded));
    }
    return bytes;
  }();
  const float root = std::sqrt(std::clamp(linear, 0.0F, 1.0F));
  return table[static_cast<size_t>(std::lround(root * kSteps))];
}

void StorePixel(const Vec3f& linear, uint8_t* bgrx) {
  bgrx[0] = EncodeChannel(linear.z);
  bgrx[1] = EncodeChannel(linear.y);
  bgrx[2] = EncodeChannel(linear.x);
  bgrx[3] = 255;
}

// One frame's view of the figure.
class FigureView {
 public:
  FigureView(const Camera& camera, const Room& room, const FigureLook& look, const Vec3f& to_light,
             const BodyPose& pose, double height_m)
      : camera_(camera),
        room_(room),
        look_(look),
        to_light_(to_light),
        pose_(pose),
        height_m_(height_m),
        shape_(ShapeFigure(pose, height_m)),
        rays_(camera),
        tiles_(shape_, camera),
        hits_(static_cast<size_t>(camera.lens.width_px) * camera.lens.height_px) {}

  void Draw(const std::vector<Vec3f>& background, Image& image) {
    DrawShadow(background, image);
    const auto on_tile_rows = [&](const auto& body) {
      ParallelFor(tiles_.rows(), 1, [&](int64_t begin, int64_t end) {
        for (int row = static_cast<int>(begin); row < end; ++row) {
          for (int column = 0; column < tiles_.columns(); ++column) {
            if (!tiles_.parts(column, row).empty()) body(column, row);
          }
        }
      });
    };
    on_tile_rows([&](int column, int row) { MarchTile(column, row); });
    on_tile_rows([&](int column, int row) { ShadeTile(column, row, image); });
  }

 private:
  // Identifies a surface: where neighbours differ, a pixel is an edge.
  struct PixelHit {
    Vec3f point;
    float distance_m = 0;
    int16_t part = -1;
    int16_t kind = -1;  // material and group
  };

  PixelHit& hit(int x, int y) { return hits_[static_cast<size_t>(y) * camera_.lens.width_px + x]; }

  PixelHit March(std::span<const uint16_t> parts, float x_px, float y_px) const {
    const FigureHit found = MarchRay(shape_, parts, rays_.origin(), rays_.Direction(x_px, y_px));
    if (found.part < 0) return {};
    const FigurePart& part = shape_.parts[static_cast<size_t>(found.part)];
    return {
        found.point_in_world, found.distance_m, static_cast<int16_t>(found.part),
        static_cast<int16_t>(static_cast<int>(part.material) * 16 + static_cast<int>(part.group))};
  }

  void MarchTile(int column, int row) {
    const PixelBox box = tiles_.box(column, row);
    for (int y = box.y_begin; y < box.y_end; ++y) {
      for (int x = box.x_begin; x < box.x_end; ++x) {
        hit(x, y) = March(tiles_.parts(column, row), static_cast<float>(x) + 0.5F,
                          static_cast<float>(y) + 0.5F);
      }
    }
  }

  bool IsEdge(int x, int y) {
    const PixelHit& here = hit(x, y);
    const auto differs = [&](int dx, int dy) {
      const int nx = std::clamp(x + dx, 0, camera_.lens.width_px - 1);
      const int ny = std::clamp(y + dy, 0, camera_.lens.height_px - 1);
      const PixelHit& there = hit(nx, ny);
      return there.kind != here.kind || std::abs(there.distance_m - here.distance_m) > 0.03F;
    };
    return differs(-1, 0) || differs(1, 0) || differs(0, -1) || differs(0, 1);
  }

  void ShadeTile(int column, int row, Image& image) {
    const PixelBox box = tiles_.box(column, row);
    const auto parts = tiles_.parts(column, row);
    for (int y = box.y_begin; y < box.y_end; ++y) {
      for (int x = box.x_begin; x < box.x_end; ++x) {
        uint8_t* pixel = image.row(y) + static_cast<size_t>(x) * Image::kBytesPerPixel;
        if (IsEdge(x, y)) {
          StorePixel(FineColour(parts, x, y, pixel), pixel);
        } else if (hit(x, y).part >= 0) {
          StorePixel(Shade(parts, hit(x, y)), pixel);
        }
      }
    }
  }

  // The mean of four samples on a rotated grid; where they miss, of what is behind.
  Vec3f FineColour(std::span<const uint16_t> parts, int x, int y, const uint8_t* behind) const {
    constexpr Vec2f kOffsets[] = {
        {0.375F, 0.125F}, {0.875F, 0.375F}, {0.125F, 0.625F}, {0.625F, 0.875F}};
    const auto decode = [](uint8_t byte) {
      return std::pow(static_cast<float>(byte) / 255.0F, 2.2F);
    };
    Vec3f sum;
    for (const Vec2f& offset : kOffsets) {
      const PixelHit found =
          March(parts, static_cast<float>(x) + offset.x, static_cast<float>(y) + offset.y);
      sum =
          sum + (found.part >= 0 ? Shade(parts, found)
                                 : Vec3f{decode(behind[2]), decode(behind[1]), decode(behind[0])});
    }
    return 0.25F * sum;
  }

  Vec3f Shade(std::span<const uint16_t> parts, const PixelHit& found) const {
    const FigurePart& part = shape_.parts[static_cast<size_t>(found.part)];
    const Vec3f normal = FigureNormal(shape_, parts, found.point);
    const FigureSurface surface = SurfaceOf(look_, pose_, height_m_, part, found.point, normal);
    const float openness = FigureOpenness(shape_, parts, found.point, normal);
    // Limbs are thinner as capsules; from a little outside, a surface is not in its own shadow.
    const float lamp =
        LightPastCapsules(shape_.capsules, found.point + 0.035F * normal, to_light_, kLampSoftness);
    return Lit(surface, to_light_, Normalized(rays_.origin() - found.point), lamp, openness);
  }

  // The share of light that the room keeps at a point with the figure in it.
  float RoomLight(const RoomPoint& at) const {
    const float lamp =
        LightPastCapsules(shape_.capsules, at.point_in_world, to_light_, kLampSoftness);
    // A sphere of radius r at distance d hides cos(angle) r^2 / d^2 of what a surface sees.
    float hidden = 0;
    for (const FigureCapsule& capsule : shape_.capsules) {
      const Vec3f to_middle = 0.5F * (capsule.from + capsule.to) - at.point_in_world;
      const float distance2 = Dot(to_middle, to_middle);
      const float cosine = Dot(to_middle, at.normal) / std::sqrt(distance2);
      const float length = 0.5F * Norm(capsule.to - capsule.from);
      hidden += std::max(0.0F, cosine) * capsule.radius_m * (capsule.radius_m + 0.6F * length) /
                (distance2 + capsule.radius_m * capsule.radius_m);
    }
    return (1 - 0.42F * (1 - lamp)) * (1 - std::clamp(0.9F * hidden - 0.03F, 0.0F, 0.75F));
  }

  // Shadows are soft: their light is found on every second pixel and interpolated.
  void DrawShadow(const std::vector<Vec3f>& background, Image& image) const {
    constexpr int kStep = 2;
    const PixelBox box = ShadowBox();
    const int width = box.x_end - box.x_begin, height = box.y_end - box.y_begin;
    if (width <= 0 || height <= 0) return;
    const int columns = (width - 1) / kStep + 2, rows = (height - 1) / kStep + 2;
    std::vector<float> light(static_cast<size_t>(columns) * rows);
    ParallelFor(rows, 4, [&](int64_t begin, int64_t end) {
      for (auto row = begin; row < end; ++row) {
        for (int column = 0; column < columns; ++column) {
          const Vec3f direction =
              rays_.Direction(static_cast<float>(box.x_begin + kStep * column) + 0.5F,
                              static_cast<float>(box.y_begin + kStep * row) + 0.5F);
          light[static_cast<size_t>(row * columns + column)] =
              RoomLight(HitRoom(room_, rays_.origin(), direction));
        }
      }
    });
    ParallelFor(height, 8, [&](int64_t begin, int64_t end) {
      for (int y = static_cast<int>(begin); y < end; ++y) {
        const float* above = light.data() + static_cast<size_t>(y / kStep) * columns;
        const float* below = above + columns;
        const float v = static_cast<float>(y % kStep) / kStep;
        for (int x = 0; x < width; ++x) {
          const int i = x / kStep;
          const float u = static_cast<float>(x % kStep) / kStep;
          const float share = std::lerp(std::lerp(above[i], above[i + 1], u),
                                        std::lerp(below[i], below[i + 1], u), v);
          if (share > 0.999F) continue;
          const size_t pixel = static_cast<size_t>(box.y_begin + y) * camera_.lens.width_px +
                               static_cast<size_t>(box.x_begin + x);
          StorePixel(share * background[pixel], image.bgrx.data() + pixel * Image::kBytesPerPixel);
        }
      }
    });
  }

  // Around where the limbs, and their shadows on floor and walls, are seen.
  PixelBox ShadowBox() const {
    constexpr double kMargin_m = 0.7;
    double x_low = camera_.lens.width_px, x_high = 0, y_low = camera_.lens.height_px, y_high = 0;
    const auto include = [&](const Vec3f& x) {
      const Vec3d in_cam = CamFromWorld(camera_, x.Cast<double>());
      const double depth_m = std::max(in_cam.z, 0.3);
      const Vec2d px = PixelFromCam(camera_.lens, {in_cam.x, in_cam.y, depth_m});
      const double margin_px = camera_.lens.focal_px.x * kMargin_m / depth_m;
      x_low = std::min(x_low, px.x - margin_px);
      x_high = std::max(x_high, px.x + margin_px);
      y_low = std::min(y_low, px.y - margin_px);
      y_high = std::max(y_high, px.y + margin_px);
    };
    for (const FigureCapsule& capsule : shape_.capsules) {
      for (const Vec3f& end : {capsule.from, capsule.to}) {
        include({end.x, end.y, 0});
        include(HitRoom(room_, end, -to_light_).point_in_world);
      }
    }
    const auto clamped = [](double px, int size) {
      return static_cast<int>(std::clamp(px, 0.0, static_cast<double>(size)));
    };
    return {clamped(x_low, camera_.lens.width_px), clamped(x_high, camera_.lens.width_px),
            clamped(y_low, camera_.lens.height_px), clamped(y_high, camera_.lens.height_px)};
  }

  const Camera& camera_;
  const Room& room_;
  const FigureLook& look_;
  const Vec3f to_light_;
  const BodyPose& pose_;
  const double height_m_;
  const FigureShape shape_;
  const PixelRays rays_;
  const FigureTiles tiles_;
  std::vector<PixelHit> hits_;
};

// Over the viewer's left shoulder.
Vec3f LampFor(const Camera& camera) {
  const Quaternion& world_from_cam = camera.world_from_cam.rotation;
  const Vec3d right = Rotate(world_from_cam, {1, 0, 0});
  const Vec3d forward = Rotate(world_from_cam, {0, 0, 1});
  const Vec3d back = Normalized(Vec3d{-forward.x, -forward.y, 0});
  const Vec3d to_light = Normalized(-0.45 * right + 0.55 * back + Vec3d{0, 0, 1.0});
  return to_light.Cast<float>();
}

}  // namespace

FigureRenderer::FigureRenderer(const Camera& camera, const FigureLook& look, const Room& room)
    : FigureRenderer(camera, camera, look, room) {}

FigureRenderer::FigureRenderer(const Camera& camera, const Camera& lit_for, const FigureLook& look,
                               const Room& room)
    : camera_(camera),
      look_(look),
      room_(room),
      to_light_(LampFor(lit_for)),
      background_(static_cast<size_t>(camera.lens.width_px) * camera.lens.height_px),
      empty_room_(camera.lens.width_px, camera.lens.height_px) {
  VP_CHECK(
      camera.lens == PlainLens(camera.lens.focal_px.x, camera.lens.width_px, camera.lens.height_px),
      "figures are drawn through a plain lens");
  const Vec3d& position = camera.world_from_cam.translation;
  VP_CHECK(position.x > room.low.x && position.x < room.high.x && position.y > room.low.y &&
               position.y < room.high.y && position.z > room.low.z && position.z < room.high.z,
           "the camera at ({}, {}, {}) is outside the room", position.x, position.y, position.z);
  constexpr int kSamples = 3;  // squared, a pixel
  const PixelRays rays(camera);
  ParallelFor(camera.lens.height_px, 8, [&](int64_t begin, int64_t end) {
    for (int y = static_cast<int>(begin); y < end; ++y) {
      for (int x = 0; x < camera.lens.width_px; ++x) {
        Vec3f sum;
        for (int i = 0; i < kSamples * kSamples; ++i) {
          const int column = i % kSamples, row = i / kSamples;
          const float dx = (static_cast<float>(column) + 0.5F) / kSamples;
          const float dy = (static_cast<float>(row) + 0.5F) / kSamples;
          const Vec3f direction =
              rays.Direction(static_cast<float>(x) + dx, static_cast<float>(y) + dy);
          sum = sum + RoomColour(room_, HitRoom(room_, rays.origin(), direction));
        }
        Vec3f& colour = background_[static_cast<size_t>(y) * camera.lens.width_px + x];
        colour = 1.0F / (kSamples * kSamples) * sum;
        StorePixel(colour, empty_room_.row(y) + static_cast<size_t>(x) * Image::kBytesPerPixel);
      }
    }
  });
}

void FigureRenderer::Render(const BodyPose* pose, double height_m, Image& image) const {
  image = empty_room_;
  if (pose == nullptr) return;
  FigureView(camera_, room_, look_, to_light_, *pose, height_m).Draw(background_, image);
}

}  // namespace videopose::internal
