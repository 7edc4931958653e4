// SPDX-License-Identifier: Apache-2.0

// The stage that lifts: people with filled keypoints (lift/gap_filler.h) in, people with poses out.
// With the whole clip as look-ahead all of it goes through the network in batches
// (lift/sequence_batches.h); else frame by frame (lift/stream_network.h), and a frame comes out as
// many frames late as the stage looks ahead.

#ifndef VIDEOPOSE_LIFT_LIFT_STAGE_H_
#define VIDEOPOSE_LIFT_LIFT_STAGE_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "videopose/base.h"
#include "videopose/lift.h"
#include "videopose/lift/gap_filler.h"
#include "videopose/pose.h"

namespace videopose::internal {

// Keypoints of one person in consecutive frames, without holes (Person::filled), and their poses.
using FilledRun = JointTrack<Keypoint>;
struct LiftedRun {
  JointTrack<Vec3f> joints_in_cam;  // relative to the root joint
  std::vector<Vec3f> root_in_cam;   // where the checkpoint has a trajectory model
};

class LiftStage {
 public:
  // The whole clip. `lifter` must outlive the stage.
  LiftStage(const Lifter& lifter, const ClipInfo& clip, const LiftOptions& options);
  // Frame by frame, for at most as many people at once as the lifter was built for; more stay
  // without a pose. The lifter looks ahead in filled frames.
  explicit LiftStage(StreamingLifter&& lifter);
  explicit LiftStage(StreamingLifter& lifter);  // which must outlive the stage

  // Appends the frames that are done, in order and without those between (is_between) or people who
  // are only bridged. Frame by frame people keep their place while they are in consecutive frames.
  void Push(PeopleInFrame frame, std::vector<PeopleInFrame>& out);
  void Flush(std::vector<PeopleInFrame>& out);

  int64_t lookahead() const { return streaming_ != nullptr ? streaming_->lookahead() : 0; }

 private:
  struct Slot {
    bool is_used = false;
    int id = 0;
    int64_t begin = 0;      // number of the first frame that was pushed
    bool is_there = false;  // in this frame
  };
  struct Pending {
    int64_t number = 0;
    PeopleInFrame frame;
  };

  void PushStreaming(PeopleInFrame frame, std::vector<PeopleInFrame>& out);
  std::optional<int> SlotOf(int id);
  void EndSlot(int slot);
  void Place(const StreamedPose& pose);
  void LiftFrames();
  void Emit(PeopleInFrame frame, std::vector<PeopleInFrame>& out) const;

  const Lifter* lifter_ = nullptr;
  ClipInfo clip_;
  LiftOptions options_;
  std::vector<PeopleInFrame> frames_;

  std::unique_ptr<StreamingLifter> owned_;
  StreamingLifter* streaming_ = nullptr;  // null: the whole clip
  std::vector<Slot> slots_;
  std::deque<Pending> pending_;  // that wait for what comes after them
  int64_t count_ = 0;            // of frames that were pushed
  std::vector<StreamedKeypoints> people_;
  std::vector<StreamedPose> poses_;
};

// A clip through the stages fill and lift.
Motion LiftClip(const KeypointSequence& keypoints, GapFiller filler, LiftStage stage);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_LIFT_STAGE_H_
