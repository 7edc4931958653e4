// SPDX-License-Identifier: Apache-2.0

#include "target.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "support/test_data.h"
#include "videopose/base.h"
#include "videopose/base/read_file.h"

namespace videopose::internal {

void Demand(bool holds, const char* promise) {
  if (!holds) throw std::logic_error(std::string("not kept: ") + promise);
}

std::vector<std::string> SeedsOf(const FuzzTarget& target) {
  std::vector<std::string> seeds = target.seeds();
  const std::filesystem::path kept = SourceFile("fuzz/corpus") / target.name;
  std::vector<std::filesystem::path> files;
  if (std::filesystem::exists(kept)) {
    for (const auto& file : std::filesystem::directory_iterator(kept)) files.push_back(file);
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) seeds.push_back(ReadFile(file));
  return seeds;
}

void RunTarget(const FuzzTarget& target, const std::string& input) {
  try {
    target.run(input);
  } catch (const Error& error) {
    const std::string text = error.what();
    Demand(!text.empty(), "an error says something");
    Demand(std::ranges::none_of(text, [](unsigned char c) { return c < ' ' || c == 0x7F; }),
           "an error is one line without control characters");
  }
}

}  // namespace videopose::internal
