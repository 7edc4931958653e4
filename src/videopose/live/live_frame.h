// What goes through the live pipeline.

#ifndef VIDEOPOSE_LIVE_LIVE_FRAME_H_
#define VIDEOPOSE_LIVE_LIVE_FRAME_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/media.h"
#include "videopose/pose.h"

namespace videopose {

using LiveClock = std::chrono::steady_clock;

inline double MillisecondsSince(LiveClock::time_point time) {
  return std::chrono::duration<double, std::milli>(LiveClock::now() - time).count();
}

// A picture as it came in.
struct LiveFrame {
  std::shared_ptr<const Image> image;
  int64_t index = 0;  // on the steady time line: round(time_s * fps)
  double time_s = 0;  // since the first picture
  LiveClock::time_point arrived;
  int64_t dropped_before = 0;  // pictures so far that were never looked at
};

// Somebody in a picture.
struct SeenPerson {
  int id = 1;
  std::array<Keypoint, 17> keypoints;  // Coco17(), pixels
};

// Called by one thread, frame after frame.
using LiveDetector = std::function<std::vector<SeenPerson>(const LiveFrame& frame)>;

struct LivePerson {
  int id = 1;
  std::array<Keypoint, 17> keypoints;
  // Human36m17(), metres, relative to the root. Not there where all slots are taken.
  std::optional<std::array<Vec3f, 17>> joints_in_cam;
  std::optional<Vec3f> root_in_cam;                      // where that is known
  std::optional<std::array<Vec3f, 17>> joints_in_world;  // z up, the floor at 0; see grounding
};

// A picture with all that was found in it.
struct LiveResult {
  LiveFrame frame;
  std::vector<LivePerson> people;
  Grounding grounding = Grounding::kNone;  // of joints_in_world
  double delay_ms = 0;  // from the picture's coming in to the last pose's coming out
};

// For stages that take the engine's noun, without the image; and what `ground` found, back again.
PeopleInFrame PeopleOf(const LiveResult& result);
void TakeGround(const PeopleInFrame& frame, LiveResult& result);

}  // namespace videopose

#endif  // VIDEOPOSE_LIVE_LIVE_FRAME_H_
