#include "videopose/train/predict.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "videopose/base/error.h"
#include "videopose/data/skeletons.h"

namespace videopose {
namespace {

// From here on the products are large enough to run at their full rate.
constexpr int64_t kEnoughFrames = 2048;
// How much of the work may go into frames that only make sequences equally long.
constexpr double kMostWaste = 0.03;

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

std::vector<Tensor> PredictPoses(const TemporalModel& model,
                                 std::span<const Tensor* const> keypoints,
                                 const JointSymmetry& symmetry, const PredictOptions& options) {
  const TemporalArchitecture& architecture = model.architecture();
  const int64_t joints = architecture.output_joints();
  VP_CHECK(joints == static_cast<int64_t>(symmetry.joints.size()), "{} joints, symmetry of {}",
           joints, symmetry.joints.size());
  int64_t longest = 0;
  for (const Tensor* sequence : keypoints) longest = std::max(longest, sequence->dim(0));
  std::vector<Tensor> poses;
  if (longest == 0) {
    poses.assign(keypoints.size(), Tensor({0, joints, 3}));
    return poses;
  }

  // A mirrored sequence follows its plain one.
  const int64_t lanes = options.average_flip ? 2 : 1;
  const int64_t rows = longest + architecture.receptive_field() - 1;
  const int64_t cols = architecture.input_channels;
  Tensor input({static_cast<int64_t>(keypoints.size()) * lanes, rows, cols});
  float* to = input.data();
  for (const Tensor* sequence : keypoints) {
    VP_CHECK(sequence->dim(1) * sequence->dim(2) == cols, "{} joints of {} values for {} channels",
             sequence->dim(1), sequence->dim(2), cols);
    if (sequence->dim(0) > 0) {
      CopyPadded(*sequence, architecture.pad_before(), rows, to);
      if (options.average_flip) {
        CopyPadded(MirrorJoints(*sequence, symmetry.keypoints), architecture.pad_before(), rows,
                   to + rows * cols);
      }
    }
    to += lanes * rows * cols;
  }

  const Tensor output = model.Forward(input);
  const int64_t size = joints * 3;
  const float* from = output.data();
  for (const Tensor* sequence : keypoints) {
    const int64_t frames = sequence->dim(0);
    Tensor& pose = poses.emplace_back(std::vector<int64_t>{frames, joints, 3});
    std::copy_n(from, frames * size, pose.data());
    if (options.average_flip) {
      const float* flipped = from + longest * size;
      const Tensor back =
          MirrorJoints(Tensor(pose.shape, std::vector<float>(flipped, flipped + frames * size)),
                       symmetry.joints);
      for (size_t i = 0; i < pose.values.size(); ++i) {
        pose.values[i] = (pose.values[i] + back.values[i]) / 2;
      }
    }
    from += lanes * longest * size;
  }
  return poses;
}

Tensor PredictPoses(const TemporalModel& model, const Tensor& keypoints,
                    const JointSymmetry& symmetry, const PredictOptions& options) {
  const Tensor* const one = &keypoints;
  return std::move(PredictPoses(model, {&one, 1}, symmetry, options)[0]);
}

void AddRoots(const Tensor& roots, Tensor& poses) {
  VP_CHECK(roots.size() == poses.dim(0) * 3, "{} root coordinates for {} poses", roots.size(),
           poses.dim(0));
  const int64_t size = poses.dim(1) * 3;
  for (int64_t i = 0; i < poses.size(); ++i) poses.data()[i] += roots.data()[i / size * 3 + i % 3];
}

std::vector<std::vector<size_t>> GroupByLength(std::span<const int64_t> frame_counts) {
  std::vector<size_t> by_length(frame_counts.size());
  std::iota(by_length.begin(), by_length.end(), 0);
  std::stable_sort(by_length.begin(), by_length.end(),
                   [&](size_t a, size_t b) { return frame_counts[a] > frame_counts[b]; });
  std::vector<std::vector<size_t>> groups;
  int64_t longest = 0, used = 0;
  for (const size_t i : by_length) {
    const int64_t frames = frame_counts[i];
    const auto members = groups.empty() ? 0 : static_cast<int64_t>(groups.back().size());
    const auto filled = static_cast<double>((members + 1) * longest);
    const bool fits = members > 0 && members * longest < kEnoughFrames &&
                      static_cast<double>(used + frames) >= (1 - kMostWaste) * filled;
    if (!fits) {
      groups.emplace_back();
      longest = frames;
      used = 0;
    }
    groups.back().push_back(i);
    used += frames;
  }
  return groups;
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
