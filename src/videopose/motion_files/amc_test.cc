// SPDX-License-Identifier: Apache-2.0

#include "videopose/motion_files/amc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <random>

#include "support/error_of.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"

namespace videopose::internal::amc_test {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Lengths in CMU's unit: 0.45 of it are an inch.
const std::string kSkeleton = R"(# a comment
:version 1.10
:name VICON
:units
  mass 1.0
  length 0.45
  angle deg
:documentation
   free text
   of several lines
:root
   order TX TY TZ RX RY RZ
   axis XYZ
   position 0 0 0
   orientation 0 0 0
:bonedata
  begin
     id 1
     name lfemur
     direction 0 -1 0
     length 7
     axis 0 0 20  XYZ
    dof rx ry rz
    limits (-160.0 20.0)
           (-70.0 70.0)
           (-60.0 70.0)
  end
  begin
     id 2
     name ltibia
     direction 0 -1 0
     length 8
     axis 0 0 20  XYZ
    dof rx
    limits (-10.0 170.0)
  end
  begin
     id 3
     name lowerback
     direction 0 1 0
     length 2
     axis 0 0 0  XYZ
  end
:hierarchy
  begin
    root lfemur lowerback
    lfemur ltibia
  end
)";
const std::string kMotion = R"(#!OML:ASF a.asf
:FULLY-SPECIFIED
:DEGREES
1
root 1 2 3 0 90 0
lfemur 0 0 0
ltibia 0
2
root 1 2 3 0 0 0
lfemur 30 10 -20
ltibia 40
)";

class Amc : public testing::Test {
 protected:
  BvhClip Read(const std::string& skeleton, const std::string& motion) const {
    std::ofstream(folder_ / "01.asf") << skeleton;
    std::ofstream(folder_ / "01_02.amc") << motion;
    return ReadAmc(SkeletonOfAmc(folder_ / "01_02.amc"), folder_ / "01_02.amc");
  }
  std::string Refusal(const std::string& skeleton, const std::string& motion) const {
    try {
      Read(skeleton, motion);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  static std::string With(std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
  }

  const fs::path folder_ = TestFolder();
};

TEST_F(Amc, IsTheBvhThatSaysTheSame) {
  const BvhClip clip = Read(kSkeleton, kMotion);
  EXPECT_EQ(clip.frame_count, 2);
  EXPECT_NEAR(clip.frame_time_s, 1.0 / 120, 1e-12);
  ASSERT_EQ(clip.joints.size(), 6U);
  EXPECT_EQ(clip.joints[0].name, "root");
  const auto at = [&](int64_t frame, const char* joint) {
    return PlaceJoints(clip, frame)[static_cast<size_t>(clip.IndexOf(joint))].translation;
  };
  constexpr double kUnit_cm = 2.54 / 0.45;
  const auto expect = [&](const Vec3d& found, double x, double y, double z) {
    EXPECT_NEAR(found.x, kUnit_cm * x, 1e-3);
    EXPECT_NEAR(found.y, kUnit_cm * y, 1e-3);
    EXPECT_NEAR(found.z, kUnit_cm * z, 1e-3);
  };
  // At rest, turned about the vertical, which moves none of these.
  expect(at(0, "lfemur"), 1, 2, 3);
  expect(at(0, "ltibia"), 1, -5, 3);
  expect(at(0, "ltibia_end"), 1, -13, 3);
  expect(at(0, "lowerback_end"), 1, 4, 3);
}

// By the formula of the header, computed another way: angles about the bone's own axes.
TEST_F(Amc, TurnsBonesAboutTheirOwnAxes) {
  const BvhClip clip = Read(kSkeleton, kMotion);
  constexpr double kRad = M_PI / 180;
  using V = std::array<double, 3>;
  const auto about = [](int axis, double deg, const V& v) -> V {
    const double c = std::cos(deg * kRad), s = std::sin(deg * kRad);
    if (axis == 0) return {v[0], c * v[1] - s * v[2], s * v[1] + c * v[2]};
    if (axis == 1) return {c * v[0] + s * v[2], v[1], -s * v[0] + c * v[2]};
    return {c * v[0] - s * v[1], s * v[0] + c * v[1], v[2]};
  };
  // v -> C M C^-1 v, both bones' axes turned by 20 degrees about z.
  const auto femur = [&](V v) {
    v = about(2, -20, v);
    v = about(2, -20, about(1, 10, about(0, 30, v)));
    return about(2, 20, v);
  };
  const auto tibia = [&](const V& v) {
    return femur(about(2, 20, about(0, 40, about(2, -20, v))));
  };
  const V thigh = femur({0, -7, 0}), shank = tibia({0, -8, 0});
  const auto placed = PlaceJoints(clip, 1);
  const Vec3d& at = placed[static_cast<size_t>(clip.IndexOf("ltibia_end"))].translation;
  const V end = {at.x, at.y, at.z};
  const V root = {1, 2, 3};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(end[i], 2.54 / 0.45 * (root[i] + thigh[i] + shank[i]), 1e-3);
  }
}

TEST_F(Amc, RadiansAndWindowsLineEnds) {
  const BvhClip degrees = Read(kSkeleton, kMotion);
  std::string motion = With(kMotion, ":DEGREES", ":RADIANS");
  motion = With(motion, "0 90 0", "0 1.5707963267948966 0");
  motion = With(motion, "30 10 -20", "0.5235987755982988 0.17453292519943295 -0.3490658503988659");
  motion = With(motion, "ltibia 40", "ltibia 0.6981317007977318");
  std::string windows;
  for (const char c : motion) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const BvhClip radians = Read(kSkeleton, windows);
  ASSERT_EQ(radians.values.size(), degrees.values.size());
  for (size_t i = 0; i < radians.values.size(); ++i) {
    EXPECT_NEAR(radians.values[i], degrees.values[i], 1e-4F);
  }
}

TEST_F(Amc, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(Refusal(kSkeleton, With(kMotion, "ltibia 40", "ltibia 40 1")),
              HasSubstr("01_02.amc: line 11: expected 1 numbers for 'ltibia', found 2"));
  EXPECT_THAT(Refusal(kSkeleton, With(kMotion, "ltibia 40", "rtibia 40")),
              HasSubstr("no bone 'rtibia'"));
  EXPECT_THAT(Refusal(kSkeleton, With(kMotion, "ltibia 40", "")),
              HasSubstr("no line for 'ltibia'"));
  EXPECT_THAT(Refusal(kSkeleton, With(kMotion, "30 10", "30 x")),
              HasSubstr("expected a number, found 'x'"));
  EXPECT_THAT(Refusal(kSkeleton, ":DEGREES\n"), HasSubstr("no frames"));
  EXPECT_THAT(Refusal(With(kSkeleton, "lfemur ltibia", "ltibia lfemur"), kMotion),
              HasSubstr("two parents"));
  EXPECT_THAT(Refusal(With(kSkeleton, "lfemur ltibia", "lfemur"), kMotion),
              HasSubstr("'ltibia' is not in the hierarchy"));
  EXPECT_THAT(Refusal(With(kSkeleton, "root lfemur lowerback\n    lfemur ltibia",
                           "root lowerback\n    lfemur ltibia\n    ltibia lfemur"),
                      kMotion),
              HasSubstr("hang from each other"));
  EXPECT_THAT(Refusal("nothing", kMotion), HasSubstr("01.asf: line 1: expected an Acclaim"));
  EXPECT_THAT(Refusal("", kMotion), HasSubstr("no bones"));
  EXPECT_EQ(CodeOf([&] { SkeletonOfAmc(folder_ / "nowhere" / "01_02.amc"); }),
            ErrorCode::kFileNotFound);
  const fs::path wrong = folder_ / "wrong.asf";
  std::ofstream(wrong) << "nothing";
  EXPECT_EQ(CodeOf([&] { ReadAmc(wrong, wrong); }), ErrorCode::kWrongFormat);
}

TEST_F(Amc, FindsItsSkeleton) {
  const fs::path folder = EmptyFolder("skeletons");
  std::ofstream(folder / "other.asf") << kSkeleton;
  EXPECT_EQ(SkeletonOfAmc(folder / "07_01.amc"), folder / "other.asf") << "the only one";
  std::ofstream(folder / "07.asf") << kSkeleton;
  EXPECT_EQ(SkeletonOfAmc(folder / "07_01.amc"), folder / "07.asf");
  std::ofstream(folder / "07_01.asf") << kSkeleton;
  EXPECT_EQ(SkeletonOfAmc(folder / "07_01.amc"), folder / "07_01.asf");
  EXPECT_THROW(SkeletonOfAmc(folder / "08_01.amc"), Error);
  std::ofstream(folder / "08.ASF") << kSkeleton;
  EXPECT_EQ(SkeletonOfAmc(folder / "08_01.AMC"), folder / "08.ASF");
}

// Whatever the bytes: a clip of finite numbers or one Error.
TEST_F(Amc, SurvivesHostileFiles) {
  const auto read = [&](const std::string& skeleton, const std::string& motion) {
    try {
      for (const float value : Read(skeleton, motion).values) ASSERT_TRUE(std::isfinite(value));
    } catch (const Error&) {
    }
  };
  for (size_t length = 0; length < kSkeleton.size(); length += 3) {
    read(kSkeleton.substr(0, length), kMotion);
  }
  for (size_t length = 0; length < kMotion.size(); ++length) {
    read(kSkeleton, kMotion.substr(0, length));
  }
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    std::string skeleton = kSkeleton, motion = kMotion;
    for (int flips = 0; flips < 3; ++flips) {
      skeleton[random() % skeleton.size()] = static_cast<char>(random());
      motion[random() % motion.size()] = static_cast<char>(random());
    }
    read(skeleton, kMotion);
    read(kSkeleton, motion);
  }
}

}  // namespace videopose::internal::amc_test
