// SPDX-License-Identifier: Apache-2.0

#include "videopose/config/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace videopose::internal::options_test {

using testing::ElementsAre;
using testing::HasSubstr;

struct Inner {
  Range angle_deg = {-5, 25};
  std::array<double, 3> offsets = {1, 2, 3};

  void Describe(OptionTable& table) {
    table.Add("angle_deg", angle_deg, "of something", {.least = -90, .most = 90});
    table.Add("offsets", offsets, "three numbers");
  }
  void Check() const { CheckBounds(*this); }
};

enum class Colour { kRed, kBlue };

struct Outer {
  double dropout = 0.25;
  int64_t count = 7;
  bool causal = false;
  std::vector<std::string> names = {"a", "b"};
  std::optional<std::vector<int>> widths;
  std::optional<double> rate;
  Colour colour = Colour::kRed;
  Inner inner;

  void Describe(OptionTable& table) {
    table.Add("dropout", dropout, "probability", {.least = 0, .most = 1, .below = true});
    table.Add("count", count, "of things", kAtLeastOne);
    table.Add("causal", causal, "or not");
    table.Add("names", names, "some");
    table.Add("widths", widths, "odd");
    table.Add("rate", rate, "of learning", kPositive);
    table.AddChoice("colour", colour, "of it", {{"red", Colour::kRed}, {"blue", Colour::kBlue}});
    table.AddGroup("inner", inner);
  }
  void Check() const { CheckGroup("all", inner); }
};

class OptionTableTest : public testing::Test {
 protected:
  void Set(const std::string& key, const std::string& text) {
    table_.Get(key).Set(ConfigNode::Scalar(text));
  }
  std::string Refusal(const std::string& key, const std::string& text) {
    try {
      Set(key, text);
      table_.Check();
    } catch (const OptionError& error) {
      return error.what();
    }
    return "";
  }

  Outer options_;
  OptionTable table_{options_};
};

TEST_F(OptionTableTest, SetsByText) {
  Set("dropout", "1e-1");
  Set("count", "12");
  Set("causal", "true");
  Set("names", "c,d,e");
  Set("widths", "3,5");
  Set("rate", "0.5");
  Set("colour", "blue");
  Set("inner.angle_deg", "1,2");
  EXPECT_EQ(options_.dropout, 0.1);
  EXPECT_EQ(options_.count, 12);
  EXPECT_TRUE(options_.causal);
  EXPECT_THAT(options_.names, ElementsAre("c", "d", "e"));
  EXPECT_THAT(*options_.widths, ElementsAre(3, 5));
  EXPECT_EQ(options_.rate, 0.5);
  EXPECT_EQ(options_.colour, Colour::kBlue);
  EXPECT_EQ(options_.inner.angle_deg, (Range{1, 2}));
  table_.Get("widths").Set({});
  EXPECT_FALSE(options_.widths.has_value());
  Set("names", "*");
  EXPECT_TRUE(options_.names.empty());
}

TEST_F(OptionTableTest, GivesTexts) {
  EXPECT_EQ(table_.Get("dropout").Text(), "0.25");
  EXPECT_EQ(table_.Get("names").Text(), "a,b");
  EXPECT_EQ(table_.Get("widths").Text(), "");
  EXPECT_EQ(table_.Get("colour").Text(), "red");
  EXPECT_EQ(table_.Get("inner.offsets").Text(), "1,2,3");
}

TEST_F(OptionTableTest, RefusesWhatIsOfAnotherType) {
  EXPECT_EQ(Refusal("dropout", "much"), "dropout much: expected a number");
  EXPECT_EQ(Refusal("count", "1.5"), "count 1.5: expected a whole number");
  EXPECT_EQ(Refusal("count", ""), "count '': expected a whole number");
  EXPECT_EQ(Refusal("causal", "yes"), "causal yes: expected true or false");
  EXPECT_EQ(Refusal("widths", "3,x"), "widths x: expected a whole number");
  EXPECT_EQ(Refusal("colour", "green"), "colour green: expected red or blue");
  EXPECT_EQ(Refusal("inner.offsets", "1,2"), "inner.offsets 1,2: expected 3 numbers");
  EXPECT_EQ(Refusal("inner.angle_deg", "2,1"), "inner.angle_deg 2,1: expected the lower end first");
}

TEST_F(OptionTableTest, ChecksBounds) {
  EXPECT_EQ(Refusal("dropout", "0"), "");
  EXPECT_EQ(Refusal("dropout", "1"), "dropout 1: expected at least 0 and below 1");
  EXPECT_EQ(Refusal("dropout", "nan"), "dropout nan: expected at least 0 and below 1");
  Set("dropout", "0");
  EXPECT_EQ(Refusal("count", "0"), "count 0: expected at least 1");
  Set("count", "1");
  EXPECT_EQ(Refusal("rate", "0"), "rate 0: expected above 0");
  Set("rate", "1");
  EXPECT_EQ(Refusal("inner.angle_deg", "0,91"),
            "inner.angle_deg 0,91: expected at least -90 and at most 90");
}

TEST_F(OptionTableTest, NamesTheNearestKey) {
  EXPECT_THAT(Refusal("inner.angel_deg", "1"), HasSubstr("did you mean inner.angle_deg?"));
}

TEST_F(OptionTableTest, ErrorsOfPartsNameTheWhole) {
  options_.inner.angle_deg = {0, 100};
  try {
    options_.Check();
    FAIL() << "no error";
  } catch (const OptionError& error) {
    EXPECT_EQ(error.key(), "all.angle_deg");
    EXPECT_EQ(error.Named("--angle"), "--angle 0,100: expected at least -90 and at most 90");
  }
}

}  // namespace videopose::internal::options_test
