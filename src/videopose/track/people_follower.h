// SPDX-License-Identifier: Apache-2.0

// Follows all people through consecutive frames with BlazePose's models: searches where people were
// before, searches for new ones now and then, and lets the tracker assign the identities.

#ifndef VIDEOPOSE_TRACK_PEOPLE_FOLLOWER_H_
#define VIDEOPOSE_TRACK_PEOPLE_FOLLOWER_H_

#include <map>
#include <memory>
#include <vector>

#include "videopose/detect.h"
#include "videopose/detect/blazepose_models.h"
#include "videopose/detect/body_filters.h"
#include "videopose/media.h"
#include "videopose/track/search_plan.h"
#include "videopose/track/side_filter.h"
#include "videopose/track/tracker.h"

namespace videopose::internal {

struct PeopleFollowerOptions {
  int most_at_once = 0;  // 0: no limit; else at most so many, the largest
  SearchPlan::Options search;
  TrackerOptions tracker;

  // Settings for so many people (PersonSelection::count): for one person, few candidates at a time
  // and rare searches.
  static PeopleFollowerOptions For(int max_people);
};

class PeopleFollower : public PoseDetector {
 public:
  // Throws Error as BlazePose does.
  PeopleFollower(const BlazePoseOptions& models, const PeopleFollowerOptions& options);

  const KeypointLayout& layout() const override { return Coco17(); }
  std::vector<DetectedPerson> Detect(const Image& frame, double time_s) override;
  void StartScene() override;

 private:
  // A body seen in this frame, with what the tracker needs.
  struct Body {
    PoseLandmarks landmarks;
    Roi roi;  // around it
    Observation observation;
  };
  // The state of a person from frame to frame.
  struct Path {
    Roi roi;  // where to look next
    RoiFilter filter;
    SideFilter sides;
  };

  static Body BodyFrom(const Image& frame, const PoseLandmarks& found, int looked_for);
  static void DropParts(std::vector<Body>& bodies);
  // The bodies that are followed, and what the detectors find beside them.
  struct Found {
    std::vector<Body> bodies;
    std::vector<Roi> regions;
    std::vector<BodyBox> boxes;
  };
  Found LookForKnown(const Image& frame, const SearchPlan::Search& search);
  void LookAtRegions(const Image& frame, std::vector<Roi> regions, std::vector<Body>& bodies);
  void LookAtBoxes(const Image& frame, double time_s, std::vector<BodyBox> boxes,
                   std::vector<Body>& bodies);
  // Where left and right may be swapped, the body is looked at once more, another way round.
  void LookAgain(const Image& frame, double time_s, const std::vector<int>& ids,
                 const std::vector<Body>& bodies, std::vector<DetectedPerson>& people);
  template <typename Candidate>
  void MakeRoom(std::vector<Candidate>& candidates, std::vector<Body>& bodies);
  SearchPlan::Need Need() const;
  SearchPlan::Search PlanSearch(const Image& frame, double time_s);

  bool smooth_;
  std::unique_ptr<BlazePoseModels> models_;
  PeopleFollowerOptions options_;
  SearchPlan plan_;
  Tracker tracker_;
  std::map<int, Path> paths_;  // by track
  // Boxes in which a body was looked for; where there was none, it is not to be looked for at once
  // again.
  struct LookedAt {
    double time_s;
    BodyBox box;
  };
  std::vector<LookedAt> looked_at_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRACK_PEOPLE_FOLLOWER_H_
