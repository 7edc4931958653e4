// SPDX-License-Identifier: Apache-2.0

#include "videopose/motion_files/bvh.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"

namespace videopose::internal::bvh_test {

namespace fs = std::filesystem;
using testing::HasSubstr;

fs::path Written(const std::string& text) {
  const fs::path path = TestFolder() / "read.bvh";
  fs::remove(path);  // much quicker than to write over it, which waits for the disk
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

BvhClip Read(const std::string& text) { return ReadBvh(Written(text)); }

std::string Complaint(const std::string& text) {
  try {
    Read(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// A shoulder at (1, 2, 3), an elbow 10 along x, a wrist 5 further, two frames.
constexpr std::string_view kArm = R"(HIERARCHY
ROOT Upper arm
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  JOINT rig:Forearm
  {
    OFFSET 10 0 0
    CHANNELS 3 Yrotation Xrotation Zrotation
    End Site
    {
      OFFSET 5 0 0
    }
  }
}
MOTION
Frames: 2
Frame Time: 0.04
1 2 3 0 0 0  0 0 0
1 2 3 90 0 0 0 0 +9.0e1
)";

void ExpectAt(const Rigid3d& file_from_joint, double x, double y, double z) {
  EXPECT_NEAR(file_from_joint.translation.x, x, 1e-6);
  EXPECT_NEAR(file_from_joint.translation.y, y, 1e-6);
  EXPECT_NEAR(file_from_joint.translation.z, z, 1e-6);
}

TEST(ReadBvh, JointsChannelsAndFrames) {
  const BvhClip clip = Read(std::string(kArm));
  ASSERT_EQ(clip.joints.size(), 3U);
  EXPECT_EQ(clip.joints[0].name, "Upper arm");
  EXPECT_EQ(clip.joints[1].name, "rig:Forearm");
  EXPECT_EQ(clip.joints[2].name, "rig:Forearm_end");
  EXPECT_EQ(clip.joints[2].parent, 1);
  EXPECT_EQ(clip.joints[1].first_channel, 6);
  EXPECT_EQ(clip.joints[1].channels,
            (std::vector{BvhChannel::kYRotation, BvhChannel::kXRotation, BvhChannel::kZRotation}));
  EXPECT_EQ(clip.channel_count, 9);
  EXPECT_EQ(clip.frame_count, 2);
  EXPECT_EQ(clip.frame_time_s, 0.04);
  EXPECT_EQ(clip.IndexOf("nobody"), -1);
}

TEST(ReadBvh, MoreRowsThanAnnouncedAreSaid) {
  EXPECT_THAT(Complaint(std::string(kArm) + "1 2 3 0 0 0 0 0 0\n"),
              HasSubstr("more than the 2 frames that are announced"));
}

TEST(PlaceJoints, TurnsAddUpDownTheArm) {
  const BvhClip clip = Read(std::string(kArm));
  auto placed = PlaceJoints(clip, 0);
  ExpectAt(placed[0], 1, 2, 3);
  ExpectAt(placed[2], 16, 2, 3);
  placed = PlaceJoints(clip, 1);  // a quarter about z in the shoulder, another in the elbow
  ExpectAt(placed[1], 1, 12, 3);
  ExpectAt(placed[2], -4, 12, 3);
  EXPECT_THROW(PlaceJoints(clip, 2), std::logic_error);
}

TEST(PlaceJoints, RotationsAreAppliedInTheOrderOfTheChannels) {
  const auto end_of = [](const std::string& order) {
    return PlaceJoints(Read("HIERARCHY ROOT a\n{ OFFSET 0 0 0 CHANNELS 3 " + order +
                            " End Site { OFFSET 0 0 1 } }\nMOTION Frames: 1 Frame Time: 1 90 90 0"),
                       0)[1];
  };
  // R = Rz Rx: the end at z goes to -y by x, then to x by z. R = Rx Rz: z leaves it, x takes it to
  // -y.
  ExpectAt(end_of("Zrotation Xrotation Yrotation"), 1, 0, 0);
  ExpectAt(end_of("Xrotation Zrotation Yrotation"), 0, -1, 0);
}

TEST(PlaceJoints, PositionsOfInnerJointsTakeTheOffsetsPlace) {
  const BvhClip clip = Read(
      "HIERARCHY ROOT a\n{ OFFSET 7 7 7 CHANNELS 3 Xposition Yposition Zposition JOINT b\n{ OFFSET "
      "1 "
      "0 0 CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation } }\n"
      "MOTION Frames: 1 Frame Time: 1 1 2 3  10 0 0 0 0 0");
  ExpectAt(PlaceJoints(clip, 0)[1], 11, 2, 3);
}

TEST(ReadBvh, TakesWhatExportersWrite) {
  std::string text(kArm);
  const auto replace = [&](std::string_view what, std::string_view with) {
    const size_t at = text.find(what);
    ASSERT_NE(at, std::string::npos) << what;
    text.replace(at, what.size(), with);
  };
  replace("HIERARCHY\n", "\xEF\xBB\xBFHierarchy\r\n");
  replace("Upper arm\n{", "Upper arm {");
  replace("End Site", "END SITE");
  replace("Xposition Yposition", "XPOSITION\tyPosition");
  replace("Frames: 2", "Frames:2");
  replace("Frame Time: 0.04", "Frame Time:   .0083333");
  replace("0  0 0 0\n", "0  0 0 0 \r\n\r\n");
  const BvhClip clip = Read(text);
  EXPECT_EQ(clip.joints[0].name, "Upper arm");
  EXPECT_EQ(clip.frame_time_s, 0.0083333);
  ExpectAt(PlaceJoints(clip, 1)[2], -4, 12, 3);
}

TEST(ReadBvh, SaysWhatIsWrongAndWhere) {
  const auto with = [](std::string_view what, std::string_view instead) {
    std::string text(kArm);
    text.replace(text.find(what), what.size(), instead);
    return Complaint(text);
  };
  EXPECT_THAT(Complaint("PK\x03\x04"), HasSubstr("line 1: expected HIERARCHY"));
  EXPECT_THAT(with("OFFSET 10 0 0", "OFFSET 10 O 0"),
              HasSubstr("line 8: expected a number, found 'O'"));
  EXPECT_THAT(with("Yrotation Xrotation Zrotation", "Yrotation Wrotation Zrotation"),
              HasSubstr("expected a channel, found 'Wrotation'"));
  EXPECT_THAT(with("CHANNELS 3", "CHANNELS 7"), HasSubstr("count up to 6"));
  EXPECT_THAT(with("Frames: 2", "Frames: 99999999"), HasSubstr("the file ends before"));
  EXPECT_THAT(with("Frames: 2", "Frames: -2"), HasSubstr("expected a count"));
  EXPECT_THAT(with("Frames: 2", "Frames: 2.5"), HasSubstr("expected a count"));
  EXPECT_THAT(with("0.04", "0"), HasSubstr("a frame time of 0 s"));
  EXPECT_THAT(with("1 2 3 90", "1 2 nan 90"), HasSubstr("line 20: expected a number, found 'nan'"));
  EXPECT_THAT(with("1 2 3 90", "1 2 1e300 90"), HasSubstr("expected a number"));
  EXPECT_THAT(with("JOINT rig:Forearm", "JOINT "), HasSubstr("name of a joint"));
  EXPECT_THAT(with("MOTION", "ROOT b"), HasSubstr("expected MOTION, found 'ROOT'"));
  EXPECT_THROW(ReadBvh("/nonexistent.bvh"), Error);
}

TEST(ReadBvh, DeepAndWideSkeletonsAreRefused) {
  std::string deep = "HIERARCHY ROOT a\n";
  for (int i = 0; i < 100'000; ++i) deep += "{ OFFSET 0 0 0 CHANNELS 0 JOINT b\n";
  EXPECT_THAT(Complaint(deep), HasSubstr("more joints"));
  std::string wide = "HIERARCHY ROOT a\n{ OFFSET 0 0 0 CHANNELS 0 ";
  for (int i = 0; i < 20'000; ++i) wide += "JOINT b\n{ OFFSET 0 0 0 CHANNELS 0 }\n";
  EXPECT_THAT(Complaint(wide), HasSubstr("more joints"));
}

TEST(ReadBvh, EveryPrefixIsAnErrorOrWhole) {
  const std::string text(kArm);
  // Without the last line's end the file is whole; without some digits of the last number
  // ("+9.0e1") it is a file with another number.
  const size_t whole = text.find("+9.0e1") + 2;
  for (size_t length = 0; length < whole; ++length) {
    EXPECT_NE(Complaint(text.substr(0, length)), "") << length << " bytes";
  }
  EXPECT_EQ(Complaint(text), "");
}

TEST(ReadBvh, FlippedBytesNeverCrash) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 3000; ++i) {
    std::string text(kArm);
    for (int flips = 0; flips < 3; ++flips) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    try {
      const BvhClip clip = Read(text);
      ASSERT_EQ(clip.values.size(),
                static_cast<size_t>(clip.frame_count) * static_cast<size_t>(clip.channel_count));
      for (int64_t t = 0; t < clip.frame_count; ++t) {
        for (const Rigid3d& file_from_joint : PlaceJoints(clip, t)) {
          EXPECT_TRUE(std::isfinite(file_from_joint.translation.x));
        }
      }
    } catch (const Error&) {
      // As it should be.
    }
  }
}

struct Fixture {
  std::string name;
  int64_t frames;
  double frame_time_s;
  size_t joints;  // with end sites
  std::string_view top, bottom;
};

void ExpectTheHeadAboveTheFeetAndBonesOfTheirLengths(const BvhClip& clip, const Fixture& fixture) {
  const int top = clip.IndexOf(fixture.top), bottom = clip.IndexOf(fixture.bottom);
  ASSERT_GE(top, 0);
  ASSERT_GE(bottom, 0);
  for (int64_t t = 0; t < clip.frame_count; ++t) {
    const auto placed = PlaceJoints(clip, t);
    const auto at = [&](int j) { return placed[j].translation; };
    EXPECT_GT(at(top).y, at(bottom).y) << "frame " << t;
    for (size_t j = 0; j < placed.size(); ++j) {
      const BvhJoint& joint = clip.joints[j];
      // Bandai Namco's hips move against their root.
      if (joint.parent < 0 || joint.name == "Hips") continue;
      const double length = Norm(at(static_cast<int>(j)) - at(joint.parent));
      // Also where position channels repeat the offset, with five digits.
      EXPECT_NEAR(length, std::hypot(joint.offset[0], joint.offset[1], joint.offset[2]), 1e-3)
          << joint.name;
    }
  }
}

// Motion capture of others, which is no part of the project. Numbers are what the files say.
TEST(ReadBvh, ReadsFilesOfFourSources) {
  SKIP_WITHOUT_SHARED("fixtures/bvh");
  for (const Fixture& fixture :
       {Fixture{"assimp_Boxing_Toes_first60.bvh", 60, 0.01, 26, "Head", "LeftAnkle"},
        Fixture{"assimp_cmu_01_01_first40.bvh", 40, 0.0083333, 38, "Head", "LeftFoot"},
        Fixture{"bandai_namco_dataset2_wave-left-hand_active_011.bvh", 19, 0.0333333, 27, "Head",
                "Foot_L"},
        Fixture{"bvh11_cmu_131_01_first60.bvh", 60, 0.0083333, 38, "Head", "LeftAnkle"}}) {
    SCOPED_TRACE(fixture.name);
    const BvhClip clip = ReadBvh(SharedFile("fixtures/bvh") / fixture.name);
    EXPECT_EQ(clip.frame_count, fixture.frames);
    EXPECT_EQ(clip.frame_time_s, fixture.frame_time_s);
    EXPECT_EQ(clip.joints.size(), fixture.joints);
    ExpectTheHeadAboveTheFeetAndBonesOfTheirLengths(clip, fixture);
  }
}

}  // namespace videopose::internal::bvh_test
