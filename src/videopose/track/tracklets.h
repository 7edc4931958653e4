// SPDX-License-Identifier: Apache-2.0

// The tracks of a whole clip, and what can only be decided afterwards: which tracks are false
// positives, and which belong to the same person.

#ifndef VIDEOPOSE_TRACK_TRACKLETS_H_
#define VIDEOPOSE_TRACK_TRACKLETS_H_

#include <cstdint>
#include <map>
#include <vector>

#include "videopose/detect.h"
#include "videopose/pose.h"

namespace videopose::internal {

struct Tracklet {
  struct Frame {
    int64_t index = 0;
    DetectedPerson person;
  };
  std::vector<Frame> frames;  // in order
  Appearance appearance;      // the mean

  void Add(int64_t index, const DetectedPerson& person);
};
using Tracklets = std::map<int, Tracklet>;  // by track ID

// Leaves out frames that are not confirmed (track/confidence.h), and whole tracks that are mostly
// unconfirmed.
void DropLowConfidence(double fps, Tracklets& tracks);

// Leaves out tracks of less than 0.4 s, or half of a shorter clip.
void DropBrief(double fps, int64_t frame_count, Tracklets& tracks);

// Stitches the tracklets of one person. Two belong to one person if the second begins within ten
// seconds near where the first ended, with the same appearance and size. So do two with less than a
// second between them, no farther apart than a person may leap or fall, of appearances not quite
// different, if both happens inside the image and beside no other body, and no third track fits
// either of them.
void StitchTracklets(const ClipInfo& clip, Tracklets& tracks);

TrackSummary Summarize(const Tracklet& track);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRACK_TRACKLETS_H_
