// SPDX-License-Identifier: Apache-2.0

// The stage that fills holes, for every source of keypoints and every lifter: points and people who
// were not seen for a while, frames that were dropped, and frames between those of slow videos
// (low-frame-rate upsampling).
//
//   up to longest_gap_s    interpolated, point by point: shown and written to files with half the
//                          score of what is beside them, lifted with all of it (full scores were
//                          measured to serve the lifter better)
//   longer                 stays a gap in what is shown. The lifter gets keypoints on the line
//                          between (Person::filled), so that what is beside the gap keeps its
//                          context on both sides; poses in it are left out
//   longer than            a new beginning
//   longest_bridge
//
// Frame by frame, where the next frames are unknown, hidden people stand still for as long as
// longest_gap_s, and hidden points move along with their parent joint. Dropped frames are filled in
// as soon as the next one comes. How single points are placed: lift/filled_track.h.

#ifndef VIDEOPOSE_LIFT_GAP_FILLER_H_
#define VIDEOPOSE_LIFT_GAP_FILLER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "videopose/base/gaps.h"
#include "videopose/lift/architecture.h"
#include "videopose/lift/filled_track.h"
#include "videopose/lift/person_input.h"
#include "videopose/pose.h"

namespace videopose::internal {

// Low-frame-rate upsampling, for lifters that learned from 22 frames a second and more: into how
// many parts the time between two frames is to be cut; 1 from 20 frames a second on, and where the
// rate is not known. At most 8: frames farther apart say little of the time between.
int FrameParts(double fps);

struct GapFillerOptions {
  ClipInfo clip;
  std::optional<int64_t> lookahead;  // frames; none: the whole clip. Any number waits for none.
  double longest_gap_s = kLongestGap_s;
  bool shows_filled = true;    // else interpolated points are lifted only
  int64_t longest_bridge = 0;  // frames; longer gaps are a new beginning
  int parts = 1;               // FrameParts()
};

// Settings for a model, for a whole clip: our own models learned from motion in time, VideoPose3D's
// from frames whatever their rate.
GapFillerOptions GapFillerFor(const TemporalArchitecture& architecture, LifterInput input,
                              const ClipInfo& clip);

class GapFiller {
 public:
  explicit GapFiller(const GapFillerOptions& options);

  // Appends the frames that are filled to `out`: `frame` and those between it and the one before
  // (PeopleInFrame::is_between). Its people have `filled`; people who are bridged come without
  // keypoints. index must increase.
  void Push(PeopleInFrame frame, std::vector<PeopleInFrame>& out);
  // The end, or that of a scene: what is pushed next has nothing to do with what was.
  void Flush(std::vector<PeopleInFrame>& out);

 private:
  // A person frame by frame.
  struct Held {
    int64_t last_seen = 0;
    std::vector<Keypoint> filled;  // of the last frame
    std::vector<bool> was_seen;    // each point, now or before
  };
  using People = std::map<int, Held>;  // by ID

  void PushCausal(PeopleInFrame frame, std::vector<PeopleInFrame>& out);
  Held Follow(const Person& person, int64_t index) const;
  People FollowAll(PeopleInFrame& frame) const;

  GapFillerOptions options_;
  JointTree tree_;
  int64_t longest_gap_, longest_hold_;  // frames
  std::optional<int64_t> last_index_;
  double last_time_s_ = 0;
  People held_;
  std::vector<PeopleInFrame> clip_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_GAP_FILLER_H_
