// SPDX-License-Identifier: Apache-2.0

// Lifters as ONNX files, for other runtimes. Tensors keep the names of VideoPose3D's state
// dictionaries, those of a trajectory model behind "trajectory."; a note says how the rows are made
// (lift/person_input.h), so that a file can be read back.
//
// Whole sequences:  rows (batch, frames, values) -> poses (batch, frames - receptive field + 1, J,
// 3) Frame by frame:   rows (batch, values), state_<i> (batch, C, span) ->
//                   poses (batch, J, 3), next_state_<i>
// Poses are metres, relative to the root, in the frame of the rows' view. With a trajectory model
// there is an output `roots`, too, (..., 1, 3), and frame by frame states trajectory_state_<i>.
// The pose of a frame comes with the row pad_after frames later: before a sequence push its first
// row receptive field - 1 times, starting with states of zeros; behind it the last one.

#ifndef VIDEOPOSE_LIFT_ONNX_LIFTER_H_
#define VIDEOPOSE_LIFT_ONNX_LIFTER_H_

#include <filesystem>

#include "videopose/lift/checkpoint.h"

namespace videopose::internal {

enum class OnnxKind { kWholeSequence, kFrameByFrame };

void WriteOnnxLifter(const std::filesystem::path& path, const LiftCheckpoint& checkpoint,
                     OnnxKind kind);

// Of either kind. Throws Error for a file that WriteOnnxLifter did not write.
LiftCheckpoint ReadOnnxLifter(const std::filesystem::path& path,
                              const TemporalModelOptions& options);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_ONNX_LIFTER_H_
