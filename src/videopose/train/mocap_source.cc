// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/mocap_source.h"

#include <algorithm>

#include "videopose/base/check.h"
#include "videopose/pose.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {
namespace {

constexpr int64_t kTestFrames = 240;
constexpr int kTestCameras = 3;
constexpr double kTestFps = 30;
// Differs from the seeds of training batches.
constexpr uint64_t kTestSeed = 0x7E57;

// Clips as they were recorded, on bodies and from cameras of all kinds.
std::vector<Sequence> FixedSequences(std::span<const BodyMotion> clips, size_t most_clips,
                                     const AugmentationOptions& options) {
  std::vector<Sequence> sequences;
  if (clips.empty()) return sequences;
  const size_t step = std::max<size_t>(1, clips.size() / most_clips);
  for (size_t c = 0; c < clips.size(); c += step) {
    for (int camera = 0; camera < kTestCameras; ++camera) {
      SynthesisOptions synthesis;
      synthesis.motion = MixerOptions::AsRecorded();
      synthesis.motion.fps = {kTestFps, kTestFps};
      synthesis.motion.near_30_fps = 0;
      synthesis.motion.body.variation = 0.5;
      synthesis.camera = {.fov_deg = {35, 70},
                          .pitch_deg = {-5, 25},
                          .roll = 0,
                          .moving = 0.2,
                          .height_share = {0.15, 0.9}};
      synthesis.detection = {.level = camera % 2 == 0 ? 0.0 : 1.0, .clean = 0, .missing = 0};
      const uint64_t seed = SeedOf(kTestSeed, sequences.size());
      Sequence sequence =
          SequenceOf(SynthesizeRecording(clips.subspan(c, 1), kTestFrames, synthesis, seed),
                     options.input, clips[c].name);
      sequence.camera = camera;
      sequences.push_back(std::move(sequence));
    }
  }
  return sequences;
}

// The part of a synthesised clip used as the video: frames [begin, end); padded at the front with
// frame `before`.
struct VisibleFrames {
  int64_t begin = 0, end = 0, before = 0;

  int64_t At(int64_t frame) const { return frame < begin ? before : std::min(frame, end - 1); }
};

// Frames in view when only some of `most` are: any number from 1, but a third of the time only a
// ninth of them, because errors are largest at the edge.
int64_t FewFrames(int64_t most, FastRandom& random) {
  const double part = random.Uniform();
  return 1 + static_cast<int64_t>(part * part * static_cast<double>(most));
}

// For the windows of `frames` frames that begin at frames `first` and `first` + 1; frame
// `output_frame` of both is in view.
VisibleFrames DrawVisibleFrames(const AugmentationOptions& options, int64_t clip_frames,
                                int64_t frames, int64_t output_frame, int64_t first,
                                FastRandom& random) {
  VisibleFrames visible{.begin = 0, .end = clip_frames, .before = 0};
  if (!random.Chance(options.edges)) return visible;
  const int64_t output = first + output_frame, after = frames - 1 - output_frame;
  if (after > 0 && random.Chance(options.edges_after)) {
    visible.end = output + 1 + FewFrames(after, random);
    return visible;
  }
  visible.begin = output + 1 - FewFrames(output_frame, random);
  visible.before = random.Chance(options.false_starts) ? random.Below(clip_frames) : visible.begin;
  return visible;
}

JointSymmetry SymmetryOfInput(LifterInput input) {
  JointSymmetry symmetry;
  if (input != LifterInput::kScreen) {
    const auto mirror = PersonInputMirror();
    symmetry.keypoints.assign(mirror.begin(), mirror.end());
  } else {
    for (int k = 0; k < kCocoJoints; ++k) symmetry.keypoints.push_back(Coco17().mirrored(k));
  }
  for (int j = 0; j < kH36mJoints; ++j) symmetry.joints.push_back(Human36m17().mirrored(j));
  return symmetry;
}

}  // namespace

void MocapSource::Fill(int64_t epoch, int64_t batch_index, int64_t windows, int64_t frames,
                       int64_t output_frame, WindowBatch& batch, Communicator::Part part) const {
  if (part.count == 0) part = {0, windows};
  VP_CHECK(windows % 2 == 0 && part.first % 2 == 0 && part.count % 2 == 0,
           "{} of {} windows are no pairs", part.count, windows);
  const uint64_t batch_seed =
      SeedOf(SeedOf(seed_, static_cast<uint64_t>(epoch)), static_cast<uint64_t>(batch_index));
  batch.windows = part.count;
  batch.first_window = part.first;
  batch.whole_windows = part.count == windows ? 0 : windows;
  batch.keypoints.clear();
  batch.poses.clear();
  batch.roots.clear();
  batch.intrinsics.clear();
  const int64_t end = part.first + part.count;
  const int64_t per_clip = options_.windows_per_clip;
  for (int64_t clip = part.first / per_clip; clip * per_clip < end; ++clip) {
    const int64_t made = clip * per_clip;
    const uint64_t seed = SeedOf(batch_seed, static_cast<uint64_t>(clip));
    const int64_t clip_frames = frames + 1 + options_.spread_frames;
    const Sequence sequence = SequenceOf(
        SynthesizeRecording(clips_, clip_frames, options_.synthesis, seed), options_.input, "");
    const int64_t cols = sequence.keypoints.dim(1) * sequence.keypoints.dim(2);
    const int64_t pose_cols = sequence.poses.dim(1) * sequence.poses.dim(2);
    FastRandom random(SeedOf(seed, 1));
    const int64_t count = std::min(per_clip, windows - made);
    for (int64_t w = 0; w < count; w += 2) {
      const int64_t first = random.Below(options_.spread_frames + 1);
      const VisibleFrames visible =
          DrawVisibleFrames(options_, clip_frames, frames, output_frame, first, random);
      if (made + w < part.first || made + w >= end) continue;  // of another process
      for (int64_t begin = first; begin < first + 2; ++begin) {
        for (int64_t t = begin; t < begin + frames; ++t) {
          const float* row = sequence.keypoints.data() + visible.At(t) * cols;
          batch.keypoints.insert(batch.keypoints.end(), row, row + cols);
        }
        const float* pose = sequence.poses.data() + (begin + output_frame) * pose_cols;
        batch.poses.insert(batch.poses.end(), pose, pose + pose_cols);
        const float* root = sequence.roots.data() + (begin + output_frame) * 3;
        batch.roots.insert(batch.roots.end(), root, root + 3);
      }
    }
  }
}

TrainingData LoadMocapData(const AugmentationOptions& options, uint64_t seed) {
  MocapLibrary library = ReadMocap(options.mocap, options.mocap_map, options.test_clips);
  TrainingData data{.symmetry = SymmetryOfInput(options.input), .parents = Human36m17().parents};
  data.train = FixedSequences(library.train, 8, options);
  data.test = FixedSequences(library.test, library.test.size(), options);
  data.warnings = std::move(library.left_out);
  data.source = std::make_shared<const MocapSource>(std::move(library.train), options, seed);
  return data;
}

}  // namespace videopose::internal
