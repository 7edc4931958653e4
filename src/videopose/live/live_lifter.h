// From people in pictures to people in space, on a time line that has no holes: the lifter counts
// frames, so a picture that was dropped is filled in between its neighbours, and somebody who is
// hidden for a moment stands still meanwhile.

#ifndef VIDEOPOSE_LIVE_LIVE_LIFTER_H_
#define VIDEOPOSE_LIVE_LIVE_LIFTER_H_

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "videopose/lift.h"
#include "videopose/live/live_frame.h"

namespace videopose {

class LiveLifter {
 public:
  using OnResult = std::function<void(LiveResult&& result)>;

  // `max_people` as the lifter was built for. Somebody who is not seen for more than
  // `longest_gap_frames` is gone. Results come in the order of the frames, as many frames late as
  // the lifter looks ahead. With `parts` above 1 (lift/slow_video.h) the lifter gets so many frames
  // for each of the video's, those between being filled in likewise, and looks ahead in them.
  LiveLifter(StreamingLifter lifter, int max_people, int64_t longest_gap_frames, OnResult on_result,
             int parts = 1);

  // frame.index must increase.
  void Add(const LiveFrame& frame, const std::vector<SeenPerson>& people);

  // Gives all results that are still waited for.
  void Finish();

 private:
  struct Slot {
    bool is_used = false;
    int id = 0;
    int64_t begin = 0;  // index of the first frame that was pushed
    int64_t last_seen = 0;
    std::array<Keypoint, 17> keypoints;  // of the last frame that was pushed
    std::array<Keypoint, 17> next;       // of the frame that comes
  };

  // The frame's place on the lifter's time line, where all indices below are.
  int64_t IndexOf(const LiveFrame& frame) const { return frame.index * parts_; }
  void Note(const SeenPerson& person, int64_t index);
  // Pushes the frames up to `index`, the last with the slots' next keypoints.
  void PushUpTo(int64_t index);
  void PushFrame(int64_t index);
  void Place(const StreamedPose& pose);
  void ReleaseGone(int64_t index);

  StreamingLifter lifter_;
  int64_t parts_;
  int64_t longest_gap_frames_;
  OnResult on_result_;
  std::vector<Slot> slots_;
  int64_t next_index_ = 0;          // of the frame to push next
  std::deque<LiveResult> pending_;  // that wait for what comes after them
  std::vector<StreamedKeypoints> people_;
  std::vector<StreamedPose> poses_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_LIVE_LIVE_LIFTER_H_
