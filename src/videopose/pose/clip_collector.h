// A clip of what comes frame by frame: about 0.5 kB a person and frame.

#ifndef VIDEOPOSE_POSE_CLIP_COLLECTOR_H_
#define VIDEOPOSE_POSE_CLIP_COLLECTOR_H_

#include <cstdint>
#include <optional>

#include "videopose/pose.h"

namespace videopose {

class ClipCollector {
 public:
  ClipCollector(int width_px, int height_px, double fps, const KeypointLayout& layout = Coco17(),
                const Skeleton& skeleton = Human36m17());

  // In the order of frames. Frame 0 of the clip is the first that is added; frames that are left
  // out have no people.
  void Add(const PeopleInFrame& frame);

  // People in the same order in both, that of their first frames.
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

#endif  // VIDEOPOSE_POSE_CLIP_COLLECTOR_H_
