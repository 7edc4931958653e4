// SPDX-License-Identifier: Apache-2.0

#include "inputs.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zip.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "support/zip_file.h"
#include "videopose/base/read_file.h"

namespace videopose::internal {
namespace {

void Shorten(nlohmann::json& value) {
  if (!value.is_structured()) return;
  while (value.is_array() && value.size() > 2 && value[0].is_structured()) {
    value.erase(value.size() - 1);
  }
  for (auto& item : value) Shorten(item);
}

}  // namespace

MemoryFile::MemoryFile() : fd_(memfd_create("fuzz", MFD_CLOEXEC)) {
  if (fd_ < 0) throw std::runtime_error("no file in memory");
  path_ = fmt::format("/proc/self/fd/{}", fd_);
}

MemoryFile::~MemoryFile() { close(fd_); }

const std::filesystem::path& MemoryFile::Hold(std::string_view bytes) {
  if (ftruncate(fd_, 0) != 0 ||
      pwrite(fd_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw std::runtime_error("cannot write to memory");
  }
  return path_;
}

Members SplitMembers(std::string_view input) {
  Members members;
  while (input.starts_with(kMember)) {
    input.remove_prefix(kMember.size());
    const size_t line = std::min(input.find('\n'), input.size());
    const std::string name(input.substr(0, line));
    input.remove_prefix(std::min(line + 1, input.size()));
    const size_t next = input.find("\n--- ");
    members.emplace_back(name, input.substr(0, next));
    input = next == std::string_view::npos ? "" : input.substr(next + 1);
  }
  return members;
}

std::string JoinMembers(const Members& members) {
  std::string input;
  for (const auto& [name, content] : members) {
    input += fmt::format("{}{}\n", kMember, name) + content + "\n";
  }
  input.pop_back();
  return input;
}

std::string AsFile(const std::string& input) {
  return input.starts_with(kMember) ? ZipFile(SplitMembers(input)) : input;
}

Members Unzipped(const std::filesystem::path& path, size_t longest) {
  Members members;
  int code = 0;
  zip_t* const archive = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (archive == nullptr) throw std::runtime_error(path.string() + ": no zip archive");
  for (zip_int64_t i = 0; i < zip_get_num_entries(archive, 0); ++i) {
    zip_stat_t stat;
    zip_stat_index(archive, static_cast<zip_uint64_t>(i), 0, &stat);
    if (stat.size > longest) continue;
    std::string content(stat.size, '\0');
    zip_file_t* const file = zip_fopen_index(archive, static_cast<zip_uint64_t>(i), 0);
    zip_fread(file, content.data(), content.size());
    zip_fclose(file);
    members.emplace_back(stat.name, std::move(content));
  }
  zip_discard(archive);
  return members;
}

std::string Shortened(const std::filesystem::path& json) {
  nlohmann::json value = nlohmann::json::parse(ReadFile(json));
  if (value.is_object() && value.size() > 30) {  // a key for each image
    value.erase(std::next(value.begin(), 2), value.end());
  }
  Shorten(value);
  return value.dump();
}

}  // namespace videopose::internal
