// SPDX-License-Identifier: Apache-2.0

// Gives every body an identity: matches the bodies of a frame with the tracks so far.
//
// Bodies and tracks are paired at the least total cost (track/assignment.h). The cost of a pair is
// a negative log likelihood: how far the body is from where the track's motion predicts it, how
// much the size differs, and how similar the poses (OKS) and the appearances are. A landmark model
// that follows a person may jump to a person who walks in front. Then two tracks have the same
// body: the more likely one keeps it, and the other is lost until it is seen again. A lost track
// moves on as predicted, and is matched with a body of its appearance that reappears where it is
// expected.

#ifndef VIDEOPOSE_TRACK_TRACKER_H_
#define VIDEOPOSE_TRACK_TRACKER_H_

#include <deque>
#include <span>
#include <vector>

#include "videopose/detect/motion_filter.h"
#include "videopose/track/observation.h"

namespace videopose::internal {

struct TrackerOptions {
  double longest_loss_s = 2;  // how long a track without a body is kept
};

struct Track {
  int id = 0;         // from 1, never reused
  bool lost = false;  // not seen in the newest frame, or no longer confirmed
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

  // The bodies seen at `time_s`, which must increase; several may be the same body. Returns the
  // track of each: a new one for a new body, or 0 where another observation already has the same
  // body.
  std::vector<int> Update(double time_s, std::span<const Observation> seen);

  // The tracks that are followed, or lost and still kept, by ID.
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

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRACK_TRACKER_H_
