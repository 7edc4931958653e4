// SPDX-License-Identifier: Apache-2.0

// Gives every body an identity: says which body of a frame is which of the frames before.
//
// Bodies and tracks are paired at the least cost together (track/assignment.h), where the cost of
// a pair is a negative log likelihood: how far the body is from where the track's motion predicts
// it, how much larger or smaller it is, how alike the poses (OKS) and how alike the appearances
// are. A landmark model that follows a person may hop onto one who walks in front; then two tracks
// have the same body, the likelier one keeps it, and the other is lost until it is seen again: for
// so long it moves on as it did, and is joined to the body of its appearance that comes out where
// it is expected.

#ifndef VIDEOPOSE_TRACK_TRACKER_H_
#define VIDEOPOSE_TRACK_TRACKER_H_

#include <deque>
#include <span>
#include <vector>

#include "videopose/detect/motion_filter.h"
#include "videopose/track/observation.h"

namespace videopose {

struct TrackerOptions {
  double longest_loss_s = 2;  // how long a track without a body is kept
};

struct Track {
  int id = 0;         // from 1, never used twice
  bool lost = false;  // not seen in the newest frame, or not confirmed any more
  Observation last;   // as last seen
  double last_seen_s = 0;
  int seen_frames = 0;
  Appearance appearance;  // mean over the frames in which no other body is in front
  MotionFilter motion;    // of the box's centre, pixels
  float scale_px = 0;     // BodyBox::scale_px(), smoothed

  struct Presence {
    double time_s;
    float presence;
  };
  std::deque<Presence> last_second;

  // How far the track is expected to have moved since it was last seen.
  Vec2f moved_px() const;
};

class Tracker {
 public:
  explicit Tracker(const TrackerOptions& options = {}) : options_(options) {}

  // The bodies seen at `time_s`, which must increase; several may be the same body. Gives each
  // one's track: a new one for a new body, or 0 where the same body is another observation's
  // already.
  std::vector<int> Update(double time_s, std::span<const Observation> seen);

  // Those that are followed or waited for, by ID.
  const std::vector<Track>& tracks() const { return tracks_; }

  // Ends a track.
  void Drop(int id);

 private:
  double Cost(const Track& track, const Observation& body) const;
  void KeepLikelierOfSameBody(std::span<const Observation> seen, std::vector<int>& body_of_track);
  void Accept(const Observation& body, bool is_alone, Track& track);
  void EndLostTracks();
  int Begin(const Observation& body);

  TrackerOptions options_;
  double time_s_ = 0;
  int last_id_ = 0;
  std::vector<Track> tracks_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_TRACK_TRACKER_H_
