// Real clips, where shared/ stands beside the checkout: the same people in the same frames, and no
// jitter.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "clips.h"
#include "program.h"
#include "videopose/videopose.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;

struct Clip {
  const char* name;
  int64_t frames;
  int64_t fewest_seen;
  size_t most_runs;  // of frames in which somebody is seen
};

void PrintTo(const Clip& clip, std::ostream* out) { *out << clip.name; }

class SharedVideosTest : public testing::TestWithParam<Clip> {};

// Median over frames and joints of the second difference, metres: what the eye sees as jitter.
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
  std::nth_element(seconds.begin(), seconds.begin() + static_cast<int64_t>(seconds.size() / 2),
                   seconds.end());
  return seconds[seconds.size() / 2];
}

TEST_P(SharedVideosTest, EveryFrameOfThePersonAndNothingElse) {
  SKIP_WITHOUT_MODELS();
  const Clip& clip = GetParam();
  const fs::path video = fs::path(VIDEOPOSE_SHARED_DIR) / "videos" / clip.name;
  if (!fs::exists(video)) GTEST_SKIP() << video << " is not here";
  const fs::path folder = EmptyFolder("shared");
  const ProgramOutcome result = RunVideopose({"video", video, "-o", folder / "out.mp4", "--height",
                                              "128", "--export", folder / "out.npz"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  const PoseClip poses = ReadPoses(folder / "out.npz");
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

INSTANTIATE_TEST_SUITE_P(
    Clips, SharedVideosTest,
    testing::Values(Clip{"tfjs_pose_squats.mp4", 65, 65, 1},
                    // The man through his backflip, until a tree hides him; a woman walks by.
                    Clip{"sports2d_demo.mp4", 230, 220, 2},
                    Clip{"pose2sim_multi_cam01.mp4", 100, 100, 1},
                    // Six people, one after the other: one wanted is the most prominent of them.
                    Clip{"intel_one_by_one.mp4", 1394, 250, 1}),
    [](const auto& param_info) { return std::string(param_info.param.name).substr(0, 4); });

}  // namespace
}  // namespace videopose
