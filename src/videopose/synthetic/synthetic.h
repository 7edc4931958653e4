// SPDX-License-Identifier: Apache-2.0

// Synthetic people who wave, walk, squat and jump, seen by a camera, with known ground truth.
// Detection, lifting and rendering can be evaluated against it.
//
//   const SyntheticMotion walk(Choreography(SyntheticKind::kWalkInCircle));
//   const SyntheticClip clip = MakeSyntheticClip(walk, camera, {.fps = 25});
//   lifter.Lift(clip.keypoints)  against  clip.motion
//
// World frame: z up, the floor at z = 0, metres.

#ifndef VIDEOPOSE_SYNTHETIC_SYNTHETIC_H_
#define VIDEOPOSE_SYNTHETIC_SYNTHETIC_H_

#include <cstdint>
#include <vector>

#include "videopose/geometry.h"
#include "videopose/pose.h"
#include "videopose/synthetic/synthetic_body.h"
#include "videopose/synthetic/synthetic_gait.h"

namespace videopose::internal {

enum class SyntheticMoveKind { kStand, kWalk, kWave, kRaiseArms, kSquat, kJumpingJack };

struct SyntheticMove {
  SyntheticMoveKind kind = SyntheticMoveKind::kStand;
  double amount = 1;    // kStand, kWave: seconds; kWalk: metres (0: on the spot); else repetitions
  double turn_rad = 0;  // kWalk: by how much the way turns to the left
};

enum class SyntheticKind {
  kWaving,
  kArmRaises,
  kWalkInCircle,
  kWalkToAndFro,
  kSquats,
  kJumpingJacks,
};

// Moves that make about ten seconds of one kind.
std::vector<SyntheticMove> Choreography(SyntheticKind kind);

struct SyntheticMotionOptions {
  double height_m = 1.74;
  Vec2d start_in_world;      // where the body stands first ...
  double start_yaw_rad = 0;  // ... and looks: from the world's x towards y
  uint64_t seed = 1;         // of small personal differences: tempo, reach, sway
};

// One person's motion, a smooth function of time. Moves follow one another without a pause.
class SyntheticMotion {
 public:
  explicit SyntheticMotion(const std::vector<SyntheticMove>& moves,
                           const SyntheticMotionOptions& options = {});

  double duration_s() const { return feet_.end_s(); }
  double height_m() const { return options_.height_m; }
  // Any time; before the start and after the end the body stands.
  BodyPose At(double time_s) const;

 private:
  // A move of the upper body and the pelvis.
  struct Activity {
    SyntheticMoveKind kind;
    double begin_s, end_s;
    double period_s;
  };

  void Add(const SyntheticMove& move);
  void FollowFeet(double time_s, BodyControls& controls) const;
  void Sway(double time_s, BodyControls& controls) const;
  void Perform(const Activity& activity, double time_s, BodyControls& controls) const;

  SyntheticMotionOptions options_;
  FootstepPlan feet_;
  double tempo_;  // > 1: faster
  double reach_;  // share of the full range of arms and squats
  double sway_phase_rad_;
  std::vector<Activity> activities_;
};

struct SyntheticClipOptions {
  double fps = 25;
  double begin_s = 0;     // of the motion
  double duration_s = 0;  // 0: to the motion's end
  double noise_px = 0;    // standard deviation of what is added to each keypoint coordinate
  uint64_t seed = 1;      // of the noise
};

struct SyntheticClip {
  Camera camera;
  double fps = 0;
  int64_t frame_count = 0;      // T
  std::vector<BodyPose> poses;  // T, in the world
  KeypointSequence keypoints;   // Coco17() in the camera's image, scores 1
  Motion motion;                // Human36m17() in the camera's frame, with root_in_cam
};

// The whole body must stay in front of the camera.
SyntheticClip MakeSyntheticClip(const SyntheticMotion& motion, const Camera& camera,
                                const SyntheticClipOptions& options = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SYNTHETIC_SYNTHETIC_H_
