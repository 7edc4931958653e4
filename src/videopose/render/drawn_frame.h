// SPDX-License-Identifier: Apache-2.0

// One frame as it is drawn: the people in it, and the viewpoint. Made of a whole clip
// (render/drawn_clip.h) or while frames come (render/drawn_stream.h), drawn by
// render/frame_composer.h.

#ifndef VIDEOPOSE_RENDER_DRAWN_FRAME_H_
#define VIDEOPOSE_RENDER_DRAWN_FRAME_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "videopose/pose.h"
#include "videopose/render/body.h"
#include "videopose/render/theme.h"
#include "videopose/render/view.h"

namespace videopose::internal {

// In the 3D panel.
struct DrawnPerson {
  int id = 1;
  std::vector<Vec3f> joints_in_world;  // all finite; as ground has them
  std::shared_ptr<const Body> body;
  BodyColours colours;
  // A skeleton ends at the ankle, which is higher over the sole than the drawn limb is thick: the
  // body is drawn lower by this.
  float sole_gap_m = 0;
};

// In the input panel.
struct DrawnKeypoints {
  int id = 1;
  std::vector<Keypoint> keypoints;
  BodyColours colours;
};

struct DrawnFrame {
  int64_t index = 0;                       // shown as the time
  int scene = 0;                           // from 1, shown beside it; 0: not shown
  std::vector<DrawnPerson> people, truth;  // of the panels kPose and kTruth
  std::vector<DrawnKeypoints> seen;
  ViewOptions view;
};

// What all frames have in common.
struct DrawnSubject {
  Skeleton skeleton;
  KeypointLayout layout;            // of no joints: nothing is drawn over the input
  int width_px = 0, height_px = 0;  // of the video, in whose pixels keypoints are; 0: not known
  double input_aspect = 0;          // width by height of what is shown; 0: of the pixels above
  double fps = 0;                   // 0: not known
  bool has_many = false;            // a wider 3D panel
  bool are_several = false;         // IDs and colours tell people apart
  bool has_truth = false;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_DRAWN_FRAME_H_
