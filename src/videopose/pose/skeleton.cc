// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <array>

#include "videopose/pose.h"

namespace videopose {
namespace {

constexpr std::string_view kLeft = "left_";
constexpr std::string_view kRight = "right_";

Side SideOf(std::string_view name) {
  if (name.starts_with(kLeft)) return Side::kLeft;
  if (name.starts_with(kRight)) return Side::kRight;
  return Side::kCentre;
}

int FindName(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

int MirroredIndex(const std::vector<std::string>& names, int joint) {
  const std::string& name = names.at(joint);
  std::string other;
  switch (SideOf(name)) {
    case Side::kLeft:
      other = std::string(kRight) + name.substr(kLeft.size());
      break;
    case Side::kRight:
      other = std::string(kLeft) + name.substr(kRight.size());
      break;
    case Side::kCentre:
      return joint;
  }
  const int index = FindName(names, other);
  return index < 0 ? joint : index;
}

std::vector<KeypointLayout::Bone> BonesOf(const Skeleton& skeleton) {
  std::vector<KeypointLayout::Bone> bones;
  for (int joint = 0; joint < skeleton.joint_count(); ++joint) {
    const int parent = skeleton.parents[joint];
    if (parent >= 0) bones.push_back({parent, joint});
  }
  return bones;
}

}  // namespace

Side KeypointLayout::side(int joint) const { return SideOf(joint_names.at(joint)); }
int KeypointLayout::mirrored(int joint) const { return MirroredIndex(joint_names, joint); }
int KeypointLayout::IndexOf(std::string_view joint_name) const {
  return FindName(joint_names, joint_name);
}

Side Skeleton::side(int joint) const { return SideOf(joint_names.at(joint)); }
int Skeleton::mirrored(int joint) const { return MirroredIndex(joint_names, joint); }
int Skeleton::IndexOf(std::string_view joint_name) const {
  return FindName(joint_names, joint_name);
}

const KeypointLayout& Coco17() {
  static const KeypointLayout layout{
      .name = "coco",
      .joint_names = {"nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder",
                      "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
                      "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
                      "right_ankle"},
      .bones = {{0, 1},
                {0, 2},
                {1, 3},
                {2, 4},
                {5, 6},
                {5, 7},
                {7, 9},
                {6, 8},
                {8, 10},
                {5, 11},
                {6, 12},
                {11, 12},
                {11, 13},
                {13, 15},
                {12, 14},
                {14, 16}}};
  return layout;
}

const KeypointLayout& BlazePose33() {
  static const KeypointLayout layout{
      .name = "blazepose",
      .joint_names =
          {"nose",        "left_eye_inner",  "left_eye",        "left_eye_outer", "right_eye_inner",
           "right_eye",   "right_eye_outer", "left_ear",        "right_ear",      "left_mouth",
           "right_mouth", "left_shoulder",   "right_shoulder",  "left_elbow",     "right_elbow",
           "left_wrist",  "right_wrist",     "left_pinky",      "right_pinky",    "left_index",
           "right_index", "left_thumb",      "right_thumb",     "left_hip",       "right_hip",
           "left_knee",   "right_knee",      "left_ankle",      "right_ankle",    "left_heel",
           "right_heel",  "left_foot_index", "right_foot_index"},
      .bones = {{0, 2},   {0, 5},   {2, 7},   {5, 8},   {9, 10},  {11, 12}, {11, 13}, {13, 15},
                {15, 17}, {15, 19}, {15, 21}, {12, 14}, {14, 16}, {16, 18}, {16, 20}, {16, 22},
                {11, 23}, {12, 24}, {23, 24}, {23, 25}, {25, 27}, {27, 29}, {29, 31}, {27, 31},
                {24, 26}, {26, 28}, {28, 30}, {30, 32}, {28, 32}}};
  return layout;
}

const Skeleton& Human36m17() {
  static const Skeleton skeleton{
      .name = "h36m17",
      .joint_names = {"hip", "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee",
                      "left_ankle", "spine", "thorax", "neck_base", "head", "left_shoulder",
                      "left_elbow", "left_wrist", "right_shoulder", "right_elbow", "right_wrist"},
      .parents = {-1, 0, 1, 2, 0, 4, 5, 0, 7, 8, 9, 8, 11, 12, 8, 14, 15}};
  return skeleton;
}

const Skeleton& Body25() {
  static const Skeleton skeleton = [] {
    Skeleton body = Human36m17();
    body.name = "body25";
    const auto add = [&body](std::string_view name, std::string_view parent) {
      body.joint_names.emplace_back(name);
      body.parents.push_back(body.IndexOf(parent));
    };
    for (const auto& [ankle, heel, toe] : {std::array{"left_ankle", "left_heel", "left_toe"},
                                           std::array{"right_ankle", "right_heel", "right_toe"}}) {
      add(heel, ankle);
      add(toe, ankle);
    }
    for (const auto& [wrist, index, pinky] :
         {std::array{"left_wrist", "left_index", "left_pinky"},
          std::array{"right_wrist", "right_index", "right_pinky"}}) {
      add(index, wrist);
      add(pinky, wrist);
    }
    return body;
  }();
  return skeleton;
}

const Skeleton* KnownSkeleton(std::span<const std::string> joint_names) {
  for (const Skeleton* skeleton : {&Human36m17(), &Body25()}) {
    if (std::ranges::equal(skeleton->joint_names, joint_names)) return skeleton;
  }
  return nullptr;
}

const KeypointLayout& Human36m17Keypoints() {
  static const KeypointLayout layout{
      .name = "h36m", .joint_names = Human36m17().joint_names, .bones = BonesOf(Human36m17())};
  return layout;
}

}  // namespace videopose
