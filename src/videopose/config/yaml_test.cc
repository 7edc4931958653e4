// SPDX-License-Identifier: Apache-2.0

#include "videopose/config/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "support/damaged.h"
#include "support/error_of.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"

namespace videopose::internal::yaml_test {

using Kind = ConfigNode::Kind;
using testing::HasSubstr;

std::string ErrorOfText(const std::string& text) {
  return ErrorOf([&] { ParseYaml(text, "a.yaml"); });
}

TEST(ParseYaml, GivesMapsListsAndTexts) {
  const ConfigNode root = ParseYaml(
      "network: {architecture: 3,3,3, channels: 1024}  # a comment\n"
      "braces: {a: 1, b: ~, c: }\nlist:\n- a\n- 'b c'\nnothing:\nempty: ''\n",
      "a");
  ASSERT_EQ(root.kind, Kind::kMap);
  ASSERT_EQ(root.items.size(), 5U);
  const ConfigNode& network = root.items[0];
  EXPECT_EQ(network.key, "network");
  EXPECT_EQ(network.items[0].text, "3,3,3");
  EXPECT_EQ(network.items[1].text, "1024");
  EXPECT_EQ(root.items[1].items[1].kind, Kind::kNothing);
  EXPECT_EQ(root.items[1].items[2].kind, Kind::kNothing);
  EXPECT_EQ(root.items[2].items[1].text, "b c");
  EXPECT_EQ(root.items[2].line, 3);
  EXPECT_EQ(root.items[3].kind, Kind::kNothing);
  EXPECT_EQ(root.items[4].kind, Kind::kScalar);
}

TEST(ParseYaml, ReadsJsonAndWhatOpenCvWrites) {
  EXPECT_EQ(ParseYaml(R"({"a": [1, 2.5], "b": "x"})", "a").items[0].items[1].text, "2.5");
  const ConfigNode root =
      ParseYaml("%YAML:1.0\n---\nm: !!opencv-matrix\n   data: [ 1., 2. ]\n", "a");
  EXPECT_EQ(root.items[0].items[0].items[0].text, "1.");
}

TEST(ParseYaml, FollowsAliases) {
  const ConfigNode root = ParseYaml("a: &x [1, 2]\nb: *x\n", "a");
  EXPECT_EQ(root.items[1].items[1].text, "2");
}

TEST(ParseYaml, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(ErrorOfText("a: 1\nb: [1, 2"), HasSubstr("a.yaml: line 2"));
  EXPECT_THAT(ErrorOfText("a: 1\na: 2"), HasSubstr("line 2: 'a' is there twice"));
  EXPECT_THAT(ErrorOfText("? [1, 2]\n: 3"), HasSubstr("line 1: expected a name"));
  EXPECT_THAT(ErrorOfText("a: *nothing"), HasSubstr("a.yaml: line 1"));
}

// Aliases of aliases are a small file and a huge tree, or a circle.
TEST(ParseYaml, RefusesWhatGrowsWithoutBound) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 20; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 9; ++k) text += (k > 0 ? ", *a" : "*a") + std::to_string(i - 1);
    text += "]\n";
  }
  EXPECT_THAT(ErrorOfText(text), HasSubstr("more levels or values than settings have"));
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "[";
  for (int i = 0; i < 100; ++i) deep += "]";
  EXPECT_THAT(ErrorOfText(deep), HasSubstr("more levels"));
}

// Whatever the bytes: a tree or one Error.
TEST(ParseYaml, SurvivesHostileText) {
  const std::string text =
      "a: &x {b: [1, 'two', \"three\\n\"], c: |\n  text\n}\n"
      "d: *x\n? e\n: !!tag {f: ~}\n---\nsecond: document\n";
  const auto parse = [](const std::string& bytes) {
    try {
      ParseYaml(bytes, "a");
    } catch (const Error&) {
    }
  };
  for (size_t length = 0; length <= text.size(); ++length) parse(text.substr(0, length));
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) parse(Damaged(text, 3, random));
  for (const char* piece : {"[", "{", "{a: ", "- ", "a:\n ", "!", "\"", "'", ":", "- - [", "&a ",
                            "? ", "*a ", "|\n", "%", "---\n"}) {
    std::string many;
    for (int i = 0; i < 5000; ++i) many += piece;
    parse(many);
  }
}

TEST(ReadConfigFile, RefusesFoldersAndLargeFiles) {
  EXPECT_THROW(ReadConfigFile(TestFolder()), Error);
  EXPECT_THROW(ReadConfigFile(TestFolder() / "no_such_file.yaml"), Error);
  const std::string path = TestFolder() / "large.yaml";
  std::ofstream(path) << std::string(1 << 20, '#');
  EXPECT_THROW(ReadConfigFile(path), Error);
}

}  // namespace videopose::internal::yaml_test
