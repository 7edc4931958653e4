// SPDX-License-Identifier: Apache-2.0

// The stage that puts hands and feet on grounded people, frame by frame: poses of Human36m17() in,
// of Body25() out. A whole clip has its own way (WithHandsAndFeet()), which sees the future.

#ifndef VIDEOPOSE_ENGINE_LIMB_END_STAGE_H_
#define VIDEOPOSE_ENGINE_LIMB_END_STAGE_H_

#include <cstdint>
#include <map>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/pose.h"
#include "videopose/refine/limb_ends.h"

namespace videopose::internal {

class LimbEndStage {
 public:
  LimbEndStage(const Lens& lens, double fps) : lens_(lens), fps_(fps) {}

  // Appends the frame to `out`. A person who was away for longer than kLongestGap_s begins anew.
  void Push(PeopleInFrame frame, std::vector<PeopleInFrame>& out);
  void Flush(std::vector<PeopleInFrame>&) { tracks_.clear(); }

 private:
  struct Track {
    LimbEndTracker tracker;
    int64_t index = 0;  // of the last frame
  };

  void Complete(int64_t index, Person& person);

  Lens lens_;
  double fps_;
  std::map<int, Track> tracks_;  // by ID
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ENGINE_LIMB_END_STAGE_H_
