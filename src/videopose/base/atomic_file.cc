// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/atomic_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <mutex>
#include <new>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace fs = std::filesystem;
// Parts of a class that the header names: with linkage.
namespace atomic_file {

// Of the hidden folders; six random characters follow.
constexpr std::string_view kStagingName = ".videopose.partial-";

[[noreturn]] void FailToWrite(const fs::path& target, int reason) {
  FailAt(target, ErrorCode::kCannotWrite, "cannot write: {}", std::strerror(reason));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }
  // For what close tells of writes that were delayed.
  int Close() { return close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

// Where a name leads to.
struct Place {
  fs::path path;            // links followed; of a new file, where it will be
  bool is_special = false;  // neither a regular file nor a folder, nor nothing
  int descriptor = -1;      // /dev/stdout, /dev/fd/3: this process's own
};

// N of /proc/<this process>/fd/N.
std::optional<int> OwnDescriptor(const fs::path& path) {
  if (path.parent_path() != fmt::format("/proc/{}/fd", getpid())) return std::nullopt;
  const std::string name = path.filename();
  int number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

Place Follow(const fs::path& target) {
  constexpr int kMostLinks = 40;
  std::error_code error;
  fs::path path = target;
  for (int links = 0;; ++links) {
    const fs::path folder = path.parent_path().empty() ? fs::path(".") : path.parent_path();
    const fs::path real_folder = fs::canonical(folder, error);
    if (error) return {.path = path};  // found to be missing later
    const fs::path real = real_folder / path.filename();
    if (const std::optional<int> own = OwnDescriptor(real)) {
      return {.path = real, .is_special = true, .descriptor = *own};
    }
    path = real;
    if (!fs::is_symlink(fs::symlink_status(real, error))) break;
    if (links == kMostLinks) FailToWrite(target, ELOOP);
    const fs::path next = fs::read_symlink(real, error);
    if (error) FailToWrite(target, error.value());
    path = real_folder / next;  // `next` alone where it is absolute
  }
  const fs::file_status status = fs::status(path, error);
  const bool is_special =
      fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
  return {.path = std::move(path), .is_special = is_special};
}

// Locks are only reliable where all who could hold one are on this machine.
bool HasReliableLocks(int folder) {
  constexpr uint32_t kXfs = 0x58465342, kZfs = 0x2FC12FC1, kBcachefs = 0xCA451A4E;
  constexpr std::array<uint32_t, 8> kLocal = {EXT4_SUPER_MAGIC,
                                              BTRFS_SUPER_MAGIC,
                                              F2FS_SUPER_MAGIC,
                                              TMPFS_MAGIC,
                                              OVERLAYFS_SUPER_MAGIC,
                                              kXfs,
                                              kZfs,
                                              kBcachefs};
  struct statfs system {};
  if (fstatfs(folder, &system) != 0) return false;
  return std::ranges::count(kLocal, static_cast<uint32_t>(system.f_type)) > 0;
}

// Left by runs of this user that were killed: no process holds their lock. Looked for once a run.
void RemoveLeftovers(const fs::path& folder) {
  static std::mutex mutex;
  static std::set<fs::path> visited;
  {
    const std::lock_guard guard(mutex);
    if (!visited.insert(folder).second) return;
  }
  // Not std::filesystem's iterator, which ends the program where there is no memory.
  std::vector<fs::path> candidates;
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(opendir(folder.c_str()), closedir);
  while (const dirent* entry = entries == nullptr ? nullptr : readdir(entries.get())) {
    const std::string_view name = entry->d_name;
    if (name.starts_with(kStagingName)) candidates.push_back(folder / name);
  }
  std::error_code error;
  for (const fs::path& candidate : candidates) {
    const Descriptor fd(open(candidate.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!fd.ok() || fstat(fd.get(), &status) != 0 || status.st_uid != geteuid()) continue;
    if (!HasReliableLocks(fd.get()) || flock(fd.get(), LOCK_EX | LOCK_NB) != 0) continue;
    fs::remove_all(candidate, error);
  }
}

std::mutex unfinished_mutex;
std::set<fs::path>& Unfinished() {
  static std::set<fs::path> folders;
  return folders;
}

// Removing takes memory, too. Where there was none, there may be some the second time, as what was
// to be written has been given up.
void RemoveFolder(const fs::path& folder) noexcept {
  for (int attempt = 0; attempt < 2; ++attempt) {
    try {
      std::error_code error;
      fs::remove_all(folder, error);
      if (!error) return;
    } catch (const std::bad_alloc&) {
    }
  }
}

// A new folder that no other user can enter, with a lock on it.
class StagingFolder {
 public:
  StagingFolder(const fs::path& beside, const fs::path& target) {
    // Another run may take it for a left-over before it is locked.
    while (!Make(beside, target)) {
    }
  }
  ~StagingFolder() {
    RemoveFolder(path_);
    const std::lock_guard guard(unfinished_mutex);
    Unfinished().erase(path_);
  }
  StagingFolder(const StagingFolder&) = delete;
  StagingFolder& operator=(const StagingFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  bool Make(const fs::path& beside, const fs::path& target) {
    std::string name = beside / fmt::format("{}XXXXXX", kStagingName);
    if (mkdtemp(name.data()) == nullptr) {
      FailAt(target, ErrorCode::kCannotWrite, "cannot write here: {}", std::strerror(errno));
    }
    try {
      path_ = name;
      const std::lock_guard guard(unfinished_mutex);
      Unfinished().insert(path_);
    } catch (...) {
      rmdir(name.c_str());
      throw;
    }
    lock_ = Descriptor(open(name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    const bool is_locked = lock_.ok() && flock(lock_.get(), LOCK_EX | LOCK_NB) == 0;
    if (!is_locked && (errno == ENOENT || errno == EWOULDBLOCK)) return false;
    if (!is_locked && (!lock_.ok() || HasReliableLocks(lock_.get()))) {
      const int reason = errno;
      RemoveFolder(path_);
      FailToWrite(target, reason);
    }
    struct stat locked {
    }, there{};
    return fstat(lock_.get(), &locked) == 0 && stat(name.c_str(), &there) == 0 &&
           locked.st_ino == there.st_ino;
  }

  fs::path path_;
  Descriptor lock_{-1};
};

void WriteAll(int fd, std::string_view bytes, const fs::path& target) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) FailToWrite(target, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

// Writes the bytes of `from` into what cannot be replaced.
void CopyInto(const Place& place, const fs::path& from, const fs::path& target) {
  Descriptor to(place.descriptor >= 0 ? fcntl(place.descriptor, F_DUPFD_CLOEXEC, 0)
                                      : open(place.path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (!to.ok()) FailToWrite(target, errno);
  const Descriptor source(open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source.ok()) FailToWrite(target, errno);
  std::vector<char> piece(1 << 16);
  for (;;) {
    const ssize_t count = read(source.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) FailToWrite(target, errno);
    if (count == 0) break;
    WriteAll(to.get(), {piece.data(), static_cast<size_t>(count)}, target);
  }
  if (to.Close() != 0) FailToWrite(target, errno);
}

// Without it a crash soon after the rename could leave an empty file where the old one was.
void Flush(const fs::path& path, const fs::path& target) {
  const Descriptor fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  // Some file systems cannot do it.
  if (fd.ok() && fsync(fd.get()) != 0 && errno != EINVAL) FailToWrite(target, errno);
}

// The mode of the file that is replaced, and its owner where this user may give files away.
void TakeOver(const fs::path& old, const fs::path& temporary) {
  struct stat status {
  }, own{};
  if (stat(old.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  if (stat(temporary.c_str(), &own) != 0 || !S_ISREG(own.st_mode)) return;
  if (own.st_uid != status.st_uid || own.st_gid != status.st_gid) {
    // A group that is not ours must not gain what the old file's group had.
    if (chown(temporary.c_str(), status.st_uid, status.st_gid) != 0 &&
        chown(temporary.c_str(), static_cast<uid_t>(-1), status.st_gid) != 0) {
      status.st_mode &= ~static_cast<mode_t>(S_IRWXG);
    }
  }
  chmod(temporary.c_str(), status.st_mode & 0777);
}

thread_local CommitTogether* together = nullptr;

}  // namespace atomic_file
using namespace atomic_file;

// What one AtomicFile or AtomicFiles has on disk.
class AtomicFiles::Staging {
 public:
  struct File {
    fs::path target, temporary;
    Place place;
    fs::path old;  // the file that was there, once placing has begun
  };

  Staging(const fs::path& beside, const fs::path& target)
      : folder_(beside, target), folder_path_(beside) {}

  fs::path Add(const fs::path& target, Place place) {
    const fs::path temporary = folder_.path() / target.filename();
    files_.push_back({target, temporary, std::move(place), {}});
    return temporary;
  }

  // Everything that can fail and still be undone by doing nothing.
  void Prepare() {
    for (const File& file : files_) {
      if (file.place.is_special) continue;
      std::error_code error;
      if (fs::is_directory(file.place.path, error)) FailToWrite(file.target, EISDIR);
      Flush(file.temporary, file.target);
      TakeOver(file.place.path, file.temporary);
    }
  }

  // All of them, or none.
  static void PlaceAll(const std::vector<std::unique_ptr<Staging>>& all) {
    std::vector<File*> files;
    for (const auto& staging : all) {
      for (File& file : staging->files_) {
        if (file.place.is_special) {
          CopyInto(file.place, file.temporary, file.target);
        } else {
          files.push_back(&file);
        }
      }
    }
    size_t placed = 0;
    const auto check = [&](const File& file, const std::error_code& failure) {
      if (!failure) return;
      const int reason = failure.value();
      std::error_code ignored;
      for (size_t i = 0; i < files.size(); ++i) {
        if (!files[i]->old.empty()) {
          fs::rename(files[i]->old, files[i]->place.path, ignored);
        } else if (i < placed) {
          fs::rename(files[i]->place.path, files[i]->temporary, ignored);
        }
      }
      FailToWrite(file.target, reason);
    };
    for (File* file : files) {
      std::error_code error;
      // A folder that came meanwhile must not end as the old file.
      if (fs::is_directory(file->place.path, error)) {
        check(*file, make_error_code(std::errc::is_a_directory));
      }
      if (files.size() == 1 || !fs::exists(file->place.path, error)) continue;
      fs::path old = fs::path(file->temporary).concat(".old");
      // A second name, so that the target is never missing; not all file systems have them.
      fs::create_hard_link(file->place.path, old, error);
      if (error) fs::rename(file->place.path, old, error);
      check(*file, error);
      file->old = std::move(old);
    }
    for (const File* file : files) {
      std::error_code error;
      fs::rename(file->temporary, file->place.path, error);
      check(*file, error);
      ++placed;
    }
    std::set<fs::path> folders;
    for (const File* file : files) {
      if (folders.insert(file->place.path.parent_path()).second) {
        Flush(file->place.path.parent_path(), file->target);
      }
    }
  }

  const fs::path& folder_path() const { return folder_path_; }

 private:
  StagingFolder folder_;
  fs::path folder_path_;  // that of the targets
  std::vector<File> files_;
};

AtomicFiles::AtomicFiles() = default;
AtomicFiles::~AtomicFiles() = default;

AtomicFiles::AtomicFiles(const fs::path& folder) {
  const fs::path beside = folder.empty() ? fs::path(".") : folder;
  std::error_code ignored;
  if (!fs::is_directory(beside, ignored)) {
    FailAt(beside, ErrorCode::kCannotWrite,
           "cannot write here: the folder does not exist; create it first");
  }
  RemoveLeftovers(beside);
  staging_ = std::make_unique<Staging>(beside, beside);
}

fs::path AtomicFiles::Add(const fs::path& name) {
  const fs::path target = staging_->folder_path() / name;
  return staging_->Add(target, Follow(target));
}

void AtomicFiles::Commit() {
  VP_CHECK(staging_ != nullptr, "Commit after Commit");
  staging_->Prepare();
  if (together != nullptr) {
    together->waiting_.push_back(std::move(staging_));
    return;
  }
  std::vector<std::unique_ptr<Staging>> all;
  all.push_back(std::move(staging_));
  Staging::PlaceAll(all);
}

AtomicFile::AtomicFile(fs::path target) : target_(std::move(target)) {
  if (!target_.has_filename()) FailToWrite(target_, EISDIR);
  Place place = Follow(target_);
  std::error_code error;
  fs::path folder = place.path.parent_path();
  if (place.is_special) {  // nothing is put beside a device
    folder = fs::temp_directory_path(error);
    if (error) FailAt(target_, ErrorCode::kCannotWrite, "cannot write: {}", error.message());
  } else if (!fs::is_directory(folder, error)) {
    FailAt(target_, ErrorCode::kCannotWrite,
           "cannot write here: the folder {} does not exist; create it first", folder.string());
  }
  RemoveLeftovers(folder);
  files_.staging_ = std::make_unique<AtomicFiles::Staging>(folder, target_);
  temporary_ = files_.staging_->Add(target_, std::move(place));
}

AtomicFile::~AtomicFile() = default;

void AtomicFile::Commit() { files_.Commit(); }

CommitTogether::CommitTogether() {
  VP_CHECK(together == nullptr, "one CommitTogether inside another");
  together = this;
}

CommitTogether::~CommitTogether() { together = nullptr; }

void CommitTogether::Commit() {
  const std::vector<std::unique_ptr<AtomicFiles::Staging>> all = std::move(waiting_);
  AtomicFiles::Staging::PlaceAll(all);
}

fs::path PlaceOf(const fs::path& target) { return Follow(target).path; }

void WriteFileAtomically(const fs::path& path, std::string_view bytes) {
  AtomicFile file(path);
  WriteNewFile(file.temporary_path(), bytes, path);
  file.Commit();
}

void WriteNewFile(const fs::path& path, std::string_view bytes, const fs::path& target) {
  Descriptor fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!fd.ok()) FailToWrite(target, errno);
  WriteAll(fd.get(), bytes, target);
  if (fd.Close() != 0) FailToWrite(target, errno);
}

void RemoveUnfinishedFiles() {
  // The thread that holds it may never go on; then the next run removes them.
  const std::unique_lock guard(unfinished_mutex, std::try_to_lock);
  if (!guard) return;
  for (const fs::path& folder : Unfinished()) RemoveFolder(folder);
}

}  // namespace videopose::internal
