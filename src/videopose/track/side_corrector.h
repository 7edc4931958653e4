// SPDX-License-Identifier: Apache-2.0

// The stage that mends swapped sides: where a detector took left for right, for the whole body, the
// arms or the legs, they are exchanged again. With the whole clip as look-ahead it judges each
// unbroken run of frames as a whole (track/side_filter.h, traced back from its end), and takes out
// frames in which both sides are blended, for the stage fill to bridge. Frame by frame it judges by
// the past.

#ifndef VIDEOPOSE_TRACK_SIDE_CORRECTOR_H_
#define VIDEOPOSE_TRACK_SIDE_CORRECTOR_H_

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "videopose/detect.h"
#include "videopose/pose.h"
#include "videopose/track/side_filter.h"

namespace videopose::internal {

// The people detected in a frame.
struct Detections {
  int64_t index = 0;
  double time_s = 0;
  std::vector<DetectedPerson> people;
};

struct SideCorrectorOptions {
  KeypointLayout layout = Coco17();
  std::optional<int64_t> lookahead;  // frames; none: the whole clip. Any number waits for none.
};

class SideCorrector {
 public:
  explicit SideCorrector(const SideCorrectorOptions& options);

  // Appends the frames that are mended to `out`, all of them in order. Points that are taken out
  // keep their place and have score 0. time_s must increase.
  void Push(Detections frame, std::vector<Detections>& out);
  void Flush(std::vector<Detections>& out);

 private:
  struct Run {
    explicit Run(const KeypointLayout& layout) : filter(layout) {}
    SideFilter filter;
    // Of the whole clip: frames_[frames[i]].people[people[i]], and where the filter came from.
    std::vector<size_t> frames, people;
    std::vector<SideFilter::OfNodes<SideFilter::Origin>> origins;
  };

  void Settle(Run& run);
  void Exchange(Exchanged limbs, DetectedPerson& person) const;
  void TakeOut(Exchanged limbs, DetectedPerson& person) const;

  SideCorrectorOptions options_;
  std::vector<Exchanged> limbs_;  // of each keypoint
  std::map<int, Run> runs_;       // by track
  std::vector<Detections> frames_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRACK_SIDE_CORRECTOR_H_
