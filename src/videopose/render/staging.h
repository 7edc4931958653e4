// Where everybody stands over the clip, and what the viewer looks at: found once from the whole
// motion, with filters that look both ways, so that nothing lags or jerks.

#ifndef VIDEOPOSE_RENDER_STAGING_H_
#define VIDEOPOSE_RENDER_STAGING_H_

#include <span>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/pose.h"
#include "videopose/render/body.h"

namespace videopose {

// How high a root stands so that the body rests on the floor, from how far the body reaches below
// it in each frame. Feet that leave the floor faster than a body can fall are in the air: from a
// push-off on, the root follows
//   height(t + dt) = max(reach, height + v * dt - g * dt^2 / 2),
// v being its speed when the feet left. So jumps and running strides rise from the floor although
// nothing but poses relative to the root is known.
std::vector<float> HeightsOverFloor(std::span<const float> reach_below_root_m, double fps);

// World as the viewer's (render/view.h).
struct Staging {
  Quaternion world_from_cam;  // of a joint relative to its root
  // (T) for each person. Finite also where there is no pose.
  std::vector<std::vector<Vec3f>> root_in_world;
  std::vector<Vec3f> focus_in_world;  // (T)
  bool focus_moves = false;

  // All joints of a person who has a pose in frame t.
  std::vector<Vec3f> JointsInWorld(const Motion& motion, size_t person, int64_t t) const;
};

// With motion.camera everybody is where they are in the room. Else the camera counts as level, and
// each stands on the floor, so that a tilted camera or a wrong depth lets nobody sink or float:
// horizontally where root_in_cam says; several people for whom it is empty where the picture
// suggests (`keypoints`, may be null; ground/placement.h), or side by side; somebody alone stays in
// place.
Staging StageMotion(const Motion& motion, const KeypointSequence* keypoints,
                    const std::vector<Body>& bodies);

}  // namespace videopose

#endif  // VIDEOPOSE_RENDER_STAGING_H_
