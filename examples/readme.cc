// SPDX-License-Identifier: Apache-2.0

// The example in the README: keypoints of a clip in, a video of its poses out.
// Usage: example_readme FOLDER        (which has models/lifter.bin and clip.npz)

#include <cstdio>
#include <exception>
#include <filesystem>

#include "videopose/videopose.h"

namespace {

void Lift() {
  const auto lifter = videopose::Lifter::Load("models/lifter.bin");
  const videopose::KeypointSequence keypoints = videopose::ReadKeypoints("clip.npz");
  const videopose::Motion motion = lifter.Lift(keypoints, {.average_flip = true});
  videopose::RenderVideo(motion, "clip_3d.mp4", {.fps = 25});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: example_readme FOLDER\n");
    return 2;
  }
  try {
    std::filesystem::current_path(argv[1]);
    Lift();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
