// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/gap_filler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace videopose::internal::gap_filler_test {

using testing::ElementsAre;

// All keypoints on one parabola, which a cubic follows exactly.
float Parabola(double t) { return static_cast<float>(100 + 3 * t + 0.5 * t * t); }

Person At(int id, double t) {
  const float at = Parabola(t);
  return {.id = id, .keypoints = std::vector<Keypoint>(17, {at, 2 * at, 0.5F})};
}

PeopleInFrame Frame(int64_t index, std::vector<Person> people) {
  return {.index = index, .time_s = static_cast<double>(index) / 10, .people = std::move(people)};
}

// At 10 frames a second gaps of up to five frames are short.
const ClipInfo kClip = {.fps = 10, .width_px = 640, .height_px = 480};

std::vector<PeopleInFrame> Fill(const GapFillerOptions& options,
                                const std::vector<PeopleInFrame>& frames) {
  GapFiller filler(options);
  std::vector<PeopleInFrame> out;
  for (const PeopleInFrame& frame : frames) filler.Push(frame, out);
  filler.Flush(out);
  return out;
}

// Person 1 where `seen` says x.
std::vector<PeopleInFrame> Seen(const std::string& seen) {
  std::vector<PeopleInFrame> frames;
  for (const char c : seen) {
    const auto index = std::ssize(frames);
    frames.push_back(Frame(index, {}));
    if (c == 'x') frames.back().people.push_back(At(1, static_cast<double>(index)));
  }
  return frames;
}

// s: shown and lifted, l: lifted only, .: neither.
std::string Course(const std::vector<PeopleInFrame>& frames) {
  std::string course;
  for (const PeopleInFrame& frame : frames) {
    char c = '.';
    for (const Person& person : frame.people) {
      EXPECT_FALSE(person.filled.empty());
      c = person.keypoints.empty() ? 'l' : 's';
    }
    course += c;
  }
  return course;
}

TEST(FrameParts, AreMoreWhereThereAreFewFramesASecond) {
  EXPECT_EQ(FrameParts(30), 1);
  EXPECT_EQ(FrameParts(20), 1);
  EXPECT_EQ(FrameParts(15), 2);
  EXPECT_EQ(FrameParts(5), 5);
  EXPECT_EQ(FrameParts(1), 8);
  EXPECT_EQ(FrameParts(0), 1);
  EXPECT_EQ(FrameParts(std::nan("")), 1);
}

TEST(GapFiller, ShortGapsAreShownLongOnesBridgedVeryLongOnesANewBeginning) {
  const GapFillerOptions options{.clip = kClip, .longest_bridge = 8};
  EXPECT_EQ(Course(Fill(options, Seen(".xx.....xx."))), ".sssssssss.");
  EXPECT_EQ(Course(Fill(options, Seen(".xx......xx"))), ".ssllllllss");
  EXPECT_EQ(Course(Fill(options, Seen("x.........x"))), "s.........s");
  EXPECT_EQ(Course(Fill(options, Seen("....."))), ".....");
  EXPECT_TRUE(Fill(options, {}).empty());
}

TEST(GapFiller, KeypointsInShortGapsLieOnTheLineWithHalfTheScore) {
  const std::vector<PeopleInFrame> filled = Fill({.clip = kClip}, Seen("x..x"));
  const Keypoint& point = filled.at(1).people.at(0).keypoints.at(3);
  EXPECT_FLOAT_EQ(point.x_px, Parabola(0) + (Parabola(3) - Parabola(0)) / 3);
  EXPECT_FLOAT_EQ(point.score, 0.25F);
  EXPECT_FLOAT_EQ(filled[1].people[0].filled.at(3).x_px, point.x_px);
  EXPECT_FLOAT_EQ(filled[1].people[0].filled.at(3).score, 0.5F) << "for the lifter";
  EXPECT_EQ(filled[1].index, 1);
}

TEST(GapFiller, SinglePointsLikewiseAndExtraPoints) {
  std::vector<PeopleInFrame> frames = Seen("xx.xxxxxxxxx");
  for (PeopleInFrame& frame : frames) {
    if (!frame.people.empty()) {
      const auto at = static_cast<float>(frame.index);
      frame.people[0].extra_points = {{at, at, at, 1}};
    }
  }
  frames[1].people[0].keypoints[9] = {};
  for (size_t t = 4; t < 11; ++t) frames[t].people[0].keypoints[10] = {};
  const std::vector<PeopleInFrame> filled = Fill({.clip = kClip}, frames);
  EXPECT_NEAR(filled[1].people[0].keypoints[9].x_px, Parabola(1), 0.5)
      << "with the rest of the arm";
  EXPECT_EQ(filled[6].people[0].keypoints[10].score, 0) << "seven frames stay a gap";
  EXPECT_GT(filled[6].people[0].filled[10].score, 0) << "but it is lifted";
  EXPECT_NEAR(filled[6].people[0].filled[10].x_px, Parabola(6), 1) << "with the rest of the arm";
  EXPECT_EQ(filled[2].people[0].extra_points.at(0), (ExtraPoint{2, 2, 2, 0.5F}));
}

TEST(GapFiller, RawKeypointsAreShownAsTheyCame) {
  const std::vector<PeopleInFrame> filled =
      Fill({.clip = kClip, .shows_filled = false, .longest_bridge = 8}, Seen("x..x"));
  EXPECT_EQ(Course(filled), "slls");
  EXPECT_EQ(filled[1].people[0].filled[0].score, 0.5F);
}

TEST(GapFiller, SlowVideosGetFramesBetweenOnACurve) {
  const std::vector<PeopleInFrame> frames = Seen("xxxxxxxxxx");
  const std::vector<PeopleInFrame> dense = Fill({.clip = kClip, .parts = 4}, frames);
  ASSERT_EQ(dense.size(), 37U);
  for (size_t t = 0; t < 37; ++t) {
    EXPECT_EQ(dense[t].is_between, t % 4 != 0);
    const Keypoint& point = dense[t].people.at(0).filled[7];
    // The first and the last stretch have a neighbour on one side only: within half a pixel.
    const double near = t < 4 || t > 32 ? 0.5 : 1e-3;
    EXPECT_NEAR(point.x_px, Parabola(static_cast<double>(t) / 4), near) << t;
    EXPECT_FLOAT_EQ(point.score, 0.5F);
    if (t % 4 != 0) continue;
    EXPECT_EQ(dense[t].index, static_cast<int64_t>(t / 4));
    EXPECT_EQ(dense[t].people[0].keypoints, frames[t / 4].people[0].keypoints);
  }
  EXPECT_EQ(Fill({.clip = kClip, .parts = 5}, Seen("x")).size(), 1U);
}

TEST(GapFiller, DroppedFramesOfAClipAreFilledInButNotShown) {
  std::vector<PeopleInFrame> frames = Seen("xxxxxx");
  frames.erase(frames.begin() + 2);
  const std::vector<PeopleInFrame> filled = Fill({.clip = kClip}, frames);
  ASSERT_EQ(filled.size(), 6U);
  EXPECT_TRUE(filled[2].is_between);
  EXPECT_EQ(Course(filled), "sslsss");
}

TEST(GapFiller, PeopleOfAClipAreFilledByThemselves) {
  std::vector<PeopleInFrame> frames = Seen("xxxx");
  frames[0].people.push_back(At(2, 10));
  frames[2].people.push_back(At(2, 20));
  const std::vector<PeopleInFrame> filled = Fill({.clip = kClip}, frames);
  ASSERT_EQ(filled[1].people.size(), 2U);
  EXPECT_FLOAT_EQ(filled[1].people[1].keypoints[0].x_px, (Parabola(10) + Parabola(20)) / 2);
  EXPECT_EQ(filled[3].people.size(), 1U);
}

TEST(GapFiller, FrameByFrameThePersonIsHeldForAWhile) {
  const GapFillerOptions options{.clip = kClip, .lookahead = 0};
  const std::vector<PeopleInFrame> filled = Fill(options, Seen("xx.......xx"));
  EXPECT_EQ(Course(filled), "sslllll..ss");
  EXPECT_EQ(filled[4].people[0].filled, filled[1].people[0].keypoints);
}

TEST(GapFiller, FrameByFrameHiddenPointsMoveWithTheBody) {
  std::vector<PeopleInFrame> frames = Seen("xxxxxxxxx");
  for (size_t t = 1; t < 9; ++t) frames[t].people[0].keypoints[9] = {};
  for (PeopleInFrame& frame : frames) frame.people[0].keypoints[0] = {};  // never seen
  const std::vector<PeopleInFrame> filled = Fill({.clip = kClip, .lookahead = 0}, frames);
  for (size_t t = 1; t < 9; ++t) {
    const Keypoint& hidden = filled[t].people[0].filled[9];
    EXPECT_NEAR(hidden.x_px, Parabola(static_cast<double>(t)), 1e-3);
    EXPECT_EQ(hidden.score, 0.5F);
    EXPECT_GT(filled[t].people[0].filled[0].score, 0) << "a nose is placed";
    EXPECT_EQ(filled[t].people[0].keypoints[9], Keypoint()) << "what is shown stays";
  }
}

TEST(GapFiller, FrameByFrameDroppedFramesAreFilledInOnceTheNextOneComes) {
  GapFiller filler({.clip = kClip, .lookahead = 0, .parts = 2});
  std::vector<PeopleInFrame> out;
  filler.Push(Frame(5, {At(1, 0)}), out);
  EXPECT_EQ(out.size(), 1U);
  filler.Push(Frame(8, {At(1, 10)}), out);
  ASSERT_EQ(out.size(), 7U);
  for (size_t i = 1; i < 6; ++i) {
    EXPECT_TRUE(out[i].is_between);
    const float u = static_cast<float>(i) / 6;
    EXPECT_FLOAT_EQ(out[i].people.at(0).filled[4].x_px,
                    Parabola(0) + u * (Parabola(10) - Parabola(0)));
  }
  EXPECT_FALSE(out[6].is_between);
}

TEST(GapFiller, FrameByFrameALongPauseIsANewBeginning) {
  GapFiller filler({.clip = kClip, .lookahead = 0});
  std::vector<PeopleInFrame> out;
  filler.Push(Frame(0, {At(1, 0)}), out);
  filler.Push(Frame(1'000'000'000, {At(1, 5)}), out);
  ASSERT_EQ(out.size(), 3U);
  EXPECT_TRUE(out[1].is_between && out[1].people.empty()) << "so that the lifter starts again";
  EXPECT_EQ(out[2].people[0].filled, out[2].people[0].keypoints);
}

TEST(GapFiller, RefusesFramesOutOfOrder) {
  GapFiller filler({.clip = kClip, .lookahead = 0});
  std::vector<PeopleInFrame> out;
  filler.Push(Frame(3, {}), out);
  EXPECT_THROW(filler.Push(Frame(3, {}), out), std::logic_error);
}

}  // namespace videopose::internal::gap_filler_test
