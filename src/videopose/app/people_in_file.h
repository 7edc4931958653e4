// SPDX-License-Identifier: Apache-2.0

// Which of the people in a file to keep.

#ifndef VIDEOPOSE_APP_PEOPLE_IN_FILE_H_
#define VIDEOPOSE_APP_PEOPLE_IN_FILE_H_

#include <vector>

#include "videopose/detect.h"
#include "videopose/files.h"

namespace videopose::internal {

// When each person was seen, how large and with what confidence, as far as keypoints alone tell:
// the presence is the mean score.
std::vector<TrackSummary> SummarizeTracks(const KeypointSequence& keypoints);

// As ChoosePeople (detect.h). For files without keypoints only IDs can be chosen. Throws
// Error.
void SelectPeople(const PersonSelection& selection, KeypointSequence& keypoints);
void SelectPeople(const PersonSelection& selection, PoseClip& clip);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_APP_PEOPLE_IN_FILE_H_
