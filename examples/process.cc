// SPDX-License-Identifier: Apache-2.0

// Component video: a video in, the people in it in 3D out, and a video of them.
// Usage: example_process lifter.bin IN.mp4 POSES [OUT.mp4]
// Exit codes: 1 an error, 4 the detector's models are missing, 130 stopped by Ctrl-C.

#include "videopose/process.h"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <string>

#include "videopose/base.h"
#include "videopose/media.h"

namespace {

std::atomic<bool> stop = false;

void Process(const char* lifter, const char* input, const char* poses, const char* output) {
  const videopose::WorkMonitor monitor{.on_progress =
                                           [](const videopose::Progress& progress) {
                                             if (progress.done % 100 == 0) {
                                               std::fprintf(stderr, "%s: frame %lld\n",
                                                            std::string(progress.stage).c_str(),
                                                            static_cast<long long>(progress.done));
                                             }
                                           },
                                       .stop_requested = &stop};
  videopose::VideoToPoseOptions options;
  options.lifter = lifter;
  options.people.count = videopose::kAllPeople;
  options.exports.poses = {poses};
  const videopose::VideoToPoseResult result =
      videopose::VideoToPose(input, output, options, monitor);
  std::printf("%zu people in %lld frames\n", result.motion.people.size(),
              static_cast<long long>(result.motion.frame_count));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    std::fprintf(stderr, "usage: example_process lifter.bin IN.mp4 POSES [OUT.mp4]\n");
    return 2;
  }
  std::signal(SIGINT, [](int) { stop = true; });
  videopose::CaptureFfmpegLog();
  try {
    Process(argv[1], argv[2], argv[3], argc == 5 ? argv[4] : "");
  } catch (const videopose::Cancelled&) {
    return 130;
  } catch (const videopose::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return error.code() == videopose::ErrorCode::kModelMissing ? 4 : 1;
  }
  return 0;
}
