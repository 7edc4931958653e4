// SPDX-License-Identifier: Apache-2.0

// libFuzzer's side (clang preset `fuzz`). The environment says what is to be done:
//   VIDEOPOSE_FUZZ_TARGET=NAME  which target
//   VIDEOPOSE_FUZZ_SEEDS=FOLDER  write a folder of seeds for each target, and end
//   VIDEOPOSE_FUZZ_LIST=1       print the targets' names, and end

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>

#include "target.h"

namespace {

using videopose::internal::FuzzTarget;

const FuzzTarget* chosen = nullptr;

void WriteSeeds(const FuzzTarget& target, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  int number = 0;
  for (const std::string& seed : SeedsOf(target)) {
    std::ofstream(folder / fmt::format("seed_{}", number++), std::ios::binary) << seed;
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  const char* const seeds = std::getenv("VIDEOPOSE_FUZZ_SEEDS");
  const char* const name = std::getenv("VIDEOPOSE_FUZZ_TARGET");
  for (const FuzzTarget& target : videopose::internal::FuzzTargets()) {
    if (std::getenv("VIDEOPOSE_FUZZ_LIST") != nullptr) fmt::print("{}\n", target.name);
    if (seeds != nullptr) WriteSeeds(target, std::filesystem::path(seeds) / target.name);
    if (name != nullptr && target.name == name) chosen = &target;
  }
  if (chosen == nullptr) std::exit(0);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  try {
    RunTarget(*chosen, {reinterpret_cast<const char*>(bytes), size});
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}: {}\n", chosen->name, error.what());
    std::abort();
  }
  return 0;
}
