// SPDX-License-Identifier: Apache-2.0

// The complete state of a training, in the reference's file format (torch.save's dictionaries).

#ifndef VIDEOPOSE_TRAIN_TRAINING_CHECKPOINT_H_
#define VIDEOPOSE_TRAIN_TRAINING_CHECKPOINT_H_

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "videopose/base/random.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/person_input.h"
#include "videopose/lift/temporal_model.h"
#include "videopose/nn/adam.h"

namespace videopose::internal {

struct TrainingCheckpoint {
  // A model and its share of the optimiser's state, parallel to ParameterLayout's flat array.
  struct Model {
    TemporalWeights weights;
    int64_t batches_seen = 0;         // num_batches_tracked
    std::optional<Adam::State> adam;  // nothing where the file has no optimiser
  };

  // Additional state under the key "videopose", which the reference ignores. With it, a resumed
  // training gives the same result as an uninterrupted one.
  struct Continuation {
    double momentum = 0.1;  // of the batch norms
    int64_t dropout_seed = 0;
    // Of the endless unlabelled stream, see WindowSampler::Position.
    std::optional<RandomState::State> semi_before_epoch;
    int64_t semi_next_batch = 0;
    int64_t best_epoch = 0;  // 0: none yet
    double best_error_mm = 0;
    std::string epochs;  // the records of those that are done, without minutes: JSON
    bool operator==(const Continuation&) const = default;
  };

  int64_t epoch = 0;         // how many are done
  double learning_rate = 0;  // of the next
  // As the last permutation left them; nothing where the file has none.
  std::optional<RandomState::State> random, random_semi;
  Model pose;
  std::optional<Model> trajectory;
  std::optional<Continuation> continuation;
  LifterInput input = LifterInput::kScreen;
  std::string joints{kRigJoints};  // as LifterRecord
  // What it was trained with, as config/options_file.h writes it; empty: the file does not say.
  std::string options;
};
inline constexpr const char* kOptionsKey = "options";

// Throws Error, as ReadLiftCheckpoint does, and where the optimiser's or a random state is corrupt
// or does not fit the models.
TrainingCheckpoint ReadTrainingCheckpoint(const std::filesystem::path& path,
                                          const TemporalModelOptions& options = {});

// Writes it so that torch.load opens it, atomically. Either both models have an optimiser's state
// or none. Throws Error, e.g. on a full disk.
void WriteTrainingCheckpoint(const std::filesystem::path& path,
                             const TrainingCheckpoint& checkpoint);

// The models alone, weights in half precision: what is shipped. A quarter of the size without, an
// eighth with the optimiser's state; predictions move by some hundredths of a millimetre.
void WriteLifter(const std::filesystem::path& path, const TrainingCheckpoint& checkpoint);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_TRAINING_CHECKPOINT_H_
