// What one epoch of training gave.

#ifndef VIDEOPOSE_TRAIN_EPOCH_RECORD_H_
#define VIDEOPOSE_TRAIN_EPOCH_RECORD_H_

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>

namespace videopose {

struct EpochRecord {
  // In evaluation mode, not mirrored, each frame counts the same: MPJPE relative to the root.
  struct Poses {
    double train_mm = 0;  // "3d_eval", on the training sequences
    double valid_mm = 0;  // "3d_valid", on the test sequences
  };
  // The same for what semi-supervised training adds.
  struct Semi {
    double train_root_mm = 0;  // "traj_eval"
    double valid_root_mm = 0;  // "traj_valid"
    // Mean distance of the projected joints to their keypoints, in half picture widths.
    double train_screen = 0;      // "2d_train_sup"
    double unlabeled_screen = 0;  // "2d_train_unsup"
    double valid_screen = 0;      // "2d_valid"
  };

  int64_t epoch = 0;  // from 1
  double minutes = 0;
  double learning_rate = 0;  // that it learned with
  double train_mm = 0;       // "3d_train": MPJPE of the batches as they were learned from
  // Nothing where epochs are not evaluated; `semi` only in semi-supervised training.
  std::optional<Poses> poses;
  std::optional<Semi> semi;
};

// {"epoch": 2, "lr": 0.00095, "3d_train": .., "3d_eval": .., ..}: only what there is.
nlohmann::ordered_json ToJson(const EpochRecord& record);

}  // namespace videopose

#endif  // VIDEOPOSE_TRAIN_EPOCH_RECORD_H_
