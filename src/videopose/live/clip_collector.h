// Keeps what was found, for the files that are written when it is over: about 0.5 kB a person and
// frame.

#ifndef VIDEOPOSE_LIVE_CLIP_COLLECTOR_H_
#define VIDEOPOSE_LIVE_CLIP_COLLECTOR_H_

#include <cstdint>
#include <optional>

#include "videopose/live/live_frame.h"
#include "videopose/pose.h"

namespace videopose {

class ClipCollector {
 public:
  ClipCollector(int width_px, int height_px, double fps);

  // In the order of frames. Frame 0 of the clip is the first result's; where frames were dropped
  // nobody is seen.
  void Add(const LiveResult& result);

  // People in the same order in both.
  const KeypointSequence& keypoints() const { return keypoints_; }
  const Motion& motion() const { return motion_; }

 private:
  size_t PersonIndex(int id);
  void AppendEmptyFrame();

  KeypointSequence keypoints_;
  Motion motion_;
  std::optional<int64_t> first_index_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_LIVE_CLIP_COLLECTOR_H_
