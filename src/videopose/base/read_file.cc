// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

class Reader {
 public:
  explicit Reader(const std::filesystem::path& path)
      : path_(path), fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (fd_ < 0 && errno == ENOENT) FailAt(path, ErrorCode::kFileNotFound, "no such file");
    if (fd_ < 0) FailToRead();
  }
  ~Reader() {
    if (fd_ >= 0) close(fd_);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  std::string Read(size_t most) const {
    struct stat status {};
    std::string bytes;
    // A file of the system (/proc) says 0 and has more.
    size_t expected = fstat(fd_, &status) == 0 && S_ISREG(status.st_mode)
                          ? static_cast<size_t>(status.st_size) + 1
                          : kPiece;
    for (size_t size = 0; size < most;) {
      bytes.resize(std::min(most, std::max(expected, size + kPiece)));
      expected = 0;
      const ssize_t count = read(fd_, bytes.data() + size, bytes.size() - size);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) FailToRead();
      size += static_cast<size_t>(count);
      bytes.resize(size);
      if (count == 0) break;
    }
    return bytes;
  }

 private:
  static constexpr size_t kPiece = 1 << 16;

  [[noreturn]] void FailToRead() const {
    FailAt(path_, ErrorCode::kUnreadable, "cannot read: {}", std::strerror(errno));
  }

  const std::filesystem::path& path_;
  int fd_;
};

}  // namespace

std::string ReadFile(const std::filesystem::path& path) {
  // A device or a pipe without end (/dev/zero).
  constexpr size_t kMostBytes = size_t{64} << 30, kMostOfPipe = size_t{2} << 30;
  std::error_code ignored;
  const bool is_file = std::filesystem::is_regular_file(path, ignored);
  const size_t most = is_file ? kMostBytes : kMostOfPipe;
  std::string bytes = Reader(path).Read(most);
  if (bytes.size() == most) {
    FailAt(path, ErrorCode::kLimit, "larger than {} GiB", most >> 30);
  }
  return bytes;
}

std::string ReadBeginning(const std::filesystem::path& path, size_t bytes) {
  return Reader(path).Read(bytes);
}

double MostBytesFrom(double file_bytes) {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  constexpr double kMostOfSmall = 1 << 20;  // filling 128 MiB would take most of the fuzzer's time
#else
  constexpr double kMostOfSmall = 128.0 * (1 << 20);
#endif
  constexpr double kSmall = 3e6, kMostOfByte = 100;
  return file_bytes < kSmall ? kMostOfSmall : kMostOfByte * file_bytes;
}

}  // namespace videopose::internal
