// SPDX-License-Identifier: Apache-2.0

// Several people: which ones the program keeps, and what it writes about each.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "clips.h"
#include "program.h"
#include "support/models.h"
#include "support/test_folder.h"
#include "videopose/videopose.h"

namespace videopose::internal::people_test {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kFrames = 40;

class PeopleTest : public testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_MODELS();
    folder_ = EmptyFolder("people");
  }

  ProgramOutcome Run(std::vector<std::string> words, const std::vector<std::string>& more) const {
    words.insert(words.end(), more.begin(), more.end());
    return RunVideopose(words);
  }
  // Of the two-person clip, with the fastest detector.
  ProgramOutcome Detect(const fs::path& out, const std::vector<std::string>& more) const {
    return Run(
        {"detect", clip_, "-o", out, "--max-frames", std::to_string(kFrames), "--detector", "lite"},
        more);
  }

  static std::set<int> IdsIn(const Motion& motion) {
    std::set<int> ids;
    for (const PersonMotion& person : motion.people) ids.insert(person.id);
    return ids;
  }
  static int64_t SeenFrames(const PersonKeypoints& person) {
    int64_t seen = 0;
    for (const FrameRange& run : SeenRanges(person)) seen += run.length();
    return seen;
  }

  const fs::path clip_ = TwoFiguresClip();
  fs::path folder_;
};

TEST_F(PeopleTest, AllPeopleAreTrackedPlacedAndWritten) {
  const ProgramOutcome result =
      Run({"video", clip_, "-o", folder_ / "out.mp4", "--height", "128", "--detector", "lite",
           "--max-frames", std::to_string(kFrames), "--people", "all", "--export",
           folder_ / "out.npz", "--export", folder_ / "out.json", "--export", folder_ / "out.npy"},
          {});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("people (1, 2"));
  EXPECT_THAT(result.out, HasSubstr("ground: camera"));
  EXPECT_THAT(result.out, HasSubstr("assumed; --fov"));

  const PoseClip poses = ReadPoses(folder_ / "out.npz");
  ASSERT_GE(poses.motion.people.size(), 2U);
  ASSERT_TRUE(poses.motion.camera);
  int always = 0;
  for (size_t p = 0; p < poses.motion.people.size(); ++p) {
    const PersonMotion& person = poses.motion.people[p];
    EXPECT_EQ(person.id, poses.keypoints->people[p].id);
    EXPECT_EQ(person.feet_down.size(), static_cast<size_t>(kFrames));
    always += SeenFrames(poses.keypoints->people[p]) == kFrames;
    EXPECT_TRUE(fs::exists(folder_ / fmt::format("out_{}.npy", person.id)));
  }
  EXPECT_GE(always, 2) << "both are there from the first frame to the last";
  EXPECT_FALSE(fs::exists(folder_ / "out.npy"));
  EXPECT_EQ(ReadPoses(folder_ / "out.json").motion.camera, poses.motion.camera);
}

TEST_F(PeopleTest, OneIsTheDefaultAndOthersAreChosen) {
  ASSERT_EQ(Detect(folder_ / "one.npz", {}).exit_code, 0);
  EXPECT_EQ(ReadKeypoints(folder_ / "one.npz").people.size(), 1U);
  const ProgramOutcome two = Detect(folder_ / "two.npz", {"--people", "2"});
  ASSERT_EQ(two.exit_code, 0) << two.err;
  EXPECT_THAT(two.out, HasSubstr("seen from - to"));
  EXPECT_EQ(ReadKeypoints(folder_ / "two.npz").people.size(), 2U);

  ASSERT_EQ(Detect(folder_ / "second.npz", {"--select", "2"}).exit_code, 0);
  const KeypointSequence second = ReadKeypoints(folder_ / "second.npz");
  ASSERT_EQ(second.people.size(), 1U);
  EXPECT_EQ(second.people[0].id, 2);

  const ProgramOutcome unknown_id = Detect(folder_ / "x.npz", {"--select", "77"});
  EXPECT_EQ(unknown_id.exit_code, 1);
  EXPECT_THAT(unknown_id.err, HasSubstr("77"));
  EXPECT_THAT(unknown_id.err, HasSubstr("IDs are 1, 2"));
  EXPECT_FALSE(fs::exists(folder_ / "x.npz"));
}

TEST_F(PeopleTest, StepsTakeSomeOfAFile) {
  ASSERT_EQ(Detect(folder_ / "all.npz", {"--people", "all"}).exit_code, 0);
  const fs::path all = folder_ / "all.npz";
  ASSERT_EQ(RunVideopose({"lift", all, "-o", folder_ / "poses.npz"}).exit_code, 0);
  EXPECT_GE(ReadPoses(folder_ / "poses.npz").motion.people.size(), 2U) << "all people by default";

  ASSERT_EQ(
      RunVideopose({"lift", all, "-o", folder_ / "two.npz", "--select", "2", "--camera-moving"})
          .exit_code,
      0);
  const PoseClip two = ReadPoses(folder_ / "two.npz");
  EXPECT_THAT(IdsIn(two.motion), ElementsAre(2));
  EXPECT_EQ(two.keypoints->people.size(), 1U);
  EXPECT_FALSE(two.motion.camera) << "a moving camera stands nowhere";
  EXPECT_TRUE(two.motion.people[0].root_in_cam.empty());

  const ProgramOutcome largest =
      RunVideopose({"render", folder_ / "poses.npz", "-o", folder_ / "largest.mp4", "--height",
                    "128", "--select", "largest"});
  EXPECT_EQ(largest.exit_code, 0) << largest.err;
  EXPECT_EQ(VideoReader(folder_ / "largest.mp4").info().width_px, 128) << "one person's panel";
  const ProgramOutcome wrong =
      RunVideopose({"lift", all, "-o", folder_ / "x.npz", "--select", "largest,2"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("--select"));
}

TEST_F(PeopleTest, TheLensAndTheScaleAreTheUsers) {
  const fs::path keypoints = folder_ / "kp.npz";
  ASSERT_EQ(Detect(keypoints, {}).exit_code, 0);
  const auto lifted = [&](const std::vector<std::string>& more) {
    const ProgramOutcome result = Run({"lift", keypoints, "-o", folder_ / "lifted.npz"}, more);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.out, Not(HasSubstr("assumed")));
    return ReadPoses(folder_ / "lifted.npz").motion;
  };
  const Motion near = lifted({"--focal", "1000"}), far = lifted({"--focal", "2000"});
  EXPECT_DOUBLE_EQ(near.camera->lens.focal_px.x, 1000);
  EXPECT_NEAR(far.people[0].root_in_cam[20].z / near.people[0].root_in_cam[20].z, 2, 0.2);
  const Motion small = lifted({"--focal", "1000", "--person-height", "90"});
  EXPECT_LT(small.people[0].root_in_cam[20].z, 0.7F * near.people[0].root_in_cam[20].z);
  EXPECT_THAT(
      RunVideopose({"lift", keypoints, "-o", folder_ / "x.npz", "--trajectory", "network"}).err,
      HasSubstr("no trajectory network"));
}

}  // namespace videopose::internal::people_test
