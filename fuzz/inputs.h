// SPDX-License-Identifier: Apache-2.0

// Fuzzers' bytes as files, and files as seeds.

#ifndef VIDEOPOSE_FUZZ_INPUTS_H_
#define VIDEOPOSE_FUZZ_INPUTS_H_

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace videopose::internal {

// A file in memory alone.
class MemoryFile {
 public:
  MemoryFile();
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  // Makes it hold these bytes; its path.
  const std::filesystem::path& Hold(std::string_view bytes);

 private:
  int fd_;
  std::filesystem::path path_;
};

// Several files in one input: "--- NAME\n" and its content, one after another.
using Members = std::vector<std::pair<std::string, std::string>>;  // name, content
constexpr std::string_view kMember = "--- ";
Members SplitMembers(std::string_view input);
std::string JoinMembers(const Members& members);

// Members as a zip archive, with the right checksums, which a fuzzer would not find; other input as
// it is.
std::string AsFile(const std::string& input);

// The files of a zip archive that are at most `longest` bytes.
Members Unzipped(const std::filesystem::path& path, size_t longest);

// JSON in which lists of lists or objects have two items at most.
std::string Shortened(const std::filesystem::path& json);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_FUZZ_INPUTS_H_
