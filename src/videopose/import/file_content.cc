// SPDX-License-Identifier: Apache-2.0

#include "videopose/import/file_content.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/import/json_input.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kZip = "PK\x03\x04", kNumpy = "\x93NUMPY";
constexpr std::string_view kBlank = " \t\r\n\xEF\xBB\xBF";  // and a byte order mark

}  // namespace

FileContent::FileContent(fs::path path) : path_(std::move(path)) {
  std::error_code ignored;
  if (!fs::exists(path_, ignored)) Fail(ErrorCode::kFileNotFound, "{}: no such file", name());
  is_folder_ = fs::is_directory(path_, ignored);
  if (is_folder_) return;
  beginning_ = ReadBeginning(path_, 4096);
  is_binary_ = beginning_.starts_with(kZip) || beginning_.starts_with(kNumpy) ||
               beginning_.find('\0') != std::string::npos;
}

FileContent::~FileContent() = default;

double FileContent::byte_count() const {
  std::error_code ignored;
  double bytes = 0;
  if (!is_folder_) {
    const auto size = fs::file_size(path_, ignored);
    return ignored ? 0 : static_cast<double>(size);
  }
  for (const auto& entry : fs::directory_iterator(path_)) {
    if (entry.is_regular_file(ignored)) bytes += static_cast<double>(entry.file_size(ignored));
  }
  return bytes;
}

size_t FileContent::TextBegin() const {
  return std::min(beginning_.find_first_not_of(kBlank), beginning_.size());
}

bool FileContent::is_json() const { return !is_binary_ && (BeginsWith("{") || BeginsWith("[")); }

bool FileContent::is_text() const {
  return !is_folder_ && !is_binary_ && !is_json() && TextBegin() < beginning_.size();
}

bool FileContent::BeginsWith(std::string_view bytes) const {
  return beginning().substr(is_binary_ ? 0 : TextBegin()).starts_with(bytes);
}

const NpzReader* FileContent::npz() {
  if (!beginning_.starts_with(kZip)) return nullptr;
  if (!npz_) npz_.emplace(path_);
  return &*npz_;
}

const NpyArray* FileContent::npy() {
  if (!beginning_.starts_with(kNumpy)) return nullptr;
  if (!npy_) npy_ = ReadNpy(path_);
  return &*npy_;
}

const nlohmann::json* FileContent::json() {
  if (!is_json()) return nullptr;
  if (!json_) {
    json_ =
        std::make_unique<nlohmann::json>(ParseJson(ReadText(path_).substr(TextBegin()), name()));
  }
  return json_.get();
}

std::string_view FileContent::text() {
  if (!is_text()) return {};
  if (text_.empty()) text_ = ReadText(path_);
  return text_;
}

std::string FileContent::Describe() {
  if (is_folder_) return "a folder";
  if (const NpzReader* arrays = npz()) {
    if (arrays->Has("positions_2d")) return "a data set to train and evaluate on (positions_2d)";
    if (arrays->names().empty()) return "a zip archive without NumPy arrays";
    return fmt::format("NumPy arrays called {}", fmt::join(arrays->names(), ", "));
  }
  if (const NpyArray* array = npy()) return "a NumPy array, " + internal::Describe(*array);
  if (const nlohmann::json* root = json()) return "JSON, " + internal::Describe(*root);
  if (is_binary_) return fmt::format("{} bytes that are no text", fs::file_size(path_));
  if (!is_text()) return "empty";
  constexpr size_t kShown = 60;
  const std::string_view shown = beginning().substr(TextBegin(), kShown);
  return fmt::format("text that begins with '{}'", shown.substr(0, shown.find_first_of("\r\n")));
}

}  // namespace videopose::internal
