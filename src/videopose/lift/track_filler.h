#ifndef VIDEOPOSE_LIFT_TRACK_FILLER_H_
#define VIDEOPOSE_LIFT_TRACK_FILLER_H_

#include "videopose/pose/track_filler.h"  // where it is now

#endif  // VIDEOPOSE_LIFT_TRACK_FILLER_H_
