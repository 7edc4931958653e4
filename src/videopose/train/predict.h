// Whole sequences through the temporal model: edges repeated, several sequences at once.

#ifndef VIDEOPOSE_TRAIN_PREDICT_H_
#define VIDEOPOSE_TRAIN_PREDICT_H_

#include <span>
#include <string>
#include <vector>

#include "videopose/base/tensor.h"
#include "videopose/data/dataset.h"
#include "videopose/lift/temporal_model.h"

namespace videopose {

// The joint on the other side, for each joint: what mirroring needs.
struct JointSymmetry {
  std::vector<int> keypoints;  // J2
  std::vector<int> joints;     // J3
};
JointSymmetry SymmetryOf(const Dataset& dataset);
// For the model of the trajectory, whose only joint is the root.
JointSymmetry RootSymmetryOf(const Dataset& dataset);

struct PredictOptions {
  // Also predict for the mirrored keypoints, mirror the result back and take the mean.
  bool average_flip = true;
};

// (T, J2, F) -> (T, J3, 3) for each of the sequences, which go through the model together: what is
// shorter than the longest costs as much as that. The model must fit, see CheckModelFits.
std::vector<Tensor> PredictPoses(const TemporalModel& model,
                                 std::span<const Tensor* const> keypoints,
                                 const JointSymmetry& symmetry, const PredictOptions& options = {});
Tensor PredictPoses(const TemporalModel& model, const Tensor& keypoints,
                    const JointSymmetry& symmetry, const PredictOptions& options = {});

// Moves (T, J, 3) poses that are relative to their root to where it stands, (T, 1, 3).
void AddRoots(const Tensor& roots, Tensor& poses);

// Which sequences of these lengths best go through a model together: indices, each once.
std::vector<std::vector<size_t>> GroupByLength(std::span<const int64_t> frame_counts);

// Throws Error with what differs and what would fit, if the model's joints are not the data's.
// `what` names the model ("checkpoint/x.bin: model_pos").
void CheckModelFits(const TemporalArchitecture& model, int output_joints, const Dataset& dataset,
                    std::string_view what);

}  // namespace videopose

#endif  // VIDEOPOSE_TRAIN_PREDICT_H_
