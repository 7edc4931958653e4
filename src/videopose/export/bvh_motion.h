// SPDX-License-Identifier: Apache-2.0

// Motion back from the .bvh files that WriteBvh makes.

#ifndef VIDEOPOSE_EXPORT_BVH_MOTION_H_
#define VIDEOPOSE_EXPORT_BVH_MOTION_H_

#include <string_view>

#include "videopose/motion_files/bvh.h"
#include "videopose/pose.h"

namespace videopose::internal {

// One person of Human36m17(), in the world that was written. Joints are identified by their
// (Mixamo's) names, others skipped; lengths are taken as centimetres. Throws Error that names
// `what` and the first joint that is missing.
Motion MotionOfBvh(const BvhClip& clip, std::string_view what);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_EXPORT_BVH_MOTION_H_
