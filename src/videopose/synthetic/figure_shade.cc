// SPDX-License-Identifier: Apache-2.0

#include "videopose/synthetic/figure_shade.h"

#include <algorithm>
#include <cmath>

#include "videopose/synthetic/figure_room.h"

namespace videopose::internal {
namespace {

// x seen from a body frame around a joint, in fractions of the body height.
Vec3f InFrame(const BodyPose& pose, BodyJoint joint, const Quaternion& world_from_frame,
              const Vec3f& x_in_world, double height_m) {
  const Vec3d local =
      (1 / height_m) * Rotate(Inverse(world_from_frame), x_in_world.Cast<double>() - pose[joint]);
  return local.Cast<float>();
}

// 1 inside an ellipse of the y-z plane, 0 outside, with a soft edge.
float InEllipse(float y, float z, float half_width, float half_height) {
  const float r = std::hypot(y / half_width, z / half_height);
  return 1 - SmoothRamp(0.75F, 1.15F, r);
}

Vec3f FaceColour(const FigureLook& look, const Vec3f& x) {
  Vec3f colour = look.skin;
  if (x.x < 0.02F) return colour;
  const float side = std::abs(x.y);
  const Vec3f lips = Times(look.skin, {0.72F, 0.42F, 0.42F});
  const Vec3f shade = Times(look.skin, {0.50F, 0.38F, 0.34F});
  colour = Mix(colour, Times(look.skin, {1.05F, 0.82F, 0.78F}),
               0.6F * InEllipse(side - 0.024F, x.z + 0.012F, 0.014F, 0.012F));  // cheeks
  colour = Mix(colour, shade, 0.75F * InEllipse(side - 0.0185F, x.z - 0.0085F, 0.0125F, 0.0085F));
  colour = Mix(colour, lips, InEllipse(x.y, x.z + 0.0265F, 0.0155F, 0.0052F));
  colour = Mix(colour, 0.25F * lips, InEllipse(x.y, x.z + 0.0265F, 0.0140F, 0.0011F));
  const float arc = 0.0205F - 6.0F * (side - 0.017F) * (side - 0.017F);
  const float brow = InEllipse(side - 0.0185F, x.z - arc, 0.0115F, 0.0026F);
  return Mix(colour, look.hair, 0.9F * brow);
}

Vec3f EyeColour(const Vec3f& x) {
  const float y = std::abs(x.y) - 0.0190F, z = x.z - 0.0072F;
  Vec3f colour{0.74F, 0.72F, 0.70F};
  colour = Mix(colour, {0.045F, 0.025F, 0.015F}, InEllipse(y, z, 0.0036F, 0.0036F));
  const float lid = SmoothRamp(0.0026F, 0.0036F, z);
  return Mix(colour, {0.05F, 0.03F, 0.025F}, lid);
}

// Bends the normal along the slope of noise: folds.
Vec3f Folded(const Vec3f& normal, const Vec3f& x, const Vec3f& frequency, float depth) {
  constexpr float kStep = 0.06F;
  const Vec3f u = Times(x, frequency);
  const float here = ValueNoise(u);
  const Vec3f slope{ValueNoise(u + Vec3f{kStep, 0, 0}) - here,
                    ValueNoise(u + Vec3f{0, kStep, 0}) - here,
                    ValueNoise(u + Vec3f{0, 0, kStep}) - here};
  return Normalized(normal - depth / kStep * slope);
}

}  // namespace

FigureSurface SurfaceOf(const FigureLook& look, const BodyPose& pose, double height_m,
                        const FigurePart& part, const Vec3f& x_in_world, const Vec3f& normal) {
  const auto in_head = [&] {
    return InFrame(pose, BodyJoint::kHead, pose.world_from_head, x_in_world, height_m);
  };
  switch (part.material) {
    case FigureMaterial::kSkin:
      if (part.group != FigureGroup::kHead) return {look.skin, normal, 0.10F};
      return {FaceColour(look, in_head()), normal, 0.12F};
    case FigureMaterial::kEye:
      return {EyeColour(in_head()), normal, 0.5F};
    case FigureMaterial::kHair: {
      const Vec3f x = in_head();
      const float strand = ValueNoise({x.x * 90, x.y * 320, x.z * 90});
      return {(0.7F + 0.7F * strand) * look.hair, normal, 0.18F};
    }
    case FigureMaterial::kShirt: {
      const Vec3f x = InFrame(pose, BodyJoint::kSpine, pose.world_from_chest, x_in_world, height_m);
      const float weave = ValueNoise(400.0F * x);
      return {(0.92F + 0.16F * weave) * look.shirt, Folded(normal, x, {26, 26, 17}, 0.16F), 0.02F};
    }
    case FigureMaterial::kTrousers: {
      const Vec3f x =
          InFrame(pose, BodyJoint::kPelvis, pose.world_from_pelvis, x_in_world, height_m);
      const float weave = ValueNoise(350.0F * x);
      return {(0.85F + 0.30F * weave) * look.trousers, Folded(normal, x, {24, 24, 15}, 0.16F),
              0.03F};
    }
    case FigureMaterial::kShoe: {
      const bool is_left = part.group == FigureGroup::kLeftShoe;
      const Vec3f x = InFrame(pose, is_left ? BodyJoint::kLeftHeel : BodyJoint::kRightHeel,
                              pose.world_from_foot[is_left ? 0 : 1], x_in_world, height_m);
      const float upper = SmoothRamp(0.009F, 0.012F, x.z);
      return {Mix({0.80F, 0.80F, 0.79F}, look.shoes, upper), normal, 0.10F};
    }
  }
  return {};
}

Vec3f Lit(const FigureSurface& surface, const Vec3f& to_light, const Vec3f& to_viewer,
          float lamp_share, float openness) {
  constexpr Vec3f kLamp{1.10F, 1.04F, 0.95F}, kCeiling{0.50F, 0.53F, 0.58F},
      kFloor{0.30F, 0.24F, 0.19F};
  const Vec3f& n = surface.normal;
  // Light that has spread under the surface reaches a little past the edge of the lit side.
  const float lamp = std::max(0.0F, (Dot(n, to_light) + 0.15F) / 1.15F) * lamp_share;
  const Vec3f around = openness * Mix(kFloor, kCeiling, 0.5F + 0.5F * n.z);
  const Vec3f half_way = Normalized(to_light + to_viewer);
  const float highlight =
      surface.gloss * lamp_share * std::pow(std::max(0.0F, Dot(n, half_way)), 28.0F);
  const float facing = std::clamp(Dot(n, to_viewer), 0.0F, 1.0F);
  const float rim = 0.10F * (1 - facing) * (1 - facing) * (1 - facing) * openness;
  return Times(surface.colour, lamp * kLamp + around) + (highlight + rim * 0.5F) * kCeiling;
}

}  // namespace videopose::internal
