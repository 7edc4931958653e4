// SPDX-License-Identifier: Apache-2.0

// People drawn frame by frame while they come: nothing is rebuilt for a frame, and a frame depends
// on the past alone.

#ifndef VIDEOPOSE_RENDER_DRAWN_STREAM_H_
#define VIDEOPOSE_RENDER_DRAWN_STREAM_H_

#include <map>
#include <memory>

#include "videopose/pose.h"
#include "videopose/render.h"
#include "videopose/render/aim.h"
#include "videopose/render/drawn_frame.h"
#include "videopose/render/theme.h"

namespace videopose::internal {

class DrawnStream {
 public:
  // Uses the skeleton, fps and are_several of `subject`.
  DrawnStream(const DrawnSubject& subject, const RenderOptions& options);

  // In the order of frames. Draws people with joints_in_world (ground/grounder.h) or keypoints.
  DrawnFrame Push(const PeopleInFrame& frame);

 private:
  // How large a person's body is drawn, by the mean of their poses.
  struct Figure {
    double scale_sum = 0;
    int64_t poses = 0;
    float scale = 0;  // of `body`
    std::shared_ptr<const Body> body;
  };
  Figure& FigureOf(const Person& person);

  Skeleton skeleton_;
  Identities identities_;
  std::map<int, Figure> figures_;  // by ID
  float sole_gap_m_;               // of a body of scale 1
  FollowingView view_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_DRAWN_STREAM_H_
