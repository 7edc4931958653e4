// SPDX-License-Identifier: Apache-2.0

#include "videopose/track/people_selector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "videopose/base/error.h"

namespace videopose::internal::people_selector_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

constexpr double kFps = 10;

DetectedPerson Seen(int track, Vec2f at_px, float height_px, float presence, size_t colour) {
  DetectedPerson person{.track_id = track, .presence = presence};
  for (int k = 0; k < 33; ++k) {
    const float share = static_cast<float>(k) / 32 - 0.5F;
    person.extra_points.push_back(
        {at_px.x + share * height_px / 3, at_px.y + share * height_px, 0, 0.9F});
  }
  for (int k = 0; k < Coco17().joint_count(); ++k) {
    person.keypoints.push_back({at_px.x, at_px.y, 0.9F});
  }
  person.appearance.shares[0][colour] = 1;
  return person;
}

// A clip of 100 frames, selected as a whole.
class WholeClipTest : public testing::Test {
 protected:
  void Add(int track, int first, int last, float x_px, float height_px = 200,
           float presence = 0.99F, size_t colour = 4) {
    for (int t = first; t <= last; ++t) {
      frames_[static_cast<size_t>(t)].push_back(
          Seen(track, {x_px, 200}, height_px, presence, colour));
    }
  }
  // When each of the chosen people was seen, from the first to the last time.
  std::vector<FrameRange> Finish(const PersonSelection& people, bool drop_low_confidence = true) {
    PeopleSelector selector({.clip = {.fps = kFps, .width_px = 800, .height_px = 400},
                             .people = people,
                             .drop_low_confidence = drop_low_confidence});
    out_.clear();
    for (size_t t = 0; t < frames_.size(); ++t) {
      selector.Push(static_cast<int64_t>(t), static_cast<double>(t) / kFps, frames_[t], out_);
    }
    EXPECT_TRUE(out_.empty()) << "nothing is decided before the end";
    selector.Flush(out_);
    tracks_ = selector.tracks();
    EXPECT_EQ(out_.size(), frames_.size());
    std::vector<FrameRange> ranges;
    for (const TrackSummary& track : tracks_) {
      EXPECT_EQ(std::ssize(SeenFrames(track.id)), track.seen_frames);
      if (track.seen_frames > 0) {
        EXPECT_EQ(SeenFrames(track.id).front(), track.first_frame);
        EXPECT_EQ(SeenFrames(track.id).back(), track.last_frame);
      }
      ranges.push_back({track.first_frame, track.last_frame + 1});
    }
    return ranges;
  }
  std::vector<int64_t> SeenFrames(int id) const {
    std::vector<int64_t> frames;
    for (const PeopleInFrame& frame : out_) {
      for (const Person& person : frame.people) {
        if (person.id != id) continue;
        EXPECT_EQ(std::ssize(person.keypoints), Coco17().joint_count());
        EXPECT_EQ(person.extra_points.size(), 33U);
        frames.push_back(frame.index);
      }
    }
    return frames;
  }

  std::vector<std::vector<DetectedPerson>> frames_{100};
  std::vector<PeopleInFrame> out_;
  std::vector<TrackSummary> tracks_;
};

TEST_F(WholeClipTest, AllPeopleByFirstAppearanceWithASummary) {
  Add(7, 20, 69, 600, 100);
  Add(9, 10, 89, 200, 200);
  EXPECT_THAT(Finish({.count = kAllPeople}), ElementsAre(FrameRange{10, 90}, FrameRange{20, 70}));
  const TrackSummary& first = tracks_[0];
  EXPECT_EQ(first.id, 1);
  EXPECT_EQ(first.seen_frames, 80);
  EXPECT_NEAR(first.height_px, 200, 1e-3);
  EXPECT_NEAR(first.mean_presence, 0.99, 1e-6);
  EXPECT_NEAR(first.centre_px.x, 200, 1e-3);
  EXPECT_NEAR(tracks_[1].height_px, 100, 1e-3);
}

TEST_F(WholeClipTest, OneIsTheMostProminentAndHasTheFirstId) {
  Add(1, 0, 49, 100, 100);
  Add(2, 30, 99, 400, 200);
  EXPECT_THAT(Finish({.count = 1}), ElementsAre(FrameRange{30, 100}));
  EXPECT_EQ(tracks_[0].id, 1);
}

TEST_F(WholeClipTest, BriefTracksAndFalsePositivesAreLeftOut) {
  Add(1, 0, 2, 100);
  Add(2, 10, 99, 300, 200, 0.8F);
  Add(3, 20, 99, 500);
  EXPECT_THAT(Finish({.count = kAllPeople}), ElementsAre(FrameRange{20, 100}));
}

TEST_F(WholeClipTest, LowConfidenceStaysWhereThatIsWanted) {
  Add(2, 10, 99, 300, 200, 0.8F);
  EXPECT_THAT(Finish({}, false), ElementsAre(FrameRange{10, 100}));
}

TEST_F(WholeClipTest, ATrackThatBeginsWhereOneEndedIsTheSamePerson) {
  Add(1, 0, 29, 300);
  Add(2, 60, 99, 350);
  EXPECT_THAT(Finish({.count = 1}), ElementsAre(FrameRange{0, 100}));
  EXPECT_EQ(tracks_[0].seen_frames, 70);
  EXPECT_EQ(SeenFrames(1)[29], 29);
  EXPECT_EQ(SeenFrames(1)[30], 60);
}

TEST_F(WholeClipTest, ATrackThatBeginsElsewhereOrLooksOtherwiseIsNot) {
  Add(1, 0, 19, 100);
  Add(2, 40, 59, 400);                  // elsewhere
  Add(3, 50, 69, 120);                  // present, but while 2 is seen: that does not matter
  Add(4, 80, 99, 420, 200, 0.99F, 12);  // another appearance
  Add(5, 80, 99, 120, 80);              // smaller
  EXPECT_THAT(Finish({.count = kAllPeople}), ElementsAre(FrameRange{0, 70}, FrameRange{40, 60},
                                                         FrameRange{80, 100}, FrameRange{80, 100}));
}

TEST_F(WholeClipTest, ALeapIsOnePersonsIfNoOtherTrackCanBeIt) {
  Add(1, 0, 49, 150);
  Add(2, 56, 99, 550);  // two heights in 0.7 s
  EXPECT_THAT(Finish({.count = kAllPeople}), ElementsAre(FrameRange{0, 100}));
}

TEST_F(WholeClipTest, LeapsInSuccessionAreOnePersons) {
  Add(1, 0, 39, 150);
  Add(2, 46, 69, 420);
  Add(3, 76, 99, 690);
  EXPECT_THAT(Finish({.count = kAllPeople}), ElementsAre(FrameRange{0, 100}));
}

TEST_F(WholeClipTest, ALeapThatTwoCanHaveMadeIsNotStitched) {
  Add(1, 0, 49, 150);
  Add(2, 0, 49, 350);
  Add(3, 56, 99, 600);  // within reach of both
  EXPECT_EQ(Finish({.count = kAllPeople}).size(), 3U);
}

TEST_F(WholeClipTest, APersonHiddenByAnotherDoesNotLeap) {
  Add(1, 0, 49, 150);
  Add(2, 0, 99, 190);  // in front
  Add(3, 56, 99, 550);
  EXPECT_EQ(Finish({.count = kAllPeople}).size(), 3U);
}

TEST_F(WholeClipTest, APersonWhoLeavesTheFrameDoesNotLeap) {
  Add(1, 0, 49, 20);
  Add(2, 56, 99, 420);
  EXPECT_EQ(Finish({.count = kAllPeople}).size(), 2U);
}

TEST_F(WholeClipTest, NoLeapIsSoFarOrChangesTheAppearance) {
  Add(1, 0, 49, 150);
  Add(2, 51, 99, 500);  // 1.75 heights in 0.2 s
  EXPECT_EQ(Finish({.count = kAllPeople}).size(), 2U);
  frames_.assign(100, {});
  Add(1, 0, 49, 150);
  Add(2, 56, 99, 500, 200, 0.99F, 12);
  EXPECT_EQ(Finish({.count = kAllPeople}).size(), 2U);
}

TEST_F(WholeClipTest, WithoutDetectionsThereIsOnePersonWhoIsNeverSeen) {
  EXPECT_THAT(Finish({.count = kAllPeople}), ElementsAre(FrameRange{0, 0}));
  EXPECT_EQ(tracks_[0].id, 1);
  EXPECT_TRUE(SeenFrames(1).empty());
}

TEST_F(WholeClipTest, PeopleAreChosenByIdAmongAll) {
  Add(1, 0, 49, 100, 100);
  Add(2, 30, 99, 400, 200);
  EXPECT_THAT(Finish({.ids = {1}}), ElementsAre(FrameRange{0, 50}));
  EXPECT_EQ(tracks_[0].id, 1);
  EXPECT_THAT(Finish({.rule = PersonSelection::kLargest}), ElementsAre(FrameRange{30, 100}));
  EXPECT_EQ(tracks_[0].id, 2);
  EXPECT_THROW(Finish({.ids = {3}}), Error);
}

constexpr double kFrame_s = 1.0 / 30;

DetectedPerson Tall(int track, float height_px, float presence = 0.99F) {
  return Seen(track, {100.0F * static_cast<float>(track), 0}, height_px, presence, 4);
}

// Frame by frame: shown for so many frames, the IDs in the last one.
class Scene {
 public:
  explicit Scene(int count) : selector_({.lookahead = 0, .people = {.count = count}}) {}
  std::vector<int> Show(const std::vector<DetectedPerson>& detected, int frames = 1) {
    std::vector<int> ids;
    for (int i = 0; i < frames; ++i) {
      std::vector<PeopleInFrame> out;
      selector_.Push(index_, static_cast<double>(index_) * kFrame_s, detected, out);
      ++index_;
      EXPECT_EQ(out.size(), 1U);
      ids.clear();
      for (const Person& person : out.at(0).people) ids.push_back(person.id);
    }
    return ids;
  }

 private:
  PeopleSelector selector_;
  int64_t index_ = 0;
};

TEST(FrameByFrame, TheMostProminentOfThosePresent) {
  PeopleSelector selector({.lookahead = 0});
  std::vector<PeopleInFrame> out;
  const std::vector<DetectedPerson> detected = {Tall(1, 200), Tall(2, 400), Tall(3, 300)};
  selector.Push(7, 0.25, detected, out);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].index, 7);
  EXPECT_EQ(out[0].time_s, 0.25);
  ASSERT_EQ(out[0].people.size(), 1U);
  EXPECT_EQ(out[0].people[0].id, 1);
  EXPECT_EQ(out[0].people[0].keypoints[0].x_px, 200) << "track 2";
}

TEST(FrameByFrame, AChosenPersonStaysWhileSeen) {
  Scene scene(1);
  EXPECT_THAT(scene.Show({Tall(1, 300)}, 30), ElementsAre(1));
  EXPECT_THAT(scene.Show({Tall(1, 300), Tall(2, 450)}, 300), ElementsAre(1));
  EXPECT_THAT(scene.Show({Tall(2, 450)}, 10), IsEmpty()) << "waited for";
  EXPECT_THAT(scene.Show({Tall(1, 300), Tall(2, 450)}), ElementsAre(1));
  EXPECT_THAT(scene.Show({Tall(2, 450)}, 20), ElementsAre(2)) << "but not for ever";
  EXPECT_THAT(scene.Show({Tall(1, 300), Tall(2, 450)}, 30), ElementsAre(2));
}

TEST(FrameByFrame, AMuchMoreProminentPersonTakesOver) {
  Scene scene(1);
  EXPECT_THAT(scene.Show({Tall(1, 150)}, 300), ElementsAre(1));
  EXPECT_THAT(scene.Show({Tall(1, 150), Tall(2, 400)}, 15), ElementsAre(1)) << "not at once";
  EXPECT_THAT(scene.Show({Tall(1, 150), Tall(2, 400)}, 60), ElementsAre(2));
}

TEST(FrameByFrame, FalsePositivesAreLeftOut) {
  Scene scene(1);
  EXPECT_THAT(scene.Show({Tall(1, 500, 0.8F)}, 60), IsEmpty());
  EXPECT_THAT(scene.Show({Tall(1, 500, 0.8F), Tall(2, 200)}, 60), ElementsAre(1)) << "track 2";
}

TEST(FrameByFrame, SeveralOrAll) {
  const std::vector<DetectedPerson> three = {Tall(7, 200), Tall(8, 400), Tall(9, 300)};
  EXPECT_THAT(Scene(2).Show(three), ElementsAre(1, 2));
  EXPECT_THAT(Scene(kAllPeople).Show(three), ElementsAre(1, 2, 3));
  EXPECT_THAT(Scene(5).Show({}), IsEmpty());
}

TEST(PeopleSelector, RefusesWhatNoDetectorShouldGive) {
  for (const std::optional<int64_t> lookahead :
       {std::optional<int64_t>(), std::optional<int64_t>(0)}) {
    PeopleSelector selector(
        {.clip = {.fps = kFps, .width_px = 800, .height_px = 400}, .lookahead = lookahead});
    std::vector<PeopleInFrame> out;
    std::vector<DetectedPerson> people = {Seen(1, {200, 200}, 200, 0.99F, 4),
                                          Seen(1, {500, 200}, 200, 0.99F, 4)};
    EXPECT_THAT(
        [&] { selector.Push(3, 0.3, people, out); },
        ThrowsMessage<Error>(HasSubstr("frame 3: the detector gave two people the track ID 1")));
    people[1].track_id = 2;
    people[1].keypoints.pop_back();
    EXPECT_THAT([&] { selector.Push(3, 0.3, people, out); },
                ThrowsMessage<Error>(HasSubstr("a person of 16 keypoints; coco has 17")));
  }
}

}  // namespace videopose::internal::people_selector_test
