// SPDX-License-Identifier: Apache-2.0

// Runs another program, without a shell in between.

#ifndef VIDEOPOSE_CLI_RUN_PROGRAM_H_
#define VIDEOPOSE_CLI_RUN_PROGRAM_H_

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace videopose::internal {

struct ProgramResult {
  int exit_code = 0;   // 127 where the program could not be started
  std::string output;  // standard output and error together

  // The last line that is not empty: usually the one that says what went wrong.
  std::string LastLine() const;
};

// Called once if the program still runs then.
struct WaitNotice {
  std::chrono::seconds after{0};
  std::function<void()> tell;
};

// Searches PATH for arguments[0]. Its standard input is empty. `directory` is where it runs; empty:
// here. Throws Error only if the system is out of resources, and Cancelled, after it ended the
// program, where a stop was requested.
ProgramResult RunProgram(const std::vector<std::string>& arguments,
                         const std::filesystem::path& directory = {},
                         const WaitNotice& notice = {});

// Whether PATH has this program.
bool HasProgram(const std::string& name);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_RUN_PROGRAM_H_
