// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/learner.h"

#include <algorithm>
#include <array>
#include <span>

#include "videopose/base/check.h"
#include "videopose/train/loss.h"
#include "videopose/train/projection.h"

namespace videopose::internal {
namespace {

std::span<const float> ValuesOf(ConstMatrix x) {
  return {x.data, static_cast<size_t>(x.rows * x.cols)};
}

void AddTo(std::span<float> sum, std::span<const float> x) {
  for (size_t i = 0; i < sum.size(); ++i) sum[i] += x[i];
}

// x and y of the frames in the middle of each window, (windows * frames_out * pairs, 2).
void MiddleKeypoints(const WindowBatch& batch, int64_t cols, int64_t features, int64_t frames_out,
                     std::span<const JointKeypoint> pairs, std::vector<float>& xy) {
  const int64_t frames = static_cast<int64_t>(batch.keypoints.size()) / cols / batch.windows;
  const int64_t first = (frames - frames_out) / 2;
  xy.clear();
  for (int64_t w = 0; w < batch.windows; ++w) {
    for (int64_t t = first; t < first + frames_out; ++t) {
      const float* frame = batch.keypoints.data() + (w * frames + t) * cols;
      for (const JointKeypoint& pair : pairs) {
        xy.push_back(frame[pair.keypoint * features]);
        xy.push_back(frame[pair.keypoint * features + 1]);
      }
    }
  }
}

BatchShare ShareOf(const WindowBatch& labeled, const WindowBatch* unlabeled) {
  if (labeled.whole_windows == 0) return {};
  BatchShare share{
      .whole = labeled.whole_windows, .first = labeled.first_window, .split = labeled.windows};
  if (unlabeled == nullptr) return share;
  share.whole += unlabeled->whole_windows;
  share.second = labeled.whole_windows + unlabeled->first_window;
  return share;
}

}  // namespace

Learner::Learner(TrainableModel pose, std::optional<TrainableModel> trajectory,
                 const LearnerOptions& options)
    : pose_(std::move(pose)),
      trajectory_(std::move(trajectory)),
      options_(options),
      pose_adam_(pose_.parameters().size(), pose_.device()),
      motion_loss_(options.motion_losses, options.parents, options.mirrored) {
  if (trajectory_) {
    VP_CHECK(trajectory_->architecture().output_channels == 3, "a trajectory of {} coordinates",
             trajectory_->architecture().output_channels);
    trajectory_adam_.emplace(trajectory_->parameters().size(), trajectory_->device());
  }
  if (options_.joint_keypoints.empty()) {
    options_.joint_keypoints = SameJointKeypoints(pose_.architecture().output_joints());
  }
}

void Learner::SetMomentum(double momentum) {
  pose_.set_momentum(momentum);
  if (trajectory_) trajectory_->set_momentum(momentum);
}

StepLosses Learner::Step(const WindowBatch& labeled, double learning_rate) {
  return Learn(labeled, nullptr, learning_rate);
}

StepLosses Learner::Step(const WindowBatch& labeled, const WindowBatch& unlabeled,
                         double learning_rate) {
  VP_CHECK(trajectory_.has_value(), "semi-supervision needs a model of the trajectory");
  return Learn(labeled, &unlabeled, learning_rate);
}

StepLosses Learner::Learn(const WindowBatch& labeled, const WindowBatch* unlabeled,
                          double learning_rate) {
  const int64_t cols = pose_.architecture().input_channels;
  int64_t windows = labeled.windows;
  const std::vector<float>* input = &labeled.keypoints;
  if (unlabeled != nullptr) {
    windows += unlabeled->windows;
    input_ = labeled.keypoints;
    input_.insert(input_.end(), unlabeled->keypoints.begin(), unlabeled->keypoints.end());
    input = &input_;
  }
  const ConstMatrix x(input->data(), static_cast<int64_t>(input->size()) / cols, cols);

  StepLosses losses;
  const BatchShare share = ShareOf(labeled, unlabeled);
  const ConstMatrix poses = pose_.Forward(x, windows, share);
  pose_gradient_.assign(ValuesOf(poses).size(), 0);
  const size_t labeled_poses = labeled.poses.size();
  losses.pose = MeanDistance<float, 3>(ValuesOf(poses).first(labeled_poses), labeled.poses,
                                       std::span(pose_gradient_).first(labeled_poses),
                                       labeled.InWhole(labeled_poses / 3));
  if (options_.motion_losses.any()) {
    losses.motion =
        motion_loss_.Add(ValuesOf(poses).first(labeled_poses), labeled.poses,
                         std::span(pose_gradient_).first(labeled_poses),
                         labeled.InWhole(labeled_poses / static_cast<size_t>(poses.cols)));
  }
  if (trajectory_) {
    const ConstMatrix roots = trajectory_->Forward(x, windows, share);
    root_gradient_.assign(ValuesOf(roots).size(), 0);
    weights_.clear();
    for (size_t i = 2; i < labeled.roots.size(); i += 3) {
      weights_.push_back(1 / labeled.roots[i]);
    }
    losses.trajectory = WeightedMeanDistance<float, 3>(
        ValuesOf(roots).first(labeled.roots.size()), labeled.roots, weights_, 1,
        std::span(root_gradient_).first(labeled.roots.size()),
        labeled.InWhole(labeled.roots.size() / 3));
    if (unlabeled != nullptr) AddUnlabeledTerms(labeled, *unlabeled, poses, roots, losses);
    trajectory_->Backward({root_gradient_.data(), roots.rows, roots.cols});
  }
  pose_.Backward({pose_gradient_.data(), poses.rows, poses.cols});
  SumLosses(losses);
  pose_.device().FinishSums(*options_.processes);
  if (trajectory_) {
    trajectory_adam_->Step(learning_rate, trajectory_->gradient(), trajectory_->parameters());
  }
  pose_adam_.Step(learning_rate, pose_.gradient(), pose_.parameters());
  return losses;
}

// Each process has its share of the means, and the whole of what is no mean.
void Learner::SumLosses(StepLosses& losses) const {
  if (!options_.processes->is_first()) losses.bones = 0;
  std::array<double, 5> values = {losses.pose, losses.trajectory, losses.projection, losses.bones,
                                  losses.motion};
  options_.processes->Sum(values);
  losses = {values[0], values[1], values[2], values[3], values[4]};
}

void Learner::AddUnlabeledTerms(const WindowBatch& labeled, const WindowBatch& unlabeled,
                                ConstMatrix poses, ConstMatrix roots, StepLosses& losses) {
  const std::span<const float> their_poses = ValuesOf(poses).subspan(labeled.poses.size());
  const std::span<const float> their_roots = ValuesOf(roots).subspan(labeled.roots.size());
  const std::span<float> their_pose_gradient =
      std::span(pose_gradient_).subspan(labeled.poses.size());
  const std::span<float> their_root_gradient =
      std::span(root_gradient_).subspan(labeled.roots.size());
  const int64_t frames_out = poses.rows / (labeled.windows + unlabeled.windows);
  if (options_.project) {
    const std::span<const JointKeypoint> pairs = options_.joint_keypoints;
    const size_t frames = their_roots.size() / 3, cols = static_cast<size_t>(poses.cols);
    points_.clear();
    for (size_t frame = 0; frame < frames; ++frame) {
      for (const JointKeypoint& pair : pairs) {
        const size_t joint = frame * cols + static_cast<size_t>(pair.joint) * 3;
        for (size_t i = 0; i < 3; ++i) {
          points_.push_back(their_poses[joint + i] + their_roots[frame * 3 + i]);
        }
      }
    }
    MiddleKeypoints(unlabeled, pose_.architecture().input_channels, options_.keypoint_values,
                    frames_out, pairs, target_);
    screen_.resize(target_.size());
    screen_gradient_.resize(target_.size());
    points_gradient_.resize(points_.size());
    const ProjectionOptions projection{.linear = options_.linear_projection};
    const int64_t points_per_camera = frames_out * static_cast<int64_t>(pairs.size());
    Project<float>(points_, unlabeled.intrinsics, points_per_camera, projection, screen_);
    losses.projection = MeanDistance<float, 2>(screen_, target_, screen_gradient_,
                                               unlabeled.InWhole(target_.size() / 2));
    ProjectBackward<float>(points_, unlabeled.intrinsics, points_per_camera, projection,
                           screen_gradient_, points_gradient_);
    const float* gradient = points_gradient_.data();
    for (size_t frame = 0; frame < frames; ++frame) {
      for (const JointKeypoint& pair : pairs) {
        const size_t joint = frame * cols + static_cast<size_t>(pair.joint) * 3;
        for (size_t i = 0; i < 3; ++i, ++gradient) {
          their_pose_gradient[joint + i] += *gradient;
          their_root_gradient[frame * 3 + i] += *gradient;
        }
      }
    }
  }
  if (options_.compare_bones) {
    bone_gradient_.resize(pose_gradient_.size());
    const std::span<float> gradient(bone_gradient_);
    const auto cols = static_cast<size_t>(poses.cols);
    losses.bones = BoneLengthLoss<float>(ValuesOf(poses).first(labeled.poses.size()), their_poses,
                                         options_.parents, gradient.first(labeled.poses.size()),
                                         gradient.subspan(labeled.poses.size()),
                                         {.labeled = labeled.InWhole(labeled.poses.size() / cols),
                                          .unlabeled = unlabeled.InWhole(their_poses.size() / cols),
                                          .processes = options_.processes});
    AddTo(pose_gradient_, bone_gradient_);
  }
}

}  // namespace videopose::internal
