// Everything a training goes on from, in the reference's files (torch.save's dictionaries).

#ifndef VIDEOPOSE_TRAIN_TRAINING_CHECKPOINT_H_
#define VIDEOPOSE_TRAIN_TRAINING_CHECKPOINT_H_

#include <cstdint>
#include <filesystem>
#include <optional>

#include "videopose/base/random.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/temporal_model.h"
#include "videopose/nn/adam.h"

namespace videopose {

struct TrainingCheckpoint {
  // A model and its share of the optimiser's state, parallel to ParameterLayout's flat array.
  struct Model {
    TemporalWeights weights;
    int64_t batches_seen = 0;         // num_batches_tracked
    std::optional<Adam::State> adam;  // nothing where the file has no optimiser
  };

  int64_t epoch = 0;         // how many are done
  double learning_rate = 0;  // of the next
  // As the last permutation left them; nothing where the file has none.
  std::optional<RandomState::State> random, random_semi;
  Model pose;
  std::optional<Model> trajectory;
};

// Throws Error, as ReadLiftCheckpoint does, and where the optimiser's or a random state is damaged
// or does not fit the models.
TrainingCheckpoint ReadTrainingCheckpoint(const std::filesystem::path& path,
                                          const TemporalModelOptions& options = {});

}  // namespace videopose

#endif  // VIDEOPOSE_TRAIN_TRAINING_CHECKPOINT_H_
