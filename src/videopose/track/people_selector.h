// SPDX-License-Identifier: Apache-2.0

// The stage that selects the people who are followed further and assigns their IDs: detections with
// track IDs in, people out.
//
// With the whole clip as look-ahead it decides at the end: false positives and brief tracks are
// left out, the tracklets of one person are stitched (track/tracklets.h), and people are chosen by
// the user's rule (PersonSelection). Frame by frame it applies the same predicates to about the
// last second: the share of confident detections, and how prominent a person was.

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

namespace videopose::internal {

struct PeopleSelectorOptions {
  ClipInfo clip;
  // Frames; none: the whole clip. With any number it decides at once, by prominence alone.
  std::optional<int64_t> lookahead;
  PersonSelection people;
  bool drop_low_confidence = true;  // whole clip only
};

class PeopleSelector {
 public:
  explicit PeopleSelector(const PeopleSelectorOptions& options) : options_(options) {}

  // Appends the frames that are decided to `out`, all of them in order. `index` must increase.
  //
  // Frame by frame: the most prominent people are those who were tall and detected with confidence
  // over the last second. A chosen person stays selected while seen, and for half a second after;
  // only a person who has become twice as prominent replaces them. Likely false positives are left
  // out. IDs count from 1 in the order of selection; a person who returns within two seconds keeps
  // their ID.
  //
  // Throws Error for a person with another number of keypoints than the clip's layout, and for two
  // with one track ID.
  void Push(int64_t index, double time_s, std::span<const DetectedPerson> people,
            std::vector<PeopleInFrame>& out);
  // The end, or that of a scene: people who come later are others. For a whole clip: IDs count from
  // 1 in the order of first appearance; a single person chosen by prominence has ID 1. Throws Error
  // if a requested ID does not exist.
  void Flush(std::vector<PeopleInFrame>& out);

  // Before Flush, for a whole clip: all people instead of the chosen ones.
  void KeepAll() { options_.people = {.count = kAllPeople}; }

  // After Flush, for a whole clip: the chosen people, in their order. Without any person, one who
  // is never seen.
  const std::vector<TrackSummary>& tracks() const { return tracks_; }

 private:
  // The state of a track, frame by frame.
  struct Candidate {
    int id = 0;  // 0: never chosen
    bool is_chosen = false;
    int detections = 0;
    double first_seen_s = 0, last_seen_s = 0;
    double prominence_px = 0;    // height * presence, mean over about the last second
    double confident_share = 0;  // of the detections, likewise
  };

  PeopleInFrame Choose(PeopleInFrame frame, std::span<const DetectedPerson> people);
  void Note(const DetectedPerson& person, double time_s);
  void DismissLost(double time_s);
  // The most (or least) prominent of the people seen now who are (not) chosen; null: none.
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

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRACK_PEOPLE_SELECTOR_H_
