// SPDX-License-Identifier: Apache-2.0

// Files and folders that appear whole or not at all: written under a temporary name beside the
// target, then renamed. After an interruption or an error the user's old file is unchanged.

#ifndef VIDEOPOSE_BASE_ATOMIC_FILE_H_
#define VIDEOPOSE_BASE_ATOMIC_FILE_H_

#include <filesystem>
#include <string_view>

namespace videopose::internal {

class AtomicFile {
 public:
  // Throws Error if the folder of `target` does not exist or cannot be written to.
  explicit AtomicFile(std::filesystem::path target);
  ~AtomicFile();  // removes the temporary file (or folder) if Commit was not called
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // Where to write. Has the target's extension, because some libraries choose the format by it.
  const std::filesystem::path& temporary_path() const { return temporary_; }
  const std::filesystem::path& target() const { return target_; }

  // Flushes to disk and renames over the target; throws Error with the system's reason.
  void Commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  bool committed_ = false;
};

// Writes all bytes to a new file at `path`, atomically. Throws Error, e.g. on a full disk.
void WriteFileAtomically(const std::filesystem::path& path, std::string_view bytes);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_ATOMIC_FILE_H_
