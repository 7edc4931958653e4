// SPDX-License-Identifier: Apache-2.0

#include "videopose/scientific/in_child.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <utility>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/base/read_file.h"

namespace videopose::internal {
namespace {

constexpr size_t kLongestText = 1 << 16;

// The pipe ended before all was there.
struct BrokenPipe : std::exception {};

enum class Outcome : char { kDone = 'd', kError = 'e', kNoMemory = 'm' };

void SetLimit(__rlimit_resource which, rlim_t most) {
  rlimit limit{};
  getrlimit(which, &limit);
  limit.rlim_cur = std::min(limit.rlim_max, most);
  // At the hard limit of time comes SIGKILL, which says nothing; SIGXCPU at the soft one.
  limit.rlim_max = std::min(limit.rlim_max, most + 1);
  setrlimit(which, &limit);
}

// What this process has of the address space, libraries and all.
double AddressSpaceBytes() {
  double pages = 0;
  if (std::FILE* const file = std::fopen("/proc/self/statm", "re")) {
    if (std::fscanf(file, "%lf", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

void LimitYourself(double file_bytes, pid_t parent) {
  // A child whose parent ended has no reader.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU, SIGXFSZ, SIGALRM}) {
    std::signal(signal, SIG_DFL);
  }
  // What the libraries print as they die is not for the user.
  const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(null, STDOUT_FILENO);
  dup2(null, STDERR_FILENO);
  constexpr double kBytesPerSecond = 1e7;
  const auto seconds = static_cast<rlim_t>(2 + file_bytes / kBytesPerSecond);
  SetLimit(RLIMIT_CPU, seconds);
  alarm(static_cast<unsigned>(std::min<rlim_t>(60 + 10 * seconds, 86'400)));
  SetLimit(RLIMIT_CORE, 0);
  SetLimit(RLIMIT_FSIZE, 0);
  // Twice: the library's copy and ours. Sanitizers have the address space to themselves.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  SetLimit(RLIMIT_AS, static_cast<rlim_t>(AddressSpaceBytes() + 2 * MostBytesFrom(file_bytes)));
#endif
}

[[noreturn]] void BeChild(int fd, const std::function<ChildTalk()>& work) {
  ChildPipe pipe(fd);
  try {
    try {
      const ChildTalk put = work();
      pipe.Put(Outcome::kDone);
      put(pipe);
    } catch (const Error& error) {
      pipe.Put(Outcome::kError);
      pipe.Put(error.code());
      pipe.PutText(error.what());
    } catch (const std::bad_alloc&) {
      pipe.Put(Outcome::kNoMemory);
    }
  } catch (...) {
    _exit(1);
  }
  _exit(0);
}

// The parent's view of it. Ended with this object at the latest.
class Child {
 public:
  explicit Child(pid_t pid, int fd) : pid_(pid), fd_(fd) {}
  ~Child() {
    close(fd_);
    if (pid_ < 0) return;
    kill(pid_, SIGKILL);
    Wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Its status; 0 where other code of this process has waited for it already.
  int Wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0) {
      if (errno != EINTR) break;
    }
    pid_ = -1;
    return status;
  }

 private:
  pid_t pid_;
  int fd_;
};

[[noreturn]] void FailOf(const std::string& name, int status) {
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  if (signal == SIGXCPU || signal == SIGALRM) {
    Fail(ErrorCode::kLimit, "{}: damaged, or made to be slow: reading it was given up", name);
  }
  if (signal == SIGKILL) {
    Fail(ErrorCode::kLimit, "{}: reading it took more memory or time than the system gives", name);
  }
  Fail(ErrorCode::kWrongFormat, "{}: damaged: the library that reads such files failed ({})", name,
       signal != 0 ? strsignal(signal) : "it gave up");
}

}  // namespace

void OpenNoMoreFiles() {
#ifndef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION  // there is no child then
  const int next = dup(STDOUT_FILENO);
  if (next < 0) return;  // none can be opened as it is
  close(next);
  SetLimit(RLIMIT_NOFILE, static_cast<rlim_t>(next));
#endif
}

void ChildPipe::Write(const void* bytes, size_t size) {
  const auto* at = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t written = write(fd_, at, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw BrokenPipe();
    at += written;
    size -= static_cast<size_t>(written);
  }
}

void ChildPipe::Read(void* bytes, size_t size) {
  auto* at = static_cast<char*>(bytes);
  while (size > 0) {
    const ssize_t count = read(fd_, at, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw BrokenPipe();
    at += count;
    size -= static_cast<size_t>(count);
  }
}

void ChildPipe::PutText(std::string_view text) {
  text = text.substr(0, kLongestText);
  Put(text.size());
  Write(text.data(), text.size());
}

std::string ChildPipe::GetText() {
  const auto size = Get<size_t>();
  if (size > kLongestText) throw BrokenPipe();
  std::string text(size, '\0');
  Read(text.data(), size);
  return text;
}

void ChildPipe::PutTensor(const BasicTensor<double>& tensor) {
  Put(tensor.shape.size());
  Write(tensor.shape.data(), tensor.shape.size() * sizeof(int64_t));
  Write(tensor.data(), tensor.values.size() * sizeof(double));
}

BasicTensor<double> ChildPipe::GetTensor(double most, const std::string& what) {
  constexpr size_t kMostDimensions = 64;
  const auto rank = Get<size_t>();
  if (rank > kMostDimensions) throw BrokenPipe();
  std::vector<int64_t> shape(rank);
  Read(shape.data(), rank * sizeof(int64_t));
  double total = 1;
  for (const int64_t dim : shape) {
    if (dim < 0) throw BrokenPipe();
    total *= static_cast<double>(dim);
  }
  if (total > most) Fail(ErrorCode::kLimit, "{}: {:.0f} values are too many", what, total);
  BasicTensor<double> tensor(std::move(shape));
  Read(tensor.data(), tensor.values.size() * sizeof(double));
  return tensor;
}

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION

// The fuzzer has to see what happens in the child, and cannot wait for thousands of them.
void InChild(const std::string& name, double file_bytes, const std::function<ChildTalk()>& work,
             const ChildTalk& take) {
  struct TalkFile {
    TalkFile() : fd(memfd_create("talk", MFD_CLOEXEC)) {}
    ~TalkFile() { close(fd); }
    const int fd;
  } file;
  ChildPipe pipe(file.fd);
  try {
    work()(pipe);
  } catch (const std::bad_alloc&) {
    Fail(ErrorCode::kLimit, "{}: refused: needs far more memory than its {:.0f} bytes", name,
         file_bytes);
  }
  lseek(file.fd, 0, SEEK_SET);
  take(pipe);
}

#else

void InChild(const std::string& name, double file_bytes, const std::function<ChildTalk()>& work,
             const ChildTalk& take) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    Fail("{}: cannot make a pipe: {}", name, std::strerror(errno));
  }
  const pid_t parent = getpid(), pid = fork();
  if (pid == 0) {
    close(ends[0]);
    LimitYourself(file_bytes, parent);
    BeChild(ends[1], work);
  }
  const int reason = errno;
  close(ends[1]);
  Child child(pid, ends[0]);
  if (pid < 0) Fail("{}: cannot start a process to read it: {}", name, std::strerror(reason));
  ChildPipe pipe(ends[0]);
  try {
    const auto outcome = pipe.Get<Outcome>();
    if (outcome == Outcome::kNoMemory) {
      Fail(ErrorCode::kLimit, "{}: refused: needs far more memory than its {:.0f} bytes", name,
           file_bytes);
    }
    if (outcome == Outcome::kError) {
      const auto code = pipe.Get<ErrorCode>();
      throw Error(pipe.GetText(), code);
    }
    take(pipe);
  } catch (const BrokenPipe&) {
    FailOf(name, child.Wait());
  }
  child.Wait();
}

#endif

}  // namespace videopose::internal
