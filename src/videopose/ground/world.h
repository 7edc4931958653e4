// A motion in the room: z up, the floor at z = 0, metres.

#ifndef VIDEOPOSE_GROUND_WORLD_H_
#define VIDEOPOSE_GROUND_WORLD_H_

#include "videopose/pose.h"

namespace videopose {

// A level camera at the origin, in a world with z up: x_in_world = (x, z, -y) of x_in_cam.
Quaternion WorldFromLevelCamera();

// kNoJoint where there is no pose. By motion.camera where it is known. Else the
// camera is taken as level and the lowest joint of the whole motion stands on the floor; where
// roots are not known either, everybody's root stays above the origin.
JointTrack<Vec3f> JointsInWorld(const Motion& motion, const PersonMotion& person);

}  // namespace videopose

#endif  // VIDEOPOSE_GROUND_WORLD_H_
