// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/glb.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/export/rig.h"
#include "videopose/export/test_motion.h"

namespace videopose::internal::glb_test {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// A GLB file taken apart by the specification's text, not by the writer's code.
class ParsedGlb {
 public:
  explicit ParsedGlb(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    bytes_ = content.str();
    EXPECT_EQ(bytes_.substr(0, 4), "glTF");
    EXPECT_EQ(Uint32(4), 2U);
    EXPECT_EQ(Uint32(8), bytes_.size());
    EXPECT_EQ(bytes_.substr(16, 4), "JSON");
    const size_t json_length = Uint32(12);
    EXPECT_EQ(json_length % 4, 0U);
    json = Json::parse(bytes_.substr(20, json_length));
    if (20 + json_length == bytes_.size()) return;
    EXPECT_EQ(bytes_.substr(24 + json_length, 4), std::string("BIN\0", 4));
    binary_ = 28 + json_length;
    EXPECT_EQ(binary_ + Uint32(20 + json_length), bytes_.size());
    EXPECT_EQ(json["buffers"][0]["byteLength"], Uint32(20 + json_length));
  }

  // Of a float accessor; its range is checked on the way.
  std::vector<std::vector<double>> Floats(int index) const {
    const Json& accessor = json["accessors"][index];
    EXPECT_EQ(accessor["componentType"], 5126);
    const size_t width = Width(accessor["type"]);
    std::vector<std::vector<double>> elements(accessor["count"], std::vector<double>(width));
    const Json& view = json["bufferViews"][accessor["bufferView"].get<size_t>()];
    EXPECT_EQ(view["byteOffset"].get<size_t>() % 4, 0U);
    EXPECT_EQ(view["byteLength"].get<size_t>(), 4 * width * elements.size());
    size_t at = binary_ + view["byteOffset"].get<size_t>();
    for (auto& element : elements) {
      for (size_t c = 0; c < width; ++c, at += 4) {
        float number = 0;
        std::memcpy(&number, bytes_.data() + at, 4);
        element[c] = number;
        EXPECT_GE(number, accessor["min"][c].get<float>());
        EXPECT_LE(number, accessor["max"][c].get<float>());
      }
    }
    return elements;
  }

  Json json;

 private:
  static size_t Width(const std::string& type) {
    return type == "SCALAR" ? 1 : type == "VEC3" ? 3 : type == "VEC4" ? 4 : 16;
  }
  uint32_t Uint32(size_t at) const {
    uint32_t value = 0;
    std::memcpy(&value, bytes_.data() + at, 4);
    return value;
  }

  std::string bytes_;
  size_t binary_ = 0;
};

ParsedGlb WrittenAndParsed(const Motion& motion) {
  const fs::path path = TestFolder() / "motion.glb";
  WriteGlb(path, motion);
  return ParsedGlb(path);
}

Vec3d ToVec(const std::vector<double>& v) { return {v[0], v[1], v[2]}; }

// The place of every node in a key frame, by forward kinematics over the file's own tree.
std::vector<Vec3d> NodePlaces(const ParsedGlb& glb, size_t frame) {
  const Json& nodes = glb.json["nodes"];
  std::vector<Vec3d> translations(nodes.size());
  std::vector<Quaternion> rotations(nodes.size());
  for (size_t n = 0; n < nodes.size(); ++n) {
    if (nodes[n].contains("translation")) translations[n] = ToVec(nodes[n]["translation"]);
  }
  const Json& animation = glb.json["animations"][0];
  for (const Json& channel : animation["channels"]) {
    const size_t node = channel["target"]["node"];
    const Json& sampler = animation["samplers"][channel["sampler"].get<size_t>()];
    if (sampler["interpolation"] == "STEP") continue;
    const auto value = glb.Floats(sampler["output"])[frame];
    if (channel["target"]["path"] == "translation") {
      translations[node] = ToVec(value);
    } else {
      rotations[node] = {value[3], value[0], value[1], value[2]};
    }
  }
  std::vector<Vec3d> places = translations;
  // Children come after their parents in our files.
  for (size_t n = 0; n < nodes.size(); ++n) {
    for (const size_t child : nodes[n].value("children", std::vector<size_t>())) {
      EXPECT_GT(child, n);
      places[child] = places[n] + Rotate(rotations[n], translations[child]);
      rotations[child] = rotations[n] * rotations[child];
    }
  }
  return places;
}

TEST(WriteGlb, KeyFramesPutTheJointsWhereTheRigDoes) {
  const Motion motion = TestMotion(SyntheticKind::kJumpingJacks, {.duration_s = 3});
  const ParsedGlb glb = WrittenAndParsed(motion);
  const RigMotion rig = FitRig(motion, motion.people[0]);
  for (const int64_t t : {int64_t{0}, int64_t{31}, motion.frame_count - 1}) {
    const auto places = NodePlaces(glb, static_cast<size_t>(t));
    const auto expected = PlaceRig(rig, t);
    for (size_t j = 0; j < kRigJointCount; ++j) {
      const size_t node = glb.json["skins"][0]["joints"][j];
      EXPECT_EQ(glb.json["nodes"][node]["name"], RigJoints()[j].name);
      EXPECT_LT(Norm(places[node] - expected[j].position_in_rig), 1e-5);  // single precision
    }
  }
}

TEST(WriteGlb, RotationsAreUnitQuaternionsOfConsistentSign) {
  const ParsedGlb glb = WrittenAndParsed(TestMotion(SyntheticKind::kJumpingJacks));
  const Json& animation = glb.json["animations"][0];
  int rotations = 0;
  for (const Json& channel : animation["channels"]) {
    if (channel["target"]["path"] != "rotation") continue;
    ++rotations;
    const Json& sampler = animation["samplers"][channel["sampler"].get<size_t>()];
    EXPECT_EQ(sampler["interpolation"], "LINEAR");
    const auto values = glb.Floats(sampler["output"]);
    for (size_t t = 0; t < values.size(); ++t) {
      double square = 0, cosine = 0;
      for (size_t c = 0; c < 4; ++c) {
        square += values[t][c] * values[t][c];
        cosine += values[t][c] * values[t > 0 ? t - 1 : 0][c];
      }
      EXPECT_NEAR(square, 1, 1e-6);
      EXPECT_GT(cosine, 0);
    }
  }
  EXPECT_EQ(rotations, kRigJointCount - 6);  // hands, feet and toes have none of their own
}

TEST(WriteGlb, TimesAreTheFramesAndBindMatricesUndoTheRestPose) {
  const Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 2});
  const ParsedGlb glb = WrittenAndParsed(motion);
  const auto times = glb.Floats(glb.json["animations"][0]["samplers"][0]["input"]);
  ASSERT_EQ(times.size(), static_cast<size_t>(motion.frame_count));
  EXPECT_NEAR(times[10][0], 10 / motion.fps, 1e-6);
  const Json& skin = glb.json["skins"][0];
  const auto matrices = glb.Floats(skin["inverseBindMatrices"]);
  // The left knee is a hip's width aside and a thigh below the hips.
  const auto& knee = matrices[kRigLeftLeg];
  EXPECT_NEAR(knee[12], -0.060 * 1.74, 1e-4);
  EXPECT_NEAR(knee[13], 0.245 * 1.74, 1e-4);
  EXPECT_EQ(knee[0], 1);
  EXPECT_EQ(knee[15], 1);
}

TEST(WriteGlb, BodyIsAClosedSurfaceAroundTheSkeleton) {
  const ParsedGlb glb = WrittenAndParsed(TestMotion(SyntheticKind::kWaving, {.duration_s = 1}));
  const Json& primitive = glb.json["meshes"][0]["primitives"][0];
  const auto positions = glb.Floats(primitive["attributes"]["POSITION"]);
  const auto normals = glb.Floats(primitive["attributes"]["NORMAL"]);
  ASSERT_EQ(positions.size(), normals.size());
  for (const auto& normal : normals) EXPECT_NEAR(Norm(ToVec(normal)), 1, 1e-5);
  const Json& accessor = glb.json["accessors"][primitive["attributes"]["POSITION"].get<size_t>()];
  // A body of 1.74 m in a T; the hip stands at 0.53 of that.
  EXPECT_NEAR(accessor["max"][1], 0.47 * 1.74, 0.06);
  EXPECT_NEAR(accessor["min"][1], -0.53 * 1.74, 0.06);
  EXPECT_NEAR(accessor["max"][0].get<double>(), 0.95, 0.15);
  EXPECT_NEAR(accessor["max"][0].get<double>(), -accessor["min"][0].get<double>(), 1e-5);
}

TEST(WriteGlb, PeopleHaveTheirOwnSkinsAndVanishWhileTheyAreGone) {
  Motion motion = TestMotion(SyntheticKind::kWalkToAndFro, {.duration_s = 4});
  motion.people.push_back(motion.people[0]);
  motion.people.push_back(motion.people[0]);
  for (int i = 0; i < 3; ++i) motion.people[i].id = i + 1;
  Forget(motion, 30, 60);
  for (Vec3f& joint : motion.people[1].joints_in_cam) joint = kNoJoint;  // is never there
  const ParsedGlb glb = WrittenAndParsed(motion);
  ASSERT_EQ(glb.json["skins"].size(), 2U);
  EXPECT_EQ(glb.json["skins"][1]["name"], "person 3");
  EXPECT_NE(glb.json["materials"][0]["pbrMetallicRoughness"],
            glb.json["materials"][1]["pbrMetallicRoughness"]);
  int scalings = 0;
  const Json& animation = glb.json["animations"][0];
  for (const Json& channel : animation["channels"]) {
    if (channel["target"]["path"] != "scale") continue;
    ++scalings;
    const Json& sampler = animation["samplers"][channel["sampler"].get<size_t>()];
    EXPECT_EQ(sampler["interpolation"], "STEP");
    const auto times = glb.Floats(sampler["input"]);
    const auto scales = glb.Floats(sampler["output"]);
    ASSERT_EQ(times.size(), 3U);
    EXPECT_NEAR(times[1][0], 30 / motion.fps, 1e-6);
    EXPECT_NEAR(times[2][0], 60 / motion.fps, 1e-6);
    EXPECT_EQ(scales[0][0], 1);
    EXPECT_EQ(scales[1][0], 0);
    EXPECT_EQ(scales[2][0], 1);
  }
  EXPECT_EQ(scalings, 1);
}

TEST(WriteGlb, WithoutPeopleIsAnEmptyScene) {
  Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 1});
  motion.people.clear();
  const ParsedGlb glb = WrittenAndParsed(motion);
  EXPECT_FALSE(glb.json["scenes"][0].contains("nodes"));
  EXPECT_FALSE(glb.json.contains("buffers"));
}

// Through the camera's node people are seen where the video's camera sees them.
TEST(WriteGlb, ACameraThatTurnsIsAnimated) {
  Motion motion = TestMotion(SyntheticKind::kWaving, {.duration_s = 2});
  const fs::path path = TestFolder() / "camera.glb";
  WriteGlb(path, motion);
  EXPECT_FALSE(ParsedGlb(path).json.contains("cameras")) << "it stands still";
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    Camera& camera = motion.camera_path.emplace_back(*motion.camera);
    camera.world_from_cam.rotation =
        camera.world_from_cam.rotation * FromAxisAngle({0, 1, 0}, 0.02 * static_cast<double>(t));
  }
  WriteGlb(path, motion);
  const ParsedGlb glb(path);
  ASSERT_EQ(glb.json["cameras"].size(), 1U);
  const Json& animation = glb.json["animations"][0];
  size_t camera_node = 0;
  while (!glb.json["nodes"].at(camera_node).contains("camera")) ++camera_node;
  std::vector<std::vector<double>> places, turns;
  for (const Json& channel : animation["channels"]) {
    if (channel["target"]["node"] != camera_node) continue;
    const Json& sampler = animation["samplers"][channel["sampler"].get<size_t>()];
    (channel["target"]["path"] == "rotation" ? turns : places) = glb.Floats(sampler["output"]);
  }
  ASSERT_EQ(std::ssize(turns), motion.frame_count);
  ASSERT_EQ(places.size(), turns.size());
  const Vec3d in_world{0.3, 0.2, 1.1};
  for (size_t t = 0; t < turns.size(); ++t) {
    const Quaternion rig_from_node{turns[t][3], turns[t][0], turns[t][1], turns[t][2]};
    const Vec3d in_rig{in_world.x, in_world.z, -in_world.y};
    const Vec3d seen =
        Rotate(Inverse(rig_from_node), in_rig - Vec3d{places[t][0], places[t][1], places[t][2]});
    const Vec3d in_cam = CamFromWorld(motion.camera_path[t], in_world);
    EXPECT_LT(Norm(seen - Vec3d{in_cam.x, -in_cam.y, -in_cam.z}), 1e-5) << t;
  }
}

TEST(WriteGlb, FolderMissing) {
  EXPECT_THROW(
      WriteGlb("/nonexistent/a.glb", TestMotion(SyntheticKind::kWaving, {.duration_s = 1})), Error);
}

// The Khronos Group's validator; tools/validate_glb.mjs says how to come by it.
TEST(WriteGlb, KhronosValidatorFindsNothing) {
  const std::string script = SourceFile("tools/validate_glb.mjs").string();
  const auto validate = [&](const fs::path& path) {
    const int status = std::system(("node '" + script + "' '" + path.string() + "' >&2").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  };
  const fs::path path = TestFolder() / "validated.glb";
  Motion two = TestMotion(SyntheticKind::kWalkToAndFro, {.duration_s = 4});
  two.people.push_back(two.people[0]);
  Forget(two, 30, 60);
  Motion none = two;
  none.people.clear();
  const Motion one_frame = TestMotion(SyntheticKind::kSquats, {.duration_s = 0.04});
  for (const Motion& motion : {two, none, one_frame}) {
    WriteGlb(path, motion);
    const int status = validate(path);
    if (status == 77 || status == 127) {
      GTEST_SKIP() << "needs node and its module gltf-validator (NODE_PATH)";
    }
    EXPECT_EQ(status, 0);
  }
}

}  // namespace videopose::internal::glb_test
