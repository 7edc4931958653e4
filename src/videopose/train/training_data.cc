// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/training_data.h"

#include "videopose/base/error.h"
#include "videopose/train/unlabeled_videos.h"

namespace videopose::internal {
namespace {

std::string NameOf(const Sequence& sequence) {
  return fmt::format("{} {}, camera {}", sequence.subject, sequence.action, sequence.camera);
}

void CheckPoses(std::span<const Sequence> sequences, std::string_view purpose) {
  for (const Sequence& sequence : sequences) {
    if (!sequence.has_poses()) {
      Fail(ErrorCode::kInvalidArgument, "{}: {} needs ground truth, and there is none of it",
           NameOf(sequence), purpose);
    }
  }
}

void CheckCameras(std::span<const Sequence> sequences) {
  for (const Sequence& sequence : sequences) {
    if (!sequence.intrinsics) {
      Fail(ErrorCode::kInvalidArgument,
           "{}: semi-supervised training projects into the camera, whose intrinsics this data set "
           "does not have",
           NameOf(sequence));
    }
  }
}

void CheckKeypoints(std::span<const Sequence> sequences, const Tensor& wanted) {
  for (const Sequence& sequence : sequences) {
    const Tensor& keypoints = sequence.keypoints;
    if (keypoints.dim(1) == wanted.dim(1) && keypoints.dim(2) == wanted.dim(2)) continue;
    Fail(ErrorCode::kMismatch,
         "{}: {} keypoints of {} values, but the training sequences have {} of {}",
         NameOf(sequence), keypoints.dim(1), keypoints.dim(2), wanted.dim(1), wanted.dim(2));
  }
}

}  // namespace

TrainingData LoadTrainingData(const Dataset& dataset, const DataOptions& options,
                              const SemiSupervisedOptions& semi_supervised) {
  SequenceFilter filter{.action_prefixes = options.action_prefixes,
                        .downsample = options.downsample};
  const auto load = [&](const std::vector<std::string>& subjects) {
    filter.subjects = subjects;
    return subjects.empty() ? std::vector<Sequence>() : dataset.Load(filter);
  };
  TrainingData data{.symmetry = SymmetryOf(dataset), .parents = dataset.skeleton().parents};
  data.test = load(options.test_subjects);
  filter.subset = options.subset;
  data.train = load(options.train_subjects);
  filter.subset = 1;
  filter.with_poses = false;
  data.unlabeled = semi_supervised.keypoints.empty()
                       ? load(options.unlabeled_subjects)
                       : LoadUnlabeledVideos(dataset, options, semi_supervised);
  if (!data.unlabeled.empty()) data.joint_keypoints = JointKeypointsOf(dataset);
  return data;
}

void CheckTrainingData(const TrainingData& data) {
  if (CountFrames(data.train) == 0) {
    Fail(ErrorCode::kInvalidArgument, "nothing to train on: no frames of the training subjects");
  }
  CheckPoses(data.train, "training");
  CheckPoses(data.test, "evaluation");
  for (const auto* sequences : {&data.train, &data.test, &data.unlabeled}) {
    CheckKeypoints(*sequences, data.train.front().keypoints);
    if (!data.unlabeled.empty()) CheckCameras(*sequences);
  }
  if (!data.unlabeled.empty() && CountFrames(data.unlabeled) == 0) {
    Fail(ErrorCode::kInvalidArgument,
         "nothing to learn from without labels: no frames of the unlabelled subjects");
  }
}

int64_t CountFrames(std::span<const Sequence> sequences) {
  int64_t frames = 0;
  for (const Sequence& sequence : sequences) frames += sequence.frame_count();
  return frames;
}

}  // namespace videopose::internal
