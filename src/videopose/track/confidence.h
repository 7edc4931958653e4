// SPDX-License-Identifier: Apache-2.0

// Which detections to trust. A false positive, such as furniture, is detected with a presence that
// wavers, a person with one near 1 in all but a few frames; over a second to both sides the two are
// far apart. (Measured on shared clips: a table's foot, median 0.86 over 93 frames; people, 0.99 or
// more in nine frames of ten.)

#ifndef VIDEOPOSE_TRACK_CONFIDENCE_H_
#define VIDEOPOSE_TRACK_CONFIDENCE_H_

#include <vector>

namespace videopose {

// The presence of a confident detection, and the share of those among the detections of a second
// from which a track is confirmed.
inline constexpr double kConfirmedPresence = 0.95;
inline constexpr double kConfirmedShare = 0.75;

inline bool IsConfident(float presence) {
  return static_cast<double>(presence) >= kConfirmedPresence;
}

// presence: per frame, 0 where nothing was detected. A detection is confirmed if kConfirmedShare of
// the detections within a second of it are confident, and one of the unbroken run that it is in.
std::vector<bool> ConfirmedFrames(const std::vector<float>& presence, double fps);

}  // namespace videopose

#endif  // VIDEOPOSE_TRACK_CONFIDENCE_H_
