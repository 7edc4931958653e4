// SPDX-License-Identifier: Apache-2.0

#include "videopose/augment/body_motion.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/augment/motion_mixer.h"
#include "videopose/augment/test_rig.h"
#include "videopose/base/error.h"
#include "videopose/pose.h"

namespace videopose::internal::body_motion_test {

namespace fs = std::filesystem;

void ExpectNear(const Vec3d& a, const Vec3d& b, double tolerance) {
  EXPECT_NEAR(a.x, b.x, tolerance);
  EXPECT_NEAR(a.y, b.y, tolerance);
  EXPECT_NEAR(a.z, b.z, tolerance);
}

BodyFrame Standing() {
  BodyFrame frame;
  frame.trunk = frame.spine = {0, 1, 0};
  frame.neck = {0, 1, 0};
  for (size_t s = 0; s < 2; ++s) {
    frame.thigh[s] = frame.shank[s] = frame.upper_arm[s] = frame.forearm[s] = {0, -1, 0};
    frame.shoulder[s] = {s == 0 ? 1.0 : -1.0, 0, 0};
  }
  return frame;
}

TEST(PlaceBody, PutsEachPartAtItsLength) {
  const BodyShape shape;
  const auto points = PlaceBody(Standing(), shape);
  ExpectNear(points[4], {shape.half_hips, 0, 0}, 1e-12);                            // left hip
  ExpectNear(points[3], {-shape.half_hips, -shape.thigh - shape.shank, 0}, 1e-12);  // right ankle
  ExpectNear(points[13], {shape.shoulder, shape.trunk - shape.upper_arm - shape.forearm, 0}, 1e-12);
  EXPECT_GT(points[17].z, points[8].z + 0.1);  // the nose is in front
  EXPECT_GT(points[18].x, points[19].x);       // the left eye is on the left
}

// Human3.6M: of 490 mm from hip to thorax the spine is 233 up, joint 9 is 121 above the thorax, and
// the head 115 above that.
TEST(PlaceBody, HasTrunkAndHeadWhereHuman36mHasThem) {
  BodyFrame frame = Standing();
  const BodyShape shape;
  for (size_t s = 0; s < 2; ++s) {
    frame.shoulder[s] = Vec3d{s == 0 ? 0.957 : -0.957, 0.29, 0};
  }
  const auto upright = PlaceBody(frame, shape);
  const double thorax = shape.root_to_thorax();
  ExpectNear(upright[7], {0, 233.0 / 490 * thorax, 0}, 1e-12);
  ExpectNear(upright[8], {0, thorax, 0}, 1e-12);
  ExpectNear(upright[8], 0.5 * (upright[11] + upright[14]), 1e-12);
  ExpectNear(upright[9], {0, 611.0 / 490 * thorax, 0}, 1e-12);
  ExpectNear(upright[10], {0, 726.0 / 490 * thorax, 0}, 1e-12);
  // The head is at the height of the eyes.
  EXPECT_NEAR(upright[10].y, 0.5 * (upright[18].y + upright[19].y), 0.03);
  frame.chest_from_head = FromAxisAngle({1, 0, 0}, 0.5);  // nods
  const auto nodding = PlaceBody(frame, shape);
  ExpectNear(nodding[9], upright[9], 1e-12);
  EXPECT_GT(nodding[10].z, 0.03);
}

// A map that names the spine's joint has it; else the spine bends evenly, its lower half half as
// far.
TEST(BodyMotion, TheSpineBendsWithTheTrunk) {
  const fs::path path = TestFolder() / "spine.bvh";
  WriteRig(path, 5);
  const BvhClip clip = ReadBvh(path);
  BodyMap map = KnownBodyMaps()[1];
  const BodyMotion even = MotionOf(clip, map, "even");
  map.spine = "Chest";
  const BodyMotion named = MotionOf(clip, map, "named");
  for (size_t t = 0; t < even.frames.size(); ++t) {
    const BodyFrame& frame = even.frames[t];
    EXPECT_NEAR(Norm(frame.spine), Norm(frame.trunk), 1e-9);
    const auto placed = PlaceJoints(clip, static_cast<int64_t>(t));
    const auto at = [&](const std::string& joint) {
      return placed[static_cast<size_t>(clip.IndexOf(joint))].translation;
    };
    const Vec3d root = 0.5 * (at(map.sides[0].hip) + at(map.sides[1].hip));
    const Quaternion& pelvis = named.frames[t].world_from_pelvis;
    ExpectNear(Normalized(Rotate(pelvis, named.frames[t].spine)), Normalized(at("Chest") - root),
               1e-4);
  }
}

TEST(BodyFrame, MirroredTwiceIsItself) {
  BodyFrame frame = Standing();
  frame.world_from_pelvis = FromAxisAngle(Normalized(Vec3d{1, 2, 3}), 0.7);
  frame.upper_arm[0] = Normalized(Vec3d{1, 0.3, 0.2});
  const auto there = PlaceBody(frame, {}), back = PlaceBody(Mirrored(Mirrored(frame)), {});
  const auto mirrored = PlaceBody(Mirrored(frame), {});
  for (int j = 0; j < 17; ++j) {
    const auto at = static_cast<size_t>(j);
    ExpectNear(there[at], back[at], 1e-12);
    const Vec3d& other = there[static_cast<size_t>(Human36m17().mirrored(j))];
    ExpectNear(mirrored[at], {-other.x, other.y, other.z}, 1e-12);
  }
}

TEST(BodyMotion, RunsBackBeyondItsEnds) {
  BodyMotion motion{.name = "two", .fps = 2, .frames = {Standing(), Standing(), Standing()}};
  for (size_t t = 0; t < 3; ++t) motion.frames[t].root_in_world.x = static_cast<double>(t);
  EXPECT_NEAR(motion.At(0.25).root_in_world.x, 0.5, 1e-12);
  EXPECT_NEAR(motion.At(1).root_in_world.x, 2, 1e-12);
  EXPECT_NEAR(motion.At(1.25).root_in_world.x, 1.5, 1e-12);
  EXPECT_NEAR(motion.At(2.5).root_in_world.x, 1, 1e-12);
}

// A clip on the rest body is where the file's own joints are, but for the lengths: all directions
// agree.
void ExpectTheDirectionsOfTheFile(const BvhClip& clip, const BodyMap& map) {
  const BodyMotion motion = MotionOf(clip, map, "clip");
  ASSERT_EQ(static_cast<int64_t>(motion.frames.size()), clip.frame_count);
  for (int64_t t = 0; t < clip.frame_count; t += 7) {
    const auto placed = PlaceJoints(clip, t);
    const auto points = PlaceBody(motion.frames[static_cast<size_t>(t)], {});
    const auto direction = [&](const std::string& from, const std::string& to) {
      const auto at = [&](const std::string& joint) {
        return placed[static_cast<size_t>(clip.IndexOf(joint))].translation;
      };
      return Normalized(at(to) - at(from));
    };
    const auto ours = [&](size_t from, size_t to) { return Normalized(points[to] - points[from]); };
    for (size_t s = 0; s < 2; ++s) {
      const size_t hip = s == 0 ? 4 : 1, shoulder = s == 0 ? 11 : 14;
      const BodyMap::Limbs& side = map.sides[s];
      ExpectNear(ours(hip, hip + 1), direction(side.hip, side.knee), 1e-4);
      ExpectNear(ours(hip + 1, hip + 2), direction(side.knee, side.ankle), 1e-4);
      ExpectNear(ours(shoulder, shoulder + 1), direction(side.shoulder, side.elbow), 1e-4);
      ExpectNear(ours(shoulder + 1, shoulder + 2), direction(side.elbow, side.wrist), 1e-4);
    }
    // The head is above the hips and the nose in front of the chest: axes are as the map says.
    const Vec3d left = points[11] - points[14], up = points[8] - points[0];
    EXPECT_GT(Dot(Cross(left, up), points[17] - points[8]), 0) << t;
  }
}

TEST(BodyMotion, KeepsTheDirectionsOfTheFile) {
  const fs::path path = TestFolder() / "swinging.bvh";
  WriteRig(path, 30);
  ExpectTheDirectionsOfTheFile(ReadBvh(path), KnownBodyMaps()[1]);
}

TEST(BodyMotion, KeepsTheDirectionsOfRealFiles) {
  SKIP_WITHOUT_SHARED("mocap");
  for (const char* name : {"cmu/walking_1.bvh", "cmu/jumping_2.bvh", "deepmimic/walk.bvh"}) {
    SCOPED_TRACE(name);
    const fs::path path = SharedFile("mocap") / name;
    ExpectTheDirectionsOfTheFile(ReadBvh(path),
                                 KnownBodyMaps()[path.parent_path().filename() == "cmu" ? 0 : 1]);
  }
}

// Neck and shoulders go out from where the trunk ends, halfway between two joints.
TEST(BodyMotion, ATrunksScaleMovesNeitherNeckNorShoulders) {
  const fs::path path = TestFolder() / "scaled.bvh";
  WriteRig(path, 5);
  const BvhClip clip = ReadBvh(path);
  BodyMap map = KnownBodyMaps()[1];
  map.moving_shoulders = true;
  map.neck = "Neck_end";
  map.trunk_base = "Chest";
  map.trunk_top = "Neck";
  map.trunk_scale = 0.5;
  const BodyMotion half = MotionOf(clip, map, "half");
  for (size_t t = 0; t < half.frames.size(); ++t) {
    const auto placed = PlaceJoints(clip, static_cast<int64_t>(t));
    const auto at = [&](const char* joint) {
      return placed[static_cast<size_t>(clip.IndexOf(joint))].translation;
    };
    const Vec3d end = 0.5 * (at("Chest") + at("Neck"));
    const BodyFrame& frame = half.frames[t];
    const Quaternion chest = frame.world_from_pelvis * frame.pelvis_from_chest;
    ExpectNear(Normalized(Rotate(chest, frame.shoulder[0])), Normalized(at("LeftShoulder") - end),
               1e-4);
    ExpectNear(Normalized(Rotate(chest, frame.neck)), Normalized(at("Neck_end") - end), 1e-4);
  }
}

// A spine that lacks a bone is stretched; joints attached to its end move with it.
TEST(BodyMotion, ATrunksStretchKeepsNeckAndShouldersAtItsEnd) {
  const fs::path path = TestFolder() / "stretched.bvh";
  WriteRig(path, 5);
  const BvhClip clip = ReadBvh(path);
  BodyMap map = KnownBodyMaps()[1];
  map.moving_shoulders = true;
  BodyMap stretched = map;
  stretched.trunk_stretch = 1.3;
  const BodyMotion a = MotionOf(clip, map, "a"), b = MotionOf(clip, stretched, "b");
  for (size_t t = 0; t < a.frames.size(); ++t) {
    ExpectNear(a.frames[t].shoulder[1], b.frames[t].shoulder[1], 1e-12);
  }
}

TEST(BodyMap, ReadsWhatTheHeaderShowsAndSaysWhatIsWrong) {
  const fs::path path = TestFolder() / "map.json";
  const std::string good = R"({"name": "x", "metres_per_unit": 0.01,
    "pelvis": {"joint": "Hips", "left": [1, 0, 0], "up": [0, 1, 0]},
    "chest": {"joint": "Spine1", "left": [1, 0, 0], "up": [0, 1, 0]},
    "head": {"joint": "Neck1", "left": [1, 0, 0], "up": [0, 1, 0]},
    "trunk": {"base": "LowerBack", "top": "Spine1", "scale": 1.3}, "thorax": "Neck1",
    "left": {"hip": "a", "knee": "b", "ankle": "c", "shoulder": "d", "elbow": "e", "wrist": "f"},
    "right": {"hip": "g", "knee": "h", "ankle": "i", "shoulder": "j", "elbow": "k", "wrist": "l"}})";
  const auto read = [&](const std::string& text) {
    std::ofstream(path) << text;
    return ReadBodyMap(path);
  };
  const BodyMap map = read(good);
  EXPECT_EQ(map.sides[1].wrist, "l");
  EXPECT_EQ(map.trunk_scale, 1.3);
  EXPECT_TRUE(map.neck.has_value());  // "thorax" is the older name
  for (size_t length = 0; length < good.size(); length += 17) {
    EXPECT_THROW(read(good.substr(0, length)), Error) << length;
  }
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  EXPECT_THROW(read(with("0.01", "-1")), Error);
  EXPECT_THROW(read(with("[1, 0, 0]", "[0, 0, 0]")), Error);
  EXPECT_THROW(read(with("[1, 0, 0]", "[0, 1, 0]")), Error);
  EXPECT_THROW(read(with("\"Hips\"", "3")), Error);
  EXPECT_THROW(read(with("\"wrist\"", "\"hand\"")), Error);
  EXPECT_THROW(ReadBodyMap(path / "none"), Error);
}

TEST(RandomShape, StaysWithinWhatPeopleAre) {
  FastRandom random(5);
  double height_sum = 0;
  for (int i = 0; i < 1000; ++i) {
    const BodyShape shape = RandomShape({}, random);
    const double height = shape.thigh + shape.shank + shape.trunk + shape.neck;
    height_sum += height;
    EXPECT_GT(height, 0.95);
    EXPECT_LT(height, 1.75);
    EXPECT_GT(shape.upper_arm / shape.forearm, 0.7);
    EXPECT_LT(shape.upper_arm / shape.forearm, 2.0);
  }
  EXPECT_NEAR(height_sum / 1000, 1.335, 0.02);
}

}  // namespace videopose::internal::body_motion_test
