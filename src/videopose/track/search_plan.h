// SPDX-License-Identifier: Apache-2.0

// Where and when the person detector looks for people who are not followed yet.
//
// The whole frame first. The detector scales its input to 224 pixels and misses people much smaller
// than a quarter of that, so wide shots are also searched in overlapping squares: of the image's
// height, and of half of it, in which a person an eighth of the image's height fills a quarter. The
// squares take turns, so that no single frame costs much. Where the detector of boxes is there, it
// searches the whole frame beside BlazePose's, and the squares instead of it: at the same cost it
// finds more people in them.

#ifndef VIDEOPOSE_TRACK_SEARCH_PLAN_H_
#define VIDEOPOSE_TRACK_SEARCH_PLAN_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "videopose/detect/body_box.h"
#include "videopose/detect/roi.h"
#include "videopose/media.h"

namespace videopose::internal {

// Squares that overlap by a third and together cover the image, the larger ones first.
std::vector<Roi> SearchTiles(int width_px, int height_px);

class SearchPlan {
 public:
  struct Options {
    double interval_s = 0.3;           // while all people are followed
    double anxious_interval_s = 0.05;  // while a track is lost
    double sweep_s = 3;                // in which every tile has its turn
    bool always_small = true;          // false: tiles only while no person is followed
    bool boxes = false;                // with the detector of boxes
    double boxes_interval_s = 0.3;     // of it, while no person is followed
  };
  explicit SearchPlan(const Options& options) : options_(options) {}

  // The state of the people who are followed already.
  enum class Need { kNoPeople, kTrackLost, kAllSeen };

  // What to search in this frame, the whole one first; nothing if no search is due. While no
  // person is followed every frame is searched; with always_small the first one in all tiles.
  struct Search {
    std::vector<Roi> squares;    // with BlazePose's detector
    std::vector<BodyBox> parts;  // with the detector of boxes
  };
  Search Next(const Image& frame, double time_s, Need need);

 private:
  Options options_;
  std::optional<double> last_s_;
  double last_tiles_s_ = 0;
  size_t next_tile_ = 0;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRACK_SEARCH_PLAN_H_
