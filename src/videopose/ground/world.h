// SPDX-License-Identifier: Apache-2.0

// People in the world: z up, the floor at z = 0, metres. The only source of these positions, which
// images, pages and exports show. Grounding (videopose/pose.h) has the rungs of the ladder;
// GroundMotion() climbs it from keypoints, CompleteGrounding() from what a file holds.

#ifndef VIDEOPOSE_GROUND_WORLD_H_
#define VIDEOPOSE_GROUND_WORLD_H_

#include "videopose/pose.h"

namespace videopose::internal {

// A level camera at the origin, in a world with z up: x_in_world = (x, z, -y) of x_in_cam.
Quaternion WorldFromLevelCamera();

// Sets where people of a motion without grounding are: by its camera (kGivenCamera), or on the
// rungs kLevelCamera, kFromImage and kFloorOnly (ground/on_floor.h). `keypoints` are of the same
// people and frames, or null. A grounded motion stays as it is.
void CompleteGrounding(const KeypointSequence* keypoints, Motion& motion);

// (T); kNoJoint where there is no pose.
std::vector<Vec3f> RootsInWorld(const Motion& motion, const PersonMotion& person);
// (T, J)  root_in_world, and joints_in_cam turned by the frame's camera or as if it were level;
// kNoJoint where there is no pose. For a motion without grounding they are what CompleteGrounding()
// makes of it without keypoints.
JointTrack<Vec3f> JointsInWorld(const Motion& motion, const PersonMotion& person);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_WORLD_H_
