// SPDX-License-Identifier: Apache-2.0

// The tables, from the detectors' documentation:
//   OpenPose: page 02_output of its doc; poseParameters of BODY_25, BODY_25B, BODY_135, COCO, MPI
//   Halpe: github.com/Fang-Haoshu/Halpe-FullBody    COCO-WholeBody: its paper, 133 points
//   MPII, CrowdPose, PoseTrack: as in MMPose's data set descriptions

#include <fmt/format.h>

#include "videopose/import/joint_layouts.h"

namespace videopose::internal {
namespace {

using Joints = std::vector<std::string>;

Joints With(Joints joints, const Joints& more) {
  joints.insert(joints.end(), more.begin(), more.end());
  return joints;
}

const Joints kCocoBody = {"left_shoulder", "right_shoulder", "left_elbow", "right_elbow",
                          "left_wrist",    "right_wrist",    "left_hip",   "right_hip",
                          "left_knee",     "right_knee",     "left_ankle", "right_ankle"};
const Joints kCoco = With({"nose", "left_eye", "right_eye", "left_ear", "right_ear"}, kCocoBody);
// OpenPose: right arm, left arm, (hips' middle), right leg, left leg.
const Joints kOpenPoseArms = {"right_shoulder", "right_elbow", "right_wrist",
                              "left_shoulder",  "left_elbow",  "left_wrist"};
const Joints kOpenPoseLegs = {"right_hip", "right_knee", "right_ankle",
                              "left_hip",  "left_knee",  "left_ankle"};
const Joints kOpenPoseFace = {"right_eye", "left_eye", "right_ear", "left_ear"};
const Joints kFeet = {"left_big_toe",  "left_small_toe",  "left_heel",
                      "right_big_toe", "right_small_toe", "right_heel"};

std::vector<JointLayout> MakeLayouts() {
  const Joints neck_up = With({"nose", "neck"}, kOpenPoseArms);
  const Joints body25b = With(With(kCoco, {"neck", "head_top"}), kFeet);
  const Joints halpe =
      With(kCoco, {"head_top", "neck", "pelvis", "left_big_toe", "right_big_toe", "left_small_toe",
                   "right_small_toe", "left_heel", "right_heel"});
  return {
      {"coco", 17, kCoco},
      {"coco18", 18, With(With(neck_up, kOpenPoseLegs), kOpenPoseFace)},
      {"body25", 25,
       With(With(With(With(neck_up, {"pelvis"}), kOpenPoseLegs), kOpenPoseFace), kFeet)},
      {"body25b", 25, body25b},
      {"body135", 135, body25b},
      {"mpi15", 15,
       With(With(With({"head_top", "neck"}, kOpenPoseArms), kOpenPoseLegs), {"chest"})},
      {"halpe26", 26, halpe},
      {"halpe136", 136, halpe},
      {"wholebody", 133, With(kCoco, kFeet)},
      {"mediapipe", 33, BlazePose33().joint_names},
      {"mpii",
       16,
       {"right_ankle", "right_knee", "right_hip", "left_hip", "left_knee", "left_ankle", "pelvis",
        "thorax", "neck", "head_top", "right_wrist", "right_elbow", "right_shoulder",
        "left_shoulder", "left_elbow", "left_wrist"}},
      {"crowdpose", 14, With(kCocoBody, {"head_top", "neck"})},
      {"posetrack", 17, With({"nose", "neck", "head_top", "left_ear", "right_ear"}, kCocoBody)},
      // Human3.6M's "neck/nose" is about where the nose is.
      {"h36m",
       17,
       {"pelvis", "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle",
        "spine", "neck", "nose", "head_top", "left_shoulder", "left_elbow", "left_wrist",
        "right_shoulder", "right_elbow", "right_wrist"}},
  };
}

}  // namespace

std::span<const JointLayout> KnownLayouts() {
  static const std::vector<JointLayout> layouts = MakeLayouts();
  return layouts;
}

std::string LayoutList() {
  std::string list;
  for (const JointLayout& layout : KnownLayouts()) {
    list += fmt::format("{}{} ({})", list.empty() ? "" : ", ", layout.name, layout.point_count);
  }
  return list;
}

}  // namespace videopose::internal
