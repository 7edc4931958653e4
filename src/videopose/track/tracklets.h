// SPDX-License-Identifier: Apache-2.0

// What the follower saw of a whole clip, kept by track, and what can only be told afterwards: which
// tracks are false positives, and which of them are one person's.

#ifndef VIDEOPOSE_TRACK_TRACKLETS_H_
#define VIDEOPOSE_TRACK_TRACKLETS_H_

#include <cstdint>
#include <map>
#include <vector>

#include "videopose/detect.h"
#include "videopose/pose.h"

namespace videopose {

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

// Leaves out frames that are not confirmed (track/confidence.h), and all of a track that is not for
// the most part.
void DropLowConfidence(double fps, Tracklets& tracks);

// Leaves out tracks of less than 0.4 s, or half of a shorter clip.
void DropBrief(double fps, int64_t frame_count, Tracklets& tracks);

// Joins the tracklets of one person. One that ends and one that begins within ten seconds near
// where it ended, of the same appearance and size, are one person's. So are one that ends and one
// that begins within a second, no farther away than a person may leap or fall, of an appearance not
// quite different, if both happens inside the picture and beside no other body, and no third track
// can be either of them.
void StitchTracklets(const ClipInfo& clip, Tracklets& tracks);

TrackSummary Summarize(const Tracklet& track);

}  // namespace videopose

#endif  // VIDEOPOSE_TRACK_TRACKLETS_H_
