// Training windows synthesised on the fly, no two alike: what window_sampler.h is to recorded data.
//
// Batch b of an epoch is a function of (seed, epoch, b) alone, so any thread may make it and a
// resumed training goes on with exactly what it would have seen. A batch is made of clips; of each
// clip come several windows, at random times, in pairs one frame apart (for losses on velocity).

#ifndef VIDEOPOSE_TRAIN_MOCAP_SOURCE_H_
#define VIDEOPOSE_TRAIN_MOCAP_SOURCE_H_

#include <cstdint>
#include <vector>

#include "videopose/augment/mocap.h"
#include "videopose/train/training_data.h"
#include "videopose/train/window_sampler.h"

namespace videopose {

struct MocapSourceOptions {
  SynthesisOptions synthesis;
  LifterInput input = LifterInput::kPerson;
  int64_t windows_per_epoch = 262144;
  int64_t windows_per_clip = 16;  // even
  // Share of windows that reach beyond the video's beginning or end, where, as in lifting, its
  // first or last frame is repeated; and share of those beginnings whose first frame shows
  // something else: what a cut, a detector's first find, or the T-pose before a recording leaves
  // behind.
  double edges = 0.35, false_starts = 0.3;
  uint64_t seed = 0;
};

class MocapSource {
 public:
  // Keeps the clips.
  MocapSource(std::vector<BodyMotion> clips, const MocapSourceOptions& options)
      : clips_(std::move(clips)), options_(options) {}

  int64_t windows_per_epoch() const { return options_.windows_per_epoch; }
  LifterInput input() const { return options_.input; }

  // `windows` (even) windows of `frames` frames each; the poses are those of frame `output_frame`.
  // May be called by several threads.
  void Fill(int64_t epoch, int64_t batch_index, int64_t windows, int64_t frames,
            int64_t output_frame, WindowBatch& batch) const;

 private:
  std::vector<BodyMotion> clips_;
  MocapSourceOptions options_;
};

struct MocapDataOptions {
  std::filesystem::path folder;
  std::filesystem::path map;            // empty: the known ones
  std::vector<std::string> test_clips;  // names; empty: every eighth
  double test_fps = 30;
  MocapSourceOptions source;
};

// What Trainer wants: an endless source, and fixed sequences of test clips (as recorded, every clip
// from three cameras, half of them with the detector's errors) and, to compare, of training clips.
// Throws Error as ReadMocap does.
TrainingData LoadMocapData(const MocapDataOptions& options);

}  // namespace videopose

#endif  // VIDEOPOSE_TRAIN_MOCAP_SOURCE_H_
