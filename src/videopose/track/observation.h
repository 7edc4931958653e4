// SPDX-License-Identifier: Apache-2.0

// One observation of a body in one frame, as the tracker sees it, and the similarity of two.

#ifndef VIDEOPOSE_TRACK_OBSERVATION_H_
#define VIDEOPOSE_TRACK_OBSERVATION_H_

#include <span>
#include <vector>

#include "videopose/detect.h"
#include "videopose/detect/appearance.h"
#include "videopose/detect/body_box.h"
#include "videopose/pose.h"

namespace videopose::internal {

struct Observation {
  std::vector<Keypoint> keypoints;  // COCO's
  BodyBox box;                      // around the whole body, also where it is hidden
  float presence = 1;               // 0..1
  Appearance appearance;
  // The ID of the track in whose region of interest the body was searched; 0: the person detector
  // detected it.
  int looked_for = 0;
};

// Around all points, including the extra ones where available.
inline BodyBox BoxAround(const DetectedPerson& person) {
  return person.extra_points.empty() ? BoxAround(std::span(person.keypoints))
                                     : BoxAround(std::span(person.extra_points));
}

// Object keypoint similarity of COCO's evaluation, 0..1, with the second body moved by
// `b_moved_px`:
//
//   mean of exp(-d^2 / (2 s^2 k^2)) over the keypoints, weighted by the smaller score of the two
//
// where s is the root of the area, here 0.4 of the mean of both boxes' longer sides, and k COCO's
// constant of each keypoint. About 0.5 for bodies of one pose a tenth of their height apart.
float KeypointSimilarity(const Observation& a, const Observation& b, Vec2f b_moved_px = {});

// Whether two observations are of one body: the poses are similar (0.5), or one box lies in the
// other around the same middle, as when a model takes a trunk for a smaller body.
bool IsSameBody(const Observation& a, const Observation& b);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRACK_OBSERVATION_H_
