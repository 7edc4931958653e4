// SPDX-License-Identifier: Apache-2.0

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <thread>

#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/ground/test_people.h"
#include "videopose/media.h"
#include "videopose/render.h"
#include "videopose/render/drawn_clip.h"

namespace videopose::internal::video_renderer_test {

Rgb PixelAt(const Image& image, int x, int y) {
  return LoadPixel(image.row(y) + static_cast<size_t>(x) * Image::kBytesPerPixel);
}

// Whether a pixel is a shade of the side's colour.
bool IsOrange(Rgb c) { return c.r > 1.6F * c.b && c.r > 90; }
bool IsBlue(Rgb c) { return c.b > 1.6F * c.r && c.b > 90; }

RenderOptions PoseOnly() {
  return {.height_px = 256, .panels = {PanelKind::kPose}, .azimuth_deg = 0, .elevation_deg = 10};
}

Image Rendered(const Motion& motion, const RenderOptions& options, int64_t t = 0) {
  Image image;
  VideoRenderer(motion, nullptr, options).Render(t, nullptr, image);
  return image;
}

// How many pixels differ clearly.
int Difference(const Image& a, const Image& b) {
  int count = 0;
  for (size_t k = 0; k < a.bgrx.size(); ++k) count += std::abs(a.bgrx[k] - b.bgrx[k]) > 24;
  return count;
}

struct Where {
  double x_px = 0, y_px = 0;  // mean
  int top_px = 1 << 20;
  int count = 0;
};

Where Find(const Image& image, const std::function<bool(Rgb)>& matches) {
  Where where;
  // Above the legend.
  for (int y = 0; y < image.height_px * 9 / 10; ++y) {
    for (int x = 0; x < image.width_px; ++x) {
      if (!matches(PixelAt(image, x, y))) continue;
      where.x_px += x;
      where.y_px += y;
      where.top_px = std::min(where.top_px, y);
      ++where.count;
    }
  }
  if (where.count > 0) where.x_px /= where.count, where.y_px /= where.count;
  return where;
}

// Seen as the video's camera sees it: a person who faces the camera and raises the left arm has it
// at the viewer's right. Guards against mirrored drawings.
TEST(VideoRenderer, AFacingPersonsLeftArmIsAtTheViewersRight) {
  for (const Projection projection : {Projection::kPerspective, Projection::kOrthographic}) {
    RenderOptions options = PoseOnly();
    options.projection = projection;
    const Image image = Rendered(MotionOf({LeftArmRaisedPose()}), options);
    const Where left = Find(image, IsOrange), right = Find(image, IsBlue);
    ASSERT_GT(left.count, 300);
    ASSERT_GT(right.count, 300);
    EXPECT_GT(left.x_px, right.x_px + 10);
    EXPECT_LT(left.top_px, right.top_px - 20) << "the raised arm is the left one";
  }
}

TEST(VideoRenderer, FromBehindTheSidesAreSwapped) {
  RenderOptions options = PoseOnly();
  options.azimuth_deg = 180;
  const Image image = Rendered(MotionOf({LeftArmRaisedPose()}), options);
  EXPECT_LT(Find(image, IsOrange).x_px, Find(image, IsBlue).x_px - 10);
}

TEST(VideoRenderer, PositiveAzimuthShowsThePersonsLeftSide) {
  RenderOptions options = PoseOnly();
  options.azimuth_deg = 70;
  const Image image = Rendered(MotionOf({StandingPose()}), options);
  EXPECT_GT(Find(image, IsOrange).count, 1.5 * Find(image, IsBlue).count)
      << "the left side hides the right one";
}

TEST(VideoRenderer, AFrameWithoutPoseShowsTheEmptyFloor) {
  const Motion motion = MotionOf({StandingPose(), NoPose(), NoPose()}, 0);
  RenderOptions options = PoseOnly();
  options.height_px = 200;  // without legend
  const Image person = Rendered(motion, options, 0), empty = Rendered(motion, options, 1);
  EXPECT_GT(Difference(person, empty), 3000);
  EXPECT_EQ(Find(empty, IsOrange).count, 0);
  EXPECT_EQ(Find(empty, IsBlue).count, 0);
  EXPECT_LT(Difference(empty, Rendered(motion, options, 2)), 200) << "only the frame number";
}

TEST(VideoRenderer, APersonThrowsAShadow) {
  for (const Theme theme : {Theme::kDark, Theme::kLight}) {
    RenderOptions options = PoseOnly();
    options.theme = theme;
    options.height_px = 200;  // without legend
    const Motion motion = MotionOf({StandingPose(), NoPose()});
    const VideoRenderer renderer(motion, nullptr, options);
    Image person, empty;
    renderer.Render(0, nullptr, person);
    renderer.Render(1, nullptr, empty);
    const View::Seen between_feet =
        View(DrawnClip(motion, nullptr, options).At(0).view).Project({0, 0, 0});
    const int x = static_cast<int>(between_feet.x_px), y = static_cast<int>(between_feet.y_px);
    EXPECT_LT(PixelAt(person, x, y).g, 0.8F * PixelAt(empty, x, y).g);
  }
}

TEST(VideoRenderer, AllPeopleStayInTheImage) {
  Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(60, LeftArmRaisedPose()));
  for (int t = 0; t < 60; ++t) {
    const float phase = static_cast<float>(t) * 0.2F;
    motion.people[0].root_in_cam.push_back(
        {3 * std::sin(phase), 0, 6 + 2 * std::cos(phase)});  // fast and wide
  }
  for (const auto& [projection, turntable] :
       {std::pair{Projection::kPerspective, 0.0}, std::pair{Projection::kOrthographic, 90.0}}) {
    RenderOptions options = PoseOnly();
    options.projection = projection;
    options.turntable_deg_per_s = turntable;
    const DrawnClip clip(motion, nullptr, options);
    for (int64_t t = 0; t < 60; ++t) {
      const DrawnFrame frame = clip.At(t);
      const View view(frame.view);
      for (const Vec3f& joint : frame.people.at(0).joints_in_world) {
        const View::Seen seen = view.Project(joint);
        EXPECT_TRUE(seen.x_px > 0 && seen.x_px < 256 && seen.y_px > 0 && seen.y_px < 256);
      }
    }
  }
}

TEST(VideoRenderer, TheTurntableTurns) {
  const Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(26, StandingPose()), 25);
  RenderOptions options = PoseOnly();
  options.turntable_deg_per_s = 90;
  const DrawnClip clip(motion, nullptr, options);
  EXPECT_DOUBLE_EQ(clip.At(0).view.azimuth_deg, 0);
  EXPECT_DOUBLE_EQ(clip.At(25).view.azimuth_deg, 90);
}

TEST(VideoRenderer, SizesAreEvenAndFollowTheVideo) {
  Motion motion = MotionOf({StandingPose()});
  const auto width = [&](int width_px, int height_px, const RenderOptions& options) {
    motion.width_px = width_px;
    motion.height_px = height_px;
    const VideoRenderer renderer(motion, nullptr, options);
    EXPECT_EQ(renderer.width_px() % 2, 0);
    EXPECT_EQ(renderer.height_px() % 2, 0);
    return renderer.width_px();
  };
  const RenderOptions input{.height_px = 360, .panels = {PanelKind::kInput}};
  EXPECT_EQ(width(1920, 1080, input), 640);
  EXPECT_EQ(width(1080, 1920, input), 202);
  EXPECT_EQ(width(4000, 1000, input), 640) << "very wide videos get bars";
  EXPECT_EQ(width(1080, 1920, {.height_px = 360}), 202 + 360);
  EXPECT_EQ(width(777, 333, {.height_px = 111}), width(777, 333, {.height_px = 112}));
}

TEST(VideoRenderer, AVeryWideVideoKeepsItsAspect) {
  Motion motion = MotionOf({StandingPose()});
  motion.width_px = 400;
  motion.height_px = 100;
  Image white(400, 100), out;
  std::fill(white.bgrx.begin(), white.bgrx.end(), uint8_t{255});
  const VideoRenderer renderer(motion, nullptr, {.height_px = 180, .panels = {PanelKind::kInput}});
  renderer.Render(0, &white, out);
  ASSERT_EQ(out.width_px, 320);  // 320 x 80, 50 px of bars above and below
  EXPECT_LT(PixelAt(out, 160, 45).g, 60);
  EXPECT_EQ(PixelAt(out, 160, 55).g, 255);
  EXPECT_EQ(PixelAt(out, 160, 125).g, 255);
  EXPECT_LT(PixelAt(out, 160, 135).g, 60);
}

TEST(VideoRenderer, PanelsComeInTheOrderAsked) {
  const Motion motion = MotionOf({StandingPose()});
  Image white(640, 480), out;
  std::fill(white.bgrx.begin(), white.bgrx.end(), uint8_t{255});
  RenderOptions options{.height_px = 120, .panels = {PanelKind::kPose, PanelKind::kInput}};
  VideoRenderer(motion, nullptr, options).Render(0, &white, out);
  ASSERT_EQ(out.width_px, 120 + 160);
  EXPECT_LT(PixelAt(out, 5, 60).g, 200);
  EXPECT_EQ(PixelAt(out, 200, 60).g, 255);
}

TEST(VideoRenderer, WithoutAnImageTheInputPanelIsBlackWithItsSkeleton) {
  const Motion motion = MotionOf({StandingPose()});
  KeypointSequence keypoints{.layout = Coco17(),
                             .fps = 25,
                             .width_px = 640,
                             .height_px = 480,
                             .frame_count = 1,
                             .people = {{.keypoints = {1, 17}}}};
  keypoints.people[0].keypoints[5] = {320, 100, 1};
  keypoints.people[0].keypoints[11] = {320, 400, 1};
  Image out;
  VideoRenderer(motion, &keypoints, {.height_px = 240}).Render(0, nullptr, out);
  EXPECT_EQ(PixelAt(out, 40, 40), Rgb{});
  EXPECT_TRUE(IsOrange(PixelAt(out, 160, 125)));
}

TEST(VideoRenderer, DrawsTitleAndTimeInTheirCorners) {
  const Motion motion = MotionOf({NoPose()});
  RenderOptions options = PoseOnly();
  const Image plain = Rendered(motion, options);
  options.title = "Squats";
  const Image titled = Rendered(motion, options);
  int changed_above = 0, changed_below = 0;
  for (int y = 0; y < 256; ++y) {
    for (int x = 0; x < 256; ++x) {
      (y < 40 ? changed_above : changed_below) += !(PixelAt(plain, x, y) == PixelAt(titled, x, y));
    }
  }
  EXPECT_GT(changed_above, 60);
  EXPECT_EQ(changed_below, 0);
}

TEST(VideoRenderer, ACutIsNamedBesideTheTime) {
  const Motion motion = MotionOf({NoPose(), NoPose()});
  const auto count_changed = [&](const Image& a, const Image& b) {
    int changed = 0;
    for (int y = 0; y < 256; ++y) {
      for (int x = 0; x < 256; ++x) {
        const bool is_other = !(PixelAt(a, x, y) == PixelAt(b, x, y));
        changed += is_other;
        EXPECT_TRUE(!is_other || y > 230) << x << " " << y;
      }
    }
    return changed;
  };
  Motion cut = motion;
  cut.cuts = {1};
  EXPECT_EQ(count_changed(Rendered(motion, PoseOnly(), 0), Rendered(cut, PoseOnly(), 0)), 0);
  EXPECT_GT(count_changed(Rendered(motion, PoseOnly(), 1), Rendered(cut, PoseOnly(), 1)), 30);
}

TEST(VideoRenderer, ThreadsAgreeWithOneAnother) {
  Motion motion = MotionOf({StandingPose(), LeftArmRaisedPose(), SquatPose(0.3F), LyingPose()});
  motion.people[0].root_in_cam = {{0, 0, 3}, {0.5F, 0, 3}, {1, 0, 3}, {2, 0, 3}};
  const VideoRenderer renderer(motion, nullptr, PoseOnly());
  std::vector<Image> alone(4), together(4);
  for (int64_t t = 0; t < 4; ++t) renderer.Render(t, nullptr, alone[static_cast<size_t>(t)]);
  std::vector<std::thread> threads;
  for (int64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] { renderer.Render(t, nullptr, together[static_cast<size_t>(t)]); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(alone, together);
}

TEST(VideoRenderer, RejectsWhatCannotBeDrawn) {
  const Motion motion = MotionOf({StandingPose()});
  EXPECT_THROW(VideoRenderer(motion, nullptr, {.height_px = 10}), Error);
  EXPECT_THROW(VideoRenderer(motion, nullptr, {.height_px = 100000}), Error);
  EXPECT_THROW(VideoRenderer(motion, nullptr, {.panels = {}}), Error);
}

TEST(VideoRenderer, AnEmptyMotionIsAnEmptyFloor) {
  Motion motion = MotionOf({});
  EXPECT_EQ(Find(Rendered(motion, PoseOnly()), IsOrange).count, 0);
  motion.people.clear();
  EXPECT_EQ(Find(Rendered(motion, PoseOnly()), IsOrange).count, 0);
}

// Several people in a row, one of each ID.
Motion Row(const std::vector<int>& ids) {
  Motion motion = MotionOf({StandingPose()});
  motion.people.resize(ids.size(), motion.people[0]);
  for (size_t p = 0; p < ids.size(); ++p) motion.people[p].id = ids[p];
  return motion;
}

TEST(VideoRenderer, SeveralPeopleHaveTheirOwnColoursAndTheirIds) {
  const Motion motion = Row({1, 2, 5});
  RenderOptions options = PoseOnly();
  const VideoRenderer renderer(motion, nullptr, options);
  const DrawnClip clip(motion, nullptr, options);
  ASSERT_TRUE(clip.identities().are_several());
  const DrawnFrame frame = clip.At(0);
  Image image;
  renderer.Render(0, nullptr, image);
  for (size_t p = 0; p < 3; ++p) {
    const Rgb hue = clip.identities().of(motion.people[p].id).centre;
    const View::Seen head = View(frame.view).Project(frame.people.at(p).joints_in_world[10]);
    // The chip over the head has exactly this colour.
    int chip = 0;
    for (int y = 0; y < static_cast<int>(head.y_px); ++y) {
      for (int x = static_cast<int>(head.x_px) - 8; x < static_cast<int>(head.x_px) + 8; ++x) {
        chip += PixelAt(image, x, y) == hue;
      }
    }
    EXPECT_GT(chip, 20) << motion.people[p].id;
  }
}

TEST(VideoRenderer, TwentyPeopleAreStillAnImage) {
  std::vector<int> ids;
  for (int id = 1; id <= 20; ++id) ids.push_back(id);
  const Motion motion = Row(ids);
  const DrawnFrame frame = DrawnClip(motion, nullptr, PoseOnly()).At(0);
  for (size_t p = 0; p < 20; ++p) {
    for (const Vec3f& joint : frame.people.at(p).joints_in_world) {
      const View::Seen seen = View(frame.view).Project(joint);
      EXPECT_TRUE(seen.x_px > 0 && seen.x_px < 340 && seen.y_px > 0 && seen.y_px < 256);
    }
  }
}

class RenderVideoTest : public testing::Test {
 protected:
  const std::filesystem::path path_ = TestFolder() / "rendered.mp4";
};

TEST_F(RenderVideoTest, WritesEveryFrameAtTheMotionsRate) {
  const Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(23, StandingPose()), 29.97);
  int64_t last_done = -1;
  const WorkMonitor monitor{.on_progress = [&](const Progress& progress) {
    EXPECT_GE(progress.done, last_done);
    last_done = progress.done;
    EXPECT_EQ(progress.total, 23);
  }};
  RenderVideo(motion, path_, {.height_px = 128}, monitor);
  EXPECT_EQ(last_done, 23);
  VideoReader reader(path_);
  EXPECT_EQ(reader.info().width_px, 128);
  EXPECT_EQ(reader.info().height_px, 128);
  EXPECT_EQ(reader.info().frame_rate, (FrameRate{30000, 1001}));
  Image image;
  int frames = 0;
  while (reader.Read(image)) ++frames;
  EXPECT_EQ(frames, 23);
}

TEST_F(RenderVideoTest, AnotherRateKeepsTheSpeed) {
  const Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(40, StandingPose()), 50);
  RenderVideo(motion, path_, {.height_px = 64, .fps = 25});
  VideoReader reader(path_);
  Image image;
  int frames = 0;
  while (reader.Read(image)) ++frames;
  EXPECT_EQ(frames, 20);
}

TEST_F(RenderVideoTest, AStopLeavesNothingBehind) {
  std::filesystem::remove(path_);
  const Motion motion = MotionOf(std::vector<std::vector<Vec3f>>(60, StandingPose()));
  std::atomic<bool> stop = false;
  const WorkMonitor monitor{
      .on_progress = [&](const Progress& progress) { stop = progress.done >= 10; },
      .stop_requested = &stop};
  EXPECT_THROW(RenderVideo(motion, path_, {.height_px = 64}, monitor), Cancelled);
  EXPECT_FALSE(std::filesystem::exists(path_));
}

TEST_F(RenderVideoTest, NothingToRenderIsAnError) {
  EXPECT_THROW(RenderVideo(MotionOf({}), path_), Error);
}

// Standing still at one place in space.
Motion WithRoot(Motion motion) {
  motion.people[0].root_in_cam.assign(static_cast<size_t>(motion.frame_count), {0.5F, 0, 4});
  return motion;
}

Image Panel(const Image& image, int index, int width_px) {
  Image panel(width_px, image.height_px);
  for (int y = 0; y < image.height_px; ++y) {
    std::copy_n(image.row(y) + static_cast<size_t>(index) * panel.stride_bytes(),
                panel.stride_bytes(), panel.row(y));
  }
  return panel;
}

TEST(VideoRenderer, TruthHasItsOwnPanelSeenFromTheSamePlace) {
  const Motion standing = WithRoot(MotionOf({StandingPose()}));
  const Motion waving = WithRoot(MotionOf({LeftArmRaisedPose()}));
  RenderOptions options = PoseOnly();
  options.panels = {PanelKind::kPose, PanelKind::kTruth};
  const VideoRenderer renderer(standing, nullptr, options, &waving);
  ASSERT_EQ(renderer.width_px(), 2 * 256);
  Image both;
  renderer.Render(0, nullptr, both);
  const Where pose = Find(Panel(both, 0, 256), IsOrange);
  const Where truth = Find(Panel(both, 1, 256), IsOrange);
  EXPECT_LT(truth.top_px, pose.top_px - 20) << "the raised arm is the truth's alone";
  // The right side is the same in both; the raised arm is a little longer, which thickens the
  // flesh.
  constexpr double kTolerance_px = 2;
  const Where right = Find(Panel(both, 0, 256), IsBlue);
  const Where right_of_truth = Find(Panel(both, 1, 256), IsBlue);
  EXPECT_NEAR(right_of_truth.x_px, right.x_px, kTolerance_px);
  EXPECT_NEAR(right_of_truth.y_px, right.y_px, kTolerance_px);
  // Swapped, the panels swap: one view serves both.
  Image swapped;
  VideoRenderer(waving, nullptr, options, &standing).Render(0, nullptr, swapped);
  EXPECT_LT(Find(Panel(swapped, 0, 256), IsOrange).top_px, pose.top_px - 20);
  EXPECT_NEAR(Find(Panel(swapped, 1, 256), IsOrange).y_px, pose.y_px, kTolerance_px);
}

TEST(VideoRenderer, PanelTitlesAreDrawnOverEachPanel) {
  const Motion motion = WithRoot(MotionOf({StandingPose()}));
  RenderOptions options = PoseOnly();
  options.panels = {PanelKind::kInput, PanelKind::kPose, PanelKind::kTruth};
  Image plain, titled;
  const VideoRenderer without(motion, nullptr, options, &motion);
  without.Render(0, nullptr, plain);
  options.panel_titles = true;
  VideoRenderer(motion, nullptr, options, &motion).Render(0, nullptr, titled);
  const int input_px = without.width_px() - 2 * 256;
  const auto corner_difference = [&](int x_px) {
    int count = 0;
    for (int y = 0; y < 40; ++y) {
      for (int x = x_px; x < x_px + 120; ++x)
        count += !(PixelAt(plain, x, y) == PixelAt(titled, x, y));
    }
    return count;
  };
  EXPECT_GT(corner_difference(0), 100);
  EXPECT_GT(corner_difference(input_px), 100);
  EXPECT_GT(corner_difference(input_px + 256), 100);
}

}  // namespace videopose::internal::video_renderer_test
