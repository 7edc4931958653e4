// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/predict.h"

#include <cstdint>
#include <iterator>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/data/skeletons.h"

namespace videopose::internal {
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

// In half widths of the image.
double FocalOnScreen(const Dataset& dataset, const Sequence& sequence) {
  const DatasetCamera camera =
      dataset.Cameras(sequence.subject).at(static_cast<size_t>(sequence.camera));
  if (camera.intrinsics) return camera.intrinsics->fx;
  return 2 * DefaultFocalPx(camera.width_px, camera.height_px) / camera.width_px;
}

// Turns the points of each frame, T of any number of them.
template <typename Rotation>
void Turn(const InputTrack& track, Tensor& points, const Rotation& rotation_of) {
  if (track.view_from_cam.empty()) return;
  const size_t size = points.values.size() / track.view_from_cam.size();
  for (size_t i = 0; i < points.values.size(); i += 3) {
    float* p = points.data() + i;
    const Vec3d turned = Rotate(rotation_of(track.view_from_cam[i / size]), {p[0], p[1], p[2]});
    p[0] = static_cast<float>(turned.x);
    p[1] = static_cast<float>(turned.y);
    p[2] = static_cast<float>(turned.z);
  }
}

}  // namespace

JointSymmetry SymmetryOf(const Dataset& dataset, LifterInput input) {
  return {MirroredInput(dataset, input), MirroredJoints(dataset.skeleton())};
}

JointSymmetry RootSymmetryOf(const Dataset& dataset, LifterInput input) {
  return {MirroredInput(dataset, input), {0}};
}

InputTrack ModelInput(const Dataset& dataset, LifterInput input, const Sequence& sequence) {
  if (input == LifterInput::kScreen) return {.rows = sequence.keypoints};
  return RelativeToPerson(input, sequence.keypoints, FocalOnScreen(dataset, sequence));
}

void TurnBack(const InputTrack& track, Tensor& poses) {
  Turn(track, poses, [](const Quaternion& view_from_cam) { return Inverse(view_from_cam); });
}

void MakeModelInput(const Dataset& dataset, LifterInput input, Sequence& sequence) {
  InputTrack track = ModelInput(dataset, input, sequence);
  if (sequence.has_poses()) {
    const auto into_view = [](const Quaternion& view_from_cam) { return view_from_cam; };
    Turn(track, sequence.poses, into_view);
    Turn(track, sequence.roots, into_view);
  }
  sequence.keypoints = std::move(track.rows);
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
  if (model.input != LifterInput::kScreen) {
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

}  // namespace videopose::internal
