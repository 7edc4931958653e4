// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>

#include "support/test_folder.h"
#include "videopose/cli/command_reference.h"

namespace videopose::internal::completion_test {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// What bash offers when the last of the words is to be completed.
std::string Completed(const std::string& words) {
  const auto script = EmptyFolder("completion") / "script";
  std::ofstream(script) << BashCompletion() << "COMP_WORDS=(" << words
                        << ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_videopose\n"
                           "echo \" ${COMPREPLY[*]} \"\n";
  std::FILE* pipe = popen(("bash -u " + script.string() + " 2>&1").c_str(), "r");
  std::string output;
  std::array<char, 4096> part;
  while (const size_t size = std::fread(part.data(), 1, part.size(), pipe)) {
    output.append(part.data(), size);
  }
  EXPECT_EQ(pclose(pipe), 0) << output;
  return output;
}

TEST(BashCompletion, OffersSubcommandsOptionsAndOtherwiseFiles) {
  EXPECT_THAT(Completed("videopose li"),
              AllOf(HasSubstr(" lift "), HasSubstr(" live "), Not(HasSubstr(" video "))));
  EXPECT_THAT(Completed("videopose help con"), HasSubstr(" convert "));
  EXPECT_THAT(Completed("videopose video --cr"), HasSubstr(" --crf "));
  EXPECT_THAT(Completed("videopose video clip.mp4 --no-con"), HasSubstr(" --no-contacts "));
  EXPECT_EQ(Completed("videopose video cl"), "  \n");
  EXPECT_THAT(Completed("videopose prepare ''"), HasSubstr(" custom "));
  EXPECT_EQ(Completed("videopose prepare custom ''"), "  \n");
}

TEST(ZshCompletion, HasEverySubcommandAndQuotesApostrophes) {
  const std::string script = ZshCompletion();
  EXPECT_THAT(script, testing::StartsWith("#compdef videopose\n"));
  EXPECT_THAT(script, AllOf(HasSubstr("'video:"), HasSubstr("'--crf:"), HasSubstr("'custom:")));
  // A word's apostrophe ends the quotes and begins them again.
  EXPECT_THAT(script, HasSubstr("'run:VideoPose3D'\\''s command line"));
}

TEST(ManualPage, HasOptionsEscaped) {
  const std::string page = ManualPage();
  EXPECT_THAT(page, AllOf(HasSubstr(".SH SYNOPSIS"), HasSubstr("\\fB\\-\\-crf N\\fR"),
                          HasSubstr(".SS \"videopose prepare custom")));
  for (size_t at = page.find("\n."); at != std::string::npos; at = page.find("\n.", at + 1)) {
    const std::string request = page.substr(at + 2, 2);
    EXPECT_THAT(request, testing::AnyOf("TH", "SH", "SS", "TP", "B ", "br")) << page.substr(at, 60);
  }
}

}  // namespace videopose::internal::completion_test
