// SPDX-License-Identifier: Apache-2.0

// One optimisation step: batch in, loss out, networks changed. Supervised, or with unlabelled
// windows beside the labelled ones (Pavllo et al., CVPR 2019, section 4). Networks and optimiser
// are on a device; losses are the host's, as they need no more than the poses.

#ifndef VIDEOPOSE_TRAIN_LEARNER_H_
#define VIDEOPOSE_TRAIN_LEARNER_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "videopose/nn/adam.h"
#include "videopose/nn/communicator.h"
#include "videopose/train/joint_keypoints.h"
#include "videopose/train/motion_loss.h"
#include "videopose/train/trainable_model.h"
#include "videopose/train/window_sampler.h"

namespace videopose::internal {

// Means over the batch; the step lowers their sum. Metres, and half image widths on the
// screen.
struct StepLosses {
  double pose = 0;        // MPJPE
  double trajectory = 0;  // of the root, each frame weighted by 1 / its depth
  double projection = 0;  // of the unlabelled part, from its keypoints
  double bones = 0;       // difference of mean bone lengths
  double motion = 0;      // MotionLossWeights' terms, weighted
};

struct LearnerOptions {
  // The unlabelled part's terms.
  bool project = true;
  bool linear_projection = false;
  bool compare_bones = true;
  std::vector<int> parents;   // of the pose's joints, for bones
  std::vector<int> mirrored;  // the joint on the other side of each, for the loss on symmetry
  // Projected joints and their keypoints; empty: all, if the keypoints are the same joints.
  std::vector<JointKeypoint> joint_keypoints;
  int keypoint_values = 2;  // F: x, y and what else each keypoint has
  MotionLossWeights motion_losses;
  // Those that learn together; the models' too. Each gives Step its part of the batch, and all come
  // to the same losses and parameters.
  Communicator* processes = &OneProcess();
};

class Learner {
 public:
  // `trajectory`: a model of the same shape with one output joint, on the same device, for
  // semi-supervision.
  Learner(TrainableModel pose, std::optional<TrainableModel> trajectory,
          const LearnerOptions& options);

  // Poses and, where there is a trajectory model, roots of labelled windows.
  StepLosses Step(const WindowBatch& labeled, double learning_rate);

  // Labelled and unlabelled windows through both networks in one batch. Needs the trajectory model,
  // and intrinsics of the unlabelled windows.
  StepLosses Step(const WindowBatch& labeled, const WindowBatch& unlabeled, double learning_rate);

  void SetMomentum(double momentum);

  TrainableModel& pose() { return pose_; }
  TrainableModel* trajectory() { return trajectory_ ? &*trajectory_ : nullptr; }
  // These two, which step together, equal PyTorch's one optimiser over both models.
  Adam& pose_adam() { return pose_adam_; }
  Adam* trajectory_adam() { return trajectory_adam_ ? &*trajectory_adam_ : nullptr; }

 private:
  StepLosses Learn(const WindowBatch& labeled, const WindowBatch* unlabeled, double learning_rate);
  void SumLosses(StepLosses& losses) const;
  void AddUnlabeledTerms(const WindowBatch& labeled, const WindowBatch& unlabeled,
                         ConstMatrix poses, ConstMatrix roots, StepLosses& losses);

  TrainableModel pose_;
  std::optional<TrainableModel> trajectory_;
  LearnerOptions options_;
  Adam pose_adam_;
  std::optional<Adam> trajectory_adam_;
  // Buffers.
  std::vector<float> input_, pose_gradient_, root_gradient_, weights_;
  std::vector<float> points_, screen_, target_, screen_gradient_, points_gradient_;
  std::vector<float> bone_gradient_;
  MotionLoss motion_loss_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_LEARNER_H_
