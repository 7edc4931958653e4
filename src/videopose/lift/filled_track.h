// SPDX-License-Identifier: Apache-2.0

// The keypoints of a person over a stretch of frames, with points filled in that were not seen.
// Networks were trained on whole bodies; missing points cost more accuracy than points that are
// slightly off (docs/lift.md).
//
//   seen before and after        on the line between, seen from the joint that its limb hangs on;
//                                the smaller one's score
//   before the first, after the  likewise where it was
//   last time
//   an eye, an ear or the nose   placed from what there is of nose, eyes, ears, shoulders and hips;
//   that is never seen           where there is no point of the face, as never seen at all
//   never seen, but guessed (a   there, with the mean score of the points that are seen; a nose
//   place other than (0, 0))     there with score 0, and so is the face around it: which way a face
//                                looks cannot be guessed, and models learn to do without one
//   never seen at all            where its mirror image is, or else in the middle of the body, with
//                                score 0: for networks that read no scores

#ifndef VIDEOPOSE_LIFT_FILLED_TRACK_H_
#define VIDEOPOSE_LIFT_FILLED_TRACK_H_

#include <cstdint>
#include <span>
#include <vector>

#include "videopose/pose.h"

namespace videopose::internal {

// The hierarchy of joints, by the layout's bones.
struct JointTree {
  explicit JointTree(const KeypointLayout& layout);
  std::vector<int> parents;  // of each joint; -1: none
  std::vector<int> order;    // of all joints, parents first
};

// (T, J), all places finite.
JointTrack<Keypoint> FilledTrack(const JointTrack<Keypoint>& seen, const KeypointLayout& layout);

// a + u (b - a), with the smaller score.
Keypoint Between(const Keypoint& a, const Keypoint& b, float u);

// One frame, in which all points but those of `never_seen` have their places already.
void PlaceNeverSeen(const KeypointLayout& layout, std::span<const int> never_seen,
                    std::span<Keypoint> frame);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_FILLED_TRACK_H_
