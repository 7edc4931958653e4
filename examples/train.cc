// SPDX-License-Identifier: Apache-2.0

// Component data: trains a small model on a data set in VideoPose3D's formats, and measures it.
// Usage: example_train DATA_DIR CHECKPOINT_DIR      (example_training_data makes a data set)

#include <cstdio>

#include "videopose/base.h"
#include "videopose/data.h"

namespace {

void Train(const char* data_dir, const char* checkpoint_dir) {
  videopose::TrainOptions options;
  options.dataset = {.data_dir = data_dir, .name = "h36m", .keypoints = "synthetic"};
  options.train_subjects = {"S1"};
  options.test_subjects = {"S9"};
  options.widths = {3, 3};
  options.channels = 64;
  options.epochs = 1;
  options.checkpoint_dir = checkpoint_dir;
  videopose::TrainLifter(options, [](const videopose::EpochRecord& epoch) {
    std::printf("epoch %d: %.1f mm\n", static_cast<int>(epoch.epoch), epoch.poses->valid_mm);
  });
  const auto evaluations = videopose::EvaluateLifter(options.checkpoint_dir / "epoch_1.bin",
                                                     options.dataset, {.subjects = {"S9"}});
  std::printf("MPJPE %.1f mm, PA-MPJPE %.1f mm\n", evaluations[0].average_mm.mpjpe,
              evaluations[0].average_mm.p_mpjpe);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: example_train DATA_DIR CHECKPOINT_DIR\n");
    return 2;
  }
  try {
    Train(argv[1], argv[2]);
  } catch (const videopose::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
