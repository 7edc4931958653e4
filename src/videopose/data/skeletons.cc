// SPDX-License-Identifier: Apache-2.0

#include "videopose/data/skeletons.h"

#include <array>

#include "videopose/pose/joint_counts.h"

namespace videopose::internal {

const Skeleton& HumanEva15() {
  static const Skeleton skeleton{
      .name = "humaneva15",
      .joint_names = {"hip", "thorax", "left_shoulder", "left_elbow", "left_wrist",
                      "right_shoulder", "right_elbow", "right_wrist", "left_hip", "left_knee",
                      "left_ankle", "right_hip", "right_knee", "right_ankle", "head"},
      .parents = {-1, 0, 1, 2, 3, 1, 5, 6, 0, 8, 9, 0, 11, 12, 1}};
  return skeleton;
}

// The order follows from the published symmetry (left 3-6 and 11-14, right 7-10 and 15-18) and from
// HumanEva's ten segments of two ends each: torso, head, and four limbs of two segments.
const Skeleton& HumanEva20() {
  static const Skeleton skeleton{
      .name = "humaneva20",
      .joint_names = {"hip",
                      "thorax",
                      "neck",
                      "left_shoulder",
                      "left_elbow_upper",
                      "left_elbow_lower",
                      "left_wrist",
                      "right_shoulder",
                      "right_elbow_upper",
                      "right_elbow_lower",
                      "right_wrist",
                      "left_hip",
                      "left_knee_upper",
                      "left_knee_lower",
                      "left_ankle",
                      "right_hip",
                      "right_knee_upper",
                      "right_knee_lower",
                      "right_ankle",
                      "head"},
      .parents = {-1, 0, 1, 1, 3, 4, 5, 1, 7, 8, 9, 0, 11, 12, 13, 0, 15, 16, 17, 2}};
  return skeleton;
}

const KeypointLayout& Mpii16() {
  static const KeypointLayout layout{
      .name = "mpii",
      .joint_names = {"right_ankle", "right_knee", "right_hip", "left_hip", "left_knee",
                      "left_ankle", "hip", "thorax", "neck", "head", "right_wrist", "right_elbow",
                      "right_shoulder", "left_shoulder", "left_elbow", "left_wrist"},
      .bones = {{0, 1},
                {1, 2},
                {2, 6},
                {6, 3},
                {3, 4},
                {4, 5},
                {6, 7},
                {7, 8},
                {8, 9},
                {7, 12},
                {12, 11},
                {11, 10},
                {7, 13},
                {13, 14},
                {14, 15}}};
  return layout;
}

std::span<const int> Human36m17Of32() {
  static constexpr std::array<int, kH36mJoints> kKept = {0,  1,  2,  3,  6,  7,  8,  12, 13,
                                                         14, 15, 17, 18, 19, 25, 26, 27};
  return kKept;
}

std::vector<int> MirroredJoints(const Skeleton& skeleton) {
  std::vector<int> mirrored(skeleton.joint_count());
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    mirrored[j] = skeleton.mirrored(j);
  }
  return mirrored;
}

}  // namespace videopose::internal
