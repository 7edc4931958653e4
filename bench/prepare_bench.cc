// SPDX-License-Identifier: Apache-2.0

// Raw Human3.6M, as large as the real one, to data sets: seconds, and the memory that it took.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sys/resource.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <vector>

#include "videopose/prepare/prepare_h36m.h"
#include "videopose/prepare/test_cdf.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

constexpr int kFrames = 2500;  // of each recording; 7 subjects x 30 of them are 525,000

// A person about 1.4 m high who sways, with a millimetre of noise.
std::vector<float> Body(uint32_t seed) {
  std::vector<float> values(static_cast<size_t>(kFrames) * 96);
  uint32_t state = seed * 2654435761U + 1;
  const auto random = [&state] {
    state = state * 1664525U + 1013904223U;
    return static_cast<float>(state >> 8) * 0x1p-24F;
  };
  std::vector<float> place(96);
  for (float& value : place) value = random();
  for (size_t i = 0; i < values.size(); ++i) {
    const auto t = static_cast<float>(i / 96);
    const float at = place[i % 96];
    values[i] =
        (i % 3 == 2 ? 200 + 1400 * at : 400 * at) + 300 * std::sin(0.05F * t + 6 * at) + random();
  }
  return values;
}

void WriteRawH36m(const fs::path& folder) {
  uint32_t seed = 0;
  for (const std::string_view subject : Human36mSubjects()) {
    const fs::path positions = folder / subject / "MyPoseFeatures/D3_Positions";
    fs::create_directories(positions);
    for (const std::string_view action : Human36mActions()) {
      for (const char* take : {"", " 1"}) {
        std::ofstream(positions / fmt::format("{}{}.cdf", action, take), std::ios::binary)
            << MakePoseCdf(kFrames, Body(++seed));
      }
    }
  }
}

void BmPrepareH36m(benchmark::State& state) {
  const fs::path folder = fs::temp_directory_path() / "videopose_prepare_bench";
  WriteRawH36m(folder / "raw");
  PrepareOptions options;
  options.input = folder / "raw";
  options.data_dir = folder / "data";
  options.force = true;
  for (const auto _ : state) PrepareH36m(options);
  fs::remove_all(folder);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["peak_MB"] = static_cast<double>(usage.ru_maxrss) / 1000;
}
BENCHMARK(BmPrepareH36m)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

}  // namespace
}  // namespace videopose::internal
