// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <vector>

#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base.h"
#include "videopose/process.h"
#include "videopose/synthetic/demo_clip.h"

namespace videopose::internal::live_poses_test {

LiveOptions OptionsFor(const DemoClip& clip) {
  return {.lifter = SourceFile("models/lifter.bin"),
          .width_px = clip.width_px(),
          .height_px = clip.height_px(),
          .fps = clip.frame_rate().per_second()};
}

TEST(LivePoses, EveryFrameComesOutOnceWithThePersonInIt) {
  SKIP_WITHOUT_MODELS();
  const DemoClip clip(240);
  LiveOptions options = OptionsFor(clip);
  options.lookahead = 3;
  LivePoses live(options);
  constexpr int64_t kBegin = 75, kFrames = 20;
  std::vector<PeopleInFrame> frames;
  const auto take = [&](std::vector<PeopleInFrame> finished) {
    frames.insert(frames.end(), finished.begin(), finished.end());
  };
  Image image;
  for (int64_t t = 0; t < kFrames; ++t) {
    clip.RenderFrame(kBegin + t, image);
    take(live.Push(image, static_cast<double>(t) / options.fps));
    EXPECT_LE(std::ssize(frames), t + 1);
    EXPECT_GE(std::ssize(frames), t + 1 - options.lookahead);
  }
  take(live.Flush());
  ASSERT_EQ(std::ssize(frames), kFrames);
  for (int64_t t = 0; t < kFrames; ++t) EXPECT_EQ(frames[static_cast<size_t>(t)].index, t);
  const PeopleInFrame& last = frames.back();
  ASSERT_EQ(last.people.size(), 1U);
  EXPECT_EQ(last.people[0].keypoints.size(), 17U);
  ASSERT_EQ(last.people[0].joints_in_cam.size(), 25U);
  const Vec3f thigh = last.people[0].joints_in_cam[2] - last.people[0].joints_in_cam[1];
  EXPECT_NEAR(Norm(thigh), 0.43, 0.1);  // metres, of an adult
}

TEST(LivePoses, SaysWhatIsMissing) {
  const DemoClip clip(240);
  const auto code_of = [](const LiveOptions& options) {
    try {
      const LivePoses live(options);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::kOther;
  };
  LiveOptions options = OptionsFor(clip);
  options.detector.models_dir = EmptyFolder("no_models");
  EXPECT_EQ(code_of(options), ErrorCode::kModelMissing);
  options.lifter = "/no/such/lifter.bin";
  EXPECT_EQ(code_of(options), ErrorCode::kFileNotFound);
  options.fps = 0;
  EXPECT_EQ(code_of(options), ErrorCode::kInvalidArgument);
}

}  // namespace videopose::internal::live_poses_test
