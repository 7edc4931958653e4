// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/predict.h"

#include <cstdint>
#include <iterator>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/data/skeletons.h"

namespace videopose {
namespace {

std::vector<int> MirroredInput(const Dataset& dataset, LifterInput input) {
  if (input == LifterInput::kScreen) return dataset.keypoints().mirrored;
  const auto mirror = PersonInputMirror();
  return {mirror.begin(), mirror.end()};
}

// By their name, or in files without names by which joints are opposite.
bool AreCoco(const KeypointFile& keypoints) {
  const KeypointLayout& coco = Coco17();
  if (keypoints.joint_count != coco.joint_count()) return false;
  if (!keypoints.layout_name.empty()) return keypoints.layout_name == coco.name;
  for (int k = 0; k < coco.joint_count(); ++k) {
    if (keypoints.mirrored[static_cast<size_t>(k)] != coco.mirrored(k)) return false;
  }
  return true;
}

}  // namespace

JointSymmetry SymmetryOf(const Dataset& dataset, LifterInput input) {
  return {MirroredInput(dataset, input), MirroredJoints(dataset.skeleton())};
}

JointSymmetry RootSymmetryOf(const Dataset& dataset, LifterInput input) {
  return {MirroredInput(dataset, input), {0}};
}

Tensor ModelInput(LifterInput input, Tensor keypoints) {
  return input == LifterInput::kScreen ? std::move(keypoints) : RelativeToPerson(keypoints);
}

PosePredictor::PosePredictor(const TemporalModel& model, JointSymmetry symmetry,
                             const PredictOptions& options)
    : predictor_(model), symmetry_(std::move(symmetry)), options_(options) {
  VP_CHECK(model.architecture().output_channels == 3 * std::ssize(symmetry_.joints),
           "{} joints, symmetry of {}", model.architecture().output_joints(),
           symmetry_.joints.size());
}

std::vector<Tensor> PosePredictor::Predict(std::span<const Tensor* const> keypoints) {
  std::vector<Tensor> rows;
  const auto add_rows = [&rows](Tensor x) {
    x.shape = {x.dim(0), x.dim(1) * x.dim(2)};
    rows.push_back(std::move(x));
  };
  for (const Tensor* sequence : keypoints) add_rows(*sequence);
  if (options_.average_flip) {
    for (const Tensor* sequence : keypoints) add_rows(MirrorJoints(*sequence, symmetry_.keypoints));
  }
  std::vector<Tensor> poses = predictor_.Predict(rows);
  for (Tensor& x : poses) x.shape = {x.dim(0), std::ssize(symmetry_.joints), 3};
  for (size_t i = 0; options_.average_flip && i < keypoints.size(); ++i) {
    const Tensor back = MirrorJoints(poses[keypoints.size() + i], symmetry_.joints);
    std::vector<float>& values = poses[i].values;
    for (size_t at = 0; at < values.size(); ++at) {
      values[at] = (values[at] + back.values[at]) / 2;
    }
  }
  poses.resize(keypoints.size());
  return poses;
}

Tensor PredictPoses(const TemporalModel& model, const Tensor& keypoints,
                    const JointSymmetry& symmetry, const PredictOptions& options) {
  if (keypoints.dim(0) == 0) return Tensor({0, model.architecture().output_joints(), 3});
  const Tensor* const sequence = &keypoints;
  return PosePredictor(model, symmetry, options).Predict({&sequence, 1}).front();
}

std::vector<std::vector<size_t>> SequenceBatches(const TemporalArchitecture& architecture,
                                                 std::span<const Sequence* const> sequences) {
  std::vector<int64_t> frame_counts;
  for (const Sequence* sequence : sequences) frame_counts.push_back(sequence->frame_count());
  return SequenceBatches(architecture, frame_counts);
}

void AddRoots(const Tensor& roots, Tensor& poses) {
  VP_CHECK(roots.size() == poses.dim(0) * 3, "{} root coordinates for {} poses", roots.size(),
           poses.dim(0));
  const int64_t size = poses.dim(1) * 3;
  for (int64_t i = 0; i < poses.size(); ++i) poses.data()[i] += roots.data()[i / size * 3 + i % 3];
}

void CheckModelFits(const LiftCheckpoint& model, const Dataset& dataset, std::string_view what) {
  const KeypointFile& keypoints = dataset.keypoints();
  const TemporalArchitecture& network = model.pose.architecture;
  const std::string layout =
      keypoints.layout_name.empty() ? "" : fmt::format(" ({})", keypoints.layout_name);
  if (model.input == LifterInput::kRays) {
    Fail(ErrorCode::kUnsupported,
         "{}: sees rays, which need a lens; on data sets without lenses only models that see "
         "keypoints relative to the person or the screen can be evaluated",
         what);
  }
  if (model.input == LifterInput::kPerson) {
    if (!AreCoco(keypoints)) {
      Fail(ErrorCode::kMismatch, "{}: made for COCO's 17 keypoints; {} has {} others{}", what,
           keypoints.path.string(), keypoints.joint_count, layout);
    }
  } else if (network.input_channels != keypoints.joint_count * keypoints.feature_count) {
    Fail(ErrorCode::kMismatch,
         "{}: made for {} values a frame, such as {} keypoints of 2; {} has {} keypoints of {}{}",
         what, network.input_channels, network.input_channels / 2, keypoints.path.string(),
         keypoints.joint_count, keypoints.feature_count, layout);
  }
  const int joints = dataset.skeleton().joint_count();
  if (network.output_joints() != joints) {
    Fail(ErrorCode::kMismatch, "{}: predicts {} joints; {} has {}", what, network.output_joints(),
         dataset.name(), joints);
  }
}

}  // namespace videopose
