// The keypoints of a person over a stretch of frames, without holes: what happens to points that
// were not seen. Networks were trained on whole bodies; rows with points missing cost them more
// than points that are a little off.
//
//   seen before and after        on the line between; the smaller one's score, or 0 in long gaps
//   before the first, after the  where it was; the same score for as long, then 0
//   last time
//   an eye, an ear or the nose   placed from what there is of nose, eyes, ears, shoulders and hips
//   that is never seen           (most layouts without a face have a nose, or the top of the head)
//   never seen, but guessed (a   there, with the mean score of the points that are seen
//   place other than (0, 0))
//   never seen at all            where its mirror image is, or else in the middle of the body, with
//                                score 0: only for networks that know nothing of scores
//
// A score of 0 says that a place is of no use to a network that reads scores.

#ifndef VIDEOPOSE_LIFT_FILLED_TRACK_H_
#define VIDEOPOSE_LIFT_FILLED_TRACK_H_

#include <cstdint>
#include <span>

#include "videopose/pose/keypoints.h"

namespace videopose {

// (T, J), all places finite. Gaps of more than `longest_gap` frames are long.
JointTrack<Keypoint> FilledTrack(const JointTrack<Keypoint>& seen, const KeypointLayout& layout,
                                 int64_t longest_gap);

// a + u (b - a), with the smaller score.
Keypoint Between(const Keypoint& a, const Keypoint& b, float u);

// One frame, in which all points but those of `never_seen` have their places already.
void PlaceNeverSeen(const KeypointLayout& layout, std::span<const int> never_seen,
                    std::span<Keypoint> frame);

}  // namespace videopose

#endif  // VIDEOPOSE_LIFT_FILLED_TRACK_H_
