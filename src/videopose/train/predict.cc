#include "videopose/train/predict.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "videopose/base/error.h"
#include "videopose/data/skeletons.h"

namespace videopose {
namespace {

// (T, ...) as rows of the network's input, the first frame `before` times more, the last as often
// as it takes to fill `rows`.
void CopyPadded(const Tensor& keypoints, int64_t before, int64_t rows, float* out) {
  const int64_t frames = keypoints.dim(0), cols = keypoints.dim(1) * keypoints.dim(2);
  for (int64_t r = 0; r < rows; ++r) {
    const int64_t t = std::clamp<int64_t>(r - before, 0, frames - 1);
    std::copy_n(keypoints.data() + t * cols, cols, out + r * cols);
  }
}

}  // namespace

JointSymmetry SymmetryOf(const Dataset& dataset) {
  return {dataset.keypoints().mirrored, MirroredJoints(dataset.skeleton())};
}

JointSymmetry RootSymmetryOf(const Dataset& dataset) { return {dataset.keypoints().mirrored, {0}}; }

Tensor PredictPoses(const TemporalModel& model, const Tensor& keypoints,
                    const JointSymmetry& symmetry, const PredictOptions& options) {
  const TemporalArchitecture& architecture = model.architecture();
  const int64_t frames = keypoints.dim(0), joints = architecture.output_joints();
  const int64_t cols = architecture.input_channels;
  VP_CHECK(keypoints.dim(1) * keypoints.dim(2) == cols, "{} joints of {} values for {} channels",
           keypoints.dim(1), keypoints.dim(2), cols);
  VP_CHECK(joints == static_cast<int64_t>(symmetry.joints.size()), "{} joints, symmetry of {}",
           joints, symmetry.joints.size());
  if (frames == 0) return Tensor({0, joints, 3});

  // The mirrored sequence follows the plain one.
  const int64_t rows = frames + architecture.receptive_field() - 1;
  Tensor input({options.average_flip ? 2 : 1, rows, cols});
  CopyPadded(keypoints, architecture.pad_before(), rows, input.data());
  if (options.average_flip) {
    CopyPadded(MirrorJoints(keypoints, symmetry.keypoints), architecture.pad_before(), rows,
               input.data() + rows * cols);
  }
  Tensor output = model.Forward(input);

  const auto size = static_cast<std::ptrdiff_t>(frames * joints * 3);
  const std::vector<int64_t> shape = {frames, joints, 3};
  const auto middle = output.values.begin() + size;
  Tensor poses(shape, std::vector<float>(output.values.begin(), middle));
  if (!options.average_flip) return poses;
  const Tensor back =
      MirrorJoints(Tensor(shape, std::vector<float>(middle, output.values.end())), symmetry.joints);
  for (size_t i = 0; i < poses.values.size(); ++i) {
    poses.values[i] = (poses.values[i] + back.values[i]) / 2;
  }
  return poses;
}

void AddRoots(const Tensor& roots, Tensor& poses) {
  VP_CHECK(roots.size() == poses.dim(0) * 3, "{} root coordinates for {} poses", roots.size(),
           poses.dim(0));
  const int64_t size = poses.dim(1) * 3;
  for (int64_t i = 0; i < poses.size(); ++i) poses.data()[i] += roots.data()[i / size * 3 + i % 3];
}

void CheckModelFits(const TemporalArchitecture& model, int output_joints, const Dataset& dataset,
                    std::string_view what) {
  const KeypointFile& keypoints = dataset.keypoints();
  if (model.input_channels != keypoints.joint_count * keypoints.feature_count) {
    Fail("{}: made for {} values a frame, such as {} keypoints of 2; {} has {} keypoints of {}{}",
         what, model.input_channels, model.input_channels / 2, keypoints.path.string(),
         keypoints.joint_count, keypoints.feature_count,
         keypoints.layout_name.empty() ? "" : " (" + keypoints.layout_name + ")");
  }
  if (model.output_joints() != output_joints) {
    Fail("{}: predicts {} joints; {} has {}", what, model.output_joints(), dataset.name(),
         output_joints);
  }
}

}  // namespace videopose
