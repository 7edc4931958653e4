// SPDX-License-Identifier: Apache-2.0

// BVH motion capture files (Biovision hierarchy): a skeleton of joints with offsets, then numbers.

#ifndef VIDEOPOSE_MOTION_FILES_BVH_H_
#define VIDEOPOSE_MOTION_FILES_BVH_H_

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/geometry.h"

namespace videopose::internal {

enum class BvhChannel { kXPosition, kYPosition, kZPosition, kXRotation, kYRotation, kZRotation };

struct BvhJoint {
  std::string name;                  // of an end site: its parent's with "_end"
  int parent = -1;                   // parents come first
  std::array<double, 3> offset{};    // from the parent, in the file's unit
  std::vector<BvhChannel> channels;  // in the order in which they are applied
  int first_channel = 0;             // of the joint, in a frame's values
};

struct BvhClip {
  std::vector<BvhJoint> joints;  // the root first
  double frame_time_s = 0;
  int64_t frame_count = 0;
  int channel_count = 0;
  std::vector<float> values;  // (frame_count, channel_count): lengths in the file's unit, degrees

  // -1 where there is none.
  int IndexOf(std::string_view joint_name) const;
};

// Keywords in any case. Throws Error with file and line where it is no BVH, is cut short, or holds
// what is not a number. What comes after the last frame announced is passed over.
BvhClip ReadBvh(const std::filesystem::path& path);

// file_from_joint of all joints in one frame, in the file's unit. A joint's rotation is the product
// of its channels in their order.
std::vector<Rigid3d> PlaceJoints(const BvhClip& clip, int64_t frame);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MOTION_FILES_BVH_H_
