#include "videopose/live/live_lifter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "videopose/lift/test_weights.h"

namespace videopose {
namespace {

using testing::ElementsAre;

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

SeenPerson Person(int id, double t) {
  SeenPerson person{.id = id};
  for (size_t j = 0; j < 17; ++j) {
    const auto x = static_cast<float>(300 + 10.0 * id + 5 * t + 7.0 * static_cast<double>(j));
    person.keypoints[j] = {x, 100 + 12 * static_cast<float>(j), 1};
  }
  return person;
}

struct Collected {
  std::vector<LiveResult> results;
  LiveLifter::OnResult Callback() {
    return [this](LiveResult&& result) { results.push_back(std::move(result)); };
  }
};

TEST(LiveLifter, ResultsComeInOrderLateByTheLookAhead) {
  for (const int64_t lookahead : {0, 2, 4}) {
    Collected collected;
    LiveLifter lifter(MakeLifter(lookahead), 2, 10, collected.Callback());
    for (int64_t t = 0; t < 20; ++t) {
      lifter.Add({.index = t}, {Person(7, static_cast<double>(t))});
      EXPECT_EQ(std::ssize(collected.results), std::max<int64_t>(0, t + 1 - lookahead));
    }
    lifter.Finish();
    ASSERT_EQ(collected.results.size(), 20U);
    for (int64_t t = 0; t < 20; ++t) {
      const LiveResult& result = collected.results[static_cast<size_t>(t)];
      EXPECT_EQ(result.frame.index, t);
      ASSERT_EQ(result.people.size(), 1U);
      EXPECT_EQ(result.people[0].id, 7);
      EXPECT_EQ(result.people[0].keypoints, Person(7, static_cast<double>(t)).keypoints);
      ASSERT_TRUE(result.people[0].joints_in_cam) << t;
    }
  }
}

// The same poses as if the keypoints had gone through the StreamingLifter alone.
TEST(LiveLifter, PosesAreTheStreamingLifters) {
  Collected collected;
  LiveLifter lifter(MakeLifter(2), 2, 10, collected.Callback());
  StreamingLifter plain = MakeLifter(2);
  std::vector<StreamedPose> expected;
  for (int64_t t = 0; t < 15; ++t) {
    const SeenPerson person = Person(3, static_cast<double>(t * t));
    lifter.Add({.index = t + 100}, {person});
    const StreamedKeypoints frame{.slot = 0, .keypoints = person.keypoints};
    plain.Push({&frame, 1}, expected);
  }
  lifter.Finish();
  plain.End(0, expected);
  ASSERT_EQ(collected.results.size(), 15U);
  for (size_t t = 0; t < 15; ++t) {
    EXPECT_EQ(collected.results[t].people[0].joints_in_cam, expected[t].joints_in_cam) << t;
  }
}

// Somebody who moves steadily: a frame that was dropped is filled in exactly.
TEST(LiveLifter, DroppedFramesAreFilledIn) {
  Collected whole, gappy;
  LiveLifter a(MakeLifter(0), 2, 10, whole.Callback()), b(MakeLifter(0), 2, 10, gappy.Callback());
  for (int64_t t = 0; t < 30; ++t) {
    const SeenPerson person = Person(1, static_cast<double>(t));
    a.Add({.index = t}, {person});
    if (t % 7 != 3 && t % 7 != 4) b.Add({.index = t}, {person});
  }
  a.Finish();
  b.Finish();
  for (const LiveResult& result : gappy.results) {
    const LiveResult& expected = whole.results[static_cast<size_t>(result.frame.index)];
    for (size_t j = 0; j < 17; ++j) {
      // The line between is rounded to floats of some hundred pixels.
      EXPECT_LT(Norm((*result.people[0].joints_in_cam)[j] - (*expected.people[0].joints_in_cam)[j]),
                1e-4);
    }
  }
  EXPECT_EQ(gappy.results.size(), 22U);
}

// Of a slow video the lifter gets three frames for one, and sees what a fast one would have shown.
TEST(LiveLifter, SlowVideosAreFilledIn) {
  for (const int64_t lookahead : {0, 4}) {
    Collected fast, slow;
    LiveLifter a(MakeLifter(lookahead), 2, 10, fast.Callback());
    LiveLifter b(MakeLifter(lookahead), 2, 10, slow.Callback(), 3);
    for (int64_t t = 0; t < 28; ++t) {
      const SeenPerson person = Person(1, static_cast<double>(t));
      a.Add({.index = t}, {person});
      if (t % 3 != 0) continue;
      b.Add({.index = t / 3}, {person});
      EXPECT_EQ(std::ssize(slow.results), std::max<int64_t>(0, t - lookahead + 3) / 3);
    }
    a.Finish();
    b.Finish();
    ASSERT_EQ(slow.results.size(), 10U);
    for (size_t t = 0; t < 10; ++t) {
      EXPECT_EQ(slow.results[t].frame.index, t);
      for (size_t j = 0; j < 17; ++j) {
        // As above.
        EXPECT_LT(Norm((*slow.results[t].people[0].joints_in_cam)[j] -
                       (*fast.results[3 * t].people[0].joints_in_cam)[j]),
                  1e-4)
            << lookahead << ' ' << t;
      }
    }
  }
}

TEST(LiveLifter, PeopleComeAndGo) {
  Collected collected;
  LiveLifter lifter(MakeLifter(1), 2, 5, collected.Callback());
  std::vector<int> with_pose, without_pose;
  for (int64_t t = 0; t < 40; ++t) {
    std::vector<SeenPerson> people;
    if (t < 12 && t != 4) people.push_back(Person(1, static_cast<double>(t)));  // hidden at 4
    if (t >= 8) people.push_back(Person(2, static_cast<double>(t)));
    if (t >= 10) people.push_back(Person(3, static_cast<double>(t)));
    lifter.Add({.index = t}, people);
  }
  lifter.Finish();
  ASSERT_EQ(collected.results.size(), 40U);
  EXPECT_EQ(collected.results[4].people.size(), 0U);
  EXPECT_TRUE(collected.results[5].people[0].joints_in_cam);
  const std::vector<LivePerson>& crowded = collected.results[11].people;
  EXPECT_TRUE(crowded[0].joints_in_cam && crowded[1].joints_in_cam);
  EXPECT_FALSE(crowded[2].joints_in_cam) << "two slots, three people";
  const std::vector<LivePerson>& later = collected.results[30].people;
  ASSERT_EQ(later.size(), 2U);
  EXPECT_TRUE(later[0].joints_in_cam && later[1].joints_in_cam) << "the first one's slot is free";
}

TEST(LiveLifter, NobodyForALongTimeIsANewBeginning) {
  Collected collected, fresh;
  LiveLifter lifter(MakeLifter(2), 2, 5, collected.Callback());
  LiveLifter other(MakeLifter(2), 2, 5, fresh.Callback());
  for (int64_t t = 0; t < 6; ++t) lifter.Add({.index = t}, {Person(1, static_cast<double>(t))});
  for (int64_t t = 0; t < 6; ++t) {
    const SeenPerson person = Person(1, static_cast<double>(50 + t * t));
    lifter.Add({.index = 1'000'000'000 + t}, {person});  // the camera was away
    other.Add({.index = t}, {person});
  }
  lifter.Finish();
  other.Finish();
  ASSERT_EQ(collected.results.size(), 12U);
  for (size_t t = 0; t < 6; ++t) {
    EXPECT_TRUE(collected.results[t].people[0].joints_in_cam) << t;
    EXPECT_EQ(collected.results[6 + t].people[0].joints_in_cam,
              fresh.results[t].people[0].joints_in_cam);
  }
  LiveLifter nobody(MakeLifter(2), 2, 5, fresh.Callback());
  fresh.results.clear();
  for (int64_t t = 0; t < 9; ++t) nobody.Add({.index = t}, {});
  nobody.Finish();
  EXPECT_EQ(fresh.results.size(), 9U);
}

}  // namespace
}  // namespace videopose
