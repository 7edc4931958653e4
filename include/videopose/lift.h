// SPDX-License-Identifier: Apache-2.0

// 2D keypoints in, 3D motion out: the temporal model with its pre- and post-processing, for a whole
// clip (Lifter) and frame by frame (StreamingLifter).
//
//   const auto lifter = videopose::Lifter::Load("models/lifter.bin");
//   const videopose::Motion motion = lifter.Lift(keypoints, {.average_flip = true});

#ifndef VIDEOPOSE_LIFT_H_
#define VIDEOPOSE_LIFT_H_

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "videopose/base.h"
#include "videopose/geometry.h"
#include "videopose/pose.h"

namespace videopose {

// Properties of a model that the shapes in a checkpoint do not determine, and expected ones.
struct TemporalModelOptions {
  bool causal = false;
  bool dense = false;  // a wide kernel could be either
  // If given: another architecture in the file is an Error that names both.
  std::optional<std::vector<int>> expected_widths;
  std::optional<int> expected_channels;
};

struct LiftOptions {
  // Also lift the mirrored keypoints, mirror the result back and take the mean (test-time
  // augmentation).
  bool average_flip = true;
  WorkMonitor monitor;
};

namespace internal {
struct GapFillerOptions;  // lift/gap_filler.h
struct LiftedRun;         // lift/lift_stage.h
struct LiftCheckpoint;    // lift/checkpoint.h
}  // namespace internal

class Lifter {
 public:
  // Settings (widths, channels, joints) come from the shapes in the checkpoint. Throws Error for a
  // file that is no checkpoint of this model, or of one that makes other joints than the 17 of
  // Human3.6M.
  static Lifter Load(const std::filesystem::path& path, const TemporalModelOptions& options = {});

  ~Lifter();
  Lifter(Lifter&&) noexcept;
  Lifter& operator=(Lifter&&) noexcept;

  int receptive_field() const;  // frames
  int input_joint_count() const;
  bool has_trajectory() const;  // then Lift says where people are
  const Skeleton& skeleton() const;

  // Holes are filled first, and frames added where there are less than 20 a second; frames in gaps
  // of more than half a second have no pose. Root positions are there if the checkpoint has a
  // trajectory model. Throws Error if the keypoints have another number of joints than the model
  // was trained with.
  Motion Lift(const KeypointSequence& keypoints, const LiftOptions& options = {}) const;

  // Throws Error as Lift does.
  void CheckLifts(const ClipInfo& clip) const;
  // For the stages fill and lift (lift/gap_filler.h, lift/lift_stage.h). Each run is lifted by
  // itself, its edges repeated as far as the receptive field reaches. Stage of the progress:
  // "lift".
  internal::GapFillerOptions FillerOptions(const ClipInfo& clip) const;
  std::vector<internal::LiftedRun> LiftRuns(std::span<const JointTrack<Keypoint>> runs,
                                            const ClipInfo& clip, const LiftOptions& options) const;

 private:
  class Impl;
  explicit Lifter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// 2D keypoints in, 3D poses out, one frame at a time: for cameras, and wherever the end of the clip
// cannot be waited for.
//
//   StreamingLifter lifter = StreamingLifter::Load("models/lifter.bin",
//                                                  {.width_px = 640, .height_px = 480});
//   for (;;) lifter.Push({{.slot = 0, .keypoints = ...}}, poses);

// How many bits a weight takes: reading the weights dominates the time of a frame.
enum class WeightPrecision {
  kFloat32,
  kBFloat16,  // the upper half of a float
  kInt8,      // times a scale for every 32 inputs of an output
};

struct StreamingLifterOptions {
  int width_px = 0, height_px = 0;  // of the image that the keypoints are in; for Push
  double focal_px = 0;              // of the lens; 0: DefaultFocalPx(). For LifterInput::kRays
  // Look-ahead of a pose in frames; none: all that the model can use, and then the poses are those
  // of Lifter. With fewer the last frame is repeated for the missing ones.
  std::optional<int64_t> lookahead;
  bool average_flip = true;  // as LiftOptions
  int max_people = 1;        // at once
  WeightPrecision precision = WeightPrecision::kFloat32;
};

// One frame of one person. Slots, 0 ... max_people - 1, are assigned by the caller.
struct StreamedKeypoints {
  int slot = 0;
  std::span<const Keypoint> keypoints;
};

struct StreamedPose {
  int slot = 0;
  int64_t frame = 0;  // how many frames were pushed to the slot before the one that this is the
                      // pose of, since it was last empty
  // Human36m17(), metres, relative to the root joint.
  std::array<Vec3f, kHuman36mJointCount> joints_in_cam;
  Vec3f root_in_cam = kNoJoint;  // where the checkpoint has a trajectory model
};

// How the rows that a temporal model reads are made. Recorded in our checkpoints; one without the
// record is kScreen.
enum class LifterInput {
  kScreen,  // x, y of each keypoint in screen coordinates, as VideoPose3D has it
  kPerson,  // about the person (lift/person_input.h); COCO's 17 keypoints
  kRays,    // likewise, as a camera turned towards the person sees them (virtual camera)
};

// Single-threaded, and allocates nothing once built. Push takes keypoints without holes.
class StreamingLifter {
 public:
  // Throws Error as Lifter::Load does, and for a look-ahead that the model does not have.
  static StreamingLifter Load(const std::filesystem::path& path,
                              const StreamingLifterOptions& options,
                              const TemporalModelOptions& model = {});
  StreamingLifter(const internal::LiftCheckpoint& checkpoint,
                  const StreamingLifterOptions& options);
  ~StreamingLifter();
  StreamingLifter(StreamingLifter&&) noexcept;
  StreamingLifter& operator=(StreamingLifter&&) noexcept;

  int64_t lookahead() const;  // frames
  int max_people() const;
  bool has_trajectory() const;  // then poses say where people are

  // The next frame of these people, each slot at most once; others stay still. Appends the poses
  // of the frames lookahead() before, for those people who have been there so long.
  void Push(std::span<const StreamedKeypoints> people, std::vector<StreamedPose>& poses);

  // The person is gone: appends the poses of the last lookahead() frames and empties the slot.
  void End(int slot, std::vector<StreamedPose>& poses);

  // Empties the slot; poses that are still to come are dropped.
  void Clear(int slot);

  // All of it, frame by frame, through slots that must be empty; holes are filled as far as the
  // past tells. What Lifter::Lift gives if nothing is hidden and the look-ahead is whole.
  Motion Lift(const KeypointSequence& keypoints, const WorkMonitor& monitor = {});

  // For the stage fill, frame by frame (lift/gap_filler.h).
  internal::GapFillerOptions FillerOptions(const ClipInfo& clip) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_LIFT_H_
