// The rows that a lifter's networks read, made from keypoints; see lift/person_input.h for the two
// kinds.

#ifndef VIDEOPOSE_LIFT_INPUT_ROWS_H_
#define VIDEOPOSE_LIFT_INPUT_ROWS_H_

#include "videopose/lift/person_input.h"
#include "videopose/pose.h"
#include "videopose/tensor.h"

namespace videopose {

// How many values a row has.
int InputRowValues(LifterInput input, const KeypointLayout& layout);

// Frames `run` of a person: (T, values). Of kScreen, what is not seen is filled in from the frames
// around (pose/track_filler.h); of kPerson, which takes COCO's layout alone, it stays unseen.
Tensor InputRows(LifterInput input, const KeypointSequence& keypoints,
                 const PersonKeypoints& person, const FrameRange& run);

// The rows that a mirrored video would give.
Tensor MirroredRows(LifterInput input, const KeypointLayout& layout, const Tensor& rows);

}  // namespace videopose

#endif  // VIDEOPOSE_LIFT_INPUT_ROWS_H_
