// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "videopose/base/error.h"
#include "videopose/cli/stop.h"

namespace videopose::internal {
namespace {

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) Fail("cannot make a pipe: {}", std::strerror(errno));
  }
  ~Pipe() {
    CloseWriteEnd();
    close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int write_end() const { return ends_[1]; }
  void CloseWriteEnd() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }
  // Appends what comes within a moment; false at the end.
  bool ReadSome(std::string& text) const {
    constexpr int kGlance_ms = 50;
    pollfd readable{.fd = ends_[0], .events = POLLIN, .revents = 0};
    if (poll(&readable, 1, kGlance_ms) <= 0) return true;
    std::array<char, 4096> piece;
    const ssize_t count = read(ends_[0], piece.data(), piece.size());
    if (count > 0) text.append(piece.data(), static_cast<size_t>(count));
    return count > 0 || (count < 0 && errno == EINTR);
  }

 private:
  std::array<int, 2> ends_ = {-1, -1};
};

struct FileActions {
  FileActions() { posix_spawn_file_actions_init(&actions); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  posix_spawn_file_actions_t actions;
};

// The child unblocks all signals that this program has blocked.
struct UnblockedSignals {
  UnblockedSignals() {
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  }
  ~UnblockedSignals() { posix_spawnattr_destroy(&attributes); }
  UnblockedSignals(const UnblockedSignals&) = delete;
  UnblockedSignals& operator=(const UnblockedSignals&) = delete;
  posix_spawnattr_t attributes;
};

}  // namespace

std::string ProgramResult::LastLine() const {
  std::istringstream lines(output);
  std::string line, last;
  while (std::getline(lines, line)) {
    if (line.find_first_not_of(" \t\r") != std::string::npos) last = line;
  }
  return last;
}

ProgramResult RunProgram(const std::vector<std::string>& arguments,
                         const std::filesystem::path& directory, const WaitNotice& notice) {
  Pipe pipe;
  FileActions files;
  posix_spawn_file_actions_addopen(&files.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files.actions, pipe.write_end(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files.actions, pipe.write_end(), STDERR_FILENO);
  if (!directory.empty()) {
    posix_spawn_file_actions_addchdir_np(&files.actions, directory.c_str());
  }
  std::vector<std::string> copies = arguments;
  std::vector<char*> argv;
  for (std::string& argument : copies) argv.push_back(argument.data());
  argv.push_back(nullptr);

  pid_t child = 0;
  UnblockedSignals signals;
  const int error =
      posix_spawnp(&child, argv[0], &files.actions, &signals.attributes, argv.data(), environ);
  if (error != 0) return {127, fmt::format("{}: {}", arguments[0], std::strerror(error))};
  pipe.CloseWriteEnd();
  ProgramResult result;
  int status = 0;
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  bool is_told = notice.tell == nullptr;
  while (pipe.ReadSome(result.output) && !StopRequested()) {
    if (is_told || Clock::now() < start + notice.after) continue;
    notice.tell();
    is_told = true;
  }
  if (StopRequested()) kill(child, SIGTERM);
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (StopRequested()) throw Cancelled();
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

bool HasProgram(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  std::string folder;
  while (std::getline(folders, folder, ':')) {
    const std::filesystem::path candidate = std::filesystem::path(folder) / name;
    std::error_code ignored;  // a folder that may not be entered
    if (std::filesystem::is_regular_file(candidate, ignored) &&
        access(candidate.c_str(), X_OK) == 0) {
      return true;
    }
  }
  return false;
}

}  // namespace videopose::internal
