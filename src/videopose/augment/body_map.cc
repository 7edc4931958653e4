// SPDX-License-Identifier: Apache-2.0

#include "videopose/augment/body_map.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "videopose/augment/rig_files.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"

namespace videopose::internal {
namespace {

using nlohmann::json;

class Reader {
 public:
  explicit Reader(std::string what) : what_(std::move(what)) {}

  BodyMap Read(const json& root) const {
    BodyMap map;
    map.name = Text(root, "name");
    map.metres_per_unit = Number(root, "metres_per_unit");
    map.pelvis = PartOf(root, "pelvis");
    map.chest = PartOf(root, "chest");
    map.head = PartOf(root, "head");
    const json& trunk = Field(root, "trunk");
    map.trunk_base = Text(trunk, "base");
    map.trunk_top = Text(trunk, "top");
    if (trunk.contains("scale")) map.trunk_scale = Number(trunk, "scale");
    if (trunk.contains("stretch")) map.trunk_stretch = Number(trunk, "stretch");
    if (root.contains("spine")) map.spine = Text(root, "spine");
    if (root.contains("thorax")) map.neck = Text(root, "thorax");
    if (root.contains("neck")) map.neck = Text(root, "neck");
    if (root.contains("shoulders")) {
      if (!root["shoulders"].is_boolean()) Wrong("shoulders", "true or false");
      map.moving_shoulders = root["shoulders"].get<bool>();
    }
    map.sides = {LimbsOf(root, "left"), LimbsOf(root, "right")};
    return map;
  }

 private:
  [[noreturn]] void Wrong(std::string_view field, std::string_view expected) const {
    Fail("{}: field '{}': expected {}", what_, field, expected);
  }
  const json& Field(const json& object, const char* name) const {
    if (!object.is_object() || !object.contains(name)) Wrong(name, "it to be there");
    return object[name];
  }
  std::string Text(const json& object, const char* name) const {
    const json& value = Field(object, name);
    if (!value.is_string() || value.get_ref<const std::string&>().empty()) Wrong(name, "a name");
    return value.get<std::string>();
  }
  double Number(const json& object, const char* name) const {
    const json& value = Field(object, name);
    if (!value.is_number() || !(value.get<double>() > 0) || !(value.get<double>() < 1e6)) {
      Wrong(name, "a number above 0");
    }
    return value.get<double>();
  }
  Vec3d Axis(const json& object, const char* name) const {
    const json& value = Field(object, name);
    if (!value.is_array() || value.size() != 3) Wrong(name, "three numbers");
    for (const json& v : value) {
      if (!v.is_number()) Wrong(name, "three numbers");
    }
    const Vec3d axis = {value[0].get<double>(), value[1].get<double>(), value[2].get<double>()};
    if (!(Norm(axis) > 1e-6) || !IsFinite(axis)) Wrong(name, "an axis that is not 0");
    return Normalized(axis);
  }
  BodyMap::Part PartOf(const json& root, const char* name) const {
    const json& part = Field(root, name);
    BodyMap::Part result{Text(part, "joint"), Axis(part, "left"), Axis(part, "up")};
    if (std::abs(Dot(result.left, result.up)) > 1e-3) Wrong(name, "left and up at right angles");
    return result;
  }
  BodyMap::Limbs LimbsOf(const json& root, const char* name) const {
    const json& side = Field(root, name);
    return {Text(side, "hip"),      Text(side, "knee"),  Text(side, "ankle"),
            Text(side, "shoulder"), Text(side, "elbow"), Text(side, "wrist")};
  }

  std::string what_;
};

}  // namespace

BodyMap ReadBodyMap(const std::filesystem::path& path) try {
  const json root = json::parse(ReadFile(path), nullptr, /*allow_exceptions=*/false);
  if (root.is_discarded()) Fail("{}: expected JSON, found something else", path.string());
  return Reader(path.string()).Read(root);
} catch (Error& error) {
  RethrowFromReading(path, error);
}

std::span<const BodyMap> KnownBodyMaps() {
  static const std::vector<BodyMap> maps = {
      Reader("cmu").Read(json::parse(rigs::k_cmu_json)),
      Reader("deepmimic").Read(json::parse(rigs::k_deepmimic_json)),
      Reader("asf").Read(json::parse(rigs::k_asf_json))};
  return maps;
}

}  // namespace videopose::internal
