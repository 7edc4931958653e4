// SPDX-License-Identifier: Apache-2.0

// How fast is `videopose video`, next to only decoding and encoding the same clip in the same
// run? Usage: end_to_end_bench CLIP [REPETITIONS] Prints the median of each, frames per second, and
// the ratio, which varies less with the load of the machine.

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>

#include "support/test_data.h"
#include "videopose/base/statistics.h"
#include "videopose/videopose.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

double SecondsFor(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int64_t DecodeAndEncode(const fs::path& clip, const fs::path& output) {
  VideoReader reader(clip);
  VideoWriter writer(output, {.width_px = reader.info().width_px,
                              .height_px = reader.info().height_px,
                              .frame_rate = reader.info().frame_rate});
  Image image;
  int64_t count = 0;
  for (; reader.Read(image); ++count) writer.Write(image);
  writer.Close();
  return count;
}

void Measure(const fs::path& clip, int repetitions) {
  const fs::path output = fs::temp_directory_path() / "videopose_end_to_end.mp4";
  VideoToPoseOptions options;
  options.detector.models_dir = DefaultModelsDir();
  options.lifter = SourceFile("models/lifter.bin");
  std::map<std::string, std::vector<double>> seconds;
  int64_t frames = 0;
  for (int i = 0; i < repetitions; ++i) {
    seconds["0 decode + encode"].push_back(
        SecondsFor([&] { frames = DecodeAndEncode(clip, output); }));
    for (const auto& [name, size] : {std::pair{"1 video, lite", BlazePoseSize::kLite},
                                     {"2 video, full", BlazePoseSize::kFull},
                                     {"3 video, heavy", BlazePoseSize::kHeavy}}) {
      options.detector.size = size;
      seconds[name].push_back(SecondsFor([&] { VideoToPose(clip, output, options); }));
    }
  }
  double plain_s = 0;
  fmt::print("{} frames of {}, {} threads, median of {}\n", frames, clip.string(), ThreadCount(),
             repetitions);
  for (auto& [name, times] : seconds) {
    const double median_s = Median(times);
    if (plain_s == 0) plain_s = median_s;
    fmt::print("{:<18} {:7.1f} fps  {:5.2f} x decode + encode\n", name.substr(2),
               static_cast<double>(frames) / median_s, median_s / plain_s);
  }
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("peak memory {} MB\n", usage.ru_maxrss / 1024);
  fs::remove(output);
}

}  // namespace
}  // namespace videopose::internal

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: end_to_end_bench CLIP [REPETITIONS]\n");
    return 2;
  }
  try {
    videopose::internal::Measure(argv[1], argc > 2 ? std::max(1, std::atoi(argv[2])) : 3);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
  return 0;
}
