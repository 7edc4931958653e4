// Which finds to believe. Furniture that the detector takes for a person is found with a presence
// that wavers, a person with one near 1 for all but a few frames; over a second to both sides the
// two are far apart. (Measured on shared clips: a table's foot, median 0.86 over 93 frames;
// people, 0.99 or more in nine frames of ten.)

#ifndef VIDEOPOSE_TRACK_DOUBT_H_
#define VIDEOPOSE_TRACK_DOUBT_H_

#include <vector>

namespace videopose {

inline constexpr double kBelievedPresence = 0.95;

// presence: per frame, 0 where nobody was found. A find is kept if three quarters of the finds
// within a second of it have at least kBelievedPresence, and one of those that follow each other
// with it: a glimpse of somebody who has left is none.
std::vector<bool> BelievedFrames(const std::vector<float>& presence, double fps);

}  // namespace videopose

#endif  // VIDEOPOSE_TRACK_DOUBT_H_
