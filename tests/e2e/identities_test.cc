// SPDX-License-Identifier: Apache-2.0

// Identities in whole clips, in the program's output; engine/file_driver_test.cc tests more.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clips.h"
#include "program.h"
#include "support/models.h"
#include "support/test_folder.h"
#include "videopose/videopose.h"

namespace videopose::internal::identities_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class IdentitiesTest : public testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_MODELS();
    folder_ = EmptyFolder("identities");
  }

  fs::path ClipOf(int64_t frames, const std::function<bool(int64_t)>& is_there) const {
    WriteFigureClip(folder_ / "clip.mp4", frames, is_there);
    return folder_ / "clip.mp4";
  }

  // All people that the program detects.
  KeypointSequence People(const fs::path& input) const {
    const ProgramOutcome result = RunVideopose(
        {"detect", input, "-o", folder_ / "kp.npz", "--people", "all", "--detector", "lite"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return ReadKeypoints(folder_ / "kp.npz");
  }

  fs::path folder_;
};

TEST_F(IdentitiesTest, WhoComesBackIsTheSame) {
  const auto is_there = [](int64_t t) { return t < 40 || t >= 65; };
  const KeypointSequence keypoints = People(ClipOf(110, is_there));
  ASSERT_EQ(keypoints.people.size(), 1U);
  const std::vector<FrameRange> runs = SeenRanges(keypoints.people[0]);
  ASSERT_EQ(runs.size(), 2U);
  // Detection runs every few frames; after a person left, the landmark model stays confident for
  // one or two.
  EXPECT_LE(runs[0].begin, 3);
  EXPECT_NEAR(static_cast<double>(runs[0].end), 40, 3);
  EXPECT_NEAR(static_cast<double>(runs[1].begin), 65, 4);
  EXPECT_EQ(runs[1].end, 110);
}

TEST_F(IdentitiesTest, AnEmptySceneHasNoPerson) {
  const ProgramOutcome result = RunVideopose({"detect", ClipOf(50, [](int64_t) { return false; }),
                                              "-o", folder_ / "kp.npz", "--people", "all"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out + result.err, HasSubstr("no person found"));
  const KeypointSequence keypoints = ReadKeypoints(folder_ / "kp.npz");
  for (const PersonKeypoints& person : keypoints.people) {
    EXPECT_TRUE(SeenRanges(person).empty());
  }
}

// Exit code 0, files in each format, and the output says so.
TEST_F(IdentitiesTest, NobodySeenIsOneRule) {
  const fs::path clip = ClipOf(20, [](int64_t) { return false; });
  const auto expect_nobody = [](const std::vector<std::string>& arguments, const char* said) {
    const ProgramOutcome result = RunVideopose(arguments);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out + result.err, HasSubstr(said)) << arguments[0];
    EXPECT_THAT(result.out + result.err, testing::Not(HasSubstr("1 person"))) << arguments[0];
  };
  const fs::path poses = folder_ / "poses.npz";
  expect_nobody({"video", clip, "-o", folder_ / "out.mp4", "--export", poses, "--angles",
                 folder_ / "a.csv", "--angles", folder_ / "a.svg"},
                "no person found");
  expect_nobody({"live", clip, "-o", folder_ / "live.npz"}, "no person found");
  expect_nobody({"info", poses}, "poses: no person, 20 frames");
  expect_nobody({"convert", poses, folder_ / "b.json", "--angles", folder_ / "b.png"}, "no person");
  for (const char* name : {"a.csv", "a.svg", "live.npz", "b.json", "b.png"}) {
    EXPECT_TRUE(fs::exists(folder_ / name)) << name;
  }
}

}  // namespace videopose::internal::identities_test
