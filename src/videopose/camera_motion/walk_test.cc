// SPDX-License-Identifier: Apache-2.0

#include "videopose/camera_motion/walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "videopose/camera_motion/camera_decision.h"
#include "videopose/camera_motion/test_walks.h"
#include "videopose/geometry/angle.h"
#include "videopose/geometry/rotation_vector.h"

namespace videopose::internal::walk_test {

constexpr int64_t kFrames = 150;

Quaternion TurnOf(double yaw_deg, double pitch_deg = 0, double roll_deg = 0) {
  return FromAxisAngle({0, 1, 0}, RadiansFromDegrees(yaw_deg)) *
         FromAxisAngle({1, 0, 0}, RadiansFromDegrees(pitch_deg)) *
         FromAxisAngle({0, 0, 1}, RadiansFromDegrees(roll_deg));
}

struct WalkErrors {
  double worst_deg = 0;
  double worst_place = 0;  // of the way's extent, after the best scale
};

WalkErrors ErrorsOf(const Walk& walk, const std::vector<Rigid3d>& truth) {
  WalkErrors errors;
  double both = 0, squares = 0, extent = 0;
  for (size_t t = 0; t < truth.size(); ++t) {
    both += Dot(walk.views[t].place_in_first, truth[t].translation);
    squares += Dot(walk.views[t].place_in_first, walk.views[t].place_in_first);
    extent = std::max(extent, Norm(truth[t].translation));
  }
  for (size_t t = 0; t < truth.size(); ++t) {
    const Quaternion off = Inverse(walk.views[t].first_from_cam) * truth[t].rotation;
    errors.worst_deg = std::max(errors.worst_deg, DegreesFromRadians(Norm(RotationVectorOf(off))));
    const Vec3d apart = both / squares * walk.views[t].place_in_first - truth[t].translation;
    errors.worst_place = std::max(errors.worst_place, Norm(apart) / extent);
  }
  return errors;
}

struct WalkCase {
  std::string name;
  WalkCourse course;
};

std::vector<WalkCase> Walks() {
  const auto share = [](int64_t t) { return static_cast<double>(t) / kFrames; };
  return {
      {"sideways",
       [=](int64_t t) -> Rigid3d {
         return {{}, {6 * share(t) - 3, 0, -2}};
       }},
      {"forwards",
       [=](int64_t t) -> Rigid3d {
         return {TurnOf(5), {0, 0, 4 * share(t) - 3.5}};
       }},
      {"backwards",
       [=](int64_t t) -> Rigid3d {
         return {TurnOf(5), {0, 0, -4 * share(t)}};
       }},
      {"around",
       [=](int64_t t) -> Rigid3d {
         const double angle_deg = 100 * share(t) - 50, a = RadiansFromDegrees(angle_deg);
         return {TurnOf(-angle_deg), {3 * std::sin(a), 0, 1 - 3 * std::cos(a)}};
       }},
      {"by hand",
       [=](int64_t t) -> Rigid3d {
         const double s = 0.2 * static_cast<double>(t);
         return {TurnOf(3 * std::sin(s) + 10 * share(t), 2 * std::cos(0.7 * s), std::sin(0.5 * s)),
                 {4 * share(t) - 2, 0.04 * std::sin(2 * s), -2 + share(t)}};
       }},
      {"stands, turns, then goes",
       [=](int64_t t) -> Rigid3d {
         const double later = std::max(0.0, share(t) - 0.5);
         return {TurnOf(30 * std::min(0.5, share(t))), {-2 + 5 * later, 0, -2}};
       }},
  };
}

TEST(FollowWalk, FindsWhereACameraWent) {
  for (const WalkCase& one : Walks()) {
    for (const double noise_px : {0.0, 0.2}) {
      const TestWalk seen =
          SeeWalk(RoomPoints(), kFrames, one.course, noise_px, noise_px > 0 ? 0.15 : 0);
      const Walk walk = FollowWalk(seen.tracks, kFrames, kTestPixel);
      ASSERT_EQ(walk.verdict, Walk::Verdict::kWalks) << one.name;
      const WalkErrors errors = ErrorsOf(walk, seen.truth);
      EXPECT_LT(errors.worst_deg, noise_px > 0 ? 0.7 : 0.1) << one.name;
      EXPECT_LT(errors.worst_place, noise_px > 0 ? 0.05 : 0.01) << one.name;
    }
  }
}

TEST(FollowWalk, ATurnIsNoWalkWhateverTheLens) {
  const WalkCourse turn = [](int64_t t) -> Rigid3d {
    return {TurnOf(0.6 * static_cast<double>(t) - 45, 5 * std::sin(0.1 * static_cast<double>(t))),
            {}};
  };
  const TestWalk seen = SeeWalk(RoomPoints(4000), kFrames, turn, 0.2, 0.15);
  for (const double focal : {0.75, 1.0, 1.3}) {
    TestWalk other = seen;
    for (CornerTrack& track : other.tracks) {
      for (Vec2f& at : track.seen) at = static_cast<float>(1 / focal) * at;
    }
    EXPECT_EQ(FollowWalk(other.tracks, kFrames, kTestPixel / focal).verdict,
              Walk::Verdict::kInPlace)
        << focal;
  }
}

TEST(FollowWalk, AZoomIsNoWalk) {
  TestWalk seen = SeeWalk(
      RoomPoints(), kFrames, [](int64_t) { return Rigid3d(); }, 0.2, 0.15);
  for (CornerTrack& track : seen.tracks) {
    for (int64_t t = track.begin; t < track.end(); ++t) {
      Vec2f& at = track.seen[static_cast<size_t>(t - track.begin)];
      at = static_cast<float>(std::exp2(0.007 * static_cast<double>(t))) * at;
    }
  }
  EXPECT_EQ(FollowWalk(seen.tracks, kFrames, kTestPixel).verdict, Walk::Verdict::kInPlace);
}

// A hand's centimetres are left to the rotation.
TEST(FollowWalk, AHandIsNoWalk) {
  const TestWalk seen = SeeWalk(
      RoomPoints(), kFrames,
      [](int64_t t) -> Rigid3d {
        const double s = 0.2 * static_cast<double>(t);
        return {TurnOf(6 * std::sin(s), 3 * std::cos(0.7 * s)),
                {0.02 * std::sin(0.5 * s), 0.02 * std::cos(0.4 * s), 0}};
      },
      0.2, 0.1);
  EXPECT_EQ(FollowWalk(seen.tracks, kFrames, kTestPixel).verdict, Walk::Verdict::kInPlace);
}

// All points on one wall that is seen from the side.
TEST(FollowWalk, AWallIsEnough) {
  FastRandom random(5);
  std::vector<Vec3d> points;
  for (int i = 0; i < 1500; ++i) {
    const double along = random.Uniform(-12, 12);
    points.push_back({along, random.Uniform(-2, 2), 4 + 0.4 * along});
  }
  const TestWalk seen = SeeWalk(
      points, kFrames,
      [](int64_t t) -> Rigid3d {
        return {{}, {0.03 * static_cast<double>(t) - 2, 0, 0}};
      },
      0.2);
  const Walk walk = FollowWalk(seen.tracks, kFrames, kTestPixel);
  ASSERT_EQ(walk.verdict, Walk::Verdict::kWalks);
  const WalkErrors errors = ErrorsOf(walk, seen.truth);
  EXPECT_LT(errors.worst_deg, 1.5);
}

TEST(FollowWalk, OfFewCornersNothingIsSaid) {
  EXPECT_EQ(FollowWalk({}, 100, kTestPixel).verdict, Walk::Verdict::kInPlace);
  EXPECT_EQ(FollowWalk({}, 1, kTestPixel).verdict, Walk::Verdict::kInPlace);
  const TestWalk seen = SeeWalk(RoomPoints(20), kFrames, Walks()[0].course, 0.2);
  EXPECT_NE(FollowWalk(seen.tracks, kFrames, kTestPixel).verdict, Walk::Verdict::kWalks);
}

}  // namespace videopose::internal::walk_test
