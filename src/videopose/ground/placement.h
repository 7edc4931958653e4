// Where somebody stands, from the picture alone: for pictures of several people in one room when no
// better position is known.

#ifndef VIDEOPOSE_GROUND_PLACEMENT_H_
#define VIDEOPOSE_GROUND_PLACEMENT_H_

#include <vector>

#include "videopose/pose.h"

namespace videopose {

// (T) the root in the camera's frame: as far away as the 3D pose must be to look as large as the
// keypoints do through a lens of plausible focal length, in the direction in which the keypoints
// show it. kNoJoint where that cannot be told. Rough (the size of the picture's half tells little)
// and not smooth.
std::vector<Vec3f> PlacesInPicture(const PersonMotion& person, const Motion& motion,
                                   const KeypointSequence& keypoints, const PersonKeypoints& seen);

}  // namespace videopose

#endif  // VIDEOPOSE_GROUND_PLACEMENT_H_
