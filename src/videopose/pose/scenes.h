// SPDX-License-Identifier: Apache-2.0

// The scenes of a clip: what lies between its cuts; and what is known of their cameras.

#ifndef VIDEOPOSE_POSE_SCENES_H_
#define VIDEOPOSE_POSE_SCENES_H_

#include <cstdint>
#include <span>
#include <vector>

#include "videopose/pose.h"

namespace videopose::internal {

// Whether the camera's place is known to change.
bool Walks(std::span<const CameraView> views);

// At least one, in order; cuts outside the clip count for nothing.
std::vector<FrameRange> ScenesOf(std::span<const int64_t> cuts, int64_t frame_count);

// The frames of one scene alone, without cuts. People who are in none of its frames are left out.
KeypointSequence SceneOf(const KeypointSequence& keypoints, FrameRange scene);
// Likewise; people stay, so that they can be put back.
Motion SceneOf(const Motion& motion, FrameRange scene);
// Puts a scene's people back. Fields that the clip lacks are added.
void PutScene(const Motion& scene, int64_t begin, Motion& motion);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_POSE_SCENES_H_
