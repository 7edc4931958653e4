// SPDX-License-Identifier: Apache-2.0

// Frames in, people in 3D out, in real time: for cameras and games.
//
//   LivePoses live({.lifter = "models/lifter_causal.bin", .width_px = 640, .height_px = 480,
//                   .fps = 30});
//   while (camera.Read(image)) {
//     for (const PeopleInFrame& frame : live.Push(image, time_s)) ...
//   }

#ifndef VIDEOPOSE_LIVE_H_
#define VIDEOPOSE_LIVE_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "videopose/detect.h"
#include "videopose/ground.h"
#include "videopose/lift.h"
#include "videopose/media.h"
#include "videopose/pose.h"

namespace videopose {

struct LiveOptions {
  std::filesystem::path lifter;
  TemporalModelOptions model;       // what the lifter's file does not say
  int width_px = 0, height_px = 0;  // of every frame
  double fps = 0;
  BlazePoseOptions detector = Lite();
  int people = 1;         // at once, the most prominent; or kAllPeople. At most 8 are lifted
  int64_t lookahead = 0;  // look-ahead of a pose in frames: later, but better
  bool average_flip = true;
  WeightPrecision precision = WeightPrecision::kFloat32;
  GroundOptions ground;

  // A detector that is fast enough for a camera.
  static BlazePoseOptions Lite() {
    BlazePoseOptions detector;
    detector.size = BlazePoseSize::kLite;
    return detector;
  }
};

// Uses one thread besides the detector's, and one that solves for the floor now and then.
class LivePoses {
 public:
  // Throws Error as Lifter::Load and BlazePose do, and for options that make no sense.
  explicit LivePoses(const LiveOptions& options);
  ~LivePoses();
  LivePoses(LivePoses&&) noexcept;
  LivePoses& operator=(LivePoses&&) noexcept;

  // The next frame; `time_s` must increase, and frames skipped in between are filled in.
  // Returns the frames that are finished by that, in their order and at most `lookahead` late, each
  // with the people in it. Joints are Human36m17()'s. Until camera and floor are solved, which
  // takes some seconds, joints in the world assume a level camera: see `grounding`.
  std::vector<PeopleInFrame> Push(const Image& frame, double time_s);

  // At the end: the frames that are still pending.
  std::vector<PeopleInFrame> Flush();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_LIVE_H_
