// SPDX-License-Identifier: Apache-2.0

#include "videopose/synthetic/figure_shape.h"

#include <algorithm>
#include <cmath>

namespace videopose::internal {
namespace {

using enum BodyJoint;

// Adds parts; positions and radii are fractions of the body height.
class ShapeBuilder {
 public:
  ShapeBuilder(const BodyPose& pose, double height_m) : pose_(pose), height_m_(height_m) {}

  // What follows belongs to this group.
  void Begin(FigureGroup group, FigureMaterial material, double blend) {
    group_ = group;
    material_ = material;
    blend_ = blend;
  }

  void Cone(const Vec3d& from_in_world, const Vec3d& to_in_world, double from_radius,
            double to_radius) {
    FigurePart part = NewPart();
    part.kind = FigurePart::Kind::kCone;
    part.centre = from_in_world.Cast<float>();
    part.axis = (to_in_world - from_in_world).Cast<float>();
    part.radii = (height_m_ * Vec3d{from_radius, to_radius, 0}).Cast<float>();
    part.bound_centre = part.centre + 0.5F * part.axis;
    part.bound_radius_m = 0.5F * Norm(part.axis) + std::max(part.radii.x, part.radii.y);
    shape_.parts.push_back(part);
  }

  void Ellipsoid(const Vec3d& centre_in_world, const Quaternion& world_from_part,
                 const Vec3d& radii) {
    FigurePart part = NewPart();
    part.kind = FigurePart::Kind::kEllipsoid;
    part.centre = centre_in_world.Cast<float>();
    part.radii = (height_m_ * radii).Cast<float>();
    part.axes = {Rotate(world_from_part, {1, 0, 0}).Cast<float>(),
                 Rotate(world_from_part, {0, 1, 0}).Cast<float>(),
                 Rotate(world_from_part, {0, 0, 1}).Cast<float>()};
    part.bound_centre = part.centre;
    part.bound_radius_m = std::max({part.radii.x, part.radii.y, part.radii.z});
    shape_.parts.push_back(part);
  }

  // Of the ellipsoid added last.
  void CutBelow(const Vec3d& normal, double offset) {
    FigurePart& part = shape_.parts.back();
    part.kind = FigurePart::Kind::kCutEllipsoid;
    part.cut_normal = Normalized(normal).Cast<float>();
    part.cut_offset_m = static_cast<float>(offset * height_m_ / Norm(normal));
  }

  void Capsule(BodyJoint from, BodyJoint to, double radius) {
    shape_.capsules.push_back({pose_[from].Cast<float>(), pose_[to].Cast<float>(),
                               static_cast<float>(radius * height_m_)});
  }

  // A point given in a body frame around a joint.
  Vec3d At(BodyJoint joint, const Quaternion& world_from_frame, const Vec3d& offset) const {
    return pose_[joint] + height_m_ * Rotate(world_from_frame, offset);
  }

  const BodyPose& pose() const { return pose_; }
  FigureShape Finish() { return std::move(shape_); }

 private:
  FigurePart NewPart() const {
    FigurePart part;
    part.group = group_;
    part.material = material_;
    part.blend_m = static_cast<float>(blend_ * height_m_);
    return part;
  }

  const BodyPose& pose_;
  double height_m_;
  FigureShape shape_;
  FigureGroup group_ = FigureGroup::kShirt;
  FigureMaterial material_ = FigureMaterial::kShirt;
  double blend_ = 0;
};

Vec3d Between(const Vec3d& a, const Vec3d& b, double share) { return a + share * (b - a); }

void AddShirt(ShapeBuilder& builder) {
  const BodyPose& pose = builder.pose();
  const Quaternion& chest = pose.world_from_chest;
  const Quaternion& pelvis = pose.world_from_pelvis;
  builder.Begin(FigureGroup::kShirt, FigureMaterial::kShirt, 0.035);
  builder.Ellipsoid(builder.At(kThorax, chest, {0.002, 0, -0.080}), chest, {0.066, 0.094, 0.118});
  builder.Ellipsoid(builder.At(kSpine, chest, {0.004, 0, -0.010}), chest, {0.060, 0.080, 0.105});
  builder.Ellipsoid(builder.At(kPelvis, pelvis, {0.000, 0, 0.030}), pelvis, {0.072, 0.102, 0.105});
  builder.CutBelow({0, 0, 1}, -0.052);  // the hem
  for (const BodySide side : kSides) {
    const double sign = Sign(side);
    const Vec3d& shoulder = pose[OnSide(kLeftShoulder, side)];
    const Vec3d& elbow = pose[OnSide(kLeftElbow, side)];
    const Vec3d collar = builder.At(kThorax, chest, {-0.010, sign * 0.030, 0.008});
    builder.Cone(collar, Between(shoulder, collar, 0.1), 0.030, 0.032);
    builder.Cone(builder.At(kThorax, chest, {0.030, sign * 0.040, -0.055}),
                 builder.At(kThorax, chest, {0.028, sign * 0.055, -0.060}), 0.036, 0.034);
    builder.Begin(FigureGroup::kShirt, FigureMaterial::kShirt, 0.020);
    builder.Cone(shoulder, Between(shoulder, elbow, 0.58), 0.0325, 0.0310);
    builder.Begin(FigureGroup::kShirt, FigureMaterial::kShirt, 0.035);
  }
}

void AddTrousers(ShapeBuilder& builder) {
  const BodyPose& pose = builder.pose();
  const Quaternion& pelvis = pose.world_from_pelvis;
  builder.Begin(FigureGroup::kTrousers, FigureMaterial::kTrousers, 0.030);
  builder.Ellipsoid(builder.At(kPelvis, pelvis, {-0.002, 0, 0.012}), pelvis, {0.060, 0.086, 0.062});
  for (const BodySide side : kSides) {
    const double sign = Sign(side);
    const Vec3d& hip = pose[OnSide(kLeftHip, side)];
    const Vec3d& knee = pose[OnSide(kLeftKnee, side)];
    const Vec3d& ankle = pose[OnSide(kLeftAnkle, side)];
    builder.Begin(FigureGroup::kTrousers, FigureMaterial::kTrousers, 0.016);
    builder.Ellipsoid(builder.At(kPelvis, pelvis, {-0.026, sign * 0.040, -0.018}), pelvis,
                      {0.045, 0.043, 0.050});
    builder.Cone(Between(hip, knee, 0.02), knee, 0.0470, 0.0345);
    builder.Cone(knee, Between(knee, ankle, 0.90), 0.0340, 0.0255);
    const Vec3d calf = Between(knee, ankle, 0.28) -
                       0.010 * Norm(ankle - knee) / 0.246 *
                           Rotate(pose.world_from_foot[side == BodySide::kLeft ? 0 : 1], {1, 0, 0});
    builder.Cone(calf, Between(calf, ankle, 0.3), 0.0335, 0.0300);
  }
}

void AddArm(ShapeBuilder& builder, BodySide side) {
  const BodyPose& pose = builder.pose();
  const Vec3d& shoulder = pose[OnSide(kLeftShoulder, side)];
  const Vec3d& elbow = pose[OnSide(kLeftElbow, side)];
  const Vec3d& wrist = pose[OnSide(kLeftWrist, side)];
  const BodyJoint wrist_joint = OnSide(kLeftWrist, side);
  const Quaternion& hand = pose.world_from_hand[static_cast<size_t>(side)];
  builder.Begin(side == BodySide::kLeft ? FigureGroup::kLeftArm : FigureGroup::kRightArm,
                FigureMaterial::kSkin, 0.012);
  builder.Cone(Between(shoulder, elbow, 0.35), elbow, 0.0275, 0.0225);
  builder.Cone(elbow, Between(elbow, wrist, 0.35), 0.0220, 0.0240);
  builder.Cone(Between(elbow, wrist, 0.35), wrist, 0.0235, 0.0155);
  // The palm is flat across the body's side, the thumb in front.
  builder.Ellipsoid(builder.At(wrist_joint, hand, {0, 0, -0.028}), hand, {0.0225, 0.0125, 0.034});
  for (const double x : {-0.0135, -0.0045, 0.0045, 0.0135}) {
    const double tip = 0.106 - 60 * (x - 0.003) * (x - 0.003);
    builder.Begin(side == BodySide::kLeft ? FigureGroup::kLeftArm : FigureGroup::kRightArm,
                  FigureMaterial::kSkin, 0.004);
    builder.Cone(builder.At(wrist_joint, hand, {x, 0, -0.050}),
                 builder.At(wrist_joint, hand, {1.35 * x, 0, -tip + 0.005}), 0.0062, 0.0050);
  }
  builder.Cone(builder.At(wrist_joint, hand, {0.014, 0, -0.020}),
               builder.At(wrist_joint, hand, {0.036, 0, -0.052}), 0.0080, 0.0055);
}

void AddHead(ShapeBuilder& builder) {
  const BodyPose& pose = builder.pose();
  const Quaternion& head = pose.world_from_head;
  const auto at = [&](const Vec3d& offset) { return builder.At(kHead, head, offset); };
  builder.Begin(FigureGroup::kHead, FigureMaterial::kSkin, 0.012);
  builder.Cone(builder.At(kThorax, pose.world_from_chest, {-0.004, 0, 0.000}),
               at({-0.012, 0, -0.035}), 0.0345, 0.0320);
  builder.Ellipsoid(at({-0.009, 0, 0.019}), head, {0.0570, 0.0435, 0.0545});
  builder.Ellipsoid(at({0.020, 0, -0.020}), head, {0.0310, 0.0345, 0.0360});
  builder.Ellipsoid(at({0.036, 0, -0.043}), head, {0.0130, 0.0170, 0.0115});  // chin
  builder.Begin(FigureGroup::kHead, FigureMaterial::kSkin, 0.006);
  builder.Cone(at({0.048, 0, 0.010}), at({0.058, 0, -0.011}), 0.0050, 0.0075);          // nose
  builder.Cone(at({0.042, 0.022, 0.018}), at({0.042, -0.022, 0.018}), 0.0062, 0.0062);  // brow
  for (const BodySide side : kSides) {
    const double sign = Sign(side);
    builder.Cone(at({0.053, sign * 0.0055, -0.014}), at({0.050, sign * 0.0070, -0.013}), 0.0045,
                 0.0040);  // nostrils
    builder.Ellipsoid(at({0.036, sign * 0.021, -0.012}), head, {0.0140, 0.0130, 0.0110});
    builder.Ellipsoid(at({-0.005, sign * 0.0450, 0.000}),
                      head * FromAxisAngle({0, 0, 1}, -sign * 0.45), {0.0105, 0.0040, 0.0175});
  }
  builder.Cone(at({0.0475, 0.008, -0.0265}), at({0.0475, -0.008, -0.0265}), 0.0048,
               0.0048);  // lips
  builder.Begin(FigureGroup::kHair, FigureMaterial::kHair, 0.008);
  builder.Ellipsoid(at({-0.015, 0, 0.023}), head, {0.0615, 0.0495, 0.0590});
  builder.CutBelow({-0.62, 0, 1}, -0.016);
  builder.Begin(FigureGroup::kEyes, FigureMaterial::kEye, 0);
  for (const BodySide side : kSides) {
    builder.Ellipsoid(at({0.0372, Sign(side) * 0.0185, 0.0075}), head, {0.0085, 0.0085, 0.0062});
  }
}

void AddShoe(ShapeBuilder& builder, BodySide side) {
  const BodyPose& pose = builder.pose();
  const Quaternion& foot = pose.world_from_foot[static_cast<size_t>(side)];
  const auto at = [&](BodyJoint joint, const Vec3d& offset) {
    return builder.At(OnSide(joint, side), foot, offset);
  };
  builder.Begin(side == BodySide::kLeft ? FigureGroup::kLeftAnkle : FigureGroup::kRightAnkle,
                FigureMaterial::kSkin, 0.008);
  const Vec3d& knee = pose[OnSide(kLeftKnee, side)];
  const Vec3d& ankle = pose[OnSide(kLeftAnkle, side)];
  builder.Cone(Between(ankle, knee, 0.3), ankle, 0.0200, 0.0165);
  builder.Begin(side == BodySide::kLeft ? FigureGroup::kLeftShoe : FigureGroup::kRightShoe,
                FigureMaterial::kShoe, 0.014);
  builder.Cone(at(kLeftAnkle, {-0.006, 0, -0.006}), at(kLeftHeel, {0.022, 0, 0.020}), 0.0195,
               0.0195);
  builder.Cone(at(kLeftHeel, {0.022, 0, 0.018}), at(kLeftBall, {0, 0, 0.016}), 0.0190, 0.0175);
  builder.Cone(at(kLeftAnkle, {0.008, 0, -0.012}), at(kLeftBall, {0, 0, 0.018}), 0.0185, 0.0165);
  // Toes stay on the floor when the heel is lifted.
  Vec3d forward = Rotate(foot, {1, 0, 0});
  if (forward.z < 0) forward = Normalized(Vec3d{forward.x, forward.y, 0});
  const Quaternion toes =
      FromAxes(forward, Rotate(foot, {0, 1, 0}), Cross(forward, Rotate(foot, {0, 1, 0})));
  builder.Ellipsoid(builder.At(OnSide(kLeftBall, side), toes, {0.006, 0, 0.0125}), toes,
                    {0.0300, 0.0225, 0.0140});
}

// Polynomial smooth minimum: h = max(k - |a - b|, 0) / k;  min(a, b) - h^2 k / 4.
float SmoothMin(float a, float b, float k) {
  const float h = std::max(k - std::abs(a - b), 0.0F);
  return std::min(a, b) - (k > 0 ? h * h / (4 * k) : 0);
}

}  // namespace

FigureShape ShapeFigure(const BodyPose& pose, double height_m) {
  ShapeBuilder builder(pose, height_m);
  AddShirt(builder);
  AddTrousers(builder);
  AddArm(builder, BodySide::kLeft);
  AddArm(builder, BodySide::kRight);
  AddHead(builder);
  AddShoe(builder, BodySide::kLeft);
  AddShoe(builder, BodySide::kRight);
  builder.Capsule(kPelvis, kSpine, 0.072);
  builder.Capsule(kSpine, kThorax, 0.078);
  builder.Capsule(kLeftShoulder, kRightShoulder, 0.034);
  builder.Capsule(kThorax, kHead, 0.034);
  builder.Capsule(kHead, kHeadTop, 0.046);
  for (const BodySide side : kSides) {
    builder.Capsule(OnSide(kLeftShoulder, side), OnSide(kLeftElbow, side), 0.029);
    builder.Capsule(OnSide(kLeftElbow, side), OnSide(kLeftWrist, side), 0.021);
    builder.Capsule(OnSide(kLeftWrist, side), OnSide(kLeftFingertip, side), 0.014);
    builder.Capsule(OnSide(kLeftHip, side), OnSide(kLeftKnee, side), 0.044);
    builder.Capsule(OnSide(kLeftKnee, side), OnSide(kLeftAnkle, side), 0.031);
    builder.Capsule(OnSide(kLeftHeel, side), OnSide(kLeftBall, side), 0.021);
  }
  return builder.Finish();
}

float DistanceToPart(const FigurePart& part, const Vec3f& x_in_world) {
  const Vec3f x = x_in_world - part.centre;
  if (part.kind == FigurePart::Kind::kCone) {
    const float along = std::clamp(Dot(x, part.axis) / Dot(part.axis, part.axis), 0.0F, 1.0F);
    return Norm(x - along * part.axis) - (part.radii.x + along * (part.radii.y - part.radii.x));
  }
  // First-order distance: k0 (k0 - 1) / k1, k0 = |x / r|, k1 = |x / r^2|.
  const Vec3f local{Dot(x, part.axes[0]), Dot(x, part.axes[1]), Dot(x, part.axes[2])};
  const Vec3f u{local.x / part.radii.x, local.y / part.radii.y, local.z / part.radii.z};
  const Vec3f v{u.x / part.radii.x, u.y / part.radii.y, u.z / part.radii.z};
  const float k0 = Norm(u);
  const float distance = k0 * (k0 - 1) / std::max(Norm(v), 1e-6F);
  if (part.kind == FigurePart::Kind::kEllipsoid) return distance;
  return std::max(distance, part.cut_offset_m - Dot(local, part.cut_normal));
}

FigureDistance DistanceToFigure(const FigureShape& shape, std::span<const uint16_t> parts,
                                const Vec3f& x_in_world) {
  FigureDistance nearest;
  FigureDistance in_group;
  FigureGroup group{};
  for (const uint16_t index : parts) {
    const FigurePart& part = shape.parts[index];
    const float distance = DistanceToPart(part, x_in_world);
    if (in_group.nearest_part < 0 || part.group != group) {
      if (in_group.distance_m < nearest.distance_m) nearest = in_group;
      group = part.group;
      in_group = {distance, index};
      continue;
    }
    if (distance < in_group.distance_m) in_group.nearest_part = index;
    in_group.distance_m = SmoothMin(in_group.distance_m, distance, part.blend_m);
  }
  if (in_group.distance_m < nearest.distance_m) nearest = in_group;
  return nearest;
}

}  // namespace videopose::internal
