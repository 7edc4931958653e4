// SPDX-License-Identifier: Apache-2.0

// What the viewer of the 3D panel looks at: found once from the whole clip, with filters that look
// both ways, so that nothing lags or jerks; or, while frames come, from the past.

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

namespace videopose {

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

// In the middle of those who are there, at half the height people reach. The viewer stands still
// where people stay within a few steps, and else goes along without haste; everybody is in the
// picture whole, but for some frames of several people and of a common world: a person who walks
// right past the lens, or is lifted wrongly for a moment, may be cut off, lest all be small all the
// time. Azimuths count from where the motion's camera looks.
ClipView AimAtPeople(const Motion& motion, std::span<const DrawnTrack> people,
                     const RenderOptions& options, int width_px);

// From where people are seen well if the options do not say: see RenderOptions.
struct ViewAngles {
  double azimuth_deg = 20, elevation_deg = 15;
};
ViewAngles GoodAngles(const Motion& motion, std::span<const DrawnTrack> people);

// The same without the future: the viewer follows people who leave the middle, and steps back at
// once but forward slowly.
class FollowingView {
 public:
  FollowingView(const RenderOptions& options, bool are_several, int width_px, double fps);

  // Of the next frame. `index` rises.
  ViewOptions Follow(int64_t index, std::span<const DrawnPerson> people);

 private:
  ViewOptions options_;
  double turntable_deg_per_s_, fps_;
  std::optional<int64_t> last_index_;  // with anybody
  double top_m_ = 0;
};

}  // namespace videopose

#endif  // VIDEOPOSE_RENDER_AIM_H_
