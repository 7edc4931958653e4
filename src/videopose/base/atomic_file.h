// SPDX-License-Identifier: Apache-2.0

// Files and folders that appear whole or not at all: written in a hidden folder of their own beside
// the target, then renamed. After an interruption or an error the user's old file is unchanged.
//
// A symbolic link stays: what it leads to is replaced. A replaced file keeps its mode, and its
// owner where the system allows it. What is no regular file (/dev/null, a FIFO, standard output) is
// never replaced: the finished bytes are written into it.
//
// Hidden folders of runs that were killed are removed by the next run that writes there. Each is
// locked (flock) while its run lives, so that no other is taken for one of these.

#ifndef VIDEOPOSE_BASE_ATOMIC_FILE_H_
#define VIDEOPOSE_BASE_ATOMIC_FILE_H_

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace videopose::internal {

// Several files of one folder that appear together.
class AtomicFiles {
 public:
  // Throws Error if `folder` does not exist or cannot be written to.
  explicit AtomicFiles(const std::filesystem::path& folder);
  ~AtomicFiles();  // removes what is not committed
  AtomicFiles(const AtomicFiles&) = delete;
  AtomicFiles& operator=(const AtomicFiles&) = delete;

  // Announces the file <folder>/<name>; returns where to write it.
  std::filesystem::path Add(const std::filesystem::path& name);
  // As AtomicFile's; if one file cannot be placed, none is.
  void Commit();

 private:
  friend class AtomicFile;
  friend class CommitTogether;
  class Staging;
  AtomicFiles();

  std::unique_ptr<Staging> staging_;
};

// One file, or a folder with what is in it.
class AtomicFile {
 public:
  // Throws Error if the folder of `target` does not exist or cannot be written to.
  explicit AtomicFile(std::filesystem::path target);
  ~AtomicFile();  // removes the temporary file (or folder) if Commit was not called
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  // Where to write. Has the target's name, because some libraries choose the format by it.
  const std::filesystem::path& temporary_path() const { return temporary_; }
  const std::filesystem::path& target() const { return target_; }

  // Flushes to disk and renames over the target; throws Error with the system's reason.
  void Commit();

 private:
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  AtomicFiles files_;
};

// While one lives, what its thread commits waits, and appears together at Commit. Not nested.
class CommitTogether {
 public:
  CommitTogether();
  ~CommitTogether();  // removes what waits
  CommitTogether(const CommitTogether&) = delete;
  CommitTogether& operator=(const CommitTogether&) = delete;

  // Places all files; if one cannot be placed, none is, and Error is thrown.
  void Commit();

 private:
  friend class AtomicFiles;
  std::vector<std::unique_ptr<AtomicFiles::Staging>> waiting_;
};

// Where a file written as `target` will lie: links are followed, also those to nothing yet.
std::filesystem::path PlaceOf(const std::filesystem::path& target);

// Writes all bytes to a new file at `path`, atomically. Throws Error, e.g. on a full disk.
void WriteFileAtomically(const std::filesystem::path& path, std::string_view bytes);

// Writes them to `path`, the temporary path of `target`, which errors name.
void WriteNewFile(const std::filesystem::path& path, std::string_view bytes,
                  const std::filesystem::path& target);

// Removes all that is unfinished in this process, which is about to end without unwinding.
void RemoveUnfinishedFiles();

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_ATOMIC_FILE_H_
