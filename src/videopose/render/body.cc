// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/body.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string_view>

namespace videopose::internal {
namespace {

struct NamedRadius {
  std::string_view name_part;
  float radius_m;
};
// Looked through in this order; the first that the joint's name contains counts.
constexpr NamedRadius kRadii[] = {{"ankle", 0.040F},    {"foot", 0.030F},  {"heel", 0.032F},
                                  {"toe", 0.022F},      {"index", 0.018F}, {"pinky", 0.016F},
                                  {"knee", 0.054F},     {"wrist", 0.032F}, {"elbow", 0.040F},
                                  {"shoulder", 0.056F}, {"hip", 0.078F},   {"spine", 0.100F},
                                  {"thorax", 0.080F},   {"neck", 0.055F},  {"head", 0.075F}};
constexpr float kOtherRadius_m = 0.036F;
constexpr float kHeadRadius_m = 0.098F;
// A limb is slimmer than the joints it hangs between, so that these read as joints.
constexpr float kLimbPerJoint = 0.86F;

float RadiusByName(std::string_view name) {
  for (const NamedRadius& entry : kRadii) {
    if (name.find(entry.name_part) != std::string_view::npos) return entry.radius_m;
  }
  return kOtherRadius_m;
}

Vec3f UnitOrZero(Vec3f a) {
  const float norm = Norm(a);
  return norm > 1e-6F ? (1 / norm) * a : Vec3f{};
}

Vec3f Between(Vec3f a, Vec3f b, float share_of_b) { return a + share_of_b * (b - a); }

size_t Index(int joint) { return static_cast<size_t>(joint); }

// The top of the head: the head joint is at the height of the eyes.
Vec3f Crown(Vec3f thorax, Vec3f head) { return thorax + 1.45F * (head - thorax); }

}  // namespace

Side SideOfBone(Side from, Side to) {
  if (from == Side::kCentre) return to;
  if (to == Side::kCentre || to == from) return from;
  return Side::kCentre;
}

Body::Body(const Skeleton& skeleton, float scale)
    : skeleton_(skeleton),
      scale_(scale),
      is_inside_(skeleton.joint_names.size()),
      named_{.hip = skeleton.IndexOf("hip"),
             .thorax = skeleton.IndexOf("thorax"),
             .neck = skeleton.IndexOf("neck_base"),
             .head = skeleton.IndexOf("head"),
             .left_hip = skeleton.IndexOf("left_hip"),
             .right_hip = skeleton.IndexOf("right_hip"),
             .left_shoulder = skeleton.IndexOf("left_shoulder"),
             .right_shoulder = skeleton.IndexOf("right_shoulder"),
             .spine = skeleton.IndexOf("spine")} {
  for (const std::string& name : skeleton.joint_names) {
    radius_m_.push_back(scale * RadiusByName(name));
  }
  const Named& n = named_;
  has_torso_ =
      std::min({n.hip, n.thorax, n.left_hip, n.right_hip, n.left_shoulder, n.right_shoulder}) >= 0;
  has_head_ = has_torso_ && n.head >= 0;
  const auto set_inside = [this](std::initializer_list<int> inside) {
    for (const int joint : inside) {
      if (joint >= 0) is_inside_[Index(joint)] = true;
    }
  };
  for (const auto& [from, to] :
       {std::pair{"left_heel", "left_toe"}, std::pair{"right_heel", "right_toe"},
        std::pair{"left_index", "left_pinky"}, std::pair{"right_index", "right_pinky"}}) {
    const int a = skeleton.IndexOf(from), b = skeleton.IndexOf(to);
    if (a >= 0 && b >= 0) across_.emplace_back(a, b);
  }
  if (has_torso_) set_inside({n.hip, n.thorax, n.spine});
  if (has_head_) set_inside({n.neck, n.head});
}

std::vector<RoundCone> Body::Flesh(std::span<const Vec3f> joints) const {
  std::vector<RoundCone> flesh;
  flesh.reserve(joints.size() * 2 + 8);
  for (int joint = 0; joint < skeleton_.joint_count(); ++joint) {
    const Side side = skeleton_.side(joint);
    const Vec3f at = joints[Index(joint)];
    if (!is_inside_[Index(joint)]) {
      flesh.push_back(
          {at, at, radius_m(joint), radius_m(joint), side, RoundCone::Part::kJoint, {}});
    }
    const int parent = skeleton_.parents[Index(joint)];
    // The torso and the head stand for the bones inside them and to the hips and shoulders.
    if (parent < 0 || (is_inside_[Index(parent)] && has_torso_)) continue;
    flesh.push_back({joints[Index(parent)],
                     at,
                     kLimbPerJoint * radius_m(parent),
                     kLimbPerJoint * radius_m(joint),
                     SideOfBone(skeleton_.side(parent), side),
                     RoundCone::Part::kLimb,
                     {}});
  }
  AddSolesAndPalms(joints, flesh);
  if (has_torso_) AddTorso(joints, flesh);
  if (has_head_) AddHead(joints, flesh);
  return flesh;
}

// Across what two bones of the skeleton hold: from heel to toe, and between the knuckles.
void Body::AddSolesAndPalms(std::span<const Vec3f> joints, std::vector<RoundCone>& flesh) const {
  for (const auto& [from, to] : across_) {
    flesh.push_back({joints[Index(from)],
                     joints[Index(to)],
                     radius_m(from),
                     radius_m(to),
                     skeleton_.side(from),
                     RoundCone::Part::kLimb,
                     {}});
  }
}

// In every right-handed frame: right x down = forward.
Vec3f Body::Front(std::span<const Vec3f> joints) const {
  const Named& n = named_;
  const Vec3f right = joints[Index(n.right_hip)] - joints[Index(n.left_hip)] +
                      joints[Index(n.right_shoulder)] - joints[Index(n.left_shoulder)];
  const Vec3f down = joints[Index(n.hip)] - joints[Index(n.thorax)];
  return UnitOrZero(Cross(right, down));
}

// Columns from the shoulders over the waist to the hips, the spine's between them.
void Body::AddTorso(std::span<const Vec3f> joints, std::vector<RoundCone>& flesh) const {
  const Named& n = named_;
  const Vec3f front = Front(joints);
  const Vec3f hip = joints[Index(n.hip)], thorax = joints[Index(n.thorax)];
  const Vec3f spine = n.spine >= 0 ? joints[Index(n.spine)] : Between(hip, thorax, 0.5F);
  const auto add = [&](Vec3f from, Vec3f to, float from_radius, float to_radius) {
    flesh.push_back({from, to, scale_ * from_radius, scale_ * to_radius, Side::kCentre,
                     RoundCone::Part::kTorso, front});
  };
  for (const auto& [side_hip, side_shoulder] :
       {std::pair{joints[Index(n.left_hip)], joints[Index(n.left_shoulder)]},
        std::pair{joints[Index(n.right_hip)], joints[Index(n.right_shoulder)]}}) {
    const Vec3f chest = Between(thorax, side_shoulder, 0.5F);
    const Vec3f waist = spine + 0.6F * (side_hip - hip);
    const Vec3f pelvis = Between(hip, side_hip, 0.5F);
    add(Between(chest, waist, 0.2F), waist, 0.090F, 0.087F);
    add(waist, pelvis, 0.087F, 0.090F);
    add(thorax, side_shoulder, 0.066F, 0.050F);
  }
  add(Between(thorax, spine, 0.3F), spine, 0.088F, 0.092F);
  add(spine, hip, 0.092F, 0.090F);
  const Vec3f skull = has_head_ ? Crown(thorax, joints[Index(n.head)]) : thorax;
  add(thorax, Between(thorax, skull, 0.6F), 0.056F, 0.046F);
}

void Body::AddHead(std::span<const Vec3f> joints, std::vector<RoundCone>& flesh) const {
  const Named& n = named_;
  const Vec3f top = Crown(joints[Index(n.thorax)], joints[Index(n.head)]);
  const Vec3f up = UnitOrZero(top - joints[Index(n.thorax)]);
  // The joint between neck and head lies before the line from thorax to crown.
  Vec3f front = Front(joints);
  if (n.neck >= 0) {
    const Vec3f nose = joints[Index(n.neck)] - top;
    front = front + 8.0F * (nose - Dot(nose, up) * up);
  }
  front = UnitOrZero(front - Dot(front, up) * up);
  const Vec3f skull = top - (scale_ * kHeadRadius_m) * up;
  const Vec3f jaw = skull - (scale_ * 0.050F) * up + (scale_ * 0.022F) * front;
  flesh.push_back({skull, jaw, scale_ * kHeadRadius_m, scale_ * 0.078F, Side::kCentre,
                   RoundCone::Part::kHead, front});
}

}  // namespace videopose::internal
