// SPDX-License-Identifier: Apache-2.0

// What the viewer of the 3D panel looks at: computed once from the whole clip, with filters that
// run both ways, so that nothing lags or jerks; or frame by frame, from the past.

#ifndef VIDEOPOSE_RENDER_AIM_H_
#define VIDEOPOSE_RENDER_AIM_H_

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "videopose/pose.h"
#include "videopose/render.h"
#include "videopose/render/body.h"
#include "videopose/render/drawn_frame.h"
#include "videopose/render/view.h"

namespace videopose::internal {

// A person over a clip, as drawn.
struct DrawnTrack {
  int id = 1;
  JointTrack<Vec3f> joints_in_world;  // (T, J); kNoJoint where there is no pose
  std::shared_ptr<const Body> body;
  float sole_gap_m = 0;

  bool has_pose(int64_t t) const { return IsFinite(joints_in_world.at(t, 0)); }
};

// How the viewer looks at a clip.
struct ClipView {
  ViewOptions options;  // but for the focus
  double turntable_deg_per_frame = 0;
  std::vector<Vec3f> focus_in_world;  // (T)
  bool moves = false;                 // else one view serves all frames

  ViewOptions At(int64_t t) const;
};

// In the middle of the people present, at half the height they reach. The viewer stands still where
// people stay within a few steps, and else follows slowly. All people are entirely in the image,
// except in some frames of several people and of a common world: a person who walks right past the
// lens, or is lifted wrongly for a moment, may be cut off, so that all are not small all the time.
// Azimuths count from the direction of the motion's camera.
ClipView AimAtPeople(const Motion& motion, std::span<const DrawnTrack> people,
                     const RenderOptions& options, int width_px);

// Chooses a good viewpoint where the options give none: see RenderOptions.
struct ViewAngles {
  double azimuth_deg = 20, elevation_deg = 15;
};
ViewAngles GoodAngles(const Motion& motion, std::span<const DrawnTrack> people);

// The same without look-ahead: the viewer follows people who leave the middle, and steps back at
// once but forward slowly.
class FollowingView {
 public:
  FollowingView(const RenderOptions& options, bool are_several, int width_px, double fps);

  // The view of the next frame. `index` increases.
  ViewOptions Follow(int64_t index, std::span<const DrawnPerson> people);

 private:
  ViewOptions options_;
  double turntable_deg_per_s_, fps_;
  std::optional<int64_t> last_index_;  // with people
  double top_m_ = 0;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_AIM_H_
