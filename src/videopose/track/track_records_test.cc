#include "videopose/track/track_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace videopose {
namespace {

using testing::ElementsAre;

constexpr double kFps = 10;

FollowedPerson Seen(int track, Vec2f at_px, float height_px, float presence, size_t colour) {
  FollowedPerson person{.track_id = track, .result = {.presence = presence}};
  for (size_t k = 0; k < 33; ++k) {
    const float share = static_cast<float>(k) / 32 - 0.5F;
    person.result.landmarks[k] = {at_px.x + share * height_px / 3, at_px.y + share * height_px, 0,
                                  0.9F};
  }
  person.clothing.shares[0][colour] = 1;
  return person;
}

class TrackRecordsTest : public testing::Test {
 protected:
  TrackRecordsTest() {
    detected_.keypoints.layout = Coco17();
    detected_.keypoints.fps = kFps;
    detected_.keypoints.width_px = 800;
    detected_.keypoints.height_px = 400;
    detected_.keypoints.frame_count = 100;
  }
  void Add(int track, int first, int last, float x_px, float height_px = 200,
           float presence = 0.99F, size_t colour = 4) {
    for (int t = first; t <= last; ++t) {
      records_.Add(t, Seen(track, {x_px, 200}, height_px, presence, colour));
    }
  }
  std::vector<FrameRange> Finish(const DetectKeypointsOptions& options) {
    records_.Finish(options, detected_);
    std::vector<FrameRange> ranges;
    EXPECT_EQ(detected_.tracks.size(), detected_.keypoints.people.size());
    for (size_t i = 0; i < detected_.tracks.size(); ++i) {
      const TrackSummary& track = detected_.tracks[i];
      const PersonKeypoints& person = detected_.keypoints.people[i];
      EXPECT_EQ(track.id, person.id);
      EXPECT_EQ(person.keypoints.size(), 100U * 17);
      EXPECT_EQ(person.landmarks.size(), 100U * 33);
      if (track.seen_frames > 0) {
        EXPECT_EQ(SeenRanges(person).front().begin, track.first_frame);
        EXPECT_EQ(SeenRanges(person).back().end, track.last_frame + 1);
      }
      ranges.push_back({track.first_frame, track.last_frame + 1});
    }
    return ranges;
  }

  TrackRecords records_;
  DetectedKeypoints detected_;
};

TEST_F(TrackRecordsTest, EverybodyByAppearanceWithASummary) {
  Add(7, 20, 69, 600, 100);
  Add(9, 10, 89, 200, 200);
  EXPECT_THAT(Finish({.max_people = kAllPeople}),
              ElementsAre(FrameRange{10, 90}, FrameRange{20, 70}));
  const TrackSummary& first = detected_.tracks[0];
  EXPECT_EQ(first.id, 1);
  EXPECT_EQ(first.seen_frames, 80);
  EXPECT_NEAR(first.height_px, 200, 1e-3);
  EXPECT_NEAR(first.mean_presence, 0.99, 1e-6);
  EXPECT_NEAR(first.centre_px.x, 200, 1e-3);
  EXPECT_NEAR(detected_.tracks[1].height_px, 100, 1e-3);
}

TEST_F(TrackRecordsTest, OneIsTheMostProminentAndHasTheFirstId) {
  Add(1, 0, 49, 100, 100);
  Add(2, 30, 99, 400, 200);
  EXPECT_THAT(Finish({.max_people = 1}), ElementsAre(FrameRange{30, 100}));
  EXPECT_EQ(detected_.tracks[0].id, 1);
}

TEST_F(TrackRecordsTest, TheBriefAndTheDoubtfulAreNobody) {
  Add(1, 0, 2, 100);
  Add(2, 10, 99, 300, 200, 0.8F);
  Add(3, 20, 99, 500);
  EXPECT_THAT(Finish({.max_people = kAllPeople}), ElementsAre(FrameRange{20, 100}));
}

TEST_F(TrackRecordsTest, DoubtfulPeopleStayWhereThatIsWanted) {
  Add(2, 10, 99, 300, 200, 0.8F);
  EXPECT_THAT(Finish({.drop_doubtful = false}), ElementsAre(FrameRange{10, 100}));
}

TEST_F(TrackRecordsTest, WhoComesBackWhereTheyLeftIsTheSamePerson) {
  Add(1, 0, 29, 300);
  Add(2, 60, 99, 350);
  EXPECT_THAT(Finish({.max_people = 1}), ElementsAre(FrameRange{0, 100}));
  EXPECT_EQ(detected_.tracks[0].seen_frames, 70);
  // Three seconds are too long a gap to be filled.
  EXPECT_THAT(SeenRanges(detected_.keypoints.people[0]),
              ElementsAre(FrameRange{0, 30}, FrameRange{60, 100}));
}

TEST_F(TrackRecordsTest, WhoComesBackElsewhereOrOtherwiseIsNot) {
  Add(1, 0, 19, 100);
  Add(2, 40, 59, 400);                  // elsewhere
  Add(3, 50, 69, 120);                  // there, but while 2 is seen: that does not matter
  Add(4, 80, 99, 420, 200, 0.99F, 12);  // other clothes
  Add(5, 80, 99, 120, 80);              // smaller
  EXPECT_THAT(
      Finish({.max_people = kAllPeople}),
      ElementsAre(FrameRange{0, 70}, FrameRange{40, 60}, FrameRange{80, 100}, FrameRange{80, 100}));
}

TEST_F(TrackRecordsTest, WhoLeapsIsTheSamePersonIfNobodyElseCanBe) {
  Add(1, 0, 49, 150);
  Add(2, 56, 99, 550);  // two heights in 0.7 s
  EXPECT_THAT(Finish({.max_people = kAllPeople}), ElementsAre(FrameRange{0, 100}));
}

TEST_F(TrackRecordsTest, LeapsInSuccessionAreOnePersons) {
  Add(1, 0, 39, 150);
  Add(2, 46, 69, 420);
  Add(3, 76, 99, 690);
  EXPECT_THAT(Finish({.max_people = kAllPeople}), ElementsAre(FrameRange{0, 100}));
}

TEST_F(TrackRecordsTest, ALeapOfOneOfTwoIsNobodys) {
  Add(1, 0, 49, 150);
  Add(2, 0, 49, 350);
  Add(3, 56, 99, 600);  // within reach of both
  EXPECT_EQ(Finish({.max_people = kAllPeople}).size(), 3U);
}

TEST_F(TrackRecordsTest, WhoIsHiddenBySomebodyDoesNotLeap) {
  Add(1, 0, 49, 150);
  Add(2, 0, 99, 190);  // in front
  Add(3, 56, 99, 550);
  EXPECT_EQ(Finish({.max_people = kAllPeople}).size(), 3U);
}

TEST_F(TrackRecordsTest, WhoLeavesThePictureDoesNotLeap) {
  Add(1, 0, 49, 20);
  Add(2, 56, 99, 420);
  EXPECT_EQ(Finish({.max_people = kAllPeople}).size(), 2U);
}

TEST_F(TrackRecordsTest, NobodyLeapsSoFarOrIntoOtherClothes) {
  Add(1, 0, 49, 150);
  Add(2, 51, 99, 500);  // 1.75 heights in 0.2 s
  EXPECT_EQ(Finish({.max_people = kAllPeople}).size(), 2U);
  detected_.tracks.clear();
  detected_.keypoints.people.clear();
  records_ = {};
  Add(1, 0, 49, 150);
  Add(2, 56, 99, 500, 200, 0.99F, 12);
  EXPECT_EQ(Finish({.max_people = kAllPeople}).size(), 2U);
}

TEST_F(TrackRecordsTest, NobodyIsOneWhoIsNeverSeen) {
  EXPECT_THAT(Finish({.max_people = kAllPeople}), ElementsAre(FrameRange{0, 0}));
  EXPECT_EQ(detected_.keypoints.people[0].id, 1);
  EXPECT_TRUE(SeenRanges(detected_.keypoints.people[0]).empty());
}

}  // namespace
}  // namespace videopose
