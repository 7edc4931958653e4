// SPDX-License-Identifier: Apache-2.0

#include "videopose/config/config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "support/damaged.h"
#include "support/error_of.h"
#include "videopose/base/error.h"

namespace videopose::internal::config_file_test {

using Kind = ConfigNode::Kind;
using testing::HasSubstr;

constexpr const char* kToml =
    "[cam_01]\nname = \"first\"\nsize = [ 1088.0, 1920.0]\nmatrix = [[1, 0], [0, 2.5]]\n"
    "fisheye = false\nday = 1979-05-27\n";
constexpr const char* kXml =
    "<?xml version=\"1.0\"?>\n<opencv_storage>\n<width>640</width>\n"
    "<K type_id=\"opencv-matrix\">\n  <rows>3</rows>\n  <data>\n    5. 0.\n 1.5e2</data></K>\n"
    "<none></none>\n</opencv_storage>\n";

TEST(ParseConfig, ReadsToml) {
  const ConfigNode root = ParseConfig(kToml, "a.toml");
  ASSERT_EQ(root.items.size(), 1U);
  const ConfigNode& camera = root.items[0];
  EXPECT_EQ(camera.key, "cam_01");
  const auto item = [&](const std::string& key) {
    for (const ConfigNode& node : camera.items) {
      if (node.key == key) return node;
    }
    return ConfigNode();
  };
  EXPECT_EQ(item("name").text, "first");
  EXPECT_EQ(item("name").line, 2);
  EXPECT_EQ(item("matrix").items[1].items[1].text, "2.5");
  EXPECT_EQ(item("fisheye").text, "false");
  EXPECT_EQ(item("day").text, "1979-05-27");
}

TEST(ParseConfig, KnowsTomlByItsNameInAnyCase) {
  EXPECT_EQ(ParseConfig("[a]\nb = 1", "A.TOML").items[0].key, "a");
}

TEST(ParseConfig, ReadsXml) {
  const ConfigNode root = ParseConfig(kXml, "a.xml");
  ASSERT_EQ(root.items.size(), 3U);
  EXPECT_EQ(root.items[0].text, "640");
  const ConfigNode& data = root.items[1].items[1];
  EXPECT_EQ(data.key, "data");
  ASSERT_EQ(data.items.size(), 3U);
  EXPECT_EQ(data.items[2].text, "1.5e2");
  EXPECT_EQ(root.items[2].kind, Kind::kNothing);
}

TEST(ParseConfig, ReadsYaml) {
  EXPECT_EQ(ParseConfig("a: 1", "a.yaml").items[0].text, "1");
  EXPECT_EQ(ParseConfig("{\"a\": 1}", "a.json").items[0].text, "1");
}

TEST(ParseConfig, SaysWhatIsWrongAndWhere) {
  const auto error = [](const std::string& text, const std::string& name) -> std::string {
    try {
      ParseConfig(text, name);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_THAT(error("a = 1\nb = [", "a.toml"), HasSubstr("a.toml: line 2"));
  EXPECT_THAT(error("a = 1\na = 2", "a.toml"), HasSubstr("a.toml: line 2"));
  EXPECT_THAT(error("<a>\n<b></a>", "a.xml"), HasSubstr("a.xml: line 2"));
}

TEST(ParseConfig, ErrorsHaveCodes) {
  const auto code_of = [](const std::string& text, const std::string& name) {
    return CodeOf([&] { ParseConfig(text, name); });
  };
  for (const char* text : {"a: 1\na: 2", "? [1]\n: 3", "a: [", "a: *nothing"}) {
    EXPECT_EQ(code_of(text, "a.yaml"), ErrorCode::kWrongFormat) << text;
  }
  EXPECT_EQ(code_of("a = [", "a.toml"), ErrorCode::kWrongFormat);
  EXPECT_EQ(code_of("<a>", "a.xml"), ErrorCode::kWrongFormat);
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "<a>";
  for (int i = 0; i < 40; ++i) deep += "</a>";
  EXPECT_EQ(code_of(deep, "a.xml"), ErrorCode::kLimit);
  EXPECT_EQ(code_of(std::string(40, '[') + std::string(40, ']'), "a.yaml"), ErrorCode::kLimit);
}

// Whatever the bytes: a tree or one Error.
TEST(ParseConfig, SurvivesHostileText) {
  std::mt19937 random(1);
  for (const std::string text : {kToml, kXml}) {
    const std::string name = text == kToml ? "a.toml" : "a.xml";
    const auto parse = [&](const std::string& bytes) {
      try {
        ParseConfig(bytes, name);
      } catch (const Error&) {
      }
    };
    for (size_t length = 0; length <= text.size(); ++length) parse(text.substr(0, length));
    for (int i = 0; i < 3000; ++i) parse(Damaged(text, 3, random));
    for (const char* piece : {"<a>", "</a>", "<!--", "<![CDATA[", "&#1;", "[", "a = [", "[a.b.",
                              "[[a]]", "a = {b = ", "\"\"\"", "'", "\n"}) {
      std::string many = text == kToml ? "" : "<x>";
      for (int i = 0; i < 5000; ++i) many += piece;
      parse(many);
    }
  }
}

}  // namespace videopose::internal::config_file_test
