#include "videopose/train/epoch_evaluation.h"

#include <array>

#include "videopose/train/loss.h"
#include "videopose/train/projection.h"
#include "videopose/train/training_data.h"

namespace videopose {
namespace {

double Distance_mm(const Tensor& predicted, const Tensor& truth) {
  return 1000 * MeanDistance<float, 3>(predicted.values, truth.values, {});
}

double ScreenDistance(const Tensor& points_in_cam, const Sequence& sequence) {
  const ScreenIntrinsics& k = *sequence.intrinsics;
  const std::array<float, kIntrinsicsSize> intrinsics = {k.fx, k.fy, k.cx, k.cy, k.k1,
                                                         k.k2, k.k3, k.p1, k.p2};
  const int64_t points = points_in_cam.size() / 3, features = sequence.keypoints.dim(2);
  std::vector<float> screen(static_cast<size_t>(points * 2)), target;
  Project<float>(points_in_cam.values, intrinsics, points, {}, screen);
  for (int64_t i = 0; i < points; ++i) {
    target.push_back(sequence.keypoints.data()[i * features]);
    target.push_back(sequence.keypoints.data()[i * features + 1]);
  }
  return MeanDistance<float, 2>(screen, target, {});
}

}  // namespace

SequenceLosses MeasureSequences(const TemporalModel& pose, const TemporalModel* trajectory,
                                const JointSymmetry& symmetry, std::span<const Sequence> sequences,
                                const WorkMonitor& monitor) {
  const JointSymmetry root_symmetry{symmetry.keypoints, {0}};
  SequenceLosses sum;
  int64_t done = 0;
  const int64_t total = CountFrames(sequences);
  for (const Sequence& sequence : sequences) {
    monitor.Report("evaluate", done, total);
    const int64_t frames = sequence.frame_count();
    if (frames == 0) continue;
    const auto weight = static_cast<double>(frames);
    const PredictOptions options{.average_flip = false};
    Tensor poses = PredictPoses(pose, sequence.keypoints, symmetry, options);
    if (sequence.has_poses()) sum.pose_mm += weight * Distance_mm(poses, sequence.poses);
    if (trajectory != nullptr) {
      const Tensor roots = PredictPoses(*trajectory, sequence.keypoints, root_symmetry, options);
      if (sequence.has_poses()) sum.root_mm += weight * Distance_mm(roots, sequence.roots);
      AddRoots(roots, poses);
      sum.screen += weight * ScreenDistance(poses, sequence);
    }
    done += frames;
  }
  if (done == 0) return {};
  const auto frames = static_cast<double>(done);
  return {sum.pose_mm / frames, sum.root_mm / frames, sum.screen / frames};
}

}  // namespace videopose
