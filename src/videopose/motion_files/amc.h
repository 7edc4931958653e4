// SPDX-License-Identifier: Apache-2.0

// Acclaim skeletons (.asf) and motion (.amc), as CMU's motion capture database has them.
//
// A bone goes from the end of its parent along `direction`, `length` long; both and `axis` C are
// given in the world at rest. Its motion M, of the angles of an AMC line, happens about the bone's
// own axes:
//   rotation(bone in world) = rotation(parent in world) * C * M * C^-1
// with M = Rz Ry Rx where the angles stand in the order rx ry rz, and C likewise.
// (J. Lander, "Working with Motion Capture File Formats", Game Developer, January 1998.)

#ifndef VIDEOPOSE_MOTION_FILES_AMC_H_
#define VIDEOPOSE_MOTION_FILES_AMC_H_

#include <filesystem>

#include "videopose/motion_files/bvh.h"

namespace videopose::internal {

// AMC files do not say it; CMU's are recorded at 120 frames a second.
inline constexpr double kAmcFps = 120;

// The same motion as a BVH clip, in centimetres: a joint has the name of the bone that begins in
// it, and the end of a bone from which none goes on is its name with "_end". Throws Error with file
// and line where one of them is none, is cut short, holds what is not a number, or where they do
// not belong together.
BvhClip ReadAmc(const std::filesystem::path& skeleton, const std::filesystem::path& motion);

// The skeleton of "35_01.amc": "35_01.asf", "35.asf", or the only .asf of the folder. Throws Error
// where there is none.
std::filesystem::path SkeletonOfAmc(const std::filesystem::path& motion);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MOTION_FILES_AMC_H_
