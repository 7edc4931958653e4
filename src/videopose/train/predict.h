// SPDX-License-Identifier: Apache-2.0

// Whole sequences through the temporal model.

#ifndef VIDEOPOSE_TRAIN_PREDICT_H_
#define VIDEOPOSE_TRAIN_PREDICT_H_

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "videopose/base.h"
#include "videopose/data/dataset.h"
#include "videopose/data/sequence.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/person_input.h"
#include "videopose/lift/sequence_batches.h"
#include "videopose/lift/temporal_model.h"

namespace videopose::internal {

// The joint on the other side, for each joint: what mirroring needs.
struct JointSymmetry {
  std::vector<int> keypoints;  // J2
  std::vector<int> joints;     // J3
};
JointSymmetry SymmetryOf(const Dataset& dataset, LifterInput input = LifterInput::kScreen);
// For the model of the trajectory, whose only joint is the root.
JointSymmetry RootSymmetryOf(const Dataset& dataset, LifterInput input = LifterInput::kScreen);

// A sequence's keypoints as a model reads them, whose checkpoint says `input`; through the lens of
// its camera, or where that is not known the default one.
InputTrack ModelInput(const Dataset& dataset, LifterInput input, const Sequence& sequence);
// Poses (T, J, 3) of the model into the camera's frame.
void TurnBack(const InputTrack& track, Tensor& poses);
// Keypoints become the model's input, poses and roots those in its view's frame: errors are the
// same there.
void MakeModelInput(const Dataset& dataset, LifterInput input, Sequence& sequence);

struct PredictOptions {
  // Also predict for the mirrored keypoints, mirror the result back and take the mean.
  bool average_flip = true;
};

// One model over many sequences. The model must fit, see CheckModelFits.
class PosePredictor {
 public:
  // `model` must outlive the predictor.
  PosePredictor(const TemporalModel& model, JointSymmetry symmetry,
                const PredictOptions& options = {});

  // (T_i, J2, F) -> (T_i, J3, 3) for each sequence, T_i >= 1, the edge frames repeated as far as
  // the receptive field reaches. They share one batch, so call it with what
  // SequenceBatches puts together.
  std::vector<Tensor> Predict(std::span<const Tensor* const> keypoints);

 private:
  BatchPredictor predictor_;
  JointSymmetry symmetry_;
  PredictOptions options_;
};

// The same for one sequence, T >= 0.
Tensor PredictPoses(const TemporalModel& model, const Tensor& keypoints,
                    const JointSymmetry& symmetry, const PredictOptions& options = {});

// SequenceBatches of data.
std::vector<std::vector<size_t>> SequenceBatches(const TemporalArchitecture& architecture,
                                                 std::span<const Sequence* const> sequences);

// Moves (T, J, 3) poses that are relative to their root to where it stands, (T, 1, 3).
void AddRoots(const Tensor& roots, Tensor& poses);

// Throws Error with what differs and what would fit, if the model's joints are not the data's, or
// it wants COCO's keypoints and the data have others. `what` names the model ("checkpoint/x.bin").
void CheckModelFits(const LiftCheckpoint& model, const Dataset& dataset, std::string_view what);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_PREDICT_H_
