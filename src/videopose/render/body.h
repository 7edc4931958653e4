// SPDX-License-Identifier: Apache-2.0

// The body drawn on a skeleton: how thick its bones are, where the head is and where it looks.

#ifndef VIDEOPOSE_RENDER_BODY_H_
#define VIDEOPOSE_RENDER_BODY_H_

#include <span>
#include <utility>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/pose.h"

namespace videopose::internal {

// The side whose colour a bone between two joints gets: the side of the joint that is not in the
// centre; a bone across the body is the centre's.
Side SideOfBone(Side from, Side to);

// A cone with round ends around the line between two points.
struct RoundCone {
  enum class Part { kLimb, kJoint, kTorso, kHead };
  Vec3f from, to;  // in the frame of the joints it was made from; equal for a ball
  float from_radius_m = 0, to_radius_m = 0;
  Side side = Side::kCentre;
  Part part = Part::kLimb;
  Vec3f front;  // of torso and head: unit vector to where they are turned; else zero
};

// Proportions are an adult's and scale with the skeleton. Joints are identified by name
// ("left_knee"); a skeleton with other names gets limbs of one thickness.
class Body {
 public:
  // `scale` 1: an adult.
  explicit Body(const Skeleton& skeleton, float scale = 1);

  // How far the surface is from the joint: what keeps a foot's joint above the floor.
  float radius_m(int joint) const { return radius_m_[joint]; }
  // All joints finite.
  std::vector<RoundCone> Flesh(std::span<const Vec3f> joints) const;

 private:
  struct Named {
    int hip, thorax, neck, head, left_hip, right_hip, left_shoulder, right_shoulder, spine;
  };
  // Where the trunk is turned: right x down, unit; zero where it cannot be told.
  Vec3f Front(std::span<const Vec3f> joints) const;
  void AddSolesAndPalms(std::span<const Vec3f> joints, std::vector<RoundCone>& flesh) const;
  void AddTorso(std::span<const Vec3f> joints, std::vector<RoundCone>& flesh) const;
  void AddHead(std::span<const Vec3f> joints, std::vector<RoundCone>& flesh) const;

  Skeleton skeleton_;
  float scale_;
  std::vector<float> radius_m_;
  std::vector<bool> is_inside_;              // joints within the torso or head, not drawn as balls
  std::vector<std::pair<int, int>> across_;  // drawn beside the bones
  Named named_;
  bool has_torso_, has_head_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_BODY_H_
