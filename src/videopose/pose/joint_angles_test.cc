// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "videopose/geometry/angle.h"
#include "videopose/pose.h"
#include "videopose/synthetic/synthetic_body.h"

namespace videopose::internal::joint_angles_test {

constexpr double kRad = kRadiansPerDegree;
// Joints are floats of about 1 m, and bones of about 0.3 m.
constexpr double kTolerance_deg = 0.01;

// A body drawn by its directions: each limb is given in its own right-handed or mirrored frame (x
// forward, y up, z outward).
struct Stick {
  Vec3d spine{0, 1, 0}, chest{0, 1, 0}, shoulder_line{0, 0, 1};
  Vec3d thigh[2] = {{0, -1, 0}, {0, -1, 0}}, shank[2] = {{0, -1, 0}, {0, -1, 0}};
  Vec3d arm[2] = {{0, -1, 0}, {0, -1, 0}}, forearm[2] = {{0, -1, 0}, {0, -1, 0}};
};

// x forward, y up, z right of the body -> a camera that looks at it from ahead and aside.
Vec3f InCam(const Vec3d& v) {
  const Quaternion cam_from_body =
      FromAxisAngle({0, 1, 0}, 0.7) * FromAxes({0, 0, -1}, {0, -1, 0}, {-1, 0, 0});
  const Vec3d r = Rotate(cam_from_body, v);
  return {static_cast<float>(r.x), static_cast<float>(r.y), static_cast<float>(r.z)};
}

std::vector<Vec3f> JointsOf(const Stick& stick) {
  const Skeleton& skeleton = Human36m17();
  std::vector<Vec3d> joints(17);
  const auto at = [&](const std::string& name) -> Vec3d& {
    return joints[static_cast<size_t>(skeleton.IndexOf(name))];
  };
  at("hip") = {};
  at("spine") = 0.25 * Normalized(stick.spine);
  at("thorax") = at("spine") + 0.25 * Normalized(stick.chest);
  at("neck_base") = at("thorax") + Vec3d{0, 0.1, 0};
  at("head") = at("thorax") + Vec3d{0, 0.2, 0};
  for (const int side : {0, 1}) {
    const double outward = side == 0 ? -1 : 1;
    const std::string name = side == 0 ? "left_" : "right_";
    const auto placed = [&](double length, Vec3d v) {
      v = length * Normalized(v);
      return Vec3d{v.x, v.y, outward * v.z};
    };
    at(name + "hip") = {0, 0, outward * 0.12};
    at(name + "knee") = at(name + "hip") + placed(0.42, stick.thigh[side]);
    at(name + "ankle") = at(name + "knee") + placed(0.42, stick.shank[side]);
    at(name + "shoulder") = at("thorax") + outward * 0.18 * Normalized(stick.shoulder_line);
    at(name + "elbow") = at(name + "shoulder") + placed(0.3, stick.arm[side]);
    at(name + "wrist") = at(name + "elbow") + placed(0.25, stick.forearm[side]);
  }
  std::vector<Vec3f> in_cam;
  for (const Vec3d& joint : joints) in_cam.push_back(InCam(joint));
  return in_cam;
}

// T * A for sticks one after the other.
class Measured {
 public:
  explicit Measured(const std::vector<Stick>& sticks) {
    PersonMotion person;
    for (const Stick& stick : sticks) {
      person.joints_in_cam.Append(JointsOf(stick));
    }
    const Motion motion{.skeleton = Human36m17(),
                        .fps = 25,
                        .frame_count = static_cast<int64_t>(sticks.size()),
                        .people = {person}};
    angles_ = JointAnglesOf(motion, motion.people[0]);
  }
  double operator()(std::string_view name, size_t t = 0) const {
    const auto names = JointAngleNames();
    const auto column = static_cast<size_t>(std::ranges::find(names, name) - names.begin());
    EXPECT_LT(column, names.size()) << name;
    return angles_.at(t * names.size() + column);
  }

 private:
  std::vector<float> angles_;
};

Vec3d Forward(double deg) { return {std::sin(deg * kRad), -std::cos(deg * kRad), 0}; }
Vec3d Outward(double deg) { return {0, -std::cos(deg * kRad), std::sin(deg * kRad)}; }

TEST(JointAngles, StandingStraightIsZero) {
  const Measured angles({Stick{}});
  for (const std::string_view name : JointAngleNames()) {
    const bool is_straight =
        name.ends_with("_hip_rotation") || name.ends_with("_shoulder_rotation");
    const auto is_of = [name](const char* joint) { return name.find(joint) != name.npos; };
    if (is_straight || is_of("_ankle_") || is_of("_wrist_")) {
      EXPECT_TRUE(std::isnan(angles(name))) << name;  // straight limbs and 17 joints do not tell
    } else {
      EXPECT_NEAR(angles(name), 0, kTolerance_deg) << name;
    }
  }
}

TEST(JointAngles, EachMovementIsItsOwnAngleOnBothSides) {
  Stick stick;
  for (const int side : {0, 1}) {
    stick.thigh[side] = Forward(30);
    stick.shank[side] = Forward(30 - 60);
    stick.arm[side] = Outward(40);
    stick.forearm[side] = Outward(40) + Vec3d{1, 0, 0};  // 45 degrees forward
  }
  const Measured angles({stick});
  for (const std::string side : {"left_", "right_"}) {
    EXPECT_NEAR(angles(side + "hip_flexion"), 30, kTolerance_deg);
    EXPECT_NEAR(angles(side + "hip_abduction"), 0, kTolerance_deg);
    EXPECT_NEAR(angles(side + "hip_rotation"), 0, kTolerance_deg);
    EXPECT_NEAR(angles(side + "knee_flexion"), 60, kTolerance_deg);
    EXPECT_NEAR(angles(side + "shoulder_elevation"), 40, kTolerance_deg);
    EXPECT_NEAR(angles(side + "shoulder_flexion"), 0, kTolerance_deg);
    EXPECT_NEAR(angles(side + "shoulder_abduction"), 40, kTolerance_deg);
    EXPECT_NEAR(angles(side + "shoulder_rotation"), 0, kTolerance_deg);
    EXPECT_NEAR(angles(side + "elbow_flexion"), 45, kTolerance_deg);
  }
}

TEST(JointAngles, HipAbductionAndRotation) {
  Stick stick;
  for (const int side : {0, 1}) {
    // Sitting on a chair, the right-angled knees 20 degrees apart: abducted. The left foot out:
    // internal; the right one in: external.
    stick.thigh[side] = {std::cos(20 * kRad), 0, std::sin(20 * kRad)};
    const Vec3d across{-std::sin(20 * kRad), 0, std::cos(20 * kRad)};
    stick.shank[side] =
        Vec3d{0, -std::cos(15 * kRad), 0} + (side == 0 ? 1 : -1) * std::sin(15 * kRad) * across;
  }
  const Measured angles({stick});
  for (const std::string side : {"left_", "right_"}) {
    EXPECT_NEAR(angles(side + "hip_flexion"), 90, kTolerance_deg);
    EXPECT_NEAR(angles(side + "hip_abduction"), 20, kTolerance_deg);
    EXPECT_NEAR(angles(side + "knee_flexion"), 90, kTolerance_deg);
  }
  EXPECT_NEAR(angles("left_hip_rotation"), 15, kTolerance_deg);
  EXPECT_NEAR(angles("right_hip_rotation"), -15, kTolerance_deg);
}

TEST(JointAngles, ShoulderRotationTurnsTheForearmToTheMiddle) {
  Stick stick;
  stick.forearm[0] = {0, 0, -1};  // in front of the belly
  stick.forearm[1] = {1, 0, 1};   // forward and outward
  Measured angles({stick});
  EXPECT_NEAR(angles("left_elbow_flexion"), 90, kTolerance_deg);
  EXPECT_NEAR(angles("left_shoulder_rotation"), 90, kTolerance_deg);
  EXPECT_NEAR(angles("right_shoulder_rotation"), -45, kTolerance_deg);
  // Hands up: upper arms out, forearms up.
  stick.arm[0] = stick.arm[1] = Outward(90);
  stick.forearm[0] = stick.forearm[1] = {0, 1, 0};
  angles = Measured({stick});
  EXPECT_NEAR(angles("left_shoulder_rotation"), -90, kTolerance_deg);
  EXPECT_NEAR(angles("right_shoulder_rotation"), -90, kTolerance_deg);
}

TEST(JointAngles, TrunkBendsForwardRightAndTurnsLeft) {
  Stick stick;
  stick.chest = {std::sin(25 * kRad), std::cos(25 * kRad), 0};
  EXPECT_NEAR(Measured({stick})("trunk_flexion"), 25, kTolerance_deg);
  stick.chest = {0, std::cos(10 * kRad), std::sin(10 * kRad)};
  EXPECT_NEAR(Measured({stick})("trunk_bending"), 10, kTolerance_deg);
  stick.chest = {0, 1, 0};
  stick.shoulder_line = {std::sin(35 * kRad), 0, std::cos(35 * kRad)};  // right shoulder ahead
  const Measured angles({stick});
  EXPECT_NEAR(angles("trunk_rotation"), 35, kTolerance_deg);
  EXPECT_NEAR(angles("trunk_flexion"), 0, kTolerance_deg);
}

// Sideways past the horizontal, where Cardan angles are singular, and over the top.
TEST(JointAngles, ArmsRaisedSidewaysGoOnWithoutJumps) {
  std::vector<Stick> sticks;
  for (int deg = 0; deg <= 200; deg += 5) {
    Stick stick;
    stick.arm[0] = stick.arm[1] = Outward(deg);
    stick.forearm[0] = stick.forearm[1] = Outward(deg) + Vec3d{1, 0, 0};
    sticks.push_back(stick);
  }
  const Measured angles(sticks);
  for (size_t t = 0; t < sticks.size(); ++t) {
    for (const std::string side : {"left_", "right_"}) {
      const double raised = 5.0 * t;
      EXPECT_NEAR(angles(side + "shoulder_elevation", t), std::min(raised, 360 - raised), 0.05);
      EXPECT_NEAR(angles(side + "shoulder_abduction", t), raised <= 90 ? raised : 180 - raised,
                  0.05);
      EXPECT_NEAR(angles(side + "shoulder_flexion", t), 0, kTolerance_deg);
      const double rotation = angles(side + "shoulder_rotation", t);
      if (raised < 150) {
        EXPECT_NEAR(rotation, 0, kTolerance_deg);
      } else if (raised > 150) {
        EXPECT_TRUE(std::isnan(rotation)) << "straight up any turn is the shortest";
      }
    }
  }
}

TEST(JointAngles, ALegRaisedSidewaysPastTheHorizontalGoesOnWithoutJumps) {
  std::vector<Stick> sticks;
  for (int deg = 0; deg <= 120; deg += 4) {
    Stick stick;
    stick.thigh[0] = stick.thigh[1] = Outward(deg + 0.5);
    stick.shank[0] = stick.shank[1] = Outward(deg + 0.5) + Vec3d{-1, 0, 0};
    sticks.push_back(stick);
  }
  const Measured angles(sticks);
  for (size_t t = 0; t < sticks.size(); ++t) {
    EXPECT_NEAR(angles("left_hip_abduction", t), 4.0 * t + 0.5, kTolerance_deg);
    EXPECT_NEAR(angles("right_hip_flexion", t), 0, kTolerance_deg);
    EXPECT_NEAR(angles("right_hip_rotation", t), 0, kTolerance_deg);
  }
}

// Circles in all planes, also a little off them, and cones, with bent elbows, where angles used to
// jump by up to 359 degrees.
TEST(JointAngles, ArmsInCirclesHaveNoJumps) {
  constexpr double kStep_deg = 1;
  // Of an arm's step: 1 / tan(34) = 1.5 of the bend, on the cone of 34 degrees; tan(75) = 3.8 of
  // the frame that it is measured in, 30 degrees from straight up; twice as much on the way back.
  constexpr double kMostTurn_deg = 2 * (1.5 + 3.8) * kStep_deg;
  for (int plane_deg = 0; plane_deg < 180; plane_deg += 15) {
    for (const double aside : {0.0, 0.035, 0.5, 1.48, -0.5, -1.48}) {
      SCOPED_TRACE(testing::Message() << plane_deg << " degrees, " << aside << " aside");
      const double c = std::cos(plane_deg * kRad), s = std::sin(plane_deg * kRad);
      std::vector<Stick> sticks;
      for (double deg = 0; deg <= 720; deg += kStep_deg) {
        const Vec3d forward = Forward(deg);
        Stick stick;
        stick.arm[0] =
            stick.arm[1] = {c * forward.x - s * aside, forward.y, s * forward.x + c * aside};
        stick.forearm[0] = stick.forearm[1] = {-s, 0, c};
        sticks.push_back(stick);
      }
      const Measured angles(sticks);
      for (size_t t = 1; t < sticks.size(); ++t) {
        for (const char* name : {"shoulder_elevation", "shoulder_flexion", "shoulder_abduction"}) {
          for (const std::string side : {"left_", "right_"}) {
            EXPECT_LT(std::abs(angles(side + name, t) - angles(side + name, t - 1)),
                      kStep_deg + 0.1)
                << side << name << " at " << t;
          }
        }
        for (const std::string side : {"left_", "right_"}) {
          const double rotation = angles(side + "shoulder_rotation", t);
          const double before = angles(side + "shoulder_rotation", t - 1);
          if (std::isnan(rotation) || std::isnan(before)) continue;  // near straight up
          EXPECT_LT(std::abs(rotation - before), kMostTurn_deg) << side << "rotation at " << t;
          EXPECT_LE(std::abs(rotation), 120);
        }
      }
    }
  }
}

// Everything known: what the synthetic walker's joints are set to is measured again.
TEST(JointAngles, AgreeWithTheAnglesThatPosedABody) {
  BodyControls controls;
  for (const int side : {0, 1}) {
    controls.arms[static_cast<size_t>(side)] = {.flexion_rad = 50 * kRad, .elbow_rad = 70 * kRad};
    controls.feet[static_cast<size_t>(side)].ankle_in_world = {0.05, side == 0 ? 0.1 : -0.1};
  }
  const std::array<Vec3d, 17> joints = Human36mJoints(PoseBody(controls, 1.74));
  std::vector<Vec3f> in_cam;
  for (const Vec3d& v : joints) {
    const Vec3d r = v - joints[0];
    // World to a level camera.
    in_cam.push_back({static_cast<float>(r.x), static_cast<float>(-r.z), static_cast<float>(r.y)});
  }
  const PersonMotion person{.joints_in_cam = {in_cam, 17}};
  const Motion motion{.skeleton = Human36m17(), .fps = 25, .frame_count = 1, .people = {person}};
  const std::vector<float> angles = JointAnglesOf(motion, motion.people[0]);
  const auto angle = [&](std::string_view name) {
    return angles[static_cast<size_t>(std::ranges::find(JointAngleNames(), name) -
                                      JointAngleNames().begin())];
  };
  EXPECT_NEAR(angle("left_elbow_flexion"), 70, kTolerance_deg);
  EXPECT_NEAR(angle("right_shoulder_flexion"), 50, kTolerance_deg);
  EXPECT_NEAR(angle("left_shoulder_abduction"), 0, kTolerance_deg);
  EXPECT_NEAR(angle("left_shoulder_rotation"), 0, kTolerance_deg);
  EXPECT_NEAR(angle("left_hip_flexion"), angle("right_hip_flexion"), kTolerance_deg);
  EXPECT_NEAR(angle("trunk_flexion"), 0, kTolerance_deg);
}

// The left and the right foot and hand of one body, whose shanks and forearms hang down; x forward,
// y up, z outward.
struct StickEnds {
  Vec3d heel{-0.05, -0.06, 0}, toe{0.18, -0.06, 0};     // from the ankle
  Vec3d index{0.03, -0.09, 0}, pinky{-0.03, -0.09, 0};  // from the wrist; palms to the thighs
};

class MeasuredEnds {
 public:
  explicit MeasuredEnds(const StickEnds& ends) {
    PersonMotion person;
    std::vector<Vec3f> joints = JointsOf({});
    joints.resize(static_cast<size_t>(Body25().joint_count()));
    for (const int side : {0, 1}) {
      const std::string name = side == 0 ? "left_" : "right_";
      const auto put = [&](const std::string& joint, const std::string& base, const Vec3d& v) {
        const auto index = [&](const std::string& of) {
          return static_cast<size_t>(Body25().IndexOf(name + of));
        };
        joints[index(joint)] = joints[index(base)] + InCam({v.x, v.y, side == 0 ? -v.z : v.z});
      };
      put("heel", "ankle", ends.heel);
      put("toe", "ankle", ends.toe);
      put("index", "wrist", ends.index);
      put("pinky", "wrist", ends.pinky);
    }
    person.joints_in_cam.Append(joints);
    const Motion motion{
        .skeleton = Body25(), .fps = 25, .frame_count = 1, .people = {std::move(person)}};
    angles_ = JointAnglesOf(motion, motion.people[0]);
  }
  void ExpectBoth(const std::string& name, double expected_deg) const {
    for (const std::string side : {"left_", "right_"}) {
      const auto names = JointAngleNames();
      const auto at = static_cast<size_t>(std::ranges::find(names, side + name) - names.begin());
      ASSERT_LT(at, names.size());
      EXPECT_NEAR(angles_[at], expected_deg, kTolerance_deg) << side << name;
    }
  }

 private:
  std::vector<float> angles_;
};

TEST(JointAngles, AnklesAndWristsOfAStandingBodyAreZero) {
  const MeasuredEnds angles({});
  for (const char* name :
       {"ankle_dorsiflexion", "ankle_inversion", "wrist_flexion", "wrist_deviation"}) {
    angles.ExpectBoth(name, 0);
  }
}

TEST(JointAngles, FeetTurnAtTheAnkle) {
  const double cosine = std::cos(20 * kRad), sine = std::sin(20 * kRad);
  StickEnds toes_up;
  for (Vec3d* point : {&toes_up.heel, &toes_up.toe}) {
    *point = {cosine * point->x - sine * point->y, sine * point->x + cosine * point->y, 0};
  }
  MeasuredEnds(toes_up).ExpectBoth("ankle_dorsiflexion", 20);
  MeasuredEnds(toes_up).ExpectBoth("ankle_inversion", 0);
  // The sole turns inward: what is below the ankle goes to the middle.
  StickEnds inward;
  for (Vec3d* point : {&inward.heel, &inward.toe}) {
    *point = {point->x, cosine * point->y, sine * point->y};
  }
  MeasuredEnds(inward).ExpectBoth("ankle_inversion", 20);
  MeasuredEnds(inward).ExpectBoth("ankle_dorsiflexion", 0);
}

TEST(JointAngles, HandsTurnAtTheWrist) {
  const double cosine = std::cos(30 * kRad), sine = std::sin(30 * kRad);
  StickEnds to_palm, to_pinky;
  for (Vec3d* point : {&to_palm.index, &to_palm.pinky}) {
    *point = {point->x, cosine * point->y, sine * point->y};  // palms face the middle, z < 0
  }
  MeasuredEnds(to_palm).ExpectBoth("wrist_flexion", 30);
  MeasuredEnds(to_palm).ExpectBoth("wrist_deviation", 0);
  for (Vec3d* point : {&to_pinky.index, &to_pinky.pinky}) {
    *point = {cosine * point->x + sine * point->y, -sine * point->x + cosine * point->y, 0};
  }
  MeasuredEnds(to_pinky).ExpectBoth("wrist_deviation", 30);
}

TEST(JointAngles, NoPoseAndMissingJointsAreUnknown) {
  Motion motion{.skeleton = Human36m17(), .fps = 25, .frame_count = 1};
  motion.people.push_back({.joints_in_cam = {1, 17, kNoJoint}});
  for (const float angle : JointAnglesOf(motion, motion.people[0])) EXPECT_TRUE(std::isnan(angle));
  // All joints in one place.
  motion.people[0].joints_in_cam.Fill({});
  for (const float angle : JointAnglesOf(motion, motion.people[0])) {
    EXPECT_TRUE(std::isnan(angle) || std::isfinite(angle));
  }
  motion.skeleton = {.name = "two", .joint_names = {"hip", "left_knee"}, .parents = {-1, 0}};
  motion.people[0].joints_in_cam = {1, 2};
  for (const float angle : JointAnglesOf(motion, motion.people[0])) EXPECT_TRUE(std::isnan(angle));
}

}  // namespace videopose::internal::joint_angles_test
