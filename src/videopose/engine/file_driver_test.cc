// SPDX-License-Identifier: Apache-2.0

#include "videopose/engine/file_driver.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>

#include "support/models.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/detect.h"
#include "videopose/media.h"
#include "videopose/track/people_follower.h"

namespace videopose::internal::file_driver_test {

namespace fs = std::filesystem;

// Clips are folders of images, made of one photograph of a person.
class FileDriverTest : public testing::Test {
 protected:
  void SetUp() override { SKIP_WITHOUT_MODELS(); }
  static ProcessedClip AllPeople(const fs::path& input, int max_people = kAllPeople,
                                 BlazePoseSize size = BlazePoseSize::kLite) {
    VideoReader reader(input);
    PeopleFollower detector({.size = size}, PeopleFollowerOptions::For(max_people));
    return ProcessVideo(reader, detector, {.people = {.count = max_people}}, {});
  }
  // The person moves to the right by a pixel a frame.
  void WriteClip(int frames) const {
    for (int t = 0; t < frames; ++t) WriteFrame(t, MovedRight(person_, t));
  }
  void WriteFrame(int t, const Image& image) const {
    WriteImage(clip_ / fmt::format("{:02}.png", t), image);
  }
  static Image MovedRight(const Image& image, int by_px) {
    Image moved = image;
    for (int y = 0; y < image.height_px; ++y) {
      std::copy(image.row(y), image.row(y) + 4 * ptrdiff_t{image.width_px - by_px},
                moved.row(y) + 4 * ptrdiff_t{by_px});
    }
    return moved;
  }

  const Image person_ = ReadImage(TestData("fixtures/images/tfjs_pose.jpg"));  // 1000 x 667
  const fs::path clip_ = EmptyFolder("clip");
};

TEST_F(FileDriverTest, FollowsThePersonThroughTheClip) {
  WriteClip(12);
  VideoReader reader(clip_);
  PeopleFollower detector({.size = BlazePoseSize::kLite}, PeopleFollowerOptions::For(1));
  int64_t reported = 0;
  const WorkMonitor monitor{.on_progress = [&](const Progress& p) {
    EXPECT_EQ(p.stage, "detect");
    EXPECT_EQ(p.done, ++reported);
  }};
  const ProcessedClip found = ProcessVideo(reader, detector, {}, monitor);
  const KeypointSequence& sequence = found.keypoints;
  EXPECT_EQ(sequence.frame_count, 12);
  EXPECT_EQ(reported, 12);
  EXPECT_EQ(found.tracks.at(0).seen_frames, 12);
  EXPECT_GT(found.tracks.at(0).mean_presence, 0.9);
  EXPECT_EQ(sequence.layout, Coco17());
  EXPECT_EQ(sequence.width_px, 1000);
  EXPECT_EQ(sequence.height_px, 667);
  EXPECT_EQ(sequence.fps, reader.info().frame_rate.per_second());
  ASSERT_EQ(sequence.people.size(), 1U);
  EXPECT_EQ(sequence.people[0].id, 1);
  EXPECT_EQ(sequence.people[0].keypoints.size(), 12U * 17);
  EXPECT_EQ(sequence.people[0].extra_points.size(), 12U * 33);
  // The nose is above the ankles in every frame.
  for (int t = 0; t < 12; ++t) {
    const auto frame = sequence.people[0].frame(t);
    EXPECT_LT(frame[0].y_px + 100, frame[15].y_px);
  }
}

TEST_F(FileDriverTest, NoFramesGiveAnEmptySequence) {
  WriteClip(2);
  VideoReader reader(clip_, {.max_frames = 0});
  PeopleFollower detector({.size = BlazePoseSize::kLite}, PeopleFollowerOptions::For(1));
  const ProcessedClip found = ProcessVideo(reader, detector, {}, {});
  EXPECT_EQ(found.keypoints.frame_count, 0);
  EXPECT_EQ(found.tracks.at(0).seen_frames, 0);
  EXPECT_EQ(found.keypoints.width_px, 1000);
  ASSERT_EQ(found.keypoints.people.size(), 1U);
  EXPECT_TRUE(found.keypoints.people[0].keypoints.empty());
}

TEST_F(FileDriverTest, StopsWhenAsked) {
  WriteClip(5);
  VideoReader reader(clip_);
  PeopleFollower detector({.size = BlazePoseSize::kLite}, PeopleFollowerOptions::For(1));
  std::atomic<bool> stop = false;
  const WorkMonitor monitor{.on_progress = [&](const Progress& p) { stop = p.done == 3; },
                            .stop_requested = &stop};
  EXPECT_THROW(ProcessVideo(reader, detector, {}, monitor), Cancelled);
}

TEST_F(FileDriverTest, SizeIsThatOfTheFramesRead) {
  WriteClip(2);
  VideoReader reader(clip_, {.scale_to_height_px = 320});
  PeopleFollower detector({.size = BlazePoseSize::kLite}, PeopleFollowerOptions::For(1));
  const ProcessedClip found = ProcessVideo(reader, detector, {}, {});
  EXPECT_EQ(found.keypoints.height_px, 320);
  EXPECT_EQ(found.keypoints.width_px, 480);
}

TEST_F(FileDriverTest, ThreeInAStillPhotograph) {
  const fs::path photograph = TestData("fixtures/images/tfjs_three_people.jpg");
  // The light model takes a mask on a shelf for a person, too.
  const ProcessedClip found = AllPeople(photograph, kAllPeople, BlazePoseSize::kFull);
  EXPECT_EQ(found.keypoints.frame_count, 1);
  ASSERT_EQ(found.tracks.size(), 3U);
  for (const TrackSummary& track : found.tracks) EXPECT_GT(track.mean_presence, 0.95);
  EXPECT_EQ(AllPeople(photograph, 2).tracks.size(), 2U);
}

// Houses, a road and its markings, and a lamp post that is upright like a person.
Image EmptyStreet(int width, int height) {
  Image street(width, height);
  const auto fill = [&](int x0, int y0, int x1, int y1, uint8_t level) {
    for (int y = y0; y < y1; ++y) {
      std::fill(street.row(y) + ptrdiff_t{4} * x0, street.row(y) + ptrdiff_t{4} * x1, level);
    }
  };
  fill(0, 0, width, height / 2, 190);
  fill(0, height / 4, width * 2 / 3, height / 2, 120);
  for (int x = 20; x + 30 < width * 2 / 3; x += 60) fill(x, height / 3, x + 30, height * 2 / 5, 60);
  fill(0, height / 2, width, height, 90);
  for (int x = 0; x + 50 < width; x += 100)
    fill(x, height * 3 / 4, x + 50, height * 3 / 4 + 8, 230);
  fill(width * 3 / 4, height / 4, width * 3 / 4 + 8, height * 2 / 3, 40);
  fill(width * 3 / 4 - 12, height / 4 - 16, width * 3 / 4 + 20, height / 4, 220);
  return street;
}

TEST_F(FileDriverTest, NoPersonInAnEmptyStreet) {
  for (int t = 0; t < 12; ++t) WriteFrame(t, EmptyStreet(640, 360));
  for (const int max_people : {kAllPeople, 1}) {
    const ProcessedClip found = AllPeople(clip_, max_people);
    EXPECT_EQ(found.keypoints.frame_count, 12);
    ASSERT_EQ(found.tracks.size(), 1U);
    EXPECT_EQ(found.tracks[0].seen_frames, 0);
    EXPECT_LT(found.tracks[0].last_frame, found.tracks[0].first_frame);
  }
}

// The frames are black for a while; the person afterwards is the same.
TEST_F(FileDriverTest, APersonWhoComesBackKeepsTheirIdentity) {
  for (int t = 0; t < 40; ++t) {
    const bool is_black = t >= 15 && t < 25;
    WriteFrame(t, is_black ? Image(person_.width_px, person_.height_px) : MovedRight(person_, t));
  }
  for (const int max_people : {kAllPeople, 1}) {
    const ProcessedClip found = AllPeople(clip_, max_people);
    ASSERT_EQ(found.tracks.size(), 1U);
    EXPECT_EQ(found.tracks[0].first_frame, 0);
    EXPECT_EQ(found.tracks[0].last_frame, 39);
    EXPECT_GE(found.tracks[0].seen_frames, 28);
    EXPECT_LE(found.tracks[0].seen_frames, 30);
  }
}

// A person an eighth as high as the image, well apart from everything else.
TEST_F(FileDriverTest, ASmallPersonIsDetectedInATile) {
  VideoReader reader(TestData("fixtures/images/tfjs_pose.jpg"), {.scale_to_height_px = 120});
  Image small;
  ASSERT_TRUE(reader.Read(small));
  for (int t = 0; t < 10; ++t) {
    Image wide(1280, 720);
    std::fill(wide.bgrx.begin(), wide.bgrx.end(), uint8_t{128});
    for (int y = 0; y < small.height_px; ++y) {
      std::copy_n(small.row(y), small.stride_bytes(), wide.row(420 + y) + ptrdiff_t{4} * 900);
    }
    WriteFrame(t, wide);
  }
  const ProcessedClip found = AllPeople(clip_);
  ASSERT_EQ(found.tracks.size(), 1U);
  EXPECT_GE(found.tracks[0].seen_frames, 9);
  EXPECT_LT(found.tracks[0].height_px, 105);
  EXPECT_NEAR(found.tracks[0].centre_px.x, 990, 20);
}

// Two people in the foreground, one looking on from the back.
void ExpectTwoAndAnOnlooker(const ProcessedClip& found) {
  ASSERT_EQ(found.tracks.size(), 3U);
  for (const TrackSummary& track : found.tracks) EXPECT_GE(track.seen_frames, 98) << track.id;
  // One leans to and fro in the upper half of the image, one stands in the lower, in front.
  std::vector<double> y_px;
  for (const TrackSummary& track : found.tracks) {
    if (track.height_px > 600) y_px.push_back(static_cast<double>(track.centre_px.y));
  }
  ASSERT_EQ(y_px.size(), 2U);
  EXPECT_GT(std::abs(y_px[0] - y_px[1]), 300);
  // Identities never change: no person moves by more than a tenth of the image in a frame.
  for (const PersonKeypoints& person : found.keypoints.people) {
    for (int64_t t = 1; t < found.keypoints.frame_count; ++t) {
      const Keypoint &hip = person.frame(t)[11], &before = person.frame(t - 1)[11];
      if (hip.score <= 0 || before.score <= 0) continue;
      EXPECT_LT(std::hypot(hip.x_px - before.x_px, hip.y_px - before.y_px), 110) << t;
    }
  }
}

// From when each walker's body enters to when it has left, checked by eye; a second of tolerance at
// 10 frames a second, since they enter and leave gradually.
void ExpectSixWalkers(const ProcessedClip& found) {
  constexpr std::array<FrameRange, 6> kSeen = {
      {{67, 194}, {231, 446}, {511, 696}, {750, 866}, {932, 1196}, {1241, 1357}}};
  ASSERT_EQ(found.tracks.size(), kSeen.size());
  for (size_t i = 0; i < kSeen.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(found.tracks[i].first_frame), kSeen[i].begin, 10) << i;
    EXPECT_NEAR(static_cast<double>(found.tracks[i].last_frame), kSeen[i].end - 1, 10) << i;
    // All but a few low-confidence frames.
    EXPECT_GE(found.tracks[i].seen_frames, kSeen[i].length() * 85 / 100) << i;
  }
}

TEST_F(FileDriverTest, EveryPersonOfRealClipsKeepsTheirIdentity) {
  SKIP_WITHOUT_SHARED("videos");
  ExpectTwoAndAnOnlooker(AllPeople(SharedFile("videos/pose2sim_multi_cam01.mp4")));
  ExpectSixWalkers(AllPeople(SharedFile("videos/intel_one_by_one.mp4")));
}

// A man seen from behind leans forward: in 20 frames the detector takes his left arm for his right
// one. The places are those of pose2sim_multi_P2.trc, the markers of Pose2Sim's demo, projected.
TEST_F(FileDriverTest, TheSidesOfAManWhoLeansAreHis) {
  SKIP_WITHOUT_SHARED("real");
  constexpr size_t kFirst = 5;  // left shoulder, right shoulder, elbows, wrists
  struct Arms {
    int64_t frame;
    std::array<Vec2f, 6> joints_px;
    Vec2f left_hip_px;
  };
  constexpr auto kTruth = std::to_array<Arms>(
      {{20, {{{433, 680}, {570, 578}, {421, 845}, {652, 601}, {394, 967}, {614, 567}}}, {564, 872}},
       {40,
        {{{367, 741}, {465, 597}, {366, 905}, {586, 546}, {345, 1008}, {529, 446}}},
        {513, 861}},
       {62, {{{328, 720}, {376, 562}, {323, 880}, {470, 510}, {287, 994}, {359, 457}}}, {519, 829}},
       {66, {{{307, 702}, {380, 553}, {313, 865}, {476, 517}, {287, 986}, {358, 462}}}, {512, 826}},
       {70,
        {{{290, 674}, {389, 550}, {304, 843}, {488, 522}, {272, 965}, {373, 475}}},
        {495, 825}}});
  VideoReader reader(SharedFile("real/pose2sim_multi_cam03.mp4"));
  PeopleFollower detector({}, PeopleFollowerOptions::For(kAllPeople));
  const ProcessedClip found = ProcessVideo(reader, detector, {.people = {.count = kAllPeople}}, {});
  for (const Arms& truth : kTruth) {
    const auto off_px = [&](const PersonKeypoints& person, size_t joint, Vec2f at_px) {
      const Keypoint& point = person.frame(truth.frame)[joint];
      return Norm(Vec2f{point.x_px, point.y_px} - at_px);
    };
    const auto man = std::ranges::min_element(
        found.keypoints.people, {},
        [&](const PersonKeypoints& person) { return off_px(person, 11, truth.left_hip_px); });
    float as_named_px = 0, exchanged_px = 0;
    for (size_t j = 0; j < truth.joints_px.size(); ++j) {
      as_named_px += off_px(*man, kFirst + j, truth.joints_px[j]);
      exchanged_px += off_px(*man, kFirst + j, truth.joints_px[j ^ 1]);
    }
    EXPECT_LT(as_named_px, exchanged_px) << truth.frame;
  }
}

}  // namespace videopose::internal::file_driver_test
