// SPDX-License-Identifier: Apache-2.0

// Zip and tar archives (tar.gz, tar.xz, ...), one file after the other, through libarchive. Nothing
// is written to disk.

#ifndef VIDEOPOSE_SCIENTIFIC_ARCHIVE_READER_H_
#define VIDEOPOSE_SCIENTIFIC_ARCHIVE_READER_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace videopose::internal {

struct ArchiveOptions {
  // What may come out of an archive altogether, and a 64th of it from one file: a guard against
  // zip bombs.
  int64_t max_unpacked_gib = 16;
};

class ArchiveReader {
 public:
  // Throws Error: missing, not an archive.
  explicit ArchiveReader(std::filesystem::path path, ArchiveOptions options = {});
  ~ArchiveReader();

  // Goes to the next file (folders and links are skipped); false at the end. Throws Error:
  // truncated, damaged, encrypted, a name that leads out of the archive ("../", "/etc").
  bool Next();
  // Of the file: "h36m/S1/MyPoses/3D_positions/Walking.h5".
  const std::string& name() const { return name_; }
  // Its content, once. Throws Error as Next does, and beyond the limits.
  std::string Read();

 private:
  [[noreturn]] void FailHere(const char* doing) const;
  [[noreturn]] void FailAsTooLarge() const;
  int64_t MostOfFile() const;  // bytes
  // The number of bytes that were read, 0 at the end of the file.
  size_t ReadPiece(std::span<char> piece);
  // What is skipped in a compressed stream is unpacked all the same, and may be a bomb as well.
  void SkipRest();

  class Handle;
  std::unique_ptr<Handle> handle_;
  std::filesystem::path path_;
  ArchiveOptions options_;
  std::string name_;
  int64_t unpacked_bytes_ = 0;
  bool is_in_file_ = false;
};

// Whether a file begins as a zip archive or a compressed file does.
bool LooksLikeArchive(const std::filesystem::path& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SCIENTIFIC_ARCHIVE_READER_H_
