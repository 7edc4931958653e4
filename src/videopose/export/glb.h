// SPDX-License-Identifier: Apache-2.0

// Motion as binary glTF 2.0: people with a simple body each, animated, for browsers, game engines
// and modelling programs.
//
// The skeleton and its rotations are those of rig.h. Axes: y up, metres; the world's (x, y, z) of
// JointsInWorld is (x, z, -y) here. One animation moves all people; a person without a pose for
// longer than half a second is scaled to nothing meanwhile.
// Khronos, glTF 2.0 Specification, https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html

#ifndef VIDEOPOSE_EXPORT_GLB_H_
#define VIDEOPOSE_EXPORT_GLB_H_

#include <filesystem>

#include "videopose/pose.h"

namespace videopose::internal {

// All people of the motion who have a pose in any frame. Throws Error where the skeleton lacks
// joints of Human36m17() or the file cannot be written.
void WriteGlb(const std::filesystem::path& path, const Motion& motion);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_EXPORT_GLB_H_
