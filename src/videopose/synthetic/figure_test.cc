// SPDX-License-Identifier: Apache-2.0

#include "videopose/synthetic/figure.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <numbers>

#include "videopose/base/parallel.h"
#include "videopose/synthetic/demo_clip.h"
#include "videopose/synthetic/figure_raster.h"
#include "videopose/synthetic/figure_shape.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal::figure_test {

constexpr double kPi = std::numbers::pi;
constexpr double kHeight_m = 1.74;

Camera SmallCamera() { return LookAt({0.3, -4.5, 1.4}, {0, 0, 0.9}, 160, 120, 0.6); }

BodyPose Waving() {
  return SyntheticMotion(Choreography(SyntheticKind::kWaving), {.start_yaw_rad = -kPi / 2}).At(3);
}

int LargestDifference(const Image& a, const Image& b, int x, int y) {
  int largest = 0;
  for (int channel = 0; channel < 3; ++channel) {
    const size_t at = static_cast<size_t>(x) * Image::kBytesPerPixel + static_cast<size_t>(channel);
    largest = std::max(largest, std::abs(a.row(y)[at] - b.row(y)[at]));
  }
  return largest;
}

TEST(FigureShape, HasEveryJointInsideAndTheHeadAndHandsNearTheirEnds) {
  const BodyPose pose = Waving();
  const FigureShape shape = ShapeFigure(pose, kHeight_m);
  std::vector<uint16_t> all(shape.parts.size());
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<uint16_t>(i);
  const auto distance_to = [&](const Vec3d& x) {
    const Vec3f point{static_cast<float>(x.x), static_cast<float>(x.y), static_cast<float>(x.z)};
    return DistanceToFigure(shape, all, point).distance_m;
  };
  using enum BodyJoint;
  for (const BodyJoint joint :
       {kPelvis, kSpine, kThorax, kHead, kFace, kLeftShoulder, kRightShoulder, kLeftElbow,
        kRightElbow, kLeftWrist, kRightWrist, kLeftHip, kRightHip, kLeftKnee, kRightKnee,
        kLeftAnkle, kRightAnkle}) {
    EXPECT_LT(distance_to(pose[joint]), -0.005) << static_cast<int>(joint);
  }
  // On the surface, within a centimetre or so.
  for (const BodyJoint joint : {kHeadTop, kNose, kLeftEye, kRightEye, kLeftFingertip}) {
    EXPECT_LT(std::abs(distance_to(pose[joint])), 0.02) << static_cast<int>(joint);
  }
  EXPECT_GT(distance_to({1.5, 0, 1}), 0.5);
}

TEST(FigureTiles, LeaveOutNothingThatIsSeen) {
  // The reference implementation marches past every part.
  const Camera camera = SmallCamera();
  const FigureShape shape = ShapeFigure(Waving(), kHeight_m);
  std::vector<uint16_t> all(shape.parts.size());
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<uint16_t>(i);
  const FigureTiles tiles(shape, camera);
  const PixelRays rays(camera);
  int hits = 0, different = 0;
  for (int y = 0; y < camera.lens.height_px; y += 2) {
    for (int x = 0; x < camera.lens.width_px; x += 2) {
      const Vec3f direction =
          rays.Direction(static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F);
      const FigureHit slow = MarchRay(shape, all, rays.origin(), direction);
      const FigureHit fast =
          MarchRay(shape, tiles.parts(x / FigureTiles::kTile_px, y / FigureTiles::kTile_px),
                   rays.origin(), direction);
      if (slow.part >= 0) ++hits;
      if ((slow.part >= 0) != (fast.part >= 0)) ++different;
      if (slow.part >= 0 && fast.part >= 0) {
        EXPECT_NEAR(slow.distance_m, fast.distance_m, 0.02) << x << ' ' << y;
      }
    }
  }
  EXPECT_GT(hits, 150);
  // Rays that graze the outline may end on either side of it.
  EXPECT_LE(different, hits / 50);
}

TEST(FigureRaster, ACapsuleShadesWhatIsBehindIt) {
  const FigureCapsule capsules[] = {{{-1, 0, 1}, {1, 0, 1}, 0.1F}};
  EXPECT_FLOAT_EQ(LightPastCapsules(capsules, {0, 0, 0}, {0, 0, 1}, 0.1F), 0);
  EXPECT_FLOAT_EQ(LightPastCapsules(capsules, {0, 0.5F, 0}, {0, 0, 1}, 0.1F), 1);
  EXPECT_FLOAT_EQ(LightPastCapsules(capsules, {0, 0, 2}, {0, 0, 1}, 0.1F), 1);  // before it
  const float edge = LightPastCapsules(capsules, {0, 0.1F, 0}, {0, 0, 1}, 0.1F);
  EXPECT_NEAR(edge, 0.5, 1e-3);  // half of the lamp is hidden at the edge
}

TEST(FigureRoom, RaysMeetTheWallAhead) {
  const Room room;
  const RoomPoint floor = HitRoom(room, {0, 0, 1}, {0, 0.6F, -0.8F});
  EXPECT_NEAR(floor.point_in_world.z, 0, 1e-6);
  EXPECT_NEAR(floor.point_in_world.y, 0.75, 1e-6);
  EXPECT_EQ(floor.normal, (Vec3f{0, 0, 1}));
  const RoomPoint wall = HitRoom(room, {0, 0, 1}, {0, 1, 0});
  EXPECT_NEAR(wall.point_in_world.y, room.high.y, 1e-6);
  EXPECT_EQ(wall.normal, (Vec3f{0, -1, 0}));
}

TEST(FigureRoom, CratesHideWhatIsBehindThem) {
  const Room room{.crates = {{{-1, 1, 0}, {1, 2, 1.5F}}, {{-1, 0.5F, 0}, {1, 0.8F, 0.5F}}}};
  const RoomPoint front = HitRoom(room, {0, 0, 1}, {0, 1, 0});
  EXPECT_EQ(front.crate, 0);
  EXPECT_NEAR(front.point_in_world.y, 1, 1e-6);
  EXPECT_EQ(front.normal, (Vec3f{0, -1, 0}));
  const RoomPoint top = HitRoom(room, {0, 0, 2.5F}, Normalized(Vec3f{0, 1.5F, -1}));
  EXPECT_EQ(top.crate, 0);
  EXPECT_EQ(top.normal, (Vec3f{0, 0, 1}));
  EXPECT_EQ(HitRoom(room, {0, 0, 0.3F}, {0, 1, 0}).crate, 1);   // the nearer one
  EXPECT_EQ(HitRoom(room, {0, 0, 2}, {0, 1, 0}).crate, -1);     // above
  EXPECT_EQ(HitRoom(room, {2, 0, 1}, {0, 1, 0}).crate, -1);     // beside
  EXPECT_EQ(HitRoom(room, {0, 2.5F, 1}, {0, 1, 0}).crate, -1);  // behind
  const Vec3f print = RoomColour(room, front);
  Room moved = room;
  for (Crate& crate : moved.crates) {
    crate.low.x += 0.4F;
    crate.high.x += 0.4F;
  }
  EXPECT_EQ(RoomColour(moved, HitRoom(moved, {0.4F, 0, 1}, {0, 1, 0})), print);
}

TEST(FigureRenderer, CoversItsJointsAndLeavesTheRestOfTheRoom) {
  const Camera camera = SmallCamera();
  const FigureRenderer renderer(camera);
  const BodyPose pose = Waving();
  Image empty, image;
  renderer.Render(nullptr, kHeight_m, empty);
  renderer.Render(&pose, kHeight_m, image);
  ASSERT_EQ(image.width_px, 160);
  ASSERT_EQ(image.height_px, 120);
  for (const Vec3d& joint : Human36mJoints(pose)) {
    const Vec2d px = PixelFromWorld(camera, joint);
    EXPECT_GT(LargestDifference(image, empty, static_cast<int>(px.x), static_cast<int>(px.y)), 12)
        << px.x << ' ' << px.y;
  }
  for (int y = 0; y < 20; ++y) {
    for (int x = 0; x < 160; ++x) EXPECT_EQ(LargestDifference(image, empty, x, y), 0);
  }
}

TEST(FigureRenderer, DrawsTheSameWithAnyNumberOfThreads) {
  const FigureRenderer renderer(SmallCamera());
  const BodyPose pose = Waving();
  Image one, several;
  SetThreadCount(1);
  renderer.Render(&pose, kHeight_m, one);
  SetThreadCount(3);
  renderer.Render(&pose, kHeight_m, several);
  SetThreadCount(0);
  EXPECT_EQ(one, several);
}

TEST(FigureRenderer, ManagesAFigureThatIsOutOfSightOrHalfOut) {
  const FigureRenderer renderer(SmallCamera());
  Image empty, image;
  renderer.Render(nullptr, kHeight_m, empty);
  for (const Vec2d start : {Vec2d{-5, 2}, Vec2d{0, -6}, Vec2d{0.3, -4.5}, Vec2d{1.5, 0}}) {
    const BodyPose pose = SyntheticMotion({{}}, {.start_in_world = start}).At(0);
    renderer.Render(&pose, kHeight_m, image);
    EXPECT_EQ(image.bgrx.size(), empty.bgrx.size());
  }
}

TEST(DemoClip, IsAShortClipWithKnownTruth) {
  const DemoClip demo(120);
  EXPECT_EQ(demo.width_px(), 216);
  EXPECT_EQ(demo.height_px(), 120);
  EXPECT_EQ(demo.truth().fps, demo.frame_rate().per_second());
  EXPECT_GT(demo.frame_count(), 6 * 25);
  EXPECT_LT(demo.frame_count(), 11 * 25);
  EXPECT_EQ(demo.truth().keypoints.people[0].keypoints.size(),
            static_cast<size_t>(demo.frame_count() * 17));
  // No person leaves the image.
  for (const Keypoint& keypoint : demo.truth().keypoints.people[0].keypoints) {
    EXPECT_GT(keypoint.x_px, 2);
    EXPECT_LT(keypoint.x_px, 214);
    EXPECT_GT(keypoint.y_px, 2);
    EXPECT_LT(keypoint.y_px, 118);
  }
  Image first, last;
  demo.RenderFrame(0, first);
  demo.RenderFrame(demo.frame_count() - 1, last);
  EXPECT_NE(first, last);
}

}  // namespace videopose::internal::figure_test
