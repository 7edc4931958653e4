// SPDX-License-Identifier: Apache-2.0

// The figure in a cluttered room, filmed by a camera that moves, with known truth.

#ifndef VIDEOPOSE_SYNTHETIC_MOVING_SHOT_H_
#define VIDEOPOSE_SYNTHETIC_MOVING_SHOT_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "videopose/media.h"
#include "videopose/pose.h"
#include "videopose/synthetic/synthetic_body.h"

namespace videopose::internal {

enum class CameraMove {
  kStill,      // on a tripod, a person walks to and fro
  kPan,        // turns by 115 degrees after a person who walks past
  kSway,       // held by hand: sways by some degrees, trembles, moves by a few centimetres
  kZoom,       // to twice the size and back
  kPanBySway,  // kPan held by hand, zooming in by 1.4
  kWalkAlong,  // beside the person, as fast: its place moves
  kFollow,     // walks behind a person, who gets further ahead
  kArc,        // around a person who walks to and fro, by 110 degrees
  kWalkByHand  // beside and before the person, held by hand: sways, bobs with each step
};

// What makes images of real cameras and places harder.
struct ShotTroubles {
  double exposure_s = 0;  // what moves in it is blurred
  double readout_s = 0;   // a rolling shutter: the lowest row is that much later than the uppermost
  bool has_crates = false;  // two of the size of cars go to and fro behind the person
};

struct MovingShot {
  double fps = 0;
  double height_m = 0;  // of the person
  ShotTroubles troubles;
  std::function<Camera(double time_s)> camera_at;
  std::function<BodyPose(double time_s)> pose_at;  // in the world
  // T of each: where the middle row is in the middle of its exposure.
  std::vector<Camera> cameras;
  std::vector<BodyPose> poses;

  int64_t frame_count() const { return static_cast<int64_t>(cameras.size()); }
  void RenderFrame(int64_t t, Image& image) const;
  // Coco17() in the image of frame t.
  std::vector<Keypoint> KeypointsAt(int64_t t) const;
};

// `height_px` of the image, whose width is 16 / 9 of it; even. At most `longest_s` of it.
MovingShot MakeMovingShot(CameraMove move, int height_px, double fps, double longest_s = 1e9,
                          const ShotTroubles& troubles = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SYNTHETIC_MOVING_SHOT_H_
