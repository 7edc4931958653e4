// SPDX-License-Identifier: Apache-2.0

// Runs another program, without a shell in between.

#ifndef VIDEOPOSE_CLI_RUN_PROGRAM_H_
#define VIDEOPOSE_CLI_RUN_PROGRAM_H_

#include <filesystem>
#include <string>
#include <vector>

namespace videopose::internal {

struct ProgramResult {
  int exit_code = 0;   // 127 where the program could not be started
  std::string output;  // standard output and error together

  // The last line that is not empty: usually the one that says what went wrong.
  std::string LastLine() const;
};

// Searches PATH for arguments[0]. Its standard input is empty. `directory` is where it runs; empty:
// here. Throws Error only if the system is out of resources.
ProgramResult RunProgram(const std::vector<std::string>& arguments,
                         const std::filesystem::path& directory = {});

// Whether PATH has this program.
bool HasProgram(const std::string& name);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_RUN_PROGRAM_H_
