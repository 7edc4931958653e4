// SPDX-License-Identifier: Apache-2.0

#include "videopose/data/prepared_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "support/test_folder.h"
#include "videopose/base/error.h"

namespace videopose::internal::prepared_set_test {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

void Write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }
std::string Read(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class PreparedFilesTest : public testing::Test {
 protected:
  void SetUp() override { options_.data_dir = TestFolder() / "prepared_files/data"; }
  fs::path Target(const char* name) const { return options_.data_dir / name; }
  // Hidden ones too.
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(options_.data_dir)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  PrepareOptions options_;
};

TEST_F(PreparedFilesTest, AppearTogether) {
  PreparedFiles files(options_);
  Write(files.Add("one"), "1");
  Write(files.Add("two"), "2");
  EXPECT_FALSE(fs::exists(Target("one")));
  EXPECT_THAT(files.Commit(), ElementsAre(Target("one"), Target("two")));
  EXPECT_EQ(Read(Target("one")) + Read(Target("two")), "12");
  EXPECT_THAT(Names(), UnorderedElementsAre("one", "two"));
}

TEST_F(PreparedFilesTest, LeaveNothingWhereTheyAreNotCommitted) {
  {
    PreparedFiles files(options_);
    Write(files.Add("one"), "1");
  }
  EXPECT_THAT(Names(), ElementsAre());
}

TEST_F(PreparedFilesTest, DoNotReplaceWithoutForce) {
  fs::create_directories(options_.data_dir);
  Write(Target("two"), "mine");
  PreparedFiles files(options_);
  files.Add("one");
  EXPECT_THROW(files.Add("two"), Error);
}

TEST_F(PreparedFilesTest, OneThatCannotBeRenamedTakesBackTheOthers) {
  fs::create_directories(options_.data_dir);
  Write(Target("one"), "old");
  options_.force = true;
  PreparedFiles files(options_);
  Write(files.Add("one"), "1");
  Write(files.Add("new"), "2");
  Write(files.Add("three"), "3");
  fs::create_directories(Target("three/inside"));
  try {
    files.Commit();
    ADD_FAILURE() << "a folder was replaced";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("three: cannot write"), HasSubstr("directory")));
  }
  EXPECT_EQ(Read(Target("one")), "old");
  EXPECT_FALSE(fs::exists(Target("new")));
  EXPECT_TRUE(fs::exists(Target("three/inside")));
}

TEST_F(PreparedFilesTest, OneThatIsGoneTakesBackTheOthers) {
  fs::create_directories(options_.data_dir);
  Write(Target("one"), "old 1");
  Write(Target("two"), "old 2");
  options_.force = true;
  {
    PreparedFiles files(options_);
    Write(files.Add("one"), "1");
    files.Add("two");  // never written
    EXPECT_THROW(files.Commit(), Error);
  }
  EXPECT_EQ(Read(Target("one")), "old 1");
  EXPECT_EQ(Read(Target("two")), "old 2");
  EXPECT_THAT(Names(), UnorderedElementsAre("one", "two"));
}

template <typename T>
std::string MessageOf(const BasicTensor<T>& joints) {
  try {
    CheckJoints(joints, "x.npz", 10);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// Three frames of joints that are `step` apart.
BasicTensor<double> Joints(int64_t channels, double step) {
  BasicTensor<double> joints({3, 17, channels});
  for (size_t i = 0; i < joints.values.size(); ++i) {
    joints.values[i] = step * static_cast<double>(i % (17 * static_cast<size_t>(channels)));
  }
  return joints;
}

TEST(CheckJointsTest, NamesTheFrame) {
  for (const double value : {NAN, INFINITY, -INFINITY}) {
    for (const int64_t channels : {2, 3}) {
      BasicTensor<double> joints = Joints(channels, 20);
      EXPECT_EQ(MessageOf(joints), "");
      joints.values[(17 * channels) + 3] = value;
      EXPECT_THAT(MessageOf(joints),
                  AllOf(HasSubstr("x.npz: frame 11: "), HasSubstr("is no coordinate")));
    }
  }
}

TEST(CheckJointsTest, AbsurdScalesAreErrors) {
  EXPECT_THAT(MessageOf(Joints(3, 0.02)), HasSubstr("frame 10: a body 0.96 millimetres long"));
  EXPECT_THAT(MessageOf(Joints(3, 2)), HasSubstr("frame 10: a body 96 millimetres long"));
  EXPECT_THAT(MessageOf(Joints(3, 20'000)), HasSubstr("frame 10: a body 960000 millimetres"));
  EXPECT_THAT(MessageOf(Joints(2, 0.01)), HasSubstr("frame 10 and all others: coordinates from 0"));
  EXPECT_THAT(MessageOf(Joints(2, 20'000)), HasSubstr("frame 10: coordinates from 0 to 660000"));
}

}  // namespace videopose::internal::prepared_set_test
