// SPDX-License-Identifier: Apache-2.0

#include "videopose/augment/mocap.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <tuple>

#include "support/error_of.h"
#include "support/test_folder.h"
#include "videopose/augment/test_rig.h"
#include "videopose/augment/test_swinging.h"
#include "videopose/base/error.h"

namespace videopose::internal::mocap_test {

namespace fs = std::filesystem;
using std::string_literals::operator""s;

class MocapSynthesis : public testing::Test {
 protected:
  std::vector<BodyMotion> clips_ = {SwingingClip()};
};

TEST_F(MocapSynthesis, IsTheSameForTheSameSeedOnly) {
  const auto a = SynthesizeRecording(clips_, 50, {}, 7), b = SynthesizeRecording(clips_, 50, {}, 7),
             c = SynthesizeRecording(clips_, 50, {}, 8);
  EXPECT_EQ(a.keypoints, b.keypoints);
  EXPECT_EQ(a.root_in_cam, b.root_in_cam);
  EXPECT_NE(a.keypoints, c.keypoints);
}

// Without the detector's errors, keypoints are projections of the pose through one focal length.
TEST_F(MocapSynthesis, KeypointsAreProjectionsOfThePose) {
  SynthesisOptions options;
  options.detection.level = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const auto recording = SynthesizeRecording(clips_, 30, options, seed);
    ASSERT_EQ(recording.keypoints.size(), 30U * 17);
    double xx = 0, xu = 0;
    const auto for_each = [&](const auto& visit) {
      for (size_t t = 0; t < 30; ++t) {
        for (const auto& [k, j] :
             {std::pair{5, 11}, {6, 14}, {9, 13}, {10, 16}, {15, 6}, {16, 3}}) {
          const Vec3f p =
              recording.joints_in_cam[t][static_cast<size_t>(j)] + recording.root_in_cam[t];
          if (p.z < 0.31F) continue;  // pushed before the camera
          const Keypoint& point = recording.keypoints[t * 17 + static_cast<size_t>(k)];
          visit(p.x / p.z, point.x_px - 0.5F * static_cast<float>(recording.width_px));
          visit(p.y / p.z, point.y_px - 0.5F * static_cast<float>(recording.height_px));
        }
      }
    };
    for_each([&](float x, float u) {
      xx += static_cast<double>(x) * x;
      xu += static_cast<double>(x) * u;
    });
    const double focal_px = xu / xx;
    EXPECT_GT(focal_px, 0.4 * recording.width_px);
    for_each([&](float x, float u) { EXPECT_NEAR(focal_px * x, u, 0.05) << seed; });
  }
}

TEST_F(MocapSynthesis, IsAlwaysFiniteAndInFrontOfTheCamera) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const auto recording = SynthesizeRecording(clips_, 90, {}, seed);
    for (size_t t = 0; t < 90; ++t) {
      EXPECT_GE(recording.root_in_cam[t].z, 0.29F);
      for (const Vec3f& joint : recording.joints_in_cam[t]) {
        ASSERT_TRUE(IsFinite(joint));
        ASSERT_LT(Norm(joint), 1.9F);
      }
    }
    for (const Keypoint& point : recording.keypoints) {
      ASSERT_TRUE(std::isfinite(point.x_px) && std::isfinite(point.y_px));
      ASSERT_GE(point.score, 0);
      ASSERT_LE(point.score, 1);
    }
  }
}

TEST_F(MocapSynthesis, BendsNoKneeTheWrongWay) {
  SynthesisOptions options;
  options.motion.tilt = 0;
  options.motion.free_legs = 1;
  FastRandom random(3);
  for (int i = 0; i < 30; ++i) {
    const MixedMotion motion = MixMotion(clips_, 60, options.motion, random);
    for (const BodyFrame& frame : motion.frames) {
      for (size_t s = 0; s < 2; ++s) {
        EXPECT_NEAR(Norm(frame.thigh[s]), 1, 1e-6);
        EXPECT_NEAR(Norm(frame.shank[s]), 1, 1e-6);
        EXPECT_GT(Dot(frame.thigh[s], frame.shank[s]), std::cos(157 * 3.1415926 / 180));
      }
    }
  }
}

TEST_F(MocapSynthesis, NoiseIsInProportionToThePerson) {
  SynthesisOptions options;
  options.motion = MixerOptions::AsRecorded();
  options.detection = {
      .clean = 0, .conventions = 0, .outliers = 0, .swaps = 0, .occlusions = 0, .missing = 0};
  SynthesisOptions exact = options;
  exact.detection.level = 0;
  double square_sum = 0;
  int64_t count = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const auto noisy = SynthesizeRecording(clips_, 40, options, seed);
    const auto truth = SynthesizeRecording(clips_, 40, exact, seed);
    for (size_t t = 0; t < 40; ++t) {
      float low = 1e9F, high = -1e9F;
      for (size_t k = 0; k < 17; ++k) {
        low = std::min(low, truth.keypoints[t * 17 + k].y_px);
        high = std::max(high, truth.keypoints[t * 17 + k].y_px);
      }
      for (size_t k = 5; k < 17; ++k) {
        const Keypoint &a = noisy.keypoints[t * 17 + k], &b = truth.keypoints[t * 17 + k];
        if (a.score < 0.5F) continue;  // outside of the image: guessed
        const double error = (a.x_px - b.x_px) / (high - low);
        square_sum += error * error;
        ++count;
      }
    }
  }
  const double deviation = std::sqrt(square_sum / static_cast<double>(count));
  EXPECT_GT(deviation, 0.006);
  EXPECT_LT(deviation, 0.04);
}

// Knees that are always bent become straighter, those of a squat stay as bent as before, and the
// ankle stays in its direction from the hip.
TEST(MixMotion, StraightensKnees) {
  BodyMotion standing{.name = "standing", .fps = 30, .frames = {BodyFrame{}}};
  BodyFrame& frame = standing.frames[0];
  frame.trunk = frame.neck = {0, 1, 0};
  const auto bend_deg = [](const BodyFrame& f, size_t s) {
    return std::acos(std::clamp(Dot(f.thigh[s], f.shank[s]), -1.0, 1.0)) * 180 / M_PI;
  };
  for (const double bent_deg : {20.0, 60.0, 100.0}) {
    const double half = bent_deg / 2 * M_PI / 180;
    for (size_t s = 0; s < 2; ++s) {
      frame.shoulder[s] = {s == 0 ? 1.0 : -1.0, 0, 0};
      frame.thigh[s] = {0, -std::cos(half), std::sin(half)};
      frame.shank[s] = {0, -std::cos(half), -std::sin(half)};
      frame.upper_arm[s] = frame.forearm[s] = {0, -1, 0};
    }
    MixerOptions options = MixerOptions::AsRecorded();
    options.straighten = 1;
    double least = 180, most = 0;
    for (uint64_t seed = 0; seed < 50; ++seed) {
      FastRandom random(seed);
      const BodyFrame mixed = MixMotion({&standing, 1}, 1, options, random).frames[0];
      least = std::min(least, bend_deg(mixed, 0));
      most = std::max(most, bend_deg(mixed, 0));
      EXPECT_NEAR((mixed.thigh[0] + mixed.shank[0]).z, 0, 1e-9);
    }
    const double part = bent_deg < 30 ? 1 : bent_deg < 90 ? 0.5 : 0;
    EXPECT_NEAR(most, bent_deg - 5 * part, 1.5);
    EXPECT_NEAR(least, std::max(0.0, bent_deg - 25 * part), 1.5);
  }
}

// Knees and wrists as a detector has them lie on the limbs or in their continuation, hips mostly
// below the joints, and more so where they are seen from the front.
TEST_F(MocapSynthesis, ConventionsMoveKeypointsAlongTheBody) {
  SynthesisOptions options;
  options.motion = MixerOptions::AsRecorded();
  options.detection = {.clean = 1, .conventions = 1, .missing = 0};
  SynthesisOptions exact = options;
  exact.detection.conventions = 0;
  double hip_share = 0, front_share = 0, side_share = 0;
  int64_t count = 0, moved = 0, front = 0, side = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const auto seen = SynthesizeRecording(clips_, 40, options, seed);
    const auto truth = SynthesizeRecording(clips_, 40, exact, seed);
    // How far k is from its joint, along and across the way between two joints, of that way.
    const auto offset = [&](size_t t, size_t k, size_t from, size_t to) {
      const auto at = [&](const SyntheticRecording& r, size_t i) {
        return Vec2d{r.keypoints[t * 17 + i].x_px, r.keypoints[t * 17 + i].y_px};
      };
      const Vec2d way = at(truth, to) - at(truth, from), off = at(seen, k) - at(truth, k);
      const double square = Dot(way, way);
      return Vec2d{Dot(off, way) / square, (off.x * way.y - off.y * way.x) / square};
    };
    for (size_t t = 0; t < 40; ++t) {
      for (const auto& [k, from, most] :
           {std::tuple{13, 11, 0.15}, {14, 12, 0.15}, {9, 7, 0.25}, {10, 8, 0.25}}) {
        const Vec2d off =
            offset(t, static_cast<size_t>(k), static_cast<size_t>(from), static_cast<size_t>(k));
        EXPECT_NEAR(off.y, 0, 1e-2) << "keypoint " << k << " of seed " << seed;
        EXPECT_LT(std::abs(off.x), most);
        moved += std::abs(off.x) > 0.005 ? 1 : 0;
      }
      const double share = offset(t, 11, 5, 11).x;
      const Vec3f across = truth.joints_in_cam[t][4] - truth.joints_in_cam[t][1];
      const double frontality = std::hypot(across.x, across.y) / Norm(across);
      hip_share += share;
      ++count;
      if (frontality > 0.9) {
        front_share += share;
        ++front;
      } else if (frontality < 0.4) {
        side_share += share;
        ++side;
      }
    }
  }
  EXPECT_GT(moved, 2 * count);
  EXPECT_NEAR(hip_share / static_cast<double>(count), 0.07, 0.02);
  EXPECT_GT(front_share / static_cast<double>(front),
            side_share / static_cast<double>(side) + 0.02);
}

TEST(SequenceOf, GivesTheRowsThatALifterReads) {
  const std::vector<BodyMotion> clips = {SwingingClip()};
  const auto recording = SynthesizeRecording(clips, 10, {}, 1);
  const Sequence person = SequenceOf(recording, LifterInput::kPerson, "a");
  EXPECT_EQ(person.keypoints.shape, (std::vector<int64_t>{10, 18, 3}));
  const Sequence screen = SequenceOf(recording, LifterInput::kScreen, "a");
  EXPECT_EQ(screen.keypoints.shape, (std::vector<int64_t>{10, 17, 2}));
  EXPECT_EQ(person.poses.shape, (std::vector<int64_t>{10, 17, 3}));
  EXPECT_EQ(person.poses.values[0], 0);  // relative to the root
}

// With rays poses are in the frame of a camera turned towards the person: turned, not changed.
TEST(SequenceOf, TurnsPosesTowardsThePersonForRays) {
  const std::vector<BodyMotion> clips = {SwingingClip()};
  SynthesisOptions options;
  options.camera.wide = 1;
  options.detection.level = 0;
  options.detection.missing = 0;
  const auto recording = SynthesizeRecording(clips, 10, options, 3);
  const Sequence person = SequenceOf(recording, LifterInput::kPerson, "a");
  const Sequence rays = SequenceOf(recording, LifterInput::kRays, "a");
  EXPECT_EQ(rays.keypoints.shape, person.keypoints.shape);
  for (int64_t t = 0; t < 10; ++t) {
    const auto at = [&](const Sequence& sequence, int64_t j) {
      const float* p = sequence.poses.data() + (t * 17 + j) * 3;
      return Vec3d{p[0], p[1], p[2]};
    };
    for (int64_t j = 1; j < 17; ++j) {
      EXPECT_NEAR(Norm(at(rays, j)), Norm(at(person, j)), 1e-5);
      EXPECT_NEAR(Dot(at(rays, j), at(rays, 8)), Dot(at(person, j), at(person, 8)), 1e-5);
    }
    // The root is close to the axis, which goes through the middle of shoulders and hips.
    const float* root = rays.roots.data() + 3 * t;
    EXPECT_LT(std::hypot(root[0], root[1]), 0.35 * root[2]);
    EXPECT_NEAR(Norm(Vec3d{root[0], root[1], root[2]}),
                Norm(recording.root_in_cam[static_cast<size_t>(t)].Cast<double>()), 1e-4);
  }
}

// What is assumed of the lens changes the rays, not the truth.
TEST(SequenceOf, TurnsPosesByTheTrueLens) {
  const std::vector<BodyMotion> clips = {SwingingClip()};
  auto recording = SynthesizeRecording(clips, 4, {}, 3);
  recording.assumed_focal_px = recording.focal_px;
  const Sequence right = SequenceOf(recording, LifterInput::kRays, "a");
  recording.assumed_focal_px *= 1.4;
  const Sequence wrong = SequenceOf(recording, LifterInput::kRays, "a");
  EXPECT_EQ(right.poses.values, wrong.poses.values);
  EXPECT_NE(right.keypoints.values, wrong.keypoints.values);
}

TEST(ReadMocap, KeepsTestClipsApart) {
  const fs::path folder = EmptyFolder("mocap");
  for (const char* name : {"kick", "run", "walk"}) WriteRig(folder / (name + ".bvh"s), 10);
  for (int i = 0; i < 17; ++i) WriteRig(folder / fmt::format("clip_{:02}.bvh", i), 10);
  const MocapLibrary eighth = ReadMocap({{.dir = folder}});
  EXPECT_EQ(eighth.train.size(), 18U);
  EXPECT_EQ(eighth.test.size(), 2U);
  const std::vector<std::string> names = {"kick", "walk"};
  const MocapLibrary chosen = ReadMocap({{.dir = folder}}, {}, names);
  EXPECT_EQ(chosen.test.size(), 2U);
  for (const BodyMotion& motion : chosen.train) {
    EXPECT_NE(motion.name, "kick");
    EXPECT_NE(motion.name, "walk");
  }
  const std::vector<std::string> unknown = {"swimming"};
  EXPECT_EQ(CodeOf([&] { ReadMocap({{.dir = folder}}, {}, unknown); }),
            ErrorCode::kInvalidArgument);
}

TEST(ReadMocap, TakesExtensionsInAnyCase) {
  const fs::path folder = EmptyFolder("mocap_capitals");
  WriteRig(folder / "WALK.BVH", 10);
  EXPECT_EQ(ReadMocap({{.dir = folder}}).train.size(), 1U);
  fs::remove(folder / "WALK.BVH");
  std::ofstream(folder / "A.AMC") << "nothing";
  std::ofstream(folder / "A.ASF") << "nothing";
  EXPECT_NE(ErrorOf([&] { ReadMocap({{.dir = folder}}); }).find("A.ASF: line 1"),
            std::string::npos);
}

TEST(ReadMocap, SaysWhatIsWrong) {
  const fs::path folder = EmptyFolder("mocap_bad");
  EXPECT_THROW(ReadMocap({{.dir = folder / "none"}}), Error);
  EXPECT_THROW(ReadMocap({{.dir = folder}}), Error);  // no clip
  std::ofstream(folder / "a.bvh") << "HIERARCHY\nROOT Root\n{\nOFFSET 0 0 0\nCHANNELS 3 Xrotation "
                                     "Yrotation Zrotation\n}\nMOTION\nFrames: 1\nFrame Time: "
                                     "0.03\n0 0 0\n";
  try {
    ReadMocap({{.dir = folder}});
    FAIL() << "a skeleton that no map fits";
  } catch (const Error& error) {  // the program names the flag
    EXPECT_EQ(error.facts().option, "mocap_map");
    EXPECT_NE(std::string(error.what()).find("a.bvh"), std::string::npos) << error.what();
  }
  std::ofstream(folder / "a.amc") << ":DEGREES\n";
  fs::remove(folder / "a.bvh");
  EXPECT_EQ(CodeOf([&] { ReadMocap({{.dir = folder}}); }), ErrorCode::kFileNotFound) << "no .asf";
  std::ofstream(folder / "a.asf") << "nothing";
  EXPECT_EQ(CodeOf([&] { ReadMocap({{.dir = folder}}); }), ErrorCode::kWrongFormat);
  fs::remove_all(folder);
}

// A folder's weight and map are its own.
TEST(ReadMocap, ReadsManyFolders) {
  const fs::path a = EmptyFolder("mocap_a"), b = EmptyFolder("mocap_b");
  WriteRig(a / "first.bvh", 10);
  std::string renamed = RigText(10);
  for (size_t at = 0; (at = renamed.find("Chest", at)) != std::string::npos;) {
    renamed.replace(at, 5, "Torso");
  }
  std::ofstream(b / "second.bvh") << renamed;
  const fs::path map = EmptyFolder("mocap_map") / "map.json";
  std::ofstream(map) << R"({"name": "torso", "metres_per_unit": 0.01,
    "pelvis": {"joint": "Hips", "left": [0, 0, -1], "up": [0, 1, 0]},
    "chest": {"joint": "Torso", "left": [0, 0, -1], "up": [0, 1, 0]},
    "head": {"joint": "Neck", "left": [0, 0, -1], "up": [0, 1, 0]},
    "trunk": {"base": "Hips", "top": "Neck"}, "shoulders": false,
    "left": {"hip": "LeftHip", "knee": "LeftKnee", "ankle": "LeftAnkle",
             "shoulder": "LeftShoulder", "elbow": "LeftElbow", "wrist": "LeftElbow_end"},
    "right": {"hip": "RightHip", "knee": "RightKnee", "ankle": "RightAnkle",
              "shoulder": "RightShoulder", "elbow": "RightElbow", "wrist": "RightElbow_end"}})";
  const MocapLibrary library =
      ReadMocap({{.dir = a, .weight = 3}, {.dir = b, .map = map, .weight = 0.5}}, {}, {});
  // Too few for an eighth: the last one is kept apart.
  ASSERT_EQ(library.train.size(), 1U);
  ASSERT_EQ(library.test.size(), 1U);
  EXPECT_EQ(library.train[0].name, "first");
  EXPECT_EQ(library.train[0].weight, 3);
  EXPECT_EQ(library.test[0].name, "second");
  EXPECT_EQ(library.test[0].weight, 0.5);
}

TEST(ReadMocap, OneClipIsTrainedOnAndNothingTested) {
  const fs::path folder = EmptyFolder("mocap_one");
  WriteRig(folder / "only.bvh", 10);
  const MocapLibrary library = ReadMocap({{.dir = folder}});
  EXPECT_EQ(library.train.size(), 1U);
  EXPECT_TRUE(library.test.empty());
}

// Many rigs have a LeftLeg and a Spine1, and are not CMU's.
TEST(ReadMocap, ARigThatOnlyResemblesAKnownOneIsNotTakenForIt) {
  const fs::path folder = EmptyFolder("mocap_alike");
  std::ofstream(folder / "a.bvh")
      << "HIERARCHY\nROOT Hips\n{\nOFFSET 0 0 0\nCHANNELS 3 Zrotation Xrotation Yrotation\n"
         "JOINT Spine1\n{\nOFFSET 0 40 0\nCHANNELS 0\n}\nJOINT LeftLeg\n{\nOFFSET 9 -40 0\n"
         "CHANNELS 0\n}\n}\nMOTION\nFrames: 1\nFrame Time: 0.03\n0 0 0\n";
  try {
    ReadMocap({{.dir = folder}});
    FAIL() << "a skeleton that no map fits";
  } catch (const Error& error) {
    EXPECT_EQ(error.facts().option, "mocap_map");
    EXPECT_EQ(error.what(), (folder / "a.bvh").string() +
                                ": no known map fits its joints; write one (docs/training.md)");
  }
}

TEST(ReadMocap, ClipsThatNoPersonMovesLikeAreLeftOutAndNamed) {
  const fs::path folder = EmptyFolder("mocap_impossible");
  WriteRig(folder / "a.bvh", 10);
  WriteRig(folder / "b.bvh", 10);
  std::string giant = RigText(10);
  giant.replace(giant.find("0 -42 0"), 7, "0 -420 0");
  std::ofstream(folder / "giant.bvh") << giant;
  std::string flying = RigText(10);  // by 9 m within a frame
  flying.replace(flying.find("\n5 90 0 "), 8, "\n905 90 0 ");
  std::ofstream(folder / "flying.bvh") << flying;
  const MocapLibrary library = ReadMocap({{.dir = folder}});
  EXPECT_EQ(library.train.size() + library.test.size(), 2U);
  ASSERT_EQ(library.left_out.size(), 2U);
  EXPECT_NE(library.left_out[0].find("flying.bvh"), std::string::npos) << library.left_out[0];
  EXPECT_NE(library.left_out[0].find("m/s"), std::string::npos) << library.left_out[0];
  EXPECT_NE(library.left_out[1].find("a left thigh of 4.2 m"), std::string::npos)
      << library.left_out[1];
}

// A folder of weight 3 is taken three times as often as one of weight 1.
TEST(MixMotion, TakesClipsByTheirWeight) {
  std::vector<BodyMotion> clips = {SwingingClip(), SwingingClip()};
  for (BodyFrame& frame : clips[1].frames) frame.root_in_world.y = 2;
  clips[0].weight = 3;
  MixerOptions options = MixerOptions::AsRecorded();
  int first = 0;
  constexpr int kDraws = 2000;
  for (uint64_t seed = 0; seed < kDraws; ++seed) {
    FastRandom random(seed);
    first += MixMotion(clips, 1, options, random).frames[0].root_in_world.y < 1.5;
  }
  EXPECT_NEAR(first, 0.75 * kDraws, 80);  // four standard deviations
}

}  // namespace videopose::internal::mocap_test
