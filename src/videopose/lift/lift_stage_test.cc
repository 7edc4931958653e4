// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/lift_stage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/test_data.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/lift/test_weights.h"

namespace videopose::internal::lift_stage_test {

LiftCheckpoint RandomCheckpoint() {
  RandomValues random(41);
  return {
      .pose = RandomWeights(
          random, {.widths = {3, 3}, .channels = 16, .input_channels = 34, .output_channels = 51})};
}

StreamingLifter MakeLifter(int64_t lookahead, int max_people = 2) {
  return {RandomCheckpoint(),
          {.width_px = 640, .height_px = 480, .lookahead = lookahead, .max_people = max_people}};
}

const ClipInfo kClip = {.fps = 25, .width_px = 640, .height_px = 480};

Person At(int id, double t) {
  Person person{.id = id};
  for (size_t j = 0; j < 17; ++j) {
    const auto x = static_cast<float>(300 + 10.0 * id + 5 * t + 7.0 * static_cast<double>(j));
    person.keypoints.push_back({x, 100 + 12 * static_cast<float>(j), 1});
  }
  person.filled = person.keypoints;
  return person;
}

// Fill and lift, one frame after the other.
class Stages {
 public:
  explicit Stages(int64_t lookahead, int parts = 1)
      : fill_({.clip = {.fps = 10}, .lookahead = 0, .parts = parts}),
        lift_(MakeLifter(lookahead)) {}
  void Push(int64_t index, std::vector<Person> people) {
    std::vector<PeopleInFrame> filled;
    fill_.Push({.index = index, .people = std::move(people)}, filled);
    for (PeopleInFrame& frame : filled) lift_.Push(std::move(frame), out);
  }
  void Flush() { lift_.Flush(out); }

  std::vector<PeopleInFrame> out;

 private:
  GapFiller fill_;
  LiftStage lift_;
};

double Distance(const Person& a, const Person& b) {
  double largest = 0;
  EXPECT_EQ(a.joints_in_cam.size(), 17U);
  EXPECT_EQ(b.joints_in_cam.size(), 17U);
  for (size_t j = 0; j < 17; ++j) {
    largest = std::max<double>(largest, Norm(a.joints_in_cam.at(j) - b.joints_in_cam.at(j)));
  }
  return largest;
}

// Lines between frames are rounded to floats of some hundred pixels.
constexpr double kRounding_m = 1e-4;

TEST(LiftStage, FramesComeInOrderLateByTheLookAhead) {
  for (const int64_t lookahead : {0, 2, 4}) {
    Stages stages(lookahead);
    for (int64_t t = 0; t < 20; ++t) {
      stages.Push(t, {At(7, static_cast<double>(t))});
      EXPECT_EQ(std::ssize(stages.out), std::max<int64_t>(0, t + 1 - lookahead));
    }
    stages.Flush();
    ASSERT_EQ(stages.out.size(), 20U);
    for (int64_t t = 0; t < 20; ++t) {
      const PeopleInFrame& frame = stages.out[static_cast<size_t>(t)];
      EXPECT_EQ(frame.index, t);
      ASSERT_EQ(frame.people.size(), 1U);
      EXPECT_EQ(frame.people[0].id, 7);
      EXPECT_EQ(frame.people[0].keypoints, At(7, static_cast<double>(t)).keypoints);
      EXPECT_EQ(frame.people[0].joints_in_cam.size(), 17U);
    }
  }
}

TEST(LiftStage, PosesAreTheStreamingLifters) {
  Stages stages(2);
  StreamingLifter plain = MakeLifter(2);
  std::vector<StreamedPose> expected;
  for (int64_t t = 0; t < 15; ++t) {
    const Person person = At(3, static_cast<double>(t * t));
    stages.Push(t + 100, {person});
    const StreamedKeypoints frame{.slot = 0, .keypoints = person.keypoints};
    plain.Push({&frame, 1}, expected);
  }
  stages.Flush();
  plain.End(0, expected);
  ASSERT_EQ(stages.out.size(), 15U);
  for (size_t t = 0; t < 15; ++t) {
    const std::vector<Vec3f>& joints = stages.out[t].people[0].joints_in_cam;
    EXPECT_TRUE(std::ranges::equal(joints, expected[t].joints_in_cam)) << t;
  }
}

// A person who moves steadily: a frame that was dropped is filled in exactly.
TEST(LiftStage, DroppedFramesAreLiftedButNotGiven) {
  Stages whole(0), gappy(0);
  for (int64_t t = 0; t < 30; ++t) {
    const Person person = At(1, static_cast<double>(t));
    whole.Push(t, {person});
    if (t % 7 != 3 && t % 7 != 4) gappy.Push(t, {person});
  }
  whole.Flush();
  gappy.Flush();
  EXPECT_EQ(gappy.out.size(), 22U);
  for (const PeopleInFrame& frame : gappy.out) {
    const PeopleInFrame& expected = whole.out[static_cast<size_t>(frame.index)];
    EXPECT_LT(Distance(frame.people[0], expected.people[0]), kRounding_m);
  }
}

// Of a slow video the lifter gets three frames for one, and sees what a fast video would show.
TEST(LiftStage, SlowVideosAreFilledIn) {
  for (const int64_t lookahead : {0, 4}) {
    Stages fast(lookahead), slow(lookahead, 3);
    for (int64_t t = 0; t < 28; ++t) {
      const Person person = At(1, static_cast<double>(t));
      fast.Push(t, {person});
      if (t % 3 != 0) continue;
      slow.Push(t / 3, {person});
      EXPECT_EQ(std::ssize(slow.out), std::max<int64_t>(0, t - lookahead + 3) / 3);
    }
    fast.Flush();
    slow.Flush();
    ASSERT_EQ(slow.out.size(), 10U);
    for (size_t t = 0; t < 10; ++t) {
      EXPECT_EQ(slow.out[t].index, static_cast<int64_t>(t));
      EXPECT_LT(Distance(slow.out[t].people[0], fast.out[3 * t].people[0]), kRounding_m);
    }
  }
}

TEST(LiftStage, PeopleComeAndGo) {
  Stages stages(1);
  for (int64_t t = 0; t < 40; ++t) {
    std::vector<Person> people;
    if (t < 12 && t != 4) people.push_back(At(1, static_cast<double>(t)));  // hidden at 4
    if (t >= 8) people.push_back(At(2, static_cast<double>(t)));
    if (t >= 10) people.push_back(At(3, static_cast<double>(t)));
    stages.Push(t, people);
  }
  stages.Flush();
  ASSERT_EQ(stages.out.size(), 40U);
  EXPECT_EQ(stages.out[4].people.size(), 0U) << "lifted, but not shown";
  EXPECT_FALSE(stages.out[5].people[0].joints_in_cam.empty());
  const std::vector<Person>& crowded = stages.out[11].people;
  EXPECT_FALSE(crowded[0].joints_in_cam.empty() || crowded[1].joints_in_cam.empty());
  EXPECT_TRUE(crowded[2].joints_in_cam.empty()) << "two slots, three people";
  const std::vector<Person>& later = stages.out[30].people;
  ASSERT_EQ(later.size(), 2U);
  EXPECT_FALSE(later[0].joints_in_cam.empty() || later[1].joints_in_cam.empty())
      << "the first one's slot is free";
}

TEST(LiftStage, AfterALongPauseThereIsANewBeginning) {
  Stages paused(2), fresh(2);
  for (int64_t t = 0; t < 6; ++t) paused.Push(t, {At(1, static_cast<double>(t))});
  for (int64_t t = 0; t < 6; ++t) {
    const Person person = At(1, static_cast<double>(50 + t * t));
    paused.Push(1'000'000'000 + t, {person});  // the camera was disconnected
    fresh.Push(t, {person});
  }
  paused.Flush();
  fresh.Flush();
  ASSERT_EQ(paused.out.size(), 12U);
  for (size_t t = 0; t < 6; ++t) {
    EXPECT_FALSE(paused.out[t].people[0].joints_in_cam.empty()) << t;
    EXPECT_EQ(paused.out[6 + t].people[0].joints_in_cam, fresh.out[t].people[0].joints_in_cam);
  }
}

TEST(LiftStage, FramesWithoutPeopleWaitForNothing) {
  Stages stages(2);
  for (int64_t t = 0; t < 9; ++t) {
    stages.Push(t, {});
    EXPECT_EQ(std::ssize(stages.out), t + 1);
  }
}

const Lifter& ShippedLifter() {
  static const Lifter lifter = Lifter::Load(SourceFile("models/lifter.bin"));
  return lifter;
}

TEST(LiftStage, AWholeClipComesAtItsEndWithoutWhatIsBridged) {
  LiftStage stage(ShippedLifter(), kClip, {});
  std::vector<PeopleInFrame> out;
  for (int64_t t = 0; t < 30; ++t) {
    PeopleInFrame frame{.index = t, .people = {At(4, static_cast<double>(t))}};
    if (t == 10) frame.people[0].keypoints.clear();
    if (t == 20) frame.is_between = true;
    if (t == 25) frame.people.clear();
    stage.Push(frame, out);
  }
  EXPECT_TRUE(out.empty());
  stage.Flush(out);
  ASSERT_EQ(out.size(), 29U);
  for (const PeopleInFrame& frame : out) {
    ASSERT_EQ(frame.people.size(), frame.index == 10 || frame.index == 25 ? 0U : 1U);
    if (!frame.people.empty()) {
      EXPECT_EQ(frame.people[0].joints_in_cam.size(), 17U);
    }
  }
}

// Frames [begin, end) of a person, as one run.
std::vector<Vec3f> LiftedAlone(int64_t begin, int64_t end) {
  FilledRun run;
  for (int64_t t = begin; t < end; ++t) run.Append(At(4, static_cast<double>(t)).filled);
  const JointTrack<Vec3f> lifted = ShippedLifter().LiftRuns({&run, 1}, kClip, {})[0].joints_in_cam;
  return {lifted.begin(), lifted.end()};
}

TEST(LiftStage, RunsOfConsecutiveFramesAreLiftedByThemselves) {
  LiftStage stage(ShippedLifter(), kClip, {});
  std::vector<PeopleInFrame> out;
  for (int64_t t = 0; t < 40; ++t) {
    PeopleInFrame frame{.index = t, .people = {At(4, static_cast<double>(t))}};
    if (t >= 20 && t < 26) frame.people.clear();
    stage.Push(frame, out);
  }
  stage.Flush(out);
  const std::vector<Vec3f> first = LiftedAlone(0, 20), second = LiftedAlone(26, 40);
  for (size_t j = 0; j < 17; ++j) {
    // Sums are taken in another order beside another run.
    EXPECT_LT(Norm(out[19].people[0].joints_in_cam[j] - first[19 * 17 + j]), 1e-5);
    EXPECT_LT(Norm(out[26].people[0].joints_in_cam[j] - second[j]), 1e-5);
  }
}

}  // namespace videopose::internal::lift_stage_test
