// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/glb.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "videopose/export/body_mesh.h"
#include "videopose/export/gltf_file.h"
#include "videopose/export/rig.h"

namespace videopose::internal {
namespace {

using Json = nlohmann::ordered_json;

// Linear RGB, in turn.
constexpr std::array<std::array<double, 3>, 6> kColors = {{{0.10, 0.32, 0.75},
                                                           {0.85, 0.25, 0.07},
                                                           {0.08, 0.50, 0.20},
                                                           {0.45, 0.12, 0.60},
                                                           {0.80, 0.50, 0.05},
                                                           {0.05, 0.50, 0.55}}};

template <typename Vector>
std::vector<float> Flat(const std::vector<Vector>& vectors) {
  std::vector<float> numbers;
  numbers.reserve(vectors.size() * 3);
  for (const Vector& v : vectors) {
    for (const auto number : {v.x, v.y, v.z}) numbers.push_back(number);
  }
  return numbers;
}

Json AsJson(const Vec3d& v) { return {v.x, v.y, v.z}; }

int AppendFloats(GltfFile& file, const std::vector<float>& numbers, int components,
                 const char* type, GltfUse use = GltfUse::kOther) {
  return file.AppendAccessor(std::span<const float>(numbers), components, type, use);
}

// A person's nodes: one that shows and hides, below it the joints.
struct PersonNodes {
  int person = 0;
  std::array<int, kRigJointCount> joints{};
};

// At rest, standing at the origin, so that programs which take the nodes for the rest pose find it.
PersonNodes AppendNodes(GltfFile& file, const Rig& rig, const std::string& name) {
  const double hip_height_m =
      -(rig.end_m[kRigLeftUpLeg] + rig.end_m[kRigLeftLeg] + rig.end_m[kRigLeftFoot]).y;
  PersonNodes nodes;
  nodes.person = file.Append("nodes", {{"name", name}});
  for (size_t j = 0; j < kRigJointCount; ++j) {
    const RigJoint& joint = RigJoints()[j];
    const Vec3d at = joint.parent < 0 ? Vec3d{0, hip_height_m, 0} : rig.offset_m[j];
    nodes.joints[j] = file.Append("nodes", {{"name", joint.name}, {"translation", AsJson(at)}});
    const int parent = joint.parent < 0 ? nodes.person : nodes.joints[joint.parent];
    file["nodes"][parent]["children"].push_back(nodes.joints[j]);
  }
  return nodes;
}

// The inverse of where a joint is at rest, in the mesh's frame (whose origin is the hips):
// unturned, so the matrix, column by column, is the identity with the place taken off.
std::vector<float> InverseBindMatrices(const Rig& rig) {
  std::vector<float> numbers;
  for (const Vec3d& at : RestPositions(rig)) {
    numbers.insert(numbers.end(), {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, static_cast<float>(-at.x),
                                   static_cast<float>(-at.y), static_cast<float>(-at.z), 1});
  }
  return numbers;
}

int AppendMesh(GltfFile& file, const Rig& rig, const std::string& name, size_t color) {
  const BodyMesh body = MakeBodyMesh(rig);
  std::vector<uint8_t> joints, weights;
  for (const uint8_t joint : body.joints) {
    joints.insert(joints.end(), {joint, 0, 0, 0});
    weights.insert(weights.end(), {255, 0, 0, 0});
  }
  constexpr GltfUse kVertices = GltfUse::kVertices;
  const Json attributes = {
      {"POSITION", AppendFloats(file, Flat(body.positions), 3, "VEC3", kVertices)},
      {"NORMAL", AppendFloats(file, Flat(body.normals), 3, "VEC3", kVertices)},
      {"JOINTS_0", file.AppendAccessor(std::span<const uint8_t>(joints), 4, "VEC4", kVertices)},
      {"WEIGHTS_0",
       file.AppendAccessor(std::span<const uint8_t>(weights), 4, "VEC4", kVertices, true)}};
  const int indices =
      file.AppendAccessor(std::span<const uint16_t>(body.indices), 1, "SCALAR", GltfUse::kIndices);
  const auto& rgb = kColors[color % kColors.size()];
  const int material =
      file.Append("materials", {{"name", name},
                                {"pbrMetallicRoughness",
                                 {{"baseColorFactor", {rgb[0], rgb[1], rgb[2], 1.0}},
                                  {"metallicFactor", 0.0},
                                  {"roughnessFactor", 0.7}}}});
  return file.Append("meshes", {{"name", name},
                                {"primitives", Json::array({{{"attributes", attributes},
                                                             {"indices", indices},
                                                             {"material", material}}})}});
}

// The video's camera, as it is in the first frame: zoom cannot be animated without an extension.
int AppendCamera(GltfFile& file, const Camera& camera) {
  const Lens& lens = camera.lens;
  const int index = file.Append(
      "cameras", {{"type", "perspective"},
                  {"perspective",
                   {{"yfov", 2 * std::atan(lens.height_px / (2 * lens.focal_px.y))},
                    {"aspectRatio", static_cast<double>(lens.width_px) / lens.height_px},
                    {"znear", 0.05}}}});
  return file.Append("nodes", {{"name", "camera"}, {"camera", index}});
}

// The channels of the one animation.
class Animation {
 public:
  Animation(GltfFile& file, int64_t frame_count, double fps) : file_(file), fps_(fps) {
    std::vector<int64_t> frames(frame_count);
    for (size_t t = 0; t < frames.size(); ++t) frames[t] = t;
    times_ = AppendTimes(frames);
  }

  void Move(const RigMotion& motion, const PersonNodes& nodes) {
    AddChannel(nodes.joints[kRigHips], "translation", times_,
               AppendFloats(file_, Flat(motion.root_in_rig), 3, "VEC3"), "LINEAR");
    for (size_t j = 0; j < kRigJointCount; ++j) {
      std::vector<float> turns;
      bool turns_at_all = false;
      for (int64_t t = 0; t < motion.frame_count; ++t) {
        const Quaternion& q = motion.frame(t)[j];
        turns_at_all = turns_at_all || std::abs(q.w) < 1 - 1e-9;
        for (const double number : {q.x, q.y, q.z, q.w}) turns.push_back(number);
      }
      if (!turns_at_all) continue;
      AddChannel(nodes.joints[j], "rotation", times_, AppendFloats(file_, turns, 4, "VEC4"),
                 "LINEAR");
    }
    ShowAndHide(motion, nodes.person);
  }

  // A camera of glTF looks along -z, with y up.
  void Look(const std::vector<Camera>& path, int node) {
    const Quaternion rig_from_world = FromAxisAngle({1, 0, 0}, -std::numbers::pi / 2);
    const Quaternion cam_from_gltf = FromAxisAngle({1, 0, 0}, std::numbers::pi);
    std::vector<float> places, turns;
    Quaternion before;
    for (const Camera& camera : path) {
      const Vec3d& at = camera.world_from_cam.translation;
      for (const double number : {at.x, at.z, -at.y}) places.push_back(static_cast<float>(number));
      Quaternion q = rig_from_world * camera.world_from_cam.rotation * cam_from_gltf;
      // q and -q are the same turn; between neighbours players take the way as they are given.
      if (q.w * before.w + q.x * before.x + q.y * before.y + q.z * before.z < 0) {
        q = {-q.w, -q.x, -q.y, -q.z};
      }
      before = q;
      for (const double number : {q.x, q.y, q.z, q.w}) turns.push_back(static_cast<float>(number));
    }
    AddChannel(node, "translation", times_, AppendFloats(file_, places, 3, "VEC3"), "LINEAR");
    AddChannel(node, "rotation", times_, AppendFloats(file_, turns, 4, "VEC4"), "LINEAR");
  }

  Json AsJson() const {
    return {{"name", "motion"}, {"channels", channels_}, {"samplers", samplers_}};
  }

 private:
  int AppendTimes(const std::vector<int64_t>& frames) {
    std::vector<float> times_s;
    for (const int64_t t : frames) times_s.push_back(static_cast<double>(t) / fps_);
    return AppendFloats(file_, times_s, 1, "SCALAR");
  }

  // By a scale of 0, as the specification's section 3.5.3 has it.
  void ShowAndHide(const RigMotion& motion, int node) {
    std::vector<int64_t> changes;
    std::vector<float> scales;
    for (size_t t = 0; t < motion.is_there.size(); ++t) {
      if (t > 0 && motion.is_there[t] == motion.is_there[t - 1]) continue;
      changes.push_back(t);
      scales.insert(scales.end(), 3, motion.is_there[t] ? 1.0F : 0.0F);
    }
    if (changes.size() < 2) return;
    AddChannel(node, "scale", AppendTimes(changes), AppendFloats(file_, scales, 3, "VEC3"), "STEP");
  }

  void AddChannel(int node, const char* what, int input, int output, const char* interpolation) {
    channels_.push_back(
        {{"sampler", samplers_.size()}, {"target", {{"node", node}, {"path", what}}}});
    samplers_.push_back({{"input", input}, {"output", output}, {"interpolation", interpolation}});
  }

  GltfFile& file_;
  double fps_;
  int times_ = 0;
  Json channels_ = Json::array(), samplers_ = Json::array();
};

}  // namespace

void WriteGlb(const std::filesystem::path& path, const Motion& motion) {
  std::vector<const PersonMotion*> people;
  std::vector<RigMotion> rigs;
  for (const PersonMotion& person : motion.people) {
    RigMotion rig = FitRig(motion, person);
    if (std::find(rig.is_there.begin(), rig.is_there.end(), true) == rig.is_there.end()) continue;
    people.push_back(&person);
    rigs.push_back(std::move(rig));
  }

  GltfFile file;
  file["scene"] = 0;
  Json scene = {{"name", "scene"}};
  if (!rigs.empty()) {
    Animation animation(file, motion.frame_count, rigs[0].fps);
    for (size_t i = 0; i < rigs.size(); ++i) {
      const std::string name = "person " + std::to_string(people[i]->id);
      const Rig& rig = rigs[i].rig;
      const PersonNodes nodes = AppendNodes(file, rig, name);
      scene["nodes"].push_back(nodes.person);
      animation.Move(rigs[i], nodes);
      const int skin = file.Append(
          "skins",
          {{"name", name},
           {"inverseBindMatrices", AppendFloats(file, InverseBindMatrices(rig), 16, "MAT4")},
           {"skeleton", nodes.joints[kRigHips]},
           {"joints", nodes.joints}});
      scene["nodes"].push_back(file.Append(
          "nodes",
          {{"name", name + " body"}, {"mesh", AppendMesh(file, rig, name, i)}, {"skin", skin}}));
    }
    if (!motion.camera_path.empty()) {
      const int node = AppendCamera(file, *motion.camera);
      scene["nodes"].push_back(node);
      animation.Look(motion.camera_path, node);
    }
    file["animations"] = Json::array({animation.AsJson()});
  }
  file["scenes"] = Json::array({scene});
  file.Write(path);
}

}  // namespace videopose::internal
