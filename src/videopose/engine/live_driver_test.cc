// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/live_driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "support/deadline.h"
#include "videopose/base/error.h"
#include "videopose/engine/test_detectors.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/test_weights.h"

namespace videopose::internal::live_driver_test {

using testing::ElementsAre;
using testing::HasSubstr;

// Images that hold their own number.
class FakeSource : public LiveSource {
 public:
  struct Settings {
    int64_t frames = 10;
    LiveSourceInfo info{.width_px = 4, .height_px = 2, .fps = 100};
    int64_t first = 0;
    std::string error_text;
    std::shared_ptr<std::atomic<int64_t>> count;  // of images read
  };
  explicit FakeSource(Settings settings) : settings_(std::move(settings)) {}

  const LiveSourceInfo& info() const override { return settings_.info; }
  std::string error_text() const override { return settings_.error_text; }
  bool Read(Image& image, double& time_s) override {
    if (frame_ == settings_.frames) return false;
    if (settings_.count) ++*settings_.count;
    image = Image(settings_.info.width_px, settings_.info.height_px);
    image.bgrx[0] = static_cast<uint8_t>(settings_.first + frame_);
    time_s = static_cast<double>(frame_++) / settings_.info.fps;
    return true;
  }

 private:
  Settings settings_;
  int64_t frame_ = 0;
};

// Selects, fills and lifts.
PoseChain MakeChain() {
  RandomValues random(51);
  const LiftCheckpoint checkpoint{
      .pose = RandomWeights(
          random, {.widths = {3}, .channels = 8, .input_channels = 34, .output_channels = 51})};
  const ClipInfo clip{.fps = 100, .width_px = 4, .height_px = 2};
  StreamingLifter lifter(checkpoint, {.width_px = 4, .height_px = 2, .lookahead = 1});
  PoseStages stages;
  stages.select.emplace(PeopleSelectorOptions{.clip = clip, .lookahead = 0});
  stages.fill.emplace(lifter.FillerOptions(clip));
  stages.lift.emplace(std::move(lifter));
  return PoseChain(std::move(stages));
}

struct Result {
  Frame frame;
  std::vector<Person> people;
};

struct DriverRun {
  LiveDriverOptions options;
  // One person whose keypoints are the frame's number.
  ScriptedDetector::Script script = [](const Image& image, double /*time_s*/) {
    DetectedPerson person{.track_id = 1};
    person.keypoints.assign(17, {1, static_cast<float>(image.bgrx[0]), 1});
    return std::vector<DetectedPerson>{person};
  };
  std::vector<Result> results;
  LiveSummary summary;

  void operator()(FakeSource::Settings settings) {
    ScriptedDetector detector(script);
    PoseChain chain = MakeChain();
    summary = RunLive(
        std::make_unique<FakeSource>(std::move(settings)), detector, chain,
        [this](const Frame& frame, const PeopleInFrame& people) {
          EXPECT_EQ(frame.index, people.index);
          results.push_back({frame, people.people});
        },
        options);
  }
};

TEST(LiveDriver, AFileIsWorkedOffFrameByFrame) {
  DriverRun run;
  run.script = [inner = run.script](const Image& image, double time_s) {
    if (image.bgrx[0] % 10 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    return inner(image, time_s);
  };
  run({.frames = 60, .error_text = "the end is missing"});
  ASSERT_EQ(run.results.size(), 60U);
  for (size_t t = 0; t < 60; ++t) {
    EXPECT_EQ(run.results[t].frame.index, static_cast<int64_t>(t));
    EXPECT_EQ(run.results[t].people[0].keypoints[0].y_px, static_cast<float>(t)) << "its image";
    EXPECT_FALSE(run.results[t].people[0].joints_in_cam.empty());
    EXPECT_EQ(run.results[t].frame.dropped_before, 0);
  }
  EXPECT_EQ(run.summary.frames_read, 60);
  EXPECT_EQ(run.summary.frames_dropped, 0);
  EXPECT_EQ(run.summary.error_text, "the end is missing");
}

TEST(LiveDriver, ADetectorThatIsTooSlowLosesOldFramesAndCountsThem) {
  DriverRun run;
  const auto count = std::make_shared<std::atomic<int64_t>>(0);
  run.options.max_latency_s = 1e6;
  run.script = [&, inner = run.script](const Image& image, double time_s) {
    while (*count < 100) std::this_thread::yield();
    return inner(image, time_s);
  };
  FakeSource::Settings camera{.frames = 100, .count = count};
  camera.info.has_pace = true;
  run(camera);
  EXPECT_EQ(run.summary.frames_read, 100);
  EXPECT_GT(run.summary.frames_dropped, 0);
  EXPECT_EQ(std::ssize(run.results), 100 - run.summary.frames_dropped);
  EXPECT_EQ(run.results.back().frame.index, 99) << "the newest is never dropped";
  for (size_t i = 1; i < run.results.size(); ++i) {
    EXPECT_GT(run.results[i].frame.index, run.results[i - 1].frame.index);
    EXPECT_FALSE(run.results[i].people[0].joints_in_cam.empty());
  }
}

TEST(LiveDriver, FramesThatWaitedTooLongAreDropped) {
  DriverRun run;
  run.options.max_latency_s = 0;
  FakeSource::Settings camera{.frames = 20};
  camera.info.has_pace = true;
  run(camera);
  EXPECT_EQ(run.summary.frames_dropped, 20);
  EXPECT_TRUE(run.results.empty());
}

TEST(LiveDriver, RealtimeKeepsTheSourcesPace) {
  DriverRun run;
  run.options.realtime = true;
  const FrameClock::time_point start = FrameClock::now();
  run({.frames = 11});
  // Ten intervals of 10 ms; however busy the machine is, it is not faster.
  EXPECT_GE(FrameClock::now() - start, std::chrono::milliseconds(100));
  EXPECT_EQ(run.summary.frames_read, 11);
}

TEST(LiveDriver, ASourceThatBreaksOffIsOpenedAgain) {
  const Deadline deadline("the driver");
  DriverRun run;
  FakeSource::Settings camera{.frames = 5, .error_text = "camera: unplugged"};
  camera.info.is_endless = true;
  std::atomic<int> opened{0};
  std::atomic<bool> stop{false};
  std::vector<std::string> errors;
  run.options.reopen_after_s = 1e-3;
  run.options.stop_requested = [&] { return stop.load(); };
  run.options.on_error = [&](const std::string& line) { errors.push_back(line); };
  run.options.reopen = [&]() -> std::unique_ptr<LiveSource> {
    if (++opened == 1) throw Error("camera: not there");
    if (opened == 4) stop = true;
    FakeSource::Settings again = camera;
    again.first = 10 * opened;
    return std::make_unique<FakeSource>(again);
  };
  run(camera);
  EXPECT_THAT(errors,
              ElementsAre("camera: unplugged; trying again", "camera: not there; trying again",
                          "camera: unplugged; trying again", "camera: unplugged; trying again"));
  ASSERT_EQ(run.results.size(), 15U);
  EXPECT_EQ(run.summary.reopened, 3);
  EXPECT_EQ(run.results[5].people[0].keypoints[0].y_px, 20);
  for (size_t i = 1; i < run.results.size(); ++i) {
    EXPECT_GT(run.results[i].frame.index, run.results[i - 1].frame.index) << "time goes on";
  }
}

TEST(LiveDriver, TimeGoesOnByAtMostTheLongestBreakWhileTheSourceIsAway) {
  const Deadline deadline("the driver");
  DriverRun run;
  FakeSource::Settings camera{.frames = 5};
  camera.info.is_endless = true;
  int opened = 0;
  std::atomic<bool> stop{false};
  run.options.reopen_after_s = 0.3;
  run.options.longest_break_s = 0.05;
  run.options.stop_requested = [&] { return stop.load(); };
  run.options.reopen = [&]() -> std::unique_ptr<LiveSource> {
    stop = ++opened == 2;
    return std::make_unique<FakeSource>(camera);
  };
  run(camera);
  ASSERT_EQ(run.results.size(), 10U);
  EXPECT_EQ(run.results[4].frame.index, 4);
  // 5 frames at 100 a second, and the next one; 30 have passed.
  EXPECT_LE(run.results[5].frame.index, 4 + 6);
}

TEST(LiveDriver, AnotherImageSizeIsAnError) {
  DriverRun run;
  FakeSource::Settings camera{.frames = 2};
  camera.info.is_endless = true;
  run.options.reopen_after_s = 1e-3;
  run.options.reopen = [&]() -> std::unique_ptr<LiveSource> {
    FakeSource::Settings other = camera;
    other.info.width_px = 8;
    return std::make_unique<FakeSource>(other);
  };
  try {
    run(camera);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("8 x 2 pixels instead of 4 x 2"));
  }
}

TEST(LiveDriver, AStopFinishesWhatIsUnderWay) {
  const Deadline deadline("the driver");
  DriverRun run;
  std::atomic<int> frames{0};
  run.options.stop_requested = [&] { return frames >= 5; };
  run.script = [&, inner = run.script](const Image& image, double time_s) {
    ++frames;
    return inner(image, time_s);
  };
  run({.frames = 1'000'000'000});
  EXPECT_GE(run.results.size(), 5U);
  EXPECT_EQ(std::ssize(run.results), run.summary.frames_read);
  EXPECT_FALSE(run.results.back().people[0].joints_in_cam.empty());
}

TEST(LiveDriver, WhatAStageThrowsEndsTheOthers) {
  const Deadline deadline("the driver");
  DriverRun run;
  int count = 0;
  run.script = [&](const Image&, double) -> std::vector<DetectedPerson> {
    if (++count == 3) throw Error("the model broke");
    return {};
  };
  EXPECT_THROW(run({.frames = 1'000'000'000}), Error);
  ScriptedDetector empty_scene([](const Image&, double) { return std::vector<DetectedPerson>(); });
  PoseChain chain = MakeChain();
  EXPECT_THROW(
      RunLive(std::make_unique<FakeSource>(FakeSource::Settings{.frames = 1'000'000'000}),
              empty_scene, chain,
              [](const Frame&, const PeopleInFrame&) { throw Error("the disk is full"); }, {}),
      Error);
}

}  // namespace videopose::internal::live_driver_test
