// SPDX-License-Identifier: Apache-2.0

// Hands and feet of Body25(), as rotations of the rig's joints.

#ifndef VIDEOPOSE_EXPORT_RIG_ENDS_H_
#define VIDEOPOSE_EXPORT_RIG_ENDS_H_

#include <array>
#include <optional>
#include <vector>

#include "videopose/export/rig.h"
#include "videopose/geometry.h"
#include "videopose/pose.h"

namespace videopose::internal {

inline constexpr std::array<RigJointIndex, 4> kRigEnds = {kRigLeftFoot, kRigRightFoot, kRigLeftHand,
                                                          kRigRightHand};

struct RigEnds {
  // Of kRigEnds: T rotations, at rest none. Frames without pose are between those beside the gap.
  std::array<std::vector<Quaternion>, kRigEnds.size()> rig_from_joint;
  Vec3d toe_m;  // at rest, from the ankle; both feet's median
};

// nullopt where the skeleton lacks heels, toes or knuckles, or where there is no pose.
std::optional<RigEnds> ReadEnds(const Motion& motion, const PersonMotion& person);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_EXPORT_RIG_ENDS_H_
