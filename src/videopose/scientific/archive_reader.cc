// SPDX-License-Identifier: Apache-2.0

#include "videopose/scientific/archive_reader.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>

#include "videopose/base/error.h"
#include "videopose/base/read_file.h"

namespace videopose::internal {

class ArchiveReader::Handle {
 public:
  Handle() : archive(archive_read_new()) {}
  ~Handle() { archive_read_free(archive); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  struct archive* archive;
};

ArchiveReader::ArchiveReader(std::filesystem::path path, ArchiveOptions options)
    : handle_(std::make_unique<Handle>()), path_(std::move(path)), options_(options) {
  // Not all there are: some run other programs.
  archive_read_support_filter_gzip(handle_->archive);
  archive_read_support_filter_bzip2(handle_->archive);
  archive_read_support_filter_xz(handle_->archive);
  archive_read_support_filter_zstd(handle_->archive);
  archive_read_support_format_zip_seekable(handle_->archive);  // needs the list at its end
  archive_read_support_format_tar(handle_->archive);
  std::error_code error;
  if (!std::filesystem::is_regular_file(path_, error)) {
    Fail(ErrorCode::kFileNotFound, "{}: no such file", path_.string());
  }
  constexpr size_t kBlockBytes = 1 << 16;
  if (archive_read_open_filename(handle_->archive, path_.c_str(), kBlockBytes) == ARCHIVE_OK)
    return;
  if (std::filesystem::file_size(path_, error) == 0) Fail("{}: is empty", path_.string());
  if (LooksLikeArchive(path_)) {
    Fail("{}: is truncated or damaged: it begins as an archive and does not end as one",
         path_.string());
  }
  Fail("{}: is not a zip or tar archive", path_.string());
}

ArchiveReader::~ArchiveReader() = default;

void ArchiveReader::FailHere(const char* doing) const {
  const char* reason = archive_error_string(handle_->archive);
  Fail("{}: {}: {}", path_.string(), doing, reason == nullptr ? "truncated or damaged" : reason);
}

bool ArchiveReader::Next() {
  archive_entry* entry = nullptr;
  do {
    SkipRest();
    const int result = archive_read_next_header(handle_->archive, &entry);
    if (result == ARCHIVE_EOF) return false;
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) FailHere("cannot be read on");
    is_in_file_ = true;
  } while (archive_entry_filetype(entry) != AE_IFREG);

  const char* name = archive_entry_pathname_utf8(entry);
  if (name == nullptr) name = archive_entry_pathname(entry);
  name_ = name == nullptr ? "" : name;
  if (archive_entry_is_encrypted(entry) != 0) {
    Fail("{}: {} is encrypted; unpack the archive with its password first", path_.string(), name_);
  }
  std::string slashes = name_;
  std::replace(slashes.begin(), slashes.end(), '\\', '/');
  const std::filesystem::path inside = slashes;
  for (const auto& part : inside) {
    if (part == ".." || inside.is_absolute()) {
      Fail("{}: holds a file named {}, which leads out of it", path_.string(), name_);
    }
  }
  return true;
}

void ArchiveReader::SkipRest() {
  const bool is_stream =
      (archive_format(handle_->archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_TAR;
  if (!is_in_file_ || !is_stream) return;
  std::array<char, 1 << 14> ignored;
  while (ReadPiece(ignored) > 0) {
  }
}

size_t ArchiveReader::ReadPiece(std::span<char> piece) {
  const la_ssize_t count = archive_read_data(handle_->archive, piece.data(), piece.size());
  if (count < 0) FailHere(name_.c_str());
  unpacked_bytes_ += count;
  if (unpacked_bytes_ > options_.max_unpacked_gib << 30) FailAsTooLarge();
  return static_cast<size_t>(count);
}

void ArchiveReader::FailAsTooLarge() const {
  Fail(ErrorCode::kLimit,
       {.file = path_,
        .expected = std::to_string(options_.max_unpacked_gib),
        .option = "max_unpacked_gib"},
       "{}: {}: more than {} GiB come out of the archive, or more than {} MiB out of this file",
       path_.string(), name_, options_.max_unpacked_gib, MostOfFile() >> 20);
}

int64_t ArchiveReader::MostOfFile() const { return (options_.max_unpacked_gib << 30) / 64; }

std::string ArchiveReader::Read() {
  std::string bytes;
  constexpr size_t kPiece = 1 << 18;
  for (;;) {
    const size_t size = bytes.size();
    bytes.resize(size + kPiece);
    const size_t count = ReadPiece({bytes.data() + size, kPiece});
    bytes.resize(size + count);
    if (count == 0) return bytes;
    if (std::ssize(bytes) > MostOfFile()) FailAsTooLarge();
  }
}

bool LooksLikeArchive(const std::filesystem::path& path) {
  using namespace std::string_view_literals;
  const std::string begin = ReadBeginning(path, 6);
  return begin.starts_with("PK") || begin.starts_with("\x1F\x8B"sv) || begin.starts_with("BZh") ||
         begin.starts_with(
             "\xFD"
             "7zXZ"sv) ||
         begin.starts_with("\x28\xB5\x2F\xFD"sv);
}

}  // namespace videopose::internal
