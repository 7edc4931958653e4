// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/run_program.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "videopose/base/error.h"

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
  std::string ReadAll() const {
    std::string text;
    std::array<char, 4096> piece;
    for (;;) {
      const ssize_t count = read(ends_[0], piece.data(), piece.size());
      if (count > 0) text.append(piece.data(), static_cast<size_t>(count));
      if (count == 0 || (count < 0 && errno != EINTR)) return text;
    }
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
                         const std::filesystem::path& directory) {
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
  ProgramResult result{.output = pipe.ReadAll()};
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

bool HasProgram(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  std::string folder;
  while (std::getline(folders, folder, ':')) {
    const std::filesystem::path candidate = std::filesystem::path(folder) / name;
    if (std::filesystem::is_regular_file(candidate) && access(candidate.c_str(), X_OK) == 0) {
      return true;
    }
  }
  return false;
}

}  // namespace videopose::internal
