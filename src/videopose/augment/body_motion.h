// SPDX-License-Identifier: Apache-2.0

// Motion capture of any skeleton as directions of limbs, so that it can be played on a body of any
// proportions and mixed with other motion.

#ifndef VIDEOPOSE_AUGMENT_BODY_MOTION_H_
#define VIDEOPOSE_AUGMENT_BODY_MOTION_H_

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "videopose/augment/body_map.h"
#include "videopose/geometry.h"
#include "videopose/motion_files/bvh.h"
#include "videopose/pose/h36m17.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {

// Body frames of reference: x to the body's left, y up (towards the head), z forward.
// World of this file: y up, metres, as BVH files have it.
struct BodyFrame {
  Vec3d root_in_world;  // midway between the hips, on a body of rest size
  Quaternion world_from_pelvis;
  // Unit directions in the pelvis.
  std::array<Vec3d, 2> thigh, shank;  // left, right
  Vec3d trunk;                        // from the root to the shoulders' level; 1 long at rest
  Vec3d spine;                        // from the root to the spine joint; 1 long at rest
  Quaternion pelvis_from_chest;
  // In the chest; 1 long at rest.
  Vec3d neck;                               // from the trunk's end to the neck's base
  std::array<Vec3d, 2> shoulder;            // from the trunk's end to the shoulders
  std::array<Vec3d, 2> upper_arm, forearm;  // unit directions
  Quaternion chest_from_head;
};

struct BodyMotion {
  std::string name;
  double fps = 0;
  std::vector<BodyFrame> frames;  // at least one
  double weight = 1;              // how often it is taken, compared with others of its length

  // At any time; beyond its ends the motion runs back again.
  BodyFrame At(double time_s) const;
  double duration_s() const { return static_cast<double>(frames.size() - 1) / fps; }
};

// a + part * (b - a), directions and rotations kept at their length.
BodyFrame Blend(const BodyFrame& a, const BodyFrame& b, double part);

// The mirror image at the plane x = 0.
BodyFrame Mirrored(const BodyFrame& frame);

// COCO's nose, left and right eye, left and right ear: its first keypoints.
inline constexpr int kCocoHeadPoints = 5;

// How large the parts of a body are, metres. The defaults are those of an adult of 1.70 m.
struct BodyShape {
  double half_hips = 0.092, thigh = 0.429, shank = 0.410;
  double trunk = 0.407, neck = 0.089, shoulder = 0.205;
  double upper_arm = 0.279, forearm = 0.190;
  double head = 1;  // scale of what follows
  std::array<Vec3d, kCocoHeadPoints> head_points = kHeadPoints;

  // Nose, left and right eye, left and right ear (as in COCO), in the head's frame, from the neck's
  // base.
  static constexpr std::array<Vec3d, kCocoHeadPoints> kHeadPoints = {Vec3d{0, 0.157, 0.119},
                                                                     {0.033, 0.196, 0.096},
                                                                     {-0.033, 0.196, 0.096},
                                                                     {0.075, 0.159, 0.009},
                                                                     {-0.075, 0.159, 0.009}};
  // From the root to the middle of the shoulders of a person who stands straight.
  double root_to_thorax() const { return trunk + 0.29 * shoulder; }
};

// Of one frame, in the world: Human3.6M's 17 joints, then COCO's nose, eyes and ears. Joints of
// trunk and head lie where Human3.6M has them (its subjects' mean: 490 mm from hip to thorax):
//   spine (7)      the end of the lowest bone of the spine, 233/490 of that above the hip
//   thorax (8)     the middle of the shoulders
//   neck/nose (9)  121/490 from the thorax along the neck
//   head (10)      115/490 from there along the head's up, at the height of the eyes
constexpr int kBodyPoints = kH36mJoints + kCocoHeadPoints;
std::array<Vec3d, kBodyPoints> PlaceBody(const BodyFrame& frame, const BodyShape& shape);

// The body point that COCO's keypoint k is.
constexpr std::array<int, kCocoJoints> kCocoFromBody = {
    kH36mJoints,         kH36mJoints + 1,       kH36mJoints + 2,        kH36mJoints + 3,
    kH36mJoints + 4,     h36m17::kLeftShoulder, h36m17::kRightShoulder, h36m17::kLeftElbow,
    h36m17::kRightElbow, h36m17::kLeftWrist,    h36m17::kRightWrist,    h36m17::kLeftHip,
    h36m17::kRightHip,   h36m17::kLeftKnee,     h36m17::kRightKnee,     h36m17::kLeftAnkle,
    h36m17::kRightAnkle};

// Throws Error where the clip lacks a joint that the map names, or has no frames.
BodyMotion MotionOf(const BvhClip& clip, const BodyMap& map, const std::string& name);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_AUGMENT_BODY_MOTION_H_
