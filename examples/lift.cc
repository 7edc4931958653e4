// SPDX-License-Identifier: Apache-2.0

// Component core: keypoints in, poses in the world out, as a file of any kind.
// Usage: example_lift lifter.bin KEYPOINTS POSES        (.npz, .json, .bvh, .c3d, .trc, .csv, ...)
// Exit codes: 1 an error, 3 a file that is not there.

#include "videopose/lift.h"

#include <cstdio>

#include "videopose/base.h"
#include "videopose/files.h"
#include "videopose/ground.h"

namespace {

void Lift(const char* model, const char* input, const char* output) {
  const auto lifter = videopose::Lifter::Load(model);
  const videopose::KeypointSequence keypoints = videopose::ImportKeypoints(input);
  videopose::Motion motion = lifter.Lift(keypoints);
  videopose::GroundMotion(keypoints, {.height_m = 1.80}, motion);
  videopose::WriteMotion(output, motion, &keypoints);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: example_lift lifter.bin KEYPOINTS POSES\n");
    return 2;
  }
  try {
    Lift(argv[1], argv[2], argv[3]);
  } catch (const videopose::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return error.code() == videopose::ErrorCode::kFileNotFound ? 3 : 1;
  }
  return 0;
}
