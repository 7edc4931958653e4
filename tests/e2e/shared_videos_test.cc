// SPDX-License-Identifier: Apache-2.0

// Real clips, skipped if absent: the same people in the same frames, and no jitter.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "clips.h"
#include "program.h"
#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/statistics.h"
#include "videopose/videopose.h"

namespace videopose::internal::shared_videos_test {

namespace fs = std::filesystem;

struct Clip {
  const char* name;
  int width_px, height_px;  // as ffprobe says, like the two below
  double fps;
  int64_t frames;
  int64_t fewest_seen;
  size_t most_runs;  // of frames in which a person is seen
};

// Median over frames and joints of the second difference, metres: jitter.
double Jitter(const Motion& motion) {
  std::vector<double> seconds;
  const PersonMotion& person = motion.people[0];
  for (int64_t t = 1; t + 1 < motion.frame_count; ++t) {
    if (!person.has_pose(t - 1) || !person.has_pose(t) || !person.has_pose(t + 1)) continue;
    for (size_t j = 1; j < 17; ++j) {
      const Vec3f second = person.frame(t + 1)[j] - 2 * person.frame(t)[j] + person.frame(t - 1)[j];
      seconds.push_back(Norm(second));
    }
  }
  return Median(std::move(seconds));
}

void ExpectThePersonAndNothingElse(const Clip& clip) {
  SCOPED_TRACE(clip.name);
  const fs::path folder = EmptyFolder("clip");
  const ProgramOutcome result =
      RunVideopose({"video", SharedFile("videos") / clip.name, "-o", folder / "out.mp4", "--height",
                    "128", "--export", folder / "out.npz"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  const PoseClip poses = ReadPoses(folder / "out.npz");
  EXPECT_EQ(poses.motion.width_px, clip.width_px);
  EXPECT_EQ(poses.motion.height_px, clip.height_px);
  EXPECT_EQ(poses.motion.fps, clip.fps);
  EXPECT_EQ(poses.motion.frame_count, clip.frames);
  ASSERT_EQ(poses.keypoints->people.size(), 1U);
  const std::vector<FrameRange> runs = SeenRanges(poses.keypoints->people[0]);
  EXPECT_LE(runs.size(), clip.most_runs);
  int64_t seen = 0;
  for (const FrameRange& run : runs) seen += run.length();
  EXPECT_GE(seen, clip.fewest_seen);
  // The clips have 5 to 60 frames per second; 20 mm is well under what moving people do at 10.
  EXPECT_LT(Jitter(poses.motion), poses.motion.fps < 10 ? 0.15 : 0.02);
}

TEST(SharedVideosTest, EveryFrameOfThePersonAndNothingElse) {
  SKIP_WITHOUT_MODELS();
  SKIP_WITHOUT_SHARED("videos");
  ExpectThePersonAndNothingElse({"tfjs_pose_squats.mp4", 720, 1280, 5, 65, 65, 1});
  ExpectThePersonAndNothingElse({"pose2sim_multi_cam01.mp4", 1088, 1920, 60, 100, 100, 1});
  // Six people, one after the other: the one selected person is the most prominent.
  ExpectThePersonAndNothingElse({"intel_one_by_one.mp4", 768, 432, 10, 1394, 250, 1});
  // The man through his backflip, until a tree hides him; a woman passes.
  ExpectThePersonAndNothingElse({"sports2d_demo.mp4", 1768, 994, 30, 230, 220, 2});

  const fs::path keypoints = TestFolder() / "kp.npz";
  ASSERT_EQ(RunVideopose({"detect", SharedFile("videos/sports2d_demo.mp4"), "-o", keypoints,
                          "--people", "all"})
                .exit_code,
            0);
  const KeypointSequence both = ReadKeypoints(keypoints);
  ASSERT_EQ(both.people.size(), 2U);
  const std::vector<FrameRange> of_man = SeenRanges(both.people[0]);
  EXPECT_LE(of_man.front().begin, 3);
  EXPECT_GE(of_man.back().end, 220);
}

}  // namespace videopose::internal::shared_videos_test
