// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/parallel_detection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <utility>

#include "support/error_of.h"
#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/base/statistics.h"
#include "videopose/engine/test_detectors.h"
#include "videopose/track/people_follower.h"

namespace videopose::internal::parallel_detection_test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr double kFps = 25;
constexpr int kFrames = 110;

DetectedPerson PersonAt(float x_px, int id) {
  DetectedPerson person{.track_id = id};
  for (int j = 0; j < 17; ++j) {
    const auto joint = static_cast<float>(j);
    person.keypoints.push_back({.x_px = x_px + joint, .y_px = 10 + 6 * joint, .score = 1});
  }
  return person;
}

FrameDetections Frame(std::vector<DetectedPerson> people) {
  return {.width_px = 200, .height_px = 120, .people = std::move(people)};
}

TEST(JoinTracksTest, TellsWhoIsWho) {
  const std::vector<FrameDetections> earlier(8, Frame({PersonAt(20, 3), PersonAt(90, 7)}));
  const std::vector<FrameDetections> later(8, Frame({PersonAt(91, 1), PersonAt(20, 2)}));
  const auto joined = JoinTracks(earlier, later);
  ASSERT_TRUE(joined.has_value());
  EXPECT_THAT(*joined, ElementsAre(Pair(1, 7), Pair(2, 3)));
}

TEST(JoinTracksTest, OnlyTheLastFramesCount) {
  std::vector<FrameDetections> later(8, Frame({PersonAt(20, 1)}));
  later[0].people.clear();
  EXPECT_TRUE(JoinTracks(std::vector<FrameDetections>(8, Frame({PersonAt(20, 3)})), later));
}

TEST(JoinTracksTest, DisagreementIsNoJoin) {
  const std::vector<FrameDetections> earlier(8, Frame({PersonAt(20, 3)}));
  const auto later = [](std::vector<DetectedPerson> people) {
    return std::vector<FrameDetections>(8, Frame(std::move(people)));
  };
  EXPECT_FALSE(JoinTracks(earlier, later({}))) << "not found anew";
  EXPECT_FALSE(JoinTracks(earlier, later({PersonAt(20, 1), PersonAt(90, 2)}))) << "one more";
  EXPECT_FALSE(JoinTracks(earlier, later({PersonAt(30, 1)}))) << "somewhere else";
  std::vector<FrameDetections> changing = later({PersonAt(20, 1)});
  changing[6].people[0].track_id = 2;
  EXPECT_FALSE(JoinTracks(earlier, changing)) << "two at one place";
  EXPECT_TRUE(JoinTracks(later({}), later({}))) << "no people";
}

// What is to be seen at a time.
using Scene = std::function<std::vector<DetectedPerson>(double time_s)>;

class PartsTest : public testing::Test {
 protected:
  void SetUp() override {
    VideoWriter writer(clip_, {.width_px = 200, .height_px = 120, .frame_rate = {25, 1}});
    for (int t = 0; t < kFrames; ++t) writer.Write(Image(200, 120));
    writer.Close();
  }

  // Each detector counts its IDs from another number on.
  ProcessedParts Process(const std::function<Scene()>& scene_of_detector, int workers = 2,
                         const VideoReaderOptions& read = {}) {
    std::atomic<int> detectors{0};
    const auto make = [&]() -> std::unique_ptr<PoseDetector> {
      const int base = 100 * ++detectors;
      return std::make_unique<ScriptedDetector>(
          [base, scene = scene_of_detector()](const Image&, double time_s) {
            std::vector<DetectedPerson> people = scene(time_s);
            for (DetectedPerson& person : people) person.track_id += base;
            return people;
          });
    };
    return ProcessVideoInParts({.video = clip_,
                                .read = read,
                                .make_detector = make,
                                .part_s = 1,
                                .overlap_s = 0.4,
                                .workers = workers},
                               {.people = {.count = kAllPeople}, .raw = true}, {});
  }
  ProcessedClip Sequential(const Scene& scene, const VideoReaderOptions& read = {}) {
    VideoReader reader(clip_, read);
    ScriptedDetector detector([&](const Image&, double time_s) { return scene(time_s); });
    return ProcessVideo(reader, detector, {.people = {.count = kAllPeople}, .raw = true}, {});
  }

  static void ExpectSame(const ProcessedClip& found, const ProcessedClip& expected) {
    ASSERT_EQ(found.keypoints.frame_count, expected.keypoints.frame_count);
    ASSERT_EQ(found.keypoints.people.size(), expected.keypoints.people.size());
    for (size_t p = 0; p < expected.keypoints.people.size(); ++p) {
      EXPECT_EQ(found.keypoints.people[p].id, expected.keypoints.people[p].id);
      EXPECT_EQ(found.keypoints.people[p].keypoints, expected.keypoints.people[p].keypoints);
    }
  }

  const fs::path clip_ = TestFolder() / "clip.mp4";
};

// One walks all the time, another comes in the middle of a part, a third one leaves.
std::vector<DetectedPerson> Walkers(double time_s) {
  std::vector<DetectedPerson> people = {PersonAt(static_cast<float>(10 * time_s), 1)};
  if (time_s < 2.5) people.push_back(PersonAt(150, 2));
  if (time_s > 1.5) people.push_back(PersonAt(90, 3));
  return people;
}

TEST_F(PartsTest, GiveWhatOneDetectorGivesWhateverTheNumberOfThreads) {
  const ProcessedClip expected = Sequential(Walkers);
  ASSERT_EQ(expected.keypoints.frame_count, kFrames);
  for (const int workers : {1, 2, 4}) {
    const ProcessedParts found = Process([] { return Walkers; }, workers);
    ExpectSame(found.clip, expected);
    EXPECT_EQ(found.parts, 5);
    EXPECT_EQ(found.repeated, 0);
    EXPECT_EQ(found.decode_warnings, "");
  }
}

TEST_F(PartsTest, RangesAreThoseOfTheReader) {
  for (const VideoReaderOptions& read :
       {VideoReaderOptions{.start_s = 0.61}, VideoReaderOptions{.start_s = 0.3, .end_s = 2.7},
        VideoReaderOptions{.max_frames = 60}, VideoReaderOptions{.max_frames = 50}}) {
    ExpectSame(Process([] { return Walkers; }, 2, read).clip, Sequential(Walkers, read));
  }
}

// A person who can be followed, but not found.
TEST_F(PartsTest, APersonWhomLaterDetectorsMissIsFollowedOn) {
  const ProcessedClip expected = Sequential(Walkers);
  const ProcessedParts found = Process([]() -> Scene {
    auto is_first = std::make_shared<bool>(true);
    auto knows = std::make_shared<bool>(false);
    return [is_first, knows](double time_s) {
      if (std::exchange(*is_first, false)) *knows = time_s == 0;
      std::vector<DetectedPerson> people = Walkers(time_s);
      if (!*knows) people.erase(people.begin());
      return people;
    };
  });
  ExpectSame(found.clip, expected);
  EXPECT_EQ(found.repeated, 4);
}

TEST_F(PartsTest, ErrorsAndStopsEndAllThreads) {
  EXPECT_THAT(ErrorOf([&] {
                Process([]() -> Scene {
                  return [](double time_s) -> std::vector<DetectedPerson> {
                    if (time_s > 2) Fail("this detector fails");
                    return {};
                  };
                });
              }),
              HasSubstr("this detector fails"));
  const std::atomic<bool> stop{true};
  EXPECT_THROW(ProcessVideoInParts({.video = clip_,
                                    .make_detector =
                                        [] {
                                          return std::make_unique<ScriptedDetector>(
                                              [](const Image&, double) {
                                                return std::vector<DetectedPerson>();
                                              });
                                        },
                                    .part_s = 1},
                                   {}, {.stop_requested = &stop}),
               Cancelled);
}

// With the real detector, on a photograph that moves.
TEST(PartsOfARealClipTest, PosesAreTheSameAndNothingJumpsAtSeams) {
  SKIP_WITHOUT_MODELS();
  const Image person = ReadImage(TestData("fixtures/images/tfjs_pose.jpg"));
  const fs::path clip = TestFolder() / "moving.mp4";
  {
    VideoWriter writer(clip, {.width_px = person.width_px,
                              .height_px = person.height_px,
                              .frame_rate = {25, 1},
                              .crf = 10});
    for (int t = 0; t < 80; ++t) {
      Image moved = person;
      const auto by_px = static_cast<std::ptrdiff_t>(std::lround(60 * std::sin(0.08 * t) + 60));
      for (int y = 0; y < person.height_px; ++y) {
        std::copy(person.row(y), person.row(y) + 4 * (person.width_px - by_px),
                  moved.row(y) + 4 * by_px);
      }
      writer.Write(moved);
    }
    writer.Close();
  }
  DetectorOptions lite;
  lite.size = BlazePoseSize::kLite;
  const FileDriverOptions options{.people = {.count = 1}};
  VideoReader reader(clip);
  const ProcessedClip expected =
      ProcessVideo(reader, *DetectorFor(lite, options.people), options, {});
  DetectionParts parts = PartsOf(clip, {}, lite, options.people);
  parts.part_s = 1;
  parts.overlap_s = 0.5;
  const ProcessedParts found = ProcessVideoInParts(parts, options, {});
  EXPECT_EQ(found.parts, 4);
  ASSERT_EQ(found.clip.keypoints.people.size(), 1U);
  ASSERT_EQ(found.clip.keypoints.frame_count, expected.keypoints.frame_count);
  const auto &own = found.clip.keypoints.people[0].keypoints,
             &theirs = expected.keypoints.people[0].keypoints;
  std::vector<float> distances_px;
  float largest_step_px = 0, largest_expected_px = 0;
  for (int64_t t = 0; t < found.clip.keypoints.frame_count; ++t) {
    for (int j = 0; j < 17; ++j) {
      const auto at = [&](const auto& keypoints, int64_t frame) {
        const Keypoint& point = keypoints.at(frame, j);
        return Vec2f{point.x_px, point.y_px};
      };
      distances_px.push_back(Norm(at(own, t) - at(theirs, t)));
      if (t == 0) continue;
      largest_step_px = std::max(largest_step_px, Norm(at(own, t) - at(own, t - 1)));
      largest_expected_px = std::max(largest_expected_px, Norm(at(theirs, t) - at(theirs, t - 1)));
    }
  }
  EXPECT_LT(Median(distances_px), 1);
  EXPECT_LT(largest_step_px, largest_expected_px + 3);
}

}  // namespace
}  // namespace videopose::internal::parallel_detection_test
