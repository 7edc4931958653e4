// The README's first example: keypoints of a clip in, a rendered 3D pose out.
// Usage: example_lift lifter.bin keypoints.npz out.mp4

#include <cstdio>
#include <exception>

#include "videopose/videopose.h"

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: example_lift lifter.bin keypoints.npz out.mp4\n");
    return 2;
  }
  try {
    const auto lifter = videopose::Lifter::Load(argv[1]);
    const videopose::KeypointSequence keypoints = videopose::ReadKeypoints(argv[2]);
    const videopose::Motion motion = lifter.Lift(keypoints, {.average_flip = true});
    videopose::RenderVideo(motion, argv[3], {.fps = 25});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
