// SPDX-License-Identifier: Apache-2.0

// Frame after frame of people becomes a clip: keypoints and motion of each person over time, about
// 0.5 kB a person and frame.

#ifndef VIDEOPOSE_POSE_CLIP_COLLECTOR_H_
#define VIDEOPOSE_POSE_CLIP_COLLECTOR_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "videopose/pose.h"

namespace videopose::internal {

class ClipCollector {
 public:
  // People with these IDs come first, in this order and whether seen or not; others as they appear.
  explicit ClipCollector(const ClipInfo& clip, const std::vector<int>& ids = {});

  // In the order of frames. Poses are those of Human36m17(); of Body25() its first joints. Frame 0
  // of the clip is the first one; in frames that are left out no person is seen, and the camera
  // stands as in the frame before.
  void Add(const PeopleInFrame& frame);

  // People in the same order in both.
  const KeypointSequence& keypoints() const { return keypoints_; }
  const Motion& motion() const { return motion_; }
  KeypointSequence TakeKeypoints() { return std::move(keypoints_); }
  Motion TakeMotion() { return std::move(motion_); }

 private:
  size_t PersonIndex(int id);
  void AppendEmptyFrame();
  void AddCamera(const PeopleInFrame& frame);
  void AddPose(const Person& person, PersonMotion& motion) const;

  KeypointSequence keypoints_;
  Motion motion_;
  std::optional<int64_t> first_index_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_POSE_CLIP_COLLECTOR_H_
