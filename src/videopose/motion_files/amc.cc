// SPDX-License-Identifier: Apache-2.0

#include "videopose/motion_files/amc.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>

#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/base/read_file.h"
#include "videopose/geometry/angle.h"
#include "videopose/motion_files/axis_turn.h"

namespace videopose::internal {
namespace {

constexpr size_t kMaxBones = 1000;
constexpr double kMaxValue = 1e9;
constexpr double kCentimetresPerInch = 2.54;

// The angles z, y, x of a turn = Rz Ry Rx.
std::array<double, 3> AnglesZyx(const Quaternion& turn) {
  // The columns of its matrix.
  const Vec3d x = Rotate(turn, {1, 0, 0}), y = Rotate(turn, {0, 1, 0}), z = Rotate(turn, {0, 0, 1});
  const double cos_y = std::hypot(x.x, x.y), y_rad = std::atan2(-x.z, cos_y);
  constexpr double kLocked = 1e-9;  // looking along y, only z - x or z + x is known
  if (cos_y < kLocked) return {std::atan2(-y.x, y.y), y_rad, 0};
  return {std::atan2(x.y, x.x), y_rad, std::atan2(y.z, z.z)};
}

// A file's lines as words, without comments and empty lines.
class Lines {
 public:
  explicit Lines(const std::filesystem::path& path) : path_(path), file_(ReadFile(path)) {}

  // Empty at the end.
  const std::vector<std::string>& Next() {
    words_.clear();
    std::string line;
    while (words_.empty() && std::getline(file_, line)) {
      ++number_;
      Split(line.substr(0, line.find('#')));
    }
    return words_;
  }
  const std::vector<std::string>& words() const { return words_; }

  double Number(size_t index) const {
    if (index >= words_.size()) FailHere("expected another number");
    const std::string& word = words_[index];
    const size_t skip = word.starts_with('+') ? 1 : 0;
    const char* end = word.data() + word.size();
    double value = 0;
    const auto [rest, error] = std::from_chars(word.data() + skip, end, value);
    if (error != std::errc() || rest != end || !(std::abs(value) <= kMaxValue)) {
      FailHere(fmt::format("expected a number, found '{:.40}'", word));
    }
    return value;
  }
  std::array<double, 3> Three(size_t first) const {
    return {Number(first), Number(first + 1), Number(first + 2)};
  }
  [[noreturn]] void FailHere(const std::string& what) const {
    Fail("{}: line {}: {}", path_.string(), number_, what);
  }

 private:
  void Split(const std::string& line) {
    constexpr const char* kSpace = " \t\r\f\v";
    for (size_t begin = line.find_first_not_of(kSpace); begin != std::string::npos;) {
      const size_t end = std::min(line.find_first_of(kSpace, begin), line.size());
      words_.push_back(line.substr(begin, end - begin));
      begin = line.find_first_not_of(kSpace, end);
    }
  }

  std::filesystem::path path_;
  std::istringstream file_;
  int64_t number_ = 0;
  std::vector<std::string> words_;
};

// What one of a bone's numbers in a frame is: 0 to 2: rx ry rz; 3 to 5: tx ty tz; 6: l, its length.
using Degree = size_t;

struct Bone {
  std::string name;
  int parent = -1;
  std::array<double, 3> direction{}, axis{};
  std::string axis_order = "XYZ";
  double length = 0;
  std::vector<Degree> degrees;
  std::vector<size_t> children;
};

struct Skeleton {
  std::vector<Bone> bones;  // the root first
  std::array<double, 3> root_position{};
  double centimetres_per_unit = kCentimetresPerInch;
  bool degrees = true;

  std::optional<size_t> Find(const std::string& name) const {
    for (size_t b = 0; b < bones.size(); ++b) {
      if (bones[b].name == name) return b;
    }
    return std::nullopt;
  }
};

class SkeletonReader {
 public:
  explicit SkeletonReader(const std::filesystem::path& path) : path_(path), lines_(path) {}

  Skeleton Read() {
    skeleton_.bones.push_back({.name = "root"});
    lines_.Next();
    while (!lines_.words().empty()) {
      const std::string section = lines_.words()[0];
      if (section == ":units") {
        ReadUnits();
      } else if (section == ":root") {
        ReadRoot();
      } else if (section == ":bonedata") {
        ReadBones();
      } else if (section == ":hierarchy") {
        ReadHierarchy();
      } else {
        if (!section.starts_with(':')) {
          lines_.FailHere("expected an Acclaim skeleton, whose sections begin with a colon");
        }
        do {
          lines_.Next();
        } while (InSection());
      }
    }
    if (skeleton_.bones.size() == 1) Fail("{}: no bones; is it complete?", path_.string());
    if (!has_hierarchy_) Fail("{}: no hierarchy; is it complete?", path_.string());
    for (const Bone& bone : skeleton_.bones) {
      if (bone.parent < 0 && bone.name != "root") {
        Fail("{}: the bone '{}' is not in the hierarchy", path_.string(), bone.name);
      }
    }
    CheckIsTree();
    return std::move(skeleton_);
  }

 private:
  bool InSection() const { return !lines_.words().empty() && lines_.words()[0][0] != ':'; }

  void ReadUnits() {
    while (!lines_.Next().empty() && InSection()) {
      if (lines_.words()[0] == "length") {
        const double length = lines_.Number(1);
        if (!(length >= 1e-6 && length <= 1e6)) lines_.FailHere("expected a unit of length");
        skeleton_.centimetres_per_unit = kCentimetresPerInch / length;
      } else if (lines_.words()[0] == "angle") {
        skeleton_.degrees = lines_.words().size() < 2 || lines_.words()[1] != "rad";
      }
    }
  }

  void ReadRoot() {
    Bone& root = skeleton_.bones[0];
    while (!lines_.Next().empty() && InSection()) {
      const std::string& word = lines_.words()[0];
      if (word == "order") {
        ReadDegrees(root);
      } else if (word == "axis" && lines_.words().size() == 2) {
        root.axis_order = lines_.words()[1];
      } else if (word == "position") {
        skeleton_.root_position = lines_.Three(1);
      } else if (word == "orientation") {
        root.axis = lines_.Three(1);
      }
    }
    CheckOrder(root);
  }

  void ReadBones() {
    lines_.Next();
    while (InSection()) {
      if (lines_.words()[0] != "begin") lines_.FailHere("expected 'begin' of a bone");
      ReadBone();
      lines_.Next();
    }
  }

  void ReadBone() {
    Bone bone;
    while (!lines_.Next().empty() && lines_.words()[0] != "end") {
      const std::string& word = lines_.words()[0];
      if (word == "name" && lines_.words().size() == 2) {
        bone.name = lines_.words()[1];
      } else if (word == "direction") {
        bone.direction = lines_.Three(1);
      } else if (word == "length") {
        bone.length = lines_.Number(1);
      } else if (word == "axis") {
        bone.axis = lines_.Three(1);
        if (lines_.words().size() > 4) bone.axis_order = lines_.words()[4];
      } else if (word == "dof") {
        ReadDegrees(bone);
      }
    }
    if (lines_.words().empty()) lines_.FailHere("the file ends within a bone");
    if (bone.name.empty()) lines_.FailHere("a bone without a name");
    if (skeleton_.Find(bone.name)) lines_.FailHere("the bone '" + bone.name + "' is there twice");
    if (skeleton_.bones.size() >= kMaxBones) lines_.FailHere("more bones than any skeleton has");
    CheckOrder(bone);
    skeleton_.bones.push_back(std::move(bone));
  }

  void ReadDegrees(Bone& bone) {
    bone.degrees.clear();
    constexpr std::array<std::string_view, 7> kNames = {"rx", "ry", "rz", "tx", "ty", "tz", "l"};
    for (size_t i = 1; i < lines_.words().size(); ++i) {
      std::string word = lines_.words()[i];
      for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      const auto name = std::find(kNames.begin(), kNames.end(), word);
      if (name == kNames.end()) lines_.FailHere(fmt::format("'{:.40}' is no freedom", word));
      bone.degrees.push_back(static_cast<size_t>(name - kNames.begin()));
    }
  }

  void CheckOrder(const Bone& bone) {
    std::string sorted = bone.axis_order;
    std::sort(sorted.begin(), sorted.end());
    if (sorted != "XYZ") lines_.FailHere(fmt::format("'{:.40}' is no order of axes", sorted));
  }

  void ReadHierarchy() {
    has_hierarchy_ = true;
    while (!lines_.Next().empty() && InSection()) {
      if (lines_.words()[0] == "begin" || lines_.words()[0] == "end") continue;
      const size_t parent = Known(lines_.words()[0]);
      for (size_t i = 1; i < lines_.words().size(); ++i) {
        const size_t child = Known(lines_.words()[i]);
        Bone& bone = skeleton_.bones[child];
        if (child == 0 || bone.parent >= 0) {
          lines_.FailHere("'" + bone.name + "' has two parents");
        }
        bone.parent = static_cast<int>(parent);
        skeleton_.bones[parent].children.push_back(child);
      }
    }
  }

  size_t Known(const std::string& name) const {
    const auto bone = skeleton_.Find(name);
    if (!bone) lines_.FailHere(fmt::format("no bone '{:.40}'", name));
    return *bone;
  }

  // Every bone has one parent; then a circle is what the root does not reach.
  void CheckIsTree() const {
    std::vector<size_t> reached = {0};
    for (size_t i = 0; i < reached.size(); ++i) {
      const auto& children = skeleton_.bones[reached[i]].children;
      reached.insert(reached.end(), children.begin(), children.end());
    }
    if (reached.size() != skeleton_.bones.size()) {
      Fail("{}: bones that hang from each other", path_.string());
    }
  }

  std::filesystem::path path_;
  Lines lines_;
  Skeleton skeleton_;
  bool has_hierarchy_ = false;
};

// A skeleton as BVH's joints, and frames in its channels.
class Converter {
 public:
  explicit Converter(const Skeleton& skeleton) : skeleton_(skeleton) {
    joints_.resize(skeleton.bones.size());
    for (size_t b = 0; b < skeleton.bones.size(); ++b) {
      const Bone& bone = skeleton.bones[b];
      axes_.push_back(Turn(bone.axis, bone.axis_order));
    }
    AddJoint(0, -1, {});
    clip_.frame_time_s = 1 / kAmcFps;
  }

  // `values[b]`: those of bone b in the order of its degrees.
  void AddFrame(const std::vector<std::vector<double>>& values, bool degrees) {
    const size_t first = clip_.values.size();
    clip_.values.resize(first + static_cast<size_t>(clip_.channel_count));
    for (size_t b = 0; b < skeleton_.bones.size(); ++b) {
      std::array<double, 3> shift{};
      Quaternion turn;
      for (size_t d = 0; d < skeleton_.bones[b].degrees.size(); ++d) {
        const Degree degree = skeleton_.bones[b].degrees[d];
        const double value = values[b][d];
        if (degree < 3) {
          turn = AboutAxis(degree, degrees ? RadiansFromDegrees(value) : value) * turn;
        } else if (degree < 6) {
          shift[degree - 3] = value;
        }
      }
      const Quaternion local = axes_[b] * turn * Inverse(axes_[b]);
      float* channel =
          clip_.values.data() + first + static_cast<size_t>(clip_.joints[joints_[b]].first_channel);
      if (b == 0) {
        for (size_t i = 0; i < 3; ++i) {
          *channel++ = static_cast<float>(skeleton_.centimetres_per_unit *
                                          (skeleton_.root_position[i] + shift[i]));
        }
      }
      for (const double rad : AnglesZyx(local))
        *channel++ = static_cast<float>(rad / kRadiansPerDegree);
    }
    ++clip_.frame_count;
  }

  BvhClip Finish() { return std::move(clip_); }

 private:
  // "XYZ": about x first.
  Quaternion Turn(const std::array<double, 3>& angles, const std::string& order) const {
    Quaternion turn;
    for (const char letter : order) {
      const auto axis = static_cast<size_t>(letter - 'X');
      const double angle = angles[axis];
      turn = AboutAxis(axis, skeleton_.degrees ? RadiansFromDegrees(angle) : angle) * turn;
    }
    return turn;
  }

  void AddJoint(size_t bone_index, int parent, const std::array<double, 3>& offset) {
    const Bone& bone = skeleton_.bones[bone_index];
    const auto index = static_cast<int>(clip_.joints.size());
    joints_[bone_index] = static_cast<size_t>(index);
    BvhJoint joint{.name = bone.name,
                   .parent = parent,
                   .offset = offset,
                   .first_channel = clip_.channel_count};
    using enum BvhChannel;
    if (bone_index == 0) joint.channels = {kXPosition, kYPosition, kZPosition};
    joint.channels.insert(joint.channels.end(), {kZRotation, kYRotation, kXRotation});
    clip_.channel_count += static_cast<int>(joint.channels.size());
    clip_.joints.push_back(std::move(joint));
    std::array<double, 3> end{};
    if (bone_index != 0) {
      for (size_t i = 0; i < 3; ++i) {
        end[i] = skeleton_.centimetres_per_unit * bone.length * bone.direction[i];
      }
    }
    for (const size_t child : bone.children) AddJoint(child, index, end);
    if (!bone.children.empty()) return;
    clip_.joints.push_back({.name = bone.name + "_end",
                            .parent = index,
                            .offset = end,
                            .first_channel = clip_.channel_count});
  }

  const Skeleton& skeleton_;
  std::vector<Quaternion> axes_;  // of each bone
  std::vector<size_t> joints_;    // of each bone
  BvhClip clip_;
};

class MotionReader {
 public:
  MotionReader(const Skeleton& skeleton, const std::filesystem::path& path)
      : skeleton_(skeleton), path_(path), lines_(path), degrees_(skeleton.degrees) {
    for (size_t b = 0; b < skeleton.bones.size(); ++b) bones_[skeleton.bones[b].name] = b;
  }

  BvhClip Read() {
    Converter converter(skeleton_);
    while (!lines_.Next().empty() && lines_.words()[0][0] == ':') {
      if (lines_.words()[0] == ":RADIANS") degrees_ = false;
      if (lines_.words()[0] == ":DEGREES") degrees_ = true;
    }
    int64_t frames = 0;
    while (!lines_.words().empty()) {
      if (lines_.words().size() != 1) lines_.FailHere("expected the number of a frame");
      lines_.Number(0);
      ReadFrame();
      converter.AddFrame(values_, degrees_);
      ++frames;
    }
    if (frames == 0) Fail("{}: no frames; is it complete?", path_.string());
    return converter.Finish();
  }

 private:
  void ReadFrame() {
    values_.assign(skeleton_.bones.size(), {});
    while (!lines_.Next().empty() && lines_.words().size() > 1) {
      const auto bone = bones_.find(lines_.words()[0]);
      if (bone == bones_.end()) {
        lines_.FailHere(
            fmt::format("the skeleton has no bone '{:.40}'; another's?", lines_.words()[0]));
      }
      const size_t expected = skeleton_.bones[bone->second].degrees.size();
      if (lines_.words().size() != expected + 1) {
        lines_.FailHere(fmt::format("expected {} numbers for '{}', found {}", expected, bone->first,
                                    lines_.words().size() - 1));
      }
      std::vector<double>& values = values_[bone->second];
      values.clear();
      for (size_t i = 0; i < expected; ++i) values.push_back(lines_.Number(i + 1));
    }
    for (size_t b = 0; b < skeleton_.bones.size(); ++b) {
      if (values_[b].size() != skeleton_.bones[b].degrees.size()) {
        lines_.FailHere("the frame above has no line for '" + skeleton_.bones[b].name + "'");
      }
    }
  }

  const Skeleton& skeleton_;
  std::filesystem::path path_;
  Lines lines_;
  bool degrees_;
  std::map<std::string, size_t> bones_;
  std::vector<std::vector<double>> values_;
};

Skeleton ReadAsf(const std::filesystem::path& path) try {
  return SkeletonReader(path).Read();
} catch (Error& error) {
  RethrowFromReading(path, error);
}

}  // namespace

BvhClip ReadAmc(const std::filesystem::path& skeleton, const std::filesystem::path& motion) try {
  const Skeleton bones = ReadAsf(skeleton);
  return MotionReader(bones, motion).Read();
} catch (Error& error) {
  RethrowFromReading(motion, error);
}

std::filesystem::path SkeletonOfAmc(const std::filesystem::path& motion) {
  const std::filesystem::path folder = motion.parent_path();
  std::error_code ignored;
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(
           folder.empty() ? std::filesystem::path(".") : folder, ignored)) {
    if (LowerCaseExtension(entry.path()) == ".asf") {
      found.push_back(folder / entry.path().filename());
    }
  }
  std::ranges::sort(found, std::greater());  // "01.asf" before "01.ASF"
  const std::string stem = motion.stem().string();
  for (const std::string& name : {stem, stem.substr(0, stem.find('_'))}) {
    const auto own = std::ranges::find(found, std::filesystem::path(name),
                                       [](const auto& path) { return path.stem(); });
    if (own != found.end()) return *own;
  }
  if (found.size() == 1) return found[0];
  FailAt(motion, ErrorCode::kFileNotFound, "expected its skeleton {}.asf beside it",
         stem.substr(0, stem.find('_')));
}

}  // namespace videopose::internal
