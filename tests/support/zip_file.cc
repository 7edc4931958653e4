// SPDX-License-Identifier: Apache-2.0

#include "support/zip_file.h"

#include <zlib.h>

#include <cstdint>

namespace videopose::internal {
namespace {

void Put(std::string& bytes, uint64_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i));
}

// What local header and central directory have in common, up to the name.
std::string Description(const std::string& name, const std::string& content) {
  constexpr uint64_t kVersion = 20, kDate1980 = 0x00210000;
  std::string bytes;
  Put(bytes, kVersion, 2), Put(bytes, 0, 4), Put(bytes, kDate1980, 4);
  Put(bytes, crc32(0, reinterpret_cast<const Bytef*>(content.data()), content.size()), 4);
  Put(bytes, content.size(), 4), Put(bytes, content.size(), 4);
  Put(bytes, name.size(), 2), Put(bytes, 0, 2);
  return bytes;
}

}  // namespace

// APPNOTE.TXT, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end).
std::string ZipFile(const std::vector<std::pair<std::string, std::string>>& members,
                    const std::vector<std::string>& aliases) {
  std::string bytes, directory;
  size_t entries = 0, header = 0;
  const auto list = [&](const std::string& name, const std::string& content) {
    Put(directory, 0x02014B50, 4), Put(directory, 20, 2);
    directory += Description(name, content);
    Put(directory, 0, 8), Put(directory, 0, 2), Put(directory, header, 4);
    directory += name;
    ++entries;
  };
  for (const auto& [name, content] : members) {
    header = bytes.size();
    list(name, content);
    Put(bytes, 0x04034B50, 4);
    bytes += Description(name, content);
    bytes += name;
    bytes += content;
  }
  for (const std::string& name : aliases) list(name, members.back().second);
  const size_t begin = bytes.size();
  bytes += directory;
  Put(bytes, 0x06054B50, 4), Put(bytes, 0, 4), Put(bytes, entries, 2), Put(bytes, entries, 2);
  Put(bytes, directory.size(), 4), Put(bytes, begin, 4), Put(bytes, 0, 2);
  return bytes;
}

}  // namespace videopose::internal
