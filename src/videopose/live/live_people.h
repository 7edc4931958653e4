// Whom of those in the picture to show: the most prominent, decided frame by frame, as `video`
// decides it for a whole clip (track/selection.h).

#ifndef VIDEOPOSE_LIVE_LIVE_PEOPLE_H_
#define VIDEOPOSE_LIVE_LIVE_PEOPLE_H_

#include <map>
#include <vector>

#include "videopose/detect.h"
#include "videopose/live/live_frame.h"
#include "videopose/track/people_follower.h"

namespace videopose {

class LivePeople {
 public:
  // At most so many at once, or kAllPeople.
  explicit LivePeople(int count) : count_(count) {}

  // Those of `followed` who are shown. Prominent is who has been tall and surely there over the
  // last second. Once chosen, somebody stays while they are seen, and are waited for half a second;
  // only who has become twice as prominent takes their place. What is probably furniture
  // (track/doubt.h) is nobody. IDs count from 1 in the order of being chosen; whoever comes back
  // within two seconds keeps theirs.
  std::vector<SeenPerson> Choose(const std::vector<FollowedPerson>& followed, double time_s);

 private:
  struct Candidate {
    int id = 0;  // 0: was never chosen
    bool is_chosen = false;
    int finds = 0;
    double first_seen_s = 0, last_seen_s = 0;
    double prominence_px = 0;  // height * presence, mean over about the last second
    double sureness = 0;       // share of the finds that are believed, likewise
  };

  void Note(const FollowedPerson& person, double time_s);
  void DismissGone(double time_s);
  // The most (or least) prominent of those seen now who are (not) chosen; null: nobody.
  Candidate* MostProminentOther(double time_s);
  Candidate* LeastProminentChosen();
  void Elect(Candidate& candidate);

  int count_;
  int last_id_ = 0;
  std::map<int, Candidate> candidates_;  // by track
};

// Follows people with BlazePose and shows the `count` most prominent. Throws Error as BlazePose
// does.
LiveDetector MakePeopleDetector(const BlazePoseOptions& options, int count);

}  // namespace videopose

#endif  // VIDEOPOSE_LIVE_LIVE_PEOPLE_H_
