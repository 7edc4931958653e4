// SPDX-License-Identifier: Apache-2.0

// The same clip through both drivers, with the whole look-ahead, gives the same results.

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <memory>

#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/detect.h"
#include "videopose/engine/file_driver.h"
#include "videopose/engine/live_driver.h"
#include "videopose/engine/test_detectors.h"
#include "videopose/lift.h"
#include "videopose/media.h"
#include "videopose/media/live_source.h"
#include "videopose/pose/clip_collector.h"
#include "videopose/synthetic/demo_clip.h"
#include "videopose/track/people_follower.h"

namespace videopose::internal::drivers_test {

namespace fs = std::filesystem;

constexpr double kSame_px = 0.1, kSame_m = 1e-4;

class DriversTest : public testing::Test {
 protected:
  // Frames [begin, end) of the demo clip, rendered or blank.
  fs::path WriteClip(int64_t begin, int64_t end, bool is_rendered) {
    const fs::path path = TestFolder() / "drivers.mp4";
    VideoWriter writer(path, {.width_px = demo_.width_px(),
                              .height_px = demo_.height_px(),
                              .frame_rate = demo_.frame_rate()});
    Image image(demo_.width_px(), demo_.height_px());
    for (int64_t t = begin; t < end; ++t) {
      if (is_rendered) demo_.RenderFrame(t, image);
      writer.Write(image);
    }
    writer.Close();
    return path;
  }

  ProcessedClip ByFileDriver(const fs::path& clip, PoseDetector& detector) {
    VideoReader reader(clip);
    return ProcessVideo(reader, detector, options_, {});
  }

  ProcessedClip ByLiveDriver(const fs::path& clip, PoseDetector& detector) {
    std::unique_ptr<LiveSource> source = OpenLiveSource(clip.string());
    const ClipInfo info{.fps = source->info().fps,
                        .width_px = source->info().width_px,
                        .height_px = source->info().height_px};
    PoseStages stages = WholeClipStages(info, options_, {}, {});
    stages.select.emplace(PeopleSelectorOptions{.clip = info, .people = options_.people});
    PoseChain chain(std::move(stages));
    ClipCollector collector(info);
    const auto take = [&](const Frame& frame, const PeopleInFrame& people) {
      EXPECT_NE(frame.image, nullptr);
      collector.Add(people);
    };
    RunLive(std::move(source), detector, chain, take, {});
    return {.keypoints = collector.TakeKeypoints(),
            .tracks = chain.stages().select->tracks(),
            .motion = collector.TakeMotion()};
  }

  static void ExpectSame(const ProcessedClip& a, const ProcessedClip& b) {
    ASSERT_EQ(a.keypoints.frame_count, b.keypoints.frame_count);
    ASSERT_EQ(a.keypoints.people.size(), b.keypoints.people.size());
    ASSERT_EQ(a.tracks.size(), b.tracks.size());
    for (size_t p = 0; p < a.keypoints.people.size(); ++p) {
      const PersonKeypoints &x = a.keypoints.people[p], &y = b.keypoints.people[p];
      EXPECT_EQ(x.id, y.id);
      EXPECT_EQ(a.tracks[p].seen_frames, b.tracks[p].seen_frames);
      const PersonMotion &m = a.motion.people[p], &n = b.motion.people[p];
      EXPECT_EQ(m.id, x.id);
      EXPECT_EQ(n.id, x.id);
      int64_t poses = 0;
      for (int64_t t = 0; t < a.keypoints.frame_count; ++t) {
        for (int j = 0; j < 17; ++j) {
          EXPECT_EQ(x.at(t, j).score, y.at(t, j).score);
          EXPECT_NEAR(x.at(t, j).x_px, y.at(t, j).x_px, kSame_px);
          EXPECT_NEAR(x.at(t, j).y_px, y.at(t, j).y_px, kSame_px);
        }
        ASSERT_EQ(m.has_pose(t), n.has_pose(t));
        if (!m.has_pose(t)) continue;
        ++poses;
        for (int j = 0; j < 17; ++j) EXPECT_LT(Norm(m.at(t, j) - n.at(t, j)), kSame_m);
        const auto at = static_cast<size_t>(t);
        EXPECT_LT(Norm(m.root_in_cam[at] - n.root_in_cam[at]), kSame_m) << t;
        EXPECT_EQ(m.feet_down.at(at), n.feet_down.empty() ? 0 : n.feet_down.at(at));
      }
      EXPECT_GT(poses, a.keypoints.frame_count / 2);
    }
  }

  const DemoClip demo_{240};
  const Lifter lifter_ = Lifter::Load(SourceFile("models/lifter.bin"));
  FileDriverOptions options_{.people = {.count = kAllPeople}, .lifter = &lifter_};
};

// Two people, one of whom is lost now and then; the passing object is a false positive.
TEST_F(DriversTest, GiveTheSameForAScriptedDetector) {
  constexpr int64_t kFrames = 100;
  const KeypointSequence& truth = demo_.truth().keypoints;
  const auto script = [&](const Image&, double time_s) {
    const int64_t t = std::llround(time_s * 25);
    std::vector<DetectedPerson> people;
    const auto add = [&](int track, float shift_px, float presence) {
      DetectedPerson& person =
          people.emplace_back(DetectedPerson{.track_id = track, .presence = presence});
      const auto points = truth.people[0].frame(t);
      person.keypoints.assign(points.begin(), points.end());
      for (Keypoint& point : person.keypoints) point.x_px += shift_px;
      person.appearance.shares[0][static_cast<size_t>(track)] = 1;
    };
    if (t % 40 < 33) add(1, 0, 0.99F);
    add(2, 60, 0.98F);
    add(3, -90, 0.7F);
    return people;
  };
  const fs::path clip = WriteClip(0, kFrames, false);
  ScriptedDetector detector(script);
  const ProcessedClip by_file = ByFileDriver(clip, detector);
  EXPECT_EQ(by_file.keypoints.people.size(), 2U);
  ExpectSame(by_file, ByLiveDriver(clip, detector));
  fs::remove(clip);
}

TEST_F(DriversTest, GiveTheSameForARealDetector) {
  SKIP_WITHOUT_MODELS();
  const fs::path clip = WriteClip(60, 110, true);
  const auto detector = [] {
    return PeopleFollower({.size = BlazePoseSize::kLite}, PeopleFollowerOptions::For(1));
  };
  options_.people.count = 1;
  PeopleFollower first = detector(), second = detector();
  const ProcessedClip by_file = ByFileDriver(clip, first);
  EXPECT_GT(by_file.tracks.at(0).seen_frames, 40);
  ExpectSame(by_file, ByLiveDriver(clip, second));
  fs::remove(clip);
}

}  // namespace videopose::internal::drivers_test
