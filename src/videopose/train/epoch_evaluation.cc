// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/epoch_evaluation.h"

#include <array>
#include <optional>

#include "videopose/train/loss.h"
#include "videopose/train/projection.h"
#include "videopose/train/training_data.h"

namespace videopose::internal {
namespace {

double DistanceInMm(const Tensor& predicted, const Tensor& truth) {
  return 1000 * MeanDistance<float, 3>(predicted.values, truth.values, {});
}

double ScreenDistance(const Tensor& joints_in_cam, const Sequence& sequence,
                      std::span<const JointKeypoint> pairs) {
  const ScreenIntrinsics& k = *sequence.intrinsics;
  const std::array<float, kIntrinsicsSize> intrinsics = {k.fx, k.fy, k.cx, k.cy, k.k1,
                                                         k.k2, k.k3, k.p1, k.p2};
  const int64_t joints = joints_in_cam.dim(1), keypoints = sequence.keypoints.dim(1);
  const int64_t features = sequence.keypoints.dim(2);
  std::vector<float> points, target;
  for (int64_t t = 0; t < sequence.frame_count(); ++t) {
    for (const JointKeypoint& pair : pairs) {
      const float* point = joints_in_cam.data() + (t * joints + pair.joint) * 3;
      const float* keypoint =
          sequence.keypoints.data() + (t * keypoints + pair.keypoint) * features;
      points.insert(points.end(), point, point + 3);
      target.insert(target.end(), keypoint, keypoint + 2);
    }
  }
  std::vector<float> screen(target.size());
  Project<float>(points, intrinsics, static_cast<int64_t>(target.size() / 2), {}, screen);
  return MeanDistance<float, 2>(screen, target, {});
}

SequenceLosses MeanOf(std::span<const SequenceLosses> losses,
                      std::span<const Sequence* const> sequences) {
  SequenceLosses sum;
  double frames = 0;
  for (size_t i = 0; i < losses.size(); ++i) {
    const auto weight = static_cast<double>(sequences[i]->frame_count());
    sum.pose_mm += weight * losses[i].pose_mm;
    sum.root_mm += weight * losses[i].root_mm;
    sum.screen += weight * losses[i].screen;
    frames += weight;
  }
  if (frames == 0) return {};
  return {sum.pose_mm / frames, sum.root_mm / frames, sum.screen / frames};
}

}  // namespace

SequenceLosses MeasureSequences(const TemporalModel& pose, const TemporalModel* trajectory,
                                const JointSymmetry& symmetry, std::span<const Sequence> sequences,
                                const WorkMonitor& monitor,
                                std::span<const JointKeypoint> joint_keypoints) {
  const std::vector<JointKeypoint> same = SameJointKeypoints(pose.architecture().output_joints());
  if (joint_keypoints.empty()) joint_keypoints = same;
  const PredictOptions options{.average_flip = false};
  PosePredictor predictor(pose, symmetry, options);
  std::optional<PosePredictor> root_predictor;
  if (trajectory != nullptr) {
    root_predictor.emplace(*trajectory, JointSymmetry{symmetry.keypoints, {0}}, options);
  }
  std::vector<const Sequence*> all;
  for (const Sequence& sequence : sequences) all.push_back(&sequence);
  std::vector<SequenceLosses> losses(all.size());
  int64_t done = 0;
  const int64_t total = CountFrames(sequences);
  for (const std::vector<size_t>& batch : SequenceBatches(pose.architecture(), all)) {
    monitor.Report("evaluate", done, total);
    std::vector<const Tensor*> keypoints;
    for (const size_t i : batch) keypoints.push_back(&all[i]->keypoints);
    std::vector<Tensor> poses = predictor.Predict(keypoints), roots;
    if (root_predictor) roots = root_predictor->Predict(keypoints);
    for (size_t b = 0; b < batch.size(); ++b) {
      const Sequence& sequence = *all[batch[b]];
      SequenceLosses& loss = losses[batch[b]];
      if (sequence.has_poses()) loss.pose_mm = DistanceInMm(poses[b], sequence.poses);
      done += sequence.frame_count();
      if (!root_predictor) continue;
      if (sequence.has_poses()) loss.root_mm = DistanceInMm(roots[b], sequence.roots);
      AddRoots(roots[b], poses[b]);
      loss.screen = ScreenDistance(poses[b], sequence, joint_keypoints);
    }
  }
  return MeanOf(losses, all);
}

}  // namespace videopose::internal
