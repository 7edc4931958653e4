// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace fs = std::filesystem;
namespace {

// Unique within the machine: process and a counter.
fs::path TemporaryName(const fs::path& target) {
  static std::atomic<int> counter{0};
  const std::string name = fmt::format(".{}.{}-{}.partial{}", target.stem().string(), getpid(),
                                       counter.fetch_add(1), target.extension().string());
  return target.parent_path() / name;
}

}  // namespace

AtomicFile::AtomicFile(fs::path target) : target_(std::move(target)) {
  const fs::path folder = target_.parent_path().empty() ? fs::path(".") : target_.parent_path();
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    FailAt(target_, ErrorCode::kCannotWrite,
           "cannot write here: the folder {} does not exist; create it first", folder.string());
  }
  if (access(folder.c_str(), W_OK) != 0) {
    FailAt(target_, ErrorCode::kCannotWrite, "cannot write here: {}", std::strerror(errno));
  }
  temporary_ = TemporaryName(target_);
}

AtomicFile::~AtomicFile() {
  if (committed_) return;
  std::error_code ignored;
  fs::remove_all(temporary_, ignored);
}

void AtomicFile::Commit() {
  // Without the fsync a crash soon after the rename could leave an empty file where the old one
  // was.
  const int fd = open(temporary_.c_str(), O_RDONLY);
  if (fd >= 0) {
    const bool flushed = fsync(fd) == 0 || errno == EINVAL;
    const int reason = errno;
    close(fd);
    if (!flushed) {
      FailAt(target_, ErrorCode::kCannotWrite, "cannot write: {}", std::strerror(reason));
    }
  }
  std::error_code error;
  fs::rename(temporary_, target_, error);
  if (error) FailAt(target_, ErrorCode::kCannotWrite, "cannot write: {}", error.message());
  committed_ = true;
}

void WriteFileAtomically(const fs::path& path, std::string_view bytes) {
  AtomicFile file(path);
  const int fd =
      open(file.temporary_path().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) FailAt(path, ErrorCode::kCannotWrite, "cannot write: {}", std::strerror(errno));
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int reason = errno;
      close(fd);
      FailAt(path, ErrorCode::kCannotWrite, "cannot write: {}", std::strerror(reason));
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (close(fd) != 0) {
    FailAt(path, ErrorCode::kCannotWrite, "cannot write: {}", std::strerror(errno));
  }
  file.Commit();
}

}  // namespace videopose::internal
