// SPDX-License-Identifier: Apache-2.0

// Inputs for the examples, made with the installed library: keypoints of a body that nods, and a
// clip of two grey seconds. Usage: consumer FOLDER

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>

#include "videopose/videopose.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::filesystem::path folder = argv[1];
  try {
    // COCO's 17 keypoints of a standing person, in parts of the image's height.
    constexpr double kBody[17][2] = {{0, .2},     {.02, .18}, {-.02, .18}, {.04, .19},  {-.04, .19},
                                     {.1, .32},   {-.1, .32}, {.14, .46},  {-.14, .46}, {.15, .58},
                                     {-.15, .58}, {.06, .58}, {-.06, .58}, {.07, .75},  {-.07, .75},
                                     {.07, .92},  {-.07, .92}};
    constexpr int64_t kFrames = 40;
    videopose::KeypointSequence keypoints{.layout = videopose::Coco17(),
                                          .fps = 25,
                                          .width_px = 640,
                                          .height_px = 480,
                                          .frame_count = kFrames};
    videopose::PersonKeypoints person{.keypoints = {kFrames, 17}};
    for (int64_t t = 0; t < kFrames; ++t) {
      const double nod = 0.02 * std::sin(0.3 * static_cast<double>(t));
      for (int j = 0; j < 17; ++j) {
        person.at(t, j) = {static_cast<float>(320 + 480 * kBody[j][0]),
                           static_cast<float>(480 * (kBody[j][1] + (j < 5 ? nod : 0))), 1};
      }
    }
    keypoints.people.push_back(person);
    videopose::WriteKeypoints(folder / "clip.npz", keypoints);

    videopose::VideoWriter clip(folder / "clip.mp4", {.width_px = 160, .height_px = 120});
    videopose::Image grey(160, 120);
    grey.bgrx.assign(grey.bgrx.size(), 128);
    for (int t = 0; t < 50; ++t) clip.Write(grey);
    clip.Close();

    if (std::string(videopose::Version()) != std::to_string(VIDEOPOSE_VERSION_MAJOR) + "." +
                                                 std::to_string(VIDEOPOSE_VERSION_MINOR) + "." +
                                                 std::to_string(VIDEOPOSE_VERSION_PATCH)) {
      std::fprintf(stderr, "the headers are of another version than the library\n");
      return 1;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
