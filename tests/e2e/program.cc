// SPDX-License-Identifier: Apache-2.0

#include "program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "support/test_folder.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

// A program that hangs is ended by SIGALRM then, exit code 142.
constexpr unsigned kLongest_s = 600;

[[noreturn]] void BecomeProgram(const std::string& program,
                                const std::vector<std::string>& arguments,
                                const ProgramOptions& options, const fs::path& out,
                                const fs::path& err) {
  if (!options.working_folder.empty() && chdir(options.working_folder.c_str()) != 0) _exit(126);
  for (const std::string& variable : options.environment) putenv(strdup(variable.c_str()));
  const int null = open("/dev/null", O_RDONLY);
  const fs::path& to = options.standard_output.empty() ? out : options.standard_output;
  const int out_fd = open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int err_fd = open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(null, 0);
  dup2(out_fd, 1);
  dup2(err_fd, 2);
  if (options.ignored_signal != 0) std::signal(options.ignored_signal, SIG_IGN);
  if (options.largest_file_bytes) {
    const rlimit limit = {*options.largest_file_bytes, *options.largest_file_bytes};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  std::vector<char*> words = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  alarm(kLongest_s);
  execv(program.c_str(), words.data());
  _exit(127);
}

// Until it has ended, which it may also do by itself.
void SignalWhen(const std::function<bool()>& condition, int signal, pid_t child) {
  siginfo_t ended{};
  while (waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         ended.si_pid == 0) {
    if (condition()) {
      kill(child, signal);
      break;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
}

}  // namespace

int ProgramOutcome::error_line_count() const {
  return static_cast<int>(std::count(err.begin(), err.end(), '\n'));
}

ProgramOutcome RunProgram(const std::string& program, const std::vector<std::string>& arguments,
                          const ProgramOptions& options) {
  static std::atomic<int> runs{0};  // several may run at the same time
  const fs::path folder = EmptyFolder("output_of_the_program_" + std::to_string(++runs));
  const fs::path out = folder / "out.txt", err = folder / "err.txt";
  const pid_t child = fork();
  if (child == 0) BecomeProgram(program, arguments, options, out, err);
  if (options.interrupt_after) {
    std::this_thread::sleep_for(*options.interrupt_after);
    kill(child, options.signal);
  }
  if (options.interrupt_when) SignalWhen(options.interrupt_when, options.signal, child);
  if (options.kill_when) SignalWhen(options.kill_when, SIGKILL, child);
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  ProgramOutcome result;
  constexpr double kPeakUnit = 1024;
  result.peak_bytes = kPeakUnit * static_cast<double>(usage.ru_maxrss);
  for (const timeval& time : {usage.ru_utime, usage.ru_stime}) {
    result.cpu_s += static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = Contents(out);
  result.err = Contents(err);
  fs::remove_all(folder);
  return result;
}

ProgramOutcome RunVideopose(const std::vector<std::string>& arguments,
                            const ProgramOptions& options) {
  return RunProgram(VIDEOPOSE_PROGRAM, arguments, options);
}

std::vector<std::string> NamesIn(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace videopose::internal
