// SPDX-License-Identifier: Apache-2.0

// The stage that says which of the detected people are followed further, and gives them their IDs:
// detections with track IDs in, people out.
//
// With the whole clip as look-ahead it decides at its end: false positives and brief tracks are
// left out, the tracklets of one person stitched (track/tracklets.h), and people chosen by the
// user's rule (track/selection.h). Frame by frame the same predicates are asked of about the last
// second: which share of the detections is confident, how prominent a person was.

#ifndef VIDEOPOSE_TRACK_PEOPLE_SELECTOR_H_
#define VIDEOPOSE_TRACK_PEOPLE_SELECTOR_H_

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "videopose/detect.h"
#include "videopose/pose.h"
#include "videopose/track/tracklets.h"

namespace videopose {

struct PeopleSelectorOptions {
  ClipInfo clip;
  // Frames; none: the whole clip. Any number decides at once, and by prominence alone.
  std::optional<int64_t> lookahead;
  PersonSelection people;
  bool drop_low_confidence = true;  // whole clip only
};

class PeopleSelector {
 public:
  explicit PeopleSelector(const PeopleSelectorOptions& options) : options_(options) {}

  // Appends the frames that are decided to `out`, all of them in order. `index` must increase.
  //
  // Frame by frame: the most prominent are those who have been tall and surely there over the last
  // second. A chosen person stays while seen, and is waited for for half a second; only one who has
  // become twice as prominent takes their place. What is probably a false positive is left out. IDs
  // count from 1 in the order of being chosen; a person who comes back within two seconds keeps
  // theirs.
  void Push(int64_t index, double time_s, std::span<const DetectedPerson> people,
            std::vector<PeopleInFrame>& out);
  // The end. Of a whole clip: IDs count from 1 in the order of first appearance; one person who is
  // chosen by prominence alone is 1. Throws Error if an ID is asked for that there is not.
  void Flush(std::vector<PeopleInFrame>& out);

  // After Flush, of a whole clip: of the chosen people, in their order. Where there is no person at
  // all, one of whom nothing was seen.
  const std::vector<TrackSummary>& tracks() const { return tracks_; }

 private:
  // What is kept of a track frame by frame.
  struct Candidate {
    int id = 0;  // 0: was never chosen
    bool is_chosen = false;
    int detections = 0;
    double first_seen_s = 0, last_seen_s = 0;
    double prominence_px = 0;    // height * presence, mean over about the last second
    double confident_share = 0;  // of the detections, likewise
  };

  PeopleInFrame Choose(PeopleInFrame frame, std::span<const DetectedPerson> people);
  void Note(const DetectedPerson& person, double time_s);
  void DismissLost(double time_s);
  // The most (or least) prominent of those seen now who are (not) chosen; null: there is none.
  Candidate* MostProminentOther(double time_s);
  Candidate* LeastProminentChosen();
  void MakeChoice(double time_s);

  std::vector<const Tracklet*> ChooseTracks();

  PeopleSelectorOptions options_;
  // Frame by frame:
  std::map<int, Candidate> candidates_;  // by track
  int last_id_ = 0;
  // Of the whole clip:
  Tracklets tracklets_;
  std::vector<PeopleInFrame> frames_;
  std::vector<TrackSummary> tracks_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_TRACK_PEOPLE_SELECTOR_H_
