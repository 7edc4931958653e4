// SPDX-License-Identifier: Apache-2.0

// People before cameras that turn, zoom, walk, or change from scene to scene.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "videopose/base/statistics.h"
#include "videopose/geometry/angle.h"
#include "videopose/ground.h"
#include "videopose/ground/camera_views.h"
#include "videopose/ground/grounder.h"
#include "videopose/ground/world.h"
#include "videopose/pose/scenes.h"
#include "videopose/synthetic/moving_shot.h"

namespace videopose::internal::moving_camera_test {

struct Clip {
  KeypointSequence keypoints;
  Motion lifted;  // the true poses, before each frame's camera
};

Clip ClipOf(const MovingShot& shot, int id = 1) {
  const Lens& lens = shot.cameras[0].lens;
  Clip clip{.keypoints = {.layout = Coco17(),
                          .fps = shot.fps,
                          .width_px = lens.width_px,
                          .height_px = lens.height_px,
                          .frame_count = shot.frame_count(),
                          .people = {{.id = id}},
                          .camera = {.focal_px = lens.focal_px.x}},
            .lifted = {.skeleton = Human36m17(),
                       .fps = shot.fps,
                       .width_px = lens.width_px,
                       .height_px = lens.height_px,
                       .frame_count = shot.frame_count(),
                       .people = {{.id = id}}}};
  for (int64_t t = 0; t < shot.frame_count(); ++t) {
    const Camera& camera = shot.cameras[static_cast<size_t>(t)];
    clip.keypoints.people[0].keypoints.Append(shot.KeypointsAt(t));
    std::vector<Vec3f> joints;
    const auto in_world = Human36mJoints(shot.poses[static_cast<size_t>(t)]);
    for (const Vec3d& joint : in_world) {
      joints.push_back(
          (CamFromWorld(camera, joint) - CamFromWorld(camera, in_world[0])).Cast<float>());
    }
    clip.lifted.people[0].joints_in_cam.Append(joints);
    clip.keypoints.camera.views.push_back(
        {Inverse(shot.cameras[0].world_from_cam.rotation) * camera.world_from_cam.rotation,
         camera.lens.focal_px.x / lens.focal_px.x, 0.05});
  }
  return clip;
}

// In units of 40 cm.
constexpr double kUnit_m = 0.4;
Clip WalkOf(const MovingShot& shot) {
  Clip clip = ClipOf(shot);
  for (size_t t = 0; t < shot.cameras.size(); ++t) {
    const Vec3d place =
        ApplyInverse(shot.cameras[0].world_from_cam, shot.cameras[t].world_from_cam.translation);
    clip.keypoints.camera.views[t].place_in_first = 1 / kUnit_m * place;
  }
  return clip;
}

const MovingShot& Pan() {
  static const MovingShot shot = MakeMovingShot(CameraMove::kPan, 360, 25);
  return shot;
}

Motion Grounded(const Clip& clip, CameraMotion camera = CameraMotion::kAuto) {
  Motion motion = clip.lifted;
  GroundMotion(clip.keypoints, {.focal_px = clip.keypoints.camera.focal_px, .camera = camera},
               motion);
  return motion;
}

// Along the floor, from the first frame to the last.
double Covered_m(const std::vector<Vec3f>& roots, size_t begin, size_t end) {
  const Vec3f apart = roots[end] - roots[begin];
  return std::hypot(apart.x, apart.y);
}

TEST(MovingCamera, AWalkPastAPanIsStraightAndLong) {
  const Clip clip = ClipOf(Pan());
  const Motion motion = Grounded(clip);
  EXPECT_EQ(motion.grounding, Grounding::kGivenLens);
  ASSERT_EQ(std::ssize(motion.camera_path), motion.frame_count);
  EXPECT_EQ(motion.camera_path[0], *motion.camera);
  const std::vector<Vec3f> roots = RootsInWorld(motion, motion.people[0]);
  const size_t last = roots.size() - 1;
  const Vec3d true_way = Pan().poses[last][BodyJoint::kPelvis] - Pan().poses[0][BodyJoint::kPelvis];
  EXPECT_NEAR(Covered_m(roots, 0, last), Norm(true_way), 0.03 * Norm(true_way));
  const Vec3f along = Normalized(roots[last] - roots[0]);
  for (const Vec3f& root : roots) {
    const Vec3f off = root - roots[0] - Dot(root - roots[0], along) * along;
    EXPECT_LT(std::hypot(off.x, off.y), 0.15);
    EXPECT_NEAR(root.z, 0.9, 0.1);
  }
  const Motion as_static = Grounded(clip, CameraMotion::kStatic);
  EXPECT_TRUE(as_static.camera_path.empty());
  EXPECT_LT(Covered_m(RootsInWorld(as_static, as_static.people[0]), 0, last), 0.5 * Norm(true_way));
}

// As the live driver has it.
class FrameByFrame {
 public:
  explicit FrameByFrame(const Clip& clip, CameraMotion camera = CameraMotion::kAuto)
      : clip_(clip),
        grounder_({.ground = {.focal_px = clip.keypoints.camera.focal_px, .camera = camera},
                   .clip = InfoOf(clip.keypoints),
                   .in_background = false}) {}

  // Frame t; `sight` holds what the driver knows of its camera.
  PeopleInFrame operator()(int64_t t, PeopleInFrame sight) {
    PeopleInFrame frame = PeopleAt(clip_.keypoints, t);
    frame.view = sight.view;
    frame.begins_scene = sight.begins_scene;
    frame.is_camera_lost = sight.is_camera_lost;
    const auto joints = clip_.lifted.people[0].frame(t);
    frame.people.at(0).joints_in_cam.assign(joints.begin(), joints.end());
    std::vector<PeopleInFrame> finished;
    grounder_.Push(std::move(frame), finished);
    return std::move(finished.at(0));
  }
  PeopleInFrame Seen(int64_t t) {
    return (*this)(t, {.view = clip_.keypoints.camera.views[static_cast<size_t>(t)]});
  }

 private:
  const Clip& clip_;
  Grounder grounder_;
};

TEST(MovingCamera, FrameByFrameAWalkPastAPanIsAsLong) {
  const Clip clip = ClipOf(Pan());
  FrameByFrame moving(clip), as_static(clip);
  // From when the camera is known on.
  constexpr size_t kBegin = 80;
  std::vector<Vec3f> roots, roots_as_static;
  for (int64_t t = 0; t < clip.keypoints.frame_count; ++t) {
    const PeopleInFrame frame = moving.Seen(t), still = as_static(t, {});
    roots.push_back(frame.people[0].joints_in_world[0]);
    roots_as_static.push_back(still.people[0].joints_in_world[0]);
    EXPECT_FALSE(still.camera);
    EXPECT_EQ(frame.camera.has_value(), frame.grounding == Grounding::kGivenLens) << t;
    if (t < static_cast<int64_t>(kBegin)) continue;
    ASSERT_TRUE(frame.camera);
    // The world is what this frame's camera sees, as it does the joints before it.
    const Vec3d in_cam = CamFromWorld(*frame.camera, roots.back().Cast<double>());
    EXPECT_LT(Norm(in_cam - frame.people[0].root_in_cam->Cast<double>()), 0.1) << t;
    const Keypoint& hip = frame.people[0].keypoints[11];
    EXPECT_NEAR(PixelFromCam(frame.camera->lens, in_cam).x, hip.x_px, 40) << t;
  }
  const size_t last = roots.size() - 1;
  const Vec3d way = Pan().poses[last][BodyJoint::kPelvis] - Pan().poses[kBegin][BodyJoint::kPelvis];
  EXPECT_NEAR(Covered_m(roots, kBegin, last), Norm(way), 0.06 * Norm(way));
  EXPECT_LT(Covered_m(roots_as_static, kBegin, last), 0.5 * Norm(way));
}

TEST(MovingCamera, FrameByFrameALostCameraAndACutBeginAnotherWorld) {
  const Clip clip = ClipOf(Pan());
  FrameByFrame grounded(clip);
  for (int64_t t = 0; t < 90; ++t) grounded.Seen(t);
  EXPECT_EQ(grounded.Seen(90).grounding, Grounding::kGivenLens);
  const PeopleInFrame lost =
      grounded(91, {.view = clip.keypoints.camera.views[91], .is_camera_lost = true});
  EXPECT_EQ(lost.grounding, Grounding::kCameraMoving);
  EXPECT_FALSE(lost.camera || lost.people[0].root_in_cam);
  EXPECT_FALSE(lost.people[0].joints_in_world.empty());
  const PeopleInFrame anew = grounded(92, {.begins_scene = true});
  EXPECT_EQ(anew.grounding, Grounding::kLevelCamera);
  const Vec3f root = anew.people[0].joints_in_world[0];
  EXPECT_LT(std::hypot(root.x, root.y), 1e-6F) << "the origin is under the first";
}

TEST(MovingCamera, FrameByFrameOneThatIsSaidToMoveNeedsViews) {
  const Clip clip = ClipOf(Pan());
  FrameByFrame grounded(clip, CameraMotion::kMoving);
  EXPECT_EQ(grounded(0, {}).grounding, Grounding::kCameraMoving);
  EXPECT_EQ(grounded.Seen(1).grounding, Grounding::kLevelCamera);
}

// From frame to frame, of ankles whose feet are down.
std::vector<double> StandingSteps_m(const Motion& motion) {
  const JointTrack<Vec3f> world = JointsInWorld(motion, motion.people[0]);
  std::vector<double> moved_m;
  for (int64_t t = 1; t < motion.frame_count; ++t) {
    for (const auto& [ankle, bit] : {std::pair{6, kLeftFootDown}, std::pair{3, kRightFootDown}}) {
      const auto& down = motion.people[0].feet_down;
      if ((down[static_cast<size_t>(t)] & down[static_cast<size_t>(t - 1)] & bit) == 0) continue;
      const Vec3f step = world.at(t, ankle) - world.at(t - 1, ankle);
      moved_m.push_back(std::hypot(step.x, step.y));
    }
  }
  return moved_m;
}

TEST(MovingCamera, FeetStandStillInTheWorld) {
  const Motion motion = Grounded(ClipOf(Pan()));
  const std::vector<double> moved_m = StandingSteps_m(motion);
  EXPECT_GT(std::ssize(moved_m), motion.frame_count / 2);
  EXPECT_LT(Quantile(moved_m, 0.9), 0.001);
}

constexpr CameraMove kWalks[] = {CameraMove::kWalkAlong, CameraMove::kFollow, CameraMove::kArc,
                                 CameraMove::kWalkByHand};

// Feet tell how far the camera goes; then people and camera go as far as in truth.
TEST(MovingCamera, AWalkIsAsLongAsFeetSay) {
  for (const CameraMove move : kWalks) {
    const MovingShot shot = MakeMovingShot(move, 360, 25);
    const Motion motion = Grounded(WalkOf(shot));
    ASSERT_EQ(motion.grounding, Grounding::kGivenLens);
    ASSERT_EQ(std::ssize(motion.camera_path), motion.frame_count);
    const std::vector<Vec3f> roots = RootsInWorld(motion, motion.people[0]);
    const size_t middle = roots.size() / 2, last = roots.size() - 1;
    for (const auto& [a, b] : {std::pair{size_t{0}, middle}, std::pair{middle, last}}) {
      const Vec3d truth = shot.poses[b][BodyJoint::kPelvis] - shot.poses[a][BodyJoint::kPelvis];
      const double way_m = std::hypot(truth.x, truth.y);
      EXPECT_NEAR(Covered_m(roots, a, b), way_m, 0.05 * way_m + 0.05) << static_cast<int>(move);
      const Vec3d of_camera =
          shot.cameras[b].world_from_cam.translation - shot.cameras[a].world_from_cam.translation;
      const Vec3d found = motion.camera_at(b).world_from_cam.translation -
                          motion.camera_at(a).world_from_cam.translation;
      EXPECT_NEAR(Norm(found), Norm(of_camera), 0.05 * Norm(of_camera)) << static_cast<int>(move);
    }
    const std::vector<double> moved_m = StandingSteps_m(motion);
    EXPECT_GT(std::ssize(moved_m), motion.frame_count / 2);
    EXPECT_LT(Quantile(moved_m, 0.9), 0.001);
  }
}

// A person of whom nothing is seen to stand.
TEST(MovingCamera, WithoutFeetItsPlaceIsTakenAsFixed) {
  Clip clip = WalkOf(MakeMovingShot(CameraMove::kWalkAlong, 360, 25));
  for (int64_t t = 0; t < clip.lifted.frame_count; ++t) {
    for (const int ankle : {3, 6}) {
      Vec3f& joint = clip.lifted.people[0].at(t, ankle);
      joint.x += 0.3F * static_cast<float>(std::sin(1.3 * static_cast<double>(t) + ankle));
      joint.y += 0.3F * static_cast<float>(std::cos(1.7 * static_cast<double>(t)));
    }
    for (Keypoint& point : clip.keypoints.people[0].frame(t)) {
      if (&point - clip.keypoints.people[0].frame(t).data() >= 15) point.score = 0;
    }
  }
  const Motion motion = Grounded(clip);
  for (const Camera& camera : motion.camera_path) {
    EXPECT_EQ(camera.world_from_cam.translation, motion.camera->world_from_cam.translation);
  }
}

// The people are where each frame's camera sees them.
TEST(MovingCamera, PeopleAreSeenWhereTheirKeypointsAre) {
  for (const CameraMove move : {CameraMove::kPan, CameraMove::kZoom, CameraMove::kPanBySway,
                                CameraMove::kWalkAlong, CameraMove::kArc}) {
    const MovingShot shot = MakeMovingShot(move, 360, 25);
    const bool walks = move == CameraMove::kWalkAlong || move == CameraMove::kArc;
    const Clip clip = walks ? WalkOf(shot) : ClipOf(shot);
    const Motion motion = Grounded(clip);
    const JointTrack<Vec3f> world = JointsInWorld(motion, motion.people[0]);
    std::vector<double> off_px;
    for (int64_t t = 0; t < motion.frame_count; ++t) {
      for (const char* name : {"left_shoulder", "right_wrist", "left_knee", "right_ankle"}) {
        const Keypoint& seen = clip.keypoints.people[0].at(t, Coco17().IndexOf(name));
        const Vec2d px = PixelFromWorld(motion.camera_at(t),
                                        world.at(t, Human36m17().IndexOf(name)).Cast<double>());
        off_px.push_back(Norm(px - Vec2d{seen.x_px, seen.y_px}));
      }
    }
    EXPECT_LT(Median(off_px), 3);
  }
}

// A hand's tremor is the camera's, not the people's: smoothed with them it would come back as
// theirs.
TEST(MovingCamera, SmoothingLeavesStandingFeetInPlace) {
  Motion motion = Grounded(ClipOf(MakeMovingShot(CameraMove::kSway, 360, 25)));
  SmoothMotion(motion, 0.08);
  EXPECT_LT(Median(StandingSteps_m(motion)), 0.001);
}

TEST(MovingCamera, WithoutATrackOrWithALostOneThereIsNoCommonWorld) {
  Clip clip = ClipOf(Pan());
  for (CameraView& view : clip.keypoints.camera.views) view.sigma_deg = 10;
  EXPECT_EQ(Grounded(clip).grounding, Grounding::kCameraMoving);
  clip.keypoints.camera.views.clear();
  EXPECT_EQ(Grounded(clip, CameraMotion::kMoving).grounding, Grounding::kCameraMoving);
  EXPECT_EQ(Grounded(clip).grounding, Grounding::kGivenLens) << "it is taken as still";
}

TEST(MovingCamera, EachSceneIsAWorldOfItsOwn) {
  const MovingShot still = MakeMovingShot(CameraMove::kStill, 360, 25, 3);
  const Clip first = ClipOf(Pan(), 1), second = ClipOf(still, 2);
  const int64_t cut = first.keypoints.frame_count, all = cut + second.keypoints.frame_count;
  Clip both = first;
  both.keypoints.frame_count = both.lifted.frame_count = all;
  both.keypoints.camera.cuts = {cut};
  both.keypoints.camera.views.insert(both.keypoints.camera.views.end(),
                                     second.keypoints.camera.views.begin(),
                                     second.keypoints.camera.views.end());
  both.keypoints.people[0].keypoints.ResizeFrames(all);
  both.lifted.people[0].joints_in_cam.ResizeFrames(all, kNoJoint);
  both.keypoints.people.push_back({.id = 2, .keypoints = {cut, 17}});
  both.lifted.people.push_back({.id = 2, .joints_in_cam = {cut, 17, kNoJoint}});
  for (int64_t t = 0; t < all - cut; ++t) {
    both.keypoints.people[1].keypoints.Append(second.keypoints.people[0].frame(t));
    both.lifted.people[1].joints_in_cam.Append(second.lifted.people[0].frame(t));
  }
  const Motion motion = Grounded(both), one = Grounded(first), two = Grounded(second);
  EXPECT_EQ(motion.cuts, both.keypoints.camera.cuts);
  ASSERT_EQ(std::ssize(motion.camera_path), all);
  for (int64_t t = 0; t < all; ++t) {
    const auto& alone = t < cut ? one.camera_at(t) : two.camera_at(t - cut);
    EXPECT_EQ(motion.camera_at(t), alone) << t;
  }
  const std::vector<Vec3f> alone = RootsInWorld(two, two.people[0]),
                           together = RootsInWorld(motion, motion.people[1]);
  for (size_t t = 0; t < alone.size(); ++t) {
    EXPECT_EQ(together[t + static_cast<size_t>(cut)], alone[t]) << t;
  }
}

// A pan that was measured through a lens of the default focal length.
TEST(CameraViews, RotationsAreScaledToAnotherLens) {
  CameraTrack track{.focal_px = 500};
  for (int t = 0; t < 100; ++t) {
    track.views.push_back({FromAxisAngle({0, 1, 0}, RadiansFromDegrees(0.6 * t))});
  }
  const Lens same = PlainLens(500, 640, 360), longer = PlainLens(1000, 640, 360);
  EXPECT_EQ(ViewsThrough(track, same).first_from_cam[99].rotation, track.views[99].first_from_cam);
  const Quaternion turn = ViewsThrough(track, longer).first_from_cam[99].rotation;
  const double angle_deg = DegreesFromRadians(2 * std::asin(turn.y));
  // f + w^2 / (12 f) is 568 px against 1034.
  EXPECT_NEAR(angle_deg, 0.6 * 99 * 568.27 / 1034.13, 0.01);
}

// A step across the view moves the image as much through a longer lens as a shorter one there.
TEST(CameraViews, StepsAreScaledToAnotherLens) {
  CameraTrack track{.focal_px = 500};
  for (int t = 0; t < 3; ++t) track.views.push_back({.place_in_first = {0.2 * t, 0, 0.3 * t}});
  const Vec3d place = ViewsThrough(track, PlainLens(1000, 640, 360)).places_in_first[2];
  EXPECT_NEAR(place.x, 0.2, 1e-12);
  EXPECT_NEAR(place.z, 0.6, 1e-12);
}

TEST(Scenes, AreWhatLiesBetweenCuts) {
  const std::vector<int64_t> cuts = {10, 25, 100};
  EXPECT_EQ(ScenesOf(cuts, 40), (std::vector<FrameRange>{{0, 10}, {10, 25}, {25, 40}}));
  EXPECT_EQ(ScenesOf({}, 40), (std::vector<FrameRange>{{0, 40}}));
}

}  // namespace videopose::internal::moving_camera_test
