#include "videopose/train/epoch_evaluation.h"

#include <array>

#include "videopose/train/loss.h"
#include "videopose/train/projection.h"
#include "videopose/train/training_data.h"

namespace videopose {
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

}  // namespace

SequenceLosses MeasureSequences(const TemporalModel& pose, const TemporalModel* trajectory,
                                const JointSymmetry& symmetry, std::span<const Sequence> sequences,
                                const WorkMonitor& monitor,
                                std::span<const JointKeypoint> joint_keypoints) {
  const std::vector<JointKeypoint> same = SameJointKeypoints(pose.architecture().output_joints());
  if (joint_keypoints.empty()) joint_keypoints = same;
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
    if (sequence.has_poses()) sum.pose_mm += weight * DistanceInMm(poses, sequence.poses);
    if (trajectory != nullptr) {
      const Tensor roots = PredictPoses(*trajectory, sequence.keypoints, root_symmetry, options);
      if (sequence.has_poses()) sum.root_mm += weight * DistanceInMm(roots, sequence.roots);
      AddRoots(roots, poses);
      sum.screen += weight * ScreenDistance(poses, sequence, joint_keypoints);
    }
    done += frames;
  }
  if (done == 0) return {};
  const auto frames = static_cast<double>(done);
  return {sum.pose_mm / frames, sum.root_mm / frames, sum.screen / frames};
}

}  // namespace videopose
