// Videos of few frames a second, for lifters that learned from 22 a second and more: what is
// between two frames is made up, lifted with them, and left out again.

#ifndef VIDEOPOSE_LIFT_SLOW_VIDEO_H_
#define VIDEOPOSE_LIFT_SLOW_VIDEO_H_

#include "videopose/pose.h"

namespace videopose {

// Into how many parts the time between two frames is to be cut; 1 from 20 frames a second on, and
// where the rate is not known. At most 8: what is further apart says little of what is between.
int FrameParts(double fps);

// (T, J) -> ((T - 1) parts + 1, J): frame t becomes frame t * parts. Between two frames in which a
// keypoint is seen it goes along a cubic (Catmull and Rom's) through them and their neighbours,
// with the smaller one's score; else it is not seen. Landmarks are left out.
KeypointSequence WithFramesBetween(const KeypointSequence& keypoints, int parts);

// Takes them out again: frames 0, parts, 2 parts ...
Motion WithoutFramesBetween(const Motion& motion, int parts);

}  // namespace videopose

#endif  // VIDEOPOSE_LIFT_SLOW_VIDEO_H_
