// Where everybody stands over the clip, and what the viewer looks at: found once from the whole
// motion, with filters that look both ways, so that nothing lags or jerks.

#ifndef VIDEOPOSE_RENDER_STAGING_H_
#define VIDEOPOSE_RENDER_STAGING_H_

#include <span>
#include <vector>

#include "videopose/pose/keypoints.h"
#include "videopose/pose/motion.h"
#include "videopose/render/body.h"

namespace videopose {

// Values at frames, made smooth by a Gaussian that looks both ways: no delay. Beyond the ends the
// values go on as they came, turned by half a circle, so that a steady movement stays steady.
std::vector<float> SmoothOverTime(std::span<const float> values, double sigma_frames);

// How high a root stands so that the body rests on the floor, from how far the body reaches below
// it in each frame. Feet that leave the floor faster than a body can fall are in the air: from a
// push-off on, the root follows
//   height(t + dt) = max(reach, height + v * dt - g * dt^2 / 2),
// v being its speed when the feet left. So jumps and running strides rise from the floor although
// nothing but poses relative to the root is known.
std::vector<float> HeightsOverFloor(std::span<const float> reach_below_root_m, double fps);

struct Staging {
  // (T) for each person: root in world (x right, y forward, z up from the floor). Finite also where
  // there is no pose.
  std::vector<std::vector<Vec3f>> root_in_world;
  std::vector<Vec3f> focus_in_world;  // (T)
  bool focus_moves = false;
};

// Horizontally people stand where root_in_cam says; where it is empty they stay in place, side by
// side as in the picture (`keypoints`, may be null). Vertically each stands on the floor, so that a
// tilted camera or a wrong depth lets nobody sink or float.
Staging StageMotion(const Motion& motion, const KeypointSequence* keypoints,
                    const std::vector<Body>& bodies);

// The joints of a frame in world.
std::vector<Vec3f> JointsInWorld(std::span<const Vec3f> joints_in_cam, Vec3f root_in_world);

}  // namespace videopose

#endif  // VIDEOPOSE_RENDER_STAGING_H_
