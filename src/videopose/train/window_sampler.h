// SPDX-License-Identifier: Apache-2.0

// Training windows cut from sequences, in the reference's order.
//
// Each sequence of n frames is cut in ceil(n / stride) chunks of `stride` output frames, the first
// starting at -floor((chunks * stride - n) / 2); frames outside repeat the edge. The input of a
// chunk reaches `pad` frames further on both sides, moved back by `causal_shift`. With mirroring, a
// sequence's mirrored chunks follow the original ones.

#ifndef VIDEOPOSE_TRAIN_WINDOW_SAMPLER_H_
#define VIDEOPOSE_TRAIN_WINDOW_SAMPLER_H_

#include <cstdint>
#include <span>
#include <vector>

#include "videopose/base/random.h"
#include "videopose/data/sequence.h"
#include "videopose/train/predict.h"

namespace videopose::internal {

struct WindowSamplerOptions {
  int64_t batch_size = 1024;  // output frames; batches are batch_size / stride windows
  int64_t stride = 1;         // output frames of a window
  int64_t pad = 0;            // frames, TemporalArchitecture::pad()
  int64_t causal_shift = 0;   // frames, TemporalArchitecture::causal_shift()
  bool mirror = true;
  RandomState random{1234};  // the reference's; 4321 for its unlabelled stream
};

// Windows one after another.
struct WindowBatch {
  int64_t windows = 0;
  // Where these are a part of a batch: which.
  int64_t first_window = 0;
  int64_t whole_windows = 0;      // in the whole batch; 0: these
  std::vector<float> keypoints;   // (windows * (stride + 2 * pad), J2 * F)
  std::vector<float> poses;       // (windows * stride, J3 * 3), empty without ground truth
  std::vector<float> roots;       // (windows * stride, 3), likewise
  std::vector<float> intrinsics;  // (windows, 9) as projection.h has them, empty without cameras

  // Of what there is `count` of here, the number in the whole batch.
  int64_t InWhole(size_t count) const {
    const auto here = static_cast<int64_t>(count);
    return whole_windows > 0 ? here / windows * whole_windows : here;
  }
};

class WindowSampler {
 public:
  struct Window {
    int32_t sequence = 0;
    int32_t mirrored = 0;
    int64_t first_frame = 0;  // of its output, may be negative
    bool operator==(const Window&) const = default;
  };

  // The sequences must outlive the sampler, and all have poses or none, cameras or none.
  // 1 <= stride <= batch_size. Sequences without frames give no windows.
  WindowSampler(std::span<const Sequence> sequences, JointSymmetry symmetry,
                const WindowSamplerOptions& options);

  int64_t windows_per_epoch() const { return static_cast<int64_t>(windows_.size()); }
  int64_t batches_per_epoch() const;
  int64_t window_frames() const { return options_.stride + 2 * options_.pad; }

  // The windows of the next batch, the last of an epoch smaller. At the end of an epoch empty, and
  // the call after that starts the next.
  std::span<const Window> Next();
  // The same without end: after the last batch of an epoch comes the first of the next.
  std::span<const Window> NextEndless();

  // Copies the windows' frames. May be called by several threads.
  void Fill(std::span<const Window> windows, WindowBatch& batch) const;

  // What a checkpoint holds. `random` is as the last permutation left it, which is what the
  // reference saves; to go on within an epoch it takes the state before that and how far it got.
  struct Position {
    RandomState::State random = RandomState(0).state();
    RandomState::State random_before_epoch = RandomState(0).state();
    int64_t next_batch = 0;  // 0: an epoch is to be started from `random`
  };
  Position position() const { return {random_.state(), before_epoch_, next_batch_}; }
  // Throws Error for a position that this data set does not have.
  void SetPosition(const Position& position);

 private:
  // values[i] of a mirrored frame = sign[i] * values[source[i]]
  struct Mirror {
    std::vector<int32_t> source;
    std::vector<float> sign;
  };
  static Mirror MirrorOf(std::span<const int> mirrored, int64_t coordinates);
  void StartEpoch();

  std::span<const Sequence> sequences_;
  WindowSamplerOptions options_;
  Mirror keypoint_mirror_, pose_mirror_, root_mirror_;
  std::vector<Window> windows_, shuffled_;
  RandomState random_;
  RandomState::State before_epoch_;
  int64_t next_batch_ = 0;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TRAIN_WINDOW_SAMPLER_H_
