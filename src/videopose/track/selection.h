// Which of the people of a clip to keep.

#ifndef VIDEOPOSE_TRACK_SELECTION_H_
#define VIDEOPOSE_TRACK_SELECTION_H_

#include <cstddef>
#include <vector>

#include "videopose/pose/person.h"
#include "videopose/track/track_summary.h"

namespace videopose {

inline constexpr int kAllPeople = 0;

struct PersonSelection {
  enum Rule {
    kProminent,  // the largest Prominence()
    kLargest,    // the largest median height
    kCentre,     // the median centre nearest to the picture's
    kFirst,      // seen first; of several, the more prominent
  };
  int count = 1;         // at most so many, the first by the rule; kAllPeople: all
  std::vector<int> ids;  // if not empty: exactly these people, whatever count and rule say
  Rule rule = kProminent;
};

// How much of the clip is this person's: size x duration x presence.
double Prominence(const TrackSummary& track);

// For each track whether the person is chosen. kLargest and kCentre prefer people seen at least a
// fifth as long as the one seen longest, so that none is chosen for passing the lens once. Throws
// Error, listing the IDs there are, if one is asked for that is not among them.
std::vector<bool> ChoosePeople(const PersonSelection& selection, const ClipInfo& clip,
                               const std::vector<TrackSummary>& tracks);

// Leaves out those that are not chosen.
template <typename T>
void KeepChosen(const std::vector<bool>& chosen, std::vector<T>& values) {
  size_t index = 0;
  std::erase_if(values, [&](const T&) { return !chosen[index++]; });
}

}  // namespace videopose

#endif  // VIDEOPOSE_TRACK_SELECTION_H_
