// Whom of those seen to keep.

#ifndef VIDEOPOSE_TRACK_SELECTION_H_
#define VIDEOPOSE_TRACK_SELECTION_H_

#include <vector>

#include "videopose/track/video_detection.h"

namespace videopose {

struct PersonSelection {
  enum Rule {
    kProminent,  // the largest Prominence()
    kLargest,    // the largest median height
    kCentre,     // the median centre nearest to the picture's
    kFirst,      // seen first; of several, the more prominent
  };
  int count = 1;         // at most so many, the first by the rule; kAllPeople: everybody
  std::vector<int> ids;  // if not empty: exactly these people, whatever count and rule say
  Rule rule = kProminent;
};

// How much of the clip is this person's: size x duration x presence.
double Prominence(const TrackSummary& track);

// Keeps the chosen people, in the order in which they are. kLargest and kCentre prefer those seen
// at least a fifth as long as the one seen longest, so that nobody wins by passing the lens once.
// Throws Error, listing the IDs there are, if one is asked for that is not among them.
void SelectPeople(const PersonSelection& selection, DetectedKeypoints& detected);

}  // namespace videopose

#endif  // VIDEOPOSE_TRACK_SELECTION_H_
