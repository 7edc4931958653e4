// SPDX-License-Identifier: Apache-2.0

// Motion as BVH: what animation programs import and retarget from.
//
// The skeleton and its rotations are those of rig.h; joints bear Mixamo's names ("Hips",
// "LeftUpLeg", ...). Axes: y up, x to the left of a body that looks along z; the world's (x, y, z)
// of JointsInWorld is (x, z, -y) here. Lengths in centimetres, as is usual, angles in degrees. The
// root has the channels Xposition Yposition Zposition Zrotation Xrotation Yrotation, every other
// joint the three rotations; R = Rz Rx Ry. Angles never jump by a turn from frame to frame.

#ifndef VIDEOPOSE_EXPORT_BVH_H_
#define VIDEOPOSE_EXPORT_BVH_H_

#include <filesystem>

#include "videopose/pose.h"

namespace videopose::internal {

struct BvhOptions {
  double units_per_metre = 100;
};

// `person` is one of `motion.people`. BVH has no way to say that there is no pose: frames without
// are filled as RigMotion says. Throws Error where the skeleton lacks joints of Human36m17() or the
// file cannot be written.
void WriteBvh(const std::filesystem::path& path, const Motion& motion, const PersonMotion& person,
              const BvhOptions& options = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_EXPORT_BVH_H_
