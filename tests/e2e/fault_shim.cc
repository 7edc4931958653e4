// SPDX-License-Identifier: Apache-2.0

// For LD_PRELOAD: the n-th call of a kind fails, once main has begun. One of
//
//   VIDEOPOSE_FAIL_WRITE=n   writing, flushing, naming a file: ENOSPC
//   VIDEOPOSE_FAIL_READ=n    reading a file: EIO
//   VIDEOPOSE_FAIL_ALLOC=n   memory
//
// VIDEOPOSE_CLOCK_AHEAD_S=n  is no fault: the time of day is so far ahead of the machine's.
//
// The file that VIDEOPOSE_FAULT_MARK names is made as it happens. Standard streams are spared: the
// error line has to come through.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

std::atomic<long> writes_left{0}, reads_left{0}, allocations_left{0};  // 0: none is to fail
const char* mark = nullptr;
long ahead_s = 0;

bool IsDue(std::atomic<long>& left) {
  if (left <= 0 || left.fetch_sub(1) != 1) return false;
  if (mark != nullptr) {
    const long fd = syscall(SYS_openat, AT_FDCWD, mark, O_WRONLY | O_CREAT, 0600);
    if (fd >= 0) syscall(SYS_close, fd);
  }
  return true;
}

// Whether this call is the one to fail, and why it does.
bool Fails(std::atomic<long>& left, int reason) {
  if (!IsDue(left)) return false;
  errno = reason;
  return true;
}

bool IsFile(int fd) { return fd > STDERR_FILENO; }

template <typename Function>
Function* Real(Function*, const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t write(int fd, const void* bytes, size_t size) {
  if (IsFile(fd) && Fails(writes_left, ENOSPC)) return -1;
  return syscall(SYS_write, fd, bytes, size);
}
ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  if (IsFile(fd) && Fails(writes_left, ENOSPC)) return -1;
  return syscall(SYS_pwrite64, fd, bytes, size, at);
}
size_t fwrite(const void* bytes, size_t size, size_t count, FILE* file) {
  static const auto real = Real(fwrite, "fwrite");
  if (IsFile(fileno(file)) && Fails(writes_left, ENOSPC)) return 0;
  return real(bytes, size, count, file);
}
int fsync(int fd) {
  if (IsFile(fd) && Fails(writes_left, EIO)) return -1;
  return static_cast<int>(syscall(SYS_fsync, fd));
}
int rename(const char* from, const char* to) noexcept {
  if (Fails(writes_left, ENOSPC)) return -1;
  return static_cast<int>(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}
char* mkdtemp(char* pattern) noexcept {
  static const auto real = Real(mkdtemp, "mkdtemp");
  if (Fails(writes_left, ENOSPC)) return nullptr;
  return real(pattern);
}

ssize_t read(int fd, void* bytes, size_t size) {
  if (IsFile(fd) && Fails(reads_left, EIO)) return -1;
  return syscall(SYS_read, fd, bytes, size);
}
size_t fread(void* bytes, size_t size, size_t count, FILE* file) {
  static const auto real = Real(fread, "fread");
  if (IsFile(fileno(file)) && Fails(reads_left, EIO)) return 0;
  return real(bytes, size, count, file);
}

// glibc's own names, which need no look-up: that would allocate.
// NOLINTBEGIN(bugprone-reserved-identifier)
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
// NOLINTEND(bugprone-reserved-identifier)

void* malloc(size_t size) noexcept {
  if (Fails(allocations_left, ENOMEM)) return nullptr;
  return __libc_malloc(size);
}
void* calloc(size_t count, size_t size) noexcept {
  if (Fails(allocations_left, ENOMEM)) return nullptr;
  return __libc_calloc(count, size);
}
void* realloc(void* old, size_t size) noexcept {
  if (Fails(allocations_left, ENOMEM)) return nullptr;
  return __libc_realloc(old, size);
}
void* aligned_alloc(size_t alignment, size_t size) noexcept {
  if (Fails(allocations_left, ENOMEM)) return nullptr;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** result, size_t alignment, size_t size) noexcept {
  if (IsDue(allocations_left)) return ENOMEM;
  *result = __libc_memalign(alignment, size);
  return *result == nullptr ? ENOMEM : 0;
}

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const auto status = static_cast<int>(syscall(SYS_clock_gettime, clock, time));
  if (clock == CLOCK_REALTIME) time->tv_sec += ahead_s;
  return status;
}
time_t time(time_t* result) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (result != nullptr) *result = now.tv_sec;
  return now.tv_sec;
}

using Main = int (*)(int, char**, char**);
static Main program;

static long NumberOf(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? 0 : std::atol(text);
}

static int Begin(int argc, char** argv, char** environment) {
  unsetenv("LD_PRELOAD");  // children are spared
  mark = std::getenv("VIDEOPOSE_FAULT_MARK");
  ahead_s = NumberOf("VIDEOPOSE_CLOCK_AHEAD_S");
  writes_left = NumberOf("VIDEOPOSE_FAIL_WRITE");
  reads_left = NumberOf("VIDEOPOSE_FAIL_READ");
  allocations_left = NumberOf("VIDEOPOSE_FAIL_ALLOC");
  return program(argc, argv, environment);
}

// NOLINTNEXTLINE(bugprone-reserved-identifier)
int __libc_start_main(Main entry, int argc, char** argv, void (*init)(), void (*fini)(),
                      void (*rtld_fini)(), void* stack_end) {
  program = entry;
  static const auto real = Real(__libc_start_main, "__libc_start_main");
  return real(Begin, argc, argv, init, fini, rtld_fini, stack_end);
}

}  // extern "C"
