// SPDX-License-Identifier: Apache-2.0

#include "videopose/config/options_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/error_of.h"

namespace videopose::internal::options_file_test {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

struct Network {
  std::vector<int> widths = {3, 3, 3};
  int channels = 1024;
  std::optional<double> rate;

  void Describe(OptionTable& table) {
    table.Add("architecture", widths, "kernel widths");
    table.Add("channels", channels, "of each layer", kAtLeastOne);
    table.Add("rate", rate, "none: the file's");
  }
};

struct Everything {
  std::string name = "it";
  Network network;
  Range speed = {0.5, 1.5};

  void Describe(OptionTable& table) {
    table.Add("name", name, "of everything");
    table.AddGroup("network", network);
    table.Add("speed", speed, "of it");
  }
};

std::string Refusal(const std::string& text) {
  Everything options;
  try {
    ReadOptions(text, "a.yaml", OptionTable(options));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(OptionsFile, SetsWhatItNames) {
  Everything options;
  ReadOptions("network: {architecture: 3,5, channels: 48}\nspeed: [1, 2]\n", "a",
              OptionTable(options));
  EXPECT_THAT(options.network.widths, ElementsAre(3, 5));
  EXPECT_EQ(options.network.channels, 48);
  EXPECT_EQ(options.speed, (Range{1, 2}));
  EXPECT_EQ(options.name, "it");
  ReadOptions("", "a", OptionTable(options));
  ReadOptions("network:\n", "a", OptionTable(options));
  EXPECT_EQ(options.network.channels, 48);
}

TEST(OptionsFile, RefusesUnknownKeysAndOtherTypes) {
  EXPECT_THAT(Refusal("name: x\nnetwork:\n  chanels: 3\n"),
              AllOf(HasSubstr("a.yaml: line 3"), HasSubstr("network.chanels"),
                    HasSubstr("did you mean network.channels?")));
  EXPECT_THAT(Refusal("network: {channels: many}"),
              HasSubstr("line 1: network.channels many: expected a whole number"));
  EXPECT_THAT(Refusal("network: 3"), HasSubstr("line 1: expected options by name"));
  EXPECT_THAT(Refusal("- 3"), HasSubstr("expected options by name"));
  EXPECT_THAT(Refusal("name: {a: 3}"), HasSubstr("expected a text"));
}

TEST(OptionsFile, ErrorsHaveCodes) {
  const auto code_of = [](const std::string& text) {
    Everything options;
    return CodeOf([&] { ReadOptions(text, "a.yaml", OptionTable(options)); });
  };
  EXPECT_EQ(code_of("network: {"), ErrorCode::kWrongFormat);
  EXPECT_EQ(code_of("- 3"), ErrorCode::kWrongFormat);
  EXPECT_EQ(code_of("network: {chanels: 3}"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of("network: {channels: many}"), ErrorCode::kInvalidArgument);
}

TEST(OptionsFile, ARecordOfAnotherVersionIsReadAsFarAsItIsKnown) {
  Everything options;
  ReadKnownOptions("later: {x: 1}\nnetwork: {channels: 5, later: 2}\n", "a", OptionTable(options));
  EXPECT_EQ(options.network.channels, 5);
}

// What is written is read back, whatever the texts look like.
TEST(OptionsFile, IsTheInverseOfWriting) {
  for (const bool with_help : {false, true}) {
    for (const char* name : {"plain", "", "null", "~", "true", "a: b # c", "- x", "*", "&a", "3,3",
                             "with 'quotes\"", "umlaut \xC3\xA4", "two\nlines", " space "}) {
      Everything written;
      written.name = name;
      written.network.widths = {3};
      written.network.rate = 0.1 + 0.2;
      written.speed = {1.0 / 3, 1e300};
      const std::string text = WriteOptions(OptionTable(written), with_help);
      Everything read;
      ReadOptions(text, "a", OptionTable(read));
      EXPECT_EQ(read.name, written.name) << text;
      EXPECT_EQ(read.network.widths, written.network.widths);
      EXPECT_EQ(read.network.rate, written.network.rate);
      EXPECT_EQ(read.speed, written.speed);
    }
  }
}

TEST(OptionsFile, IsWrittenForPeople) {
  Everything options;
  const std::string text = WriteOptions(OptionTable(options), /*with_help=*/true);
  EXPECT_THAT(text, HasSubstr("network:\n  architecture: [3, 3, 3]  # kernel widths\n"));
  EXPECT_THAT(text, HasSubstr("  rate: ~  # none: the file's\n"));
}

}  // namespace videopose::internal::options_file_test
