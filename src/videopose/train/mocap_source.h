// SPDX-License-Identifier: Apache-2.0

// Training windows synthesised on the fly, all different: the counterpart of window_sampler.h.
//
// Batch b of an epoch is a function of (seed, epoch, b) alone, so any thread may make it and a
// resumed training continues with the same batches. A batch is made of clips; of each
// clip come several windows, at random times, in pairs one frame apart (for losses on velocity).

#ifndef VIDEOPOSE_TRAIN_MOCAP_SOURCE_H_
#define VIDEOPOSE_TRAIN_MOCAP_SOURCE_H_

#include <cstdint>
#include <vector>

#include "videopose/augment/mocap.h"
#include "videopose/nn/communicator.h"
#include "videopose/train/training_data.h"
#include "videopose/train/window_sampler.h"

namespace videopose::internal {

class MocapSource {
 public:
  // Keeps the clips.
  MocapSource(std::vector<BodyMotion> clips, const AugmentationOptions& options, uint64_t seed)
      : clips_(std::move(clips)), options_(options), seed_(seed) {}

  int64_t windows_per_epoch() const { return options_.windows; }
  LifterInput input() const { return options_.input; }

  // `windows` (even) windows of `frames` frames each; the poses are those of frame `output_frame`.
  // May be called by several threads. `part`: only these of them, an even number from an even one
  // on; of {0, 0} all.
  void Fill(int64_t epoch, int64_t batch_index, int64_t windows, int64_t frames,
            int64_t output_frame, WindowBatch& batch, Communicator::Part part = {}) const;

 private:
  std::vector<BodyMotion> clips_;
  AugmentationOptions options_;
  uint64_t seed_;
};

// Input of Trainer: an endless source, and fixed sequences of test clips (as recorded, every clip
// from three cameras, half of them with the detector's errors) and, to compare, of training clips.
// Throws Error as ReadMocap does.
TrainingData LoadMocapData(const AugmentationOptions& options, uint64_t seed);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_MOCAP_SOURCE_H_
