// Follows everybody through consecutive frames: looks where people were, now and then looks for
// new ones, and lets the tracker say who is who.

#ifndef VIDEOPOSE_TRACK_PEOPLE_FOLLOWER_H_
#define VIDEOPOSE_TRACK_PEOPLE_FOLLOWER_H_

#include <map>
#include <vector>

#include "videopose/detect.h"
#include "videopose/detect/blazepose_models.h"
#include "videopose/detect/body_filters.h"
#include "videopose/media.h"
#include "videopose/track/search_plan.h"
#include "videopose/track/tracker.h"

namespace videopose {

struct PeopleFollowerOptions {
  bool smooth = true;    // BlazePoseOptions::smooth
  int most_at_once = 0;  // 0: any number; else the largest so many are followed
  SearchPlan::Options search;
  TrackerOptions tracker;

  // What suits so many people (DetectKeypointsOptions::max_people): for one, few candidates at a
  // time and rare searches.
  static PeopleFollowerOptions For(int max_people, bool smooth);
};

struct FollowedPerson {
  int track_id = 0;
  BlazePoseResult result;
  Clothing clothing;
};

class PeopleFollower {
 public:
  // `models` must outlive it.
  PeopleFollower(BlazePoseModels& models, const PeopleFollowerOptions& options)
      : models_(models), options_(options), plan_(options.search), tracker_(options.tracker) {}

  // Everybody seen in the frame. time_s must increase.
  std::vector<FollowedPerson> Follow(const Image& frame, double time_s);

 private:
  // A body seen in this frame, and what of it the tracker needs.
  struct Body {
    PoseLandmarks landmarks;
    Roi roi;  // around it
    Observation observation;
  };
  // Somebody's way from frame to frame.
  struct Path {
    Roi roi;  // where to look next
    BodyFilters filters;
  };

  std::vector<Body> LookForKnown(const Image& frame, const std::vector<Roi>& squares,
                                 std::vector<Roi>& found_new);
  void LookAtNew(const Image& frame, const std::vector<Roi>& candidates, std::vector<Body>& bodies);
  void MakeRoom(std::vector<Roi>& candidates, std::vector<Body>& bodies);
  SearchPlan::Need Need() const;
  std::vector<Roi> SquaresToSearch(const Image& frame, double time_s);

  BlazePoseModels& models_;
  PeopleFollowerOptions options_;
  SearchPlan plan_;
  Tracker tracker_;
  std::map<int, Path> paths_;  // by track
};

}  // namespace videopose

#endif  // VIDEOPOSE_TRACK_PEOPLE_FOLLOWER_H_
