// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/command_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "support/test_data.h"
#include "videopose/cli/command.h"

namespace videopose::internal::command_reference_test {

using ::testing::HasSubstr;

TEST(CommandReferenceTest, TellsNamesValuesRangesAndDefaults) {
  CLI::App app("does this and that", "videopose this");
  std::string input, host;
  int crf = 20;
  bool loud = false;
  app.add_option("input", input, "what to do it to")->required()->type_name("IN");
  app.add_option("--host", host, "a `a|b` of <c>")->type_name("HOST:PORT")->group("Output");
  auto* quality = app.add_option("-c,--crf", crf, "quality (default: 20)")
                      ->check(CLI::Range(0, 51))
                      ->type_name("N")
                      ->group("Output");
  app.add_flag("--loud", loud, "be loud")->group("Output")->excludes(quality);
  EXPECT_EQ(CommandReference(app),
            "\n## videopose this\n\n    videopose this IN [OPTIONS]\n\nDoes this and that.\n"
            "\n| Arguments | |\n|---|---|\n| `IN` | what to do it to (required) |\n"
            "\n| Output | |\n|---|---|\n"
            "| `--host HOST:PORT` | a `a\\|b` of \\<c> |\n"
            "| `-c, --crf N` | quality (default: 20; 0 to 51; not with --loud) |\n"
            "| `--loud` | be loud (not with --crf) |\n");
}

TEST(CommandReferenceTest, DescendsIntoSubcommands) {
  CLI::App app("does", "videopose this");
  app.add_subcommand("that", "does that");
  EXPECT_THAT(CommandReference(app), HasSubstr("videopose this SUBCOMMAND ..."));
  EXPECT_THAT(CommandReference(app), HasSubstr("### videopose this that\n"));
}

TEST(CommandReferenceTest, NamesEverySubcommandAndOption) {
  const std::string page = CommandLineReference();
  for (const Command& command : Commands()) {
    EXPECT_THAT(page, HasSubstr("\n## videopose " + std::string(command.name) + "\n"));
    const ConfiguredCommand configured = Configure(command);
    for (const CLI::Option* option : configured.app->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        if (name == "help") continue;
        EXPECT_THAT(page, HasSubstr("--" + name)) << command.name;
      }
    }
  }
}

TEST(CommandReferenceTest, HelpHasNoLongLines) {
  for (const Command& command : Commands()) {
    std::istringstream help(Configure(command).app->help());
    for (std::string line; std::getline(help, line);) {
      EXPECT_LE(line.size(), 100U) << command.name << ": " << line;
    }
  }
}

TEST(CommandReferenceTest, ThePageInDocsIsCurrent) {
  std::ifstream file(SourceFile("docs/cli.md"));
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(page == CommandLineReference())
      << "docs/cli.md is not what the program says; make it again:\n"
         "  build/dev/videopose help --markdown > docs/cli.md";
}

}  // namespace videopose::internal::command_reference_test
