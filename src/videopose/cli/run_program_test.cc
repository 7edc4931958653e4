// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/run_program.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace videopose::internal::run_program_test {

TEST(RunProgramTest, GivesOutputOfBothStreamsAndExitCode) {
  const ProgramResult result = RunProgram({"sh", "-c", "echo out; echo wrong >&2; exit 3"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.output, "out\nwrong\n");
  EXPECT_EQ(result.LastLine(), "wrong");
}

TEST(RunProgramTest, NoShellInBetween) {
  EXPECT_EQ(RunProgram({"echo", "$HOME; ls *"}).output, "$HOME; ls *\n");
}

TEST(RunProgramTest, RunsInTheFolderWithEmptyInput) {
  EXPECT_EQ(RunProgram({"pwd"}, "/").output, "/\n");
  EXPECT_EQ(RunProgram({"cat"}).output, "");
}

TEST(RunProgramTest, LongOutputAndSignals) {
  EXPECT_EQ(RunProgram({"head", "-c", "1000000", "/dev/zero"}).output.size(), 1000000U);
  EXPECT_EQ(RunProgram({"sh", "-c", "kill -9 $$"}).exit_code, 128 + 9);
}

TEST(RunProgramTest, TellsOnceThatItWaits) {
  int told = 0;
  RunProgram({"sleep", "0.3"}, {}, {.tell = [&] { ++told; }});
  EXPECT_EQ(told, 1);
}

TEST(RunProgramTest, AFolderInPathThatCannotBeEnteredIsPassedOver) {
  const std::string old = std::getenv("PATH");
  setenv("PATH", ("/proc/1/root/nothing:/no/such:" + old).c_str(), 1);
  EXPECT_TRUE(HasProgram("sh"));
  setenv("PATH", old.c_str(), 1);
}

TEST(RunProgramTest, ProgramThatDoesNotExist) {
  EXPECT_EQ(RunProgram({"no-such-program-anywhere"}).exit_code, 127);
  EXPECT_FALSE(HasProgram("no-such-program-anywhere"));
  EXPECT_TRUE(HasProgram("sh"));
}

}  // namespace videopose::internal::run_program_test
