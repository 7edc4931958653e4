// SPDX-License-Identifier: Apache-2.0

// Runs a program as a user does and reports the outcome.

#ifndef VIDEOPOSE_TESTS_E2E_PROGRAM_H_
#define VIDEOPOSE_TESTS_E2E_PROGRAM_H_

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace videopose::internal {

struct ProgramOutcome {
  int exit_code = -1;  // 128 + signal where a signal ended it
  std::string out, err;
  double peak_bytes = 0, cpu_s = 0;  // of the program or a child of it

  int error_line_count() const;
};

struct ProgramOptions {
  std::filesystem::path working_folder;                      // empty: this process's
  std::optional<std::chrono::milliseconds> interrupt_after;  // `signal` then
  std::function<bool()> interrupt_when;      // asked again and again; once true: `signal`
  int signal = SIGINT;                       // Ctrl-C
  int ignored_signal = 0;                    // by the program from its start
  std::filesystem::path standard_output;     // empty: a file, for `out`
  std::function<bool()> kill_when;           // asked again and again; once true: SIGKILL (kill -9)
  std::optional<size_t> largest_file_bytes;  // writing more fails, as on a full disk
  std::vector<std::string> environment;      // "NAME=value", added
};

ProgramOutcome RunProgram(const std::string& program, const std::vector<std::string>& arguments,
                          const ProgramOptions& options = {});

// The built videopose.
ProgramOutcome RunVideopose(const std::vector<std::string>& arguments,
                            const ProgramOptions& options = {});

// Names of everything in a folder, hidden files too, sorted.
std::vector<std::string> NamesIn(const std::filesystem::path& folder);

std::string Contents(const std::filesystem::path& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TESTS_E2E_PROGRAM_H_
