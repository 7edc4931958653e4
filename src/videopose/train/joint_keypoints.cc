// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/joint_keypoints.h"

#include "videopose/base/error.h"
#include "videopose/data/skeletons.h"

namespace videopose::internal {
namespace {

bool HasSymmetry(const KeypointLayout& layout, const std::vector<int>& mirrored) {
  if (layout.joint_count() != static_cast<int>(mirrored.size())) return false;
  for (int j = 0; j < layout.joint_count(); ++j) {
    if (layout.mirrored(j) != mirrored[static_cast<size_t>(j)]) return false;
  }
  return true;
}

}  // namespace

std::vector<JointKeypoint> SameJointKeypoints(int joint_count) {
  std::vector<JointKeypoint> pairs;
  for (int j = 0; j < joint_count; ++j) pairs.push_back({j, j});
  return pairs;
}

std::vector<JointKeypoint> JointKeypointsOf(const Dataset& dataset) {
  const KeypointFile& file = dataset.keypoints();
  const Skeleton& skeleton = dataset.skeleton();
  if (file.mirrored == MirroredJoints(skeleton)) return SameJointKeypoints(skeleton.joint_count());
  for (const KeypointLayout& layout : {Coco17(), Mpii16()}) {
    if (!HasSymmetry(layout, file.mirrored)) continue;
    std::vector<JointKeypoint> pairs;
    for (int j = 0; j < skeleton.joint_count(); ++j) {
      const int keypoint = layout.IndexOf(skeleton.joint_names[static_cast<size_t>(j)]);
      if (keypoint >= 0 && skeleton.side(j) != Side::kCentre) pairs.push_back({j, keypoint});
    }
    return pairs;
  }
  Fail(ErrorCode::kInvalidArgument, {.file = file.path},
       "{}: which joints its {} keypoints show is not known; semi-supervised training projects the "
       "joints of {} and takes keypoints that are these, COCO's or MPII's",
       file.path.string(), file.joint_count, skeleton.name);
}

}  // namespace videopose::internal
