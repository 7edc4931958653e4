// SPDX-License-Identifier: Apache-2.0

// Temporal models in checkpoints: state dictionaries with the names of VideoPose3D.

#ifndef VIDEOPOSE_LIFT_CHECKPOINT_H_
#define VIDEOPOSE_LIFT_CHECKPOINT_H_

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/arrays/torch_checkpoint.h"
#include "videopose/lift.h"
#include "videopose/lift/person_input.h"
#include "videopose/lift/temporal_model.h"

namespace videopose::internal {

// Throws Error if a tensor is missing, has a shape that does not fit the others, is unknown, or
// holds values that are not finite. `what` stands first in the message: "x.bin: model_pos".
TemporalWeights WeightsFromStateDict(const StateDict& state, const TemporalModelOptions& options,
                                     std::string_view what);

struct LifterInputName {
  LifterInput input;
  std::string_view name, description;
};
inline constexpr std::array<LifterInputName, 3> kLifterInputNames = {{
    {LifterInput::kRays, "rays", "rays about the person, of a camera turned towards them"},
    {LifterInput::kPerson, "person", "relative to the person"},
    {LifterInput::kScreen, "screen", "screen coordinates"},
}};
std::string_view NameOf(LifterInput input);
// Throws Error, which begins with `what`, for a name that this version does not know.
LifterInput LifterInputNamed(const std::string& name, std::string_view what);

// Where a model that learned from motion capture has spine, thorax, nose and head: as Human3.6M
// (augment/body_motion.h), or as videopose 0.1.0 had them, with the spine at the chest.
inline constexpr std::string_view kHuman36mJoints = "h36m", kRigJoints = "rig";

// What our own checkpoints record about themselves, under the key "lifter": {"input": "rays",
// "causal": true, "joints": "h36m"}. One without the record reads screen coordinates, and is causal
// if the caller says so.
struct LifterRecord {
  LifterInput input = LifterInput::kScreen;
  bool causal = false;
  std::string joints{kRigJoints};
  bool operator==(const LifterRecord&) const = default;
};
inline constexpr const char* kLifterRecordKey = "lifter";
// Throws Error where the record is damaged.
LifterRecord ReadLifterRecord(const TorchCheckpoint& file);

struct LiftCheckpoint {
  TemporalWeights pose;
  // Where the root joint is in camera space: one output joint, the same widths.
  std::optional<TemporalWeights> trajectory;
  LifterInput input = LifterInput::kScreen;
  std::string joints{kRigJoints};  // as LifterRecord
};

// Reads model_pos and, where the file has one, model_traj; or an .onnx file (lift/onnx_lifter.h).
// Throws Error as above and as TorchCheckpoint::Read does.
LiftCheckpoint ReadLiftCheckpoint(const std::filesystem::path& path,
                                  const TemporalModelOptions& options = {});

// Several lines on what is in a checkpoint: format, epoch, learning rate, models, training state,
// tensors. Throws Error for a file that is none.
std::string DescribeCheckpoint(const std::filesystem::path& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_CHECKPOINT_H_
