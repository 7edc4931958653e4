// 2D keypoints in, 3D motion out: the temporal model with everything that belongs around it.
//
//   const auto lifter = videopose::Lifter::Load("models/lifter.bin");
//   const videopose::Motion motion = lifter.Lift(keypoints, {.average_flip = true});

#ifndef VIDEOPOSE_LIFT_LIFTER_H_
#define VIDEOPOSE_LIFT_LIFTER_H_

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "videopose/base/progress.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/gap_filler.h"
#include "videopose/pose/keypoints.h"
#include "videopose/pose/motion.h"
#include "videopose/pose/person.h"

namespace videopose {

struct LiftOptions {
  // Also lift the mirrored keypoints, mirror the result back and take the mean (test-time
  // augmentation).
  bool average_flip = true;
  WorkMonitor monitor;
};

// Keypoints of one person in consecutive frames, without holes (Person::filled), and their poses.
using FilledRun = JointTrack<Keypoint>;
struct LiftedRun {
  JointTrack<Vec3f> joints_in_cam;  // relative to the root joint
  std::vector<Vec3f> root_in_cam;   // where the checkpoint has a trajectory model
};

class Lifter {
 public:
  // Settings (widths, channels, joints) come from the shapes in the checkpoint. Throws Error for a
  // file that is no checkpoint of this model, or of one that makes other joints than the 17 of
  // Human3.6M; see lift/checkpoint.h.
  static Lifter Load(const std::filesystem::path& path, const TemporalModelOptions& options = {});

  ~Lifter();
  Lifter(Lifter&&) noexcept;
  Lifter& operator=(Lifter&&) noexcept;

  int receptive_field() const;  // frames
  int input_joint_count() const;
  bool has_trajectory() const;  // then Lift says where people are
  const Skeleton& skeleton() const;

  // Holes are filled first, and frames added where there are less than 20 a second, as
  // lift/gap_filler.h says; frames in longer gaps have no pose. Root positions are there if the
  // checkpoint has a trajectory model. Throws Error if the keypoints have another number of joints
  // than the model was trained with.
  Motion Lift(const KeypointSequence& keypoints, const LiftOptions& options = {}) const;

  // Throws Error as Lift does.
  void CheckLifts(const ClipInfo& clip) const;
  // How holes are to be filled for this model.
  GapFillerOptions FillerOptions(const ClipInfo& clip) const;
  // For lift/lift_stage.h: each run by itself, its edges repeated as far as the receptive field
  // reaches. Stage of the progress: "lift".
  std::vector<LiftedRun> LiftRuns(std::span<const FilledRun> runs, const ClipInfo& clip,
                                  const LiftOptions& options) const;

 private:
  class Impl;
  explicit Lifter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_LIFT_LIFTER_H_
