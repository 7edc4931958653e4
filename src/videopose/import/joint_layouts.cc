// SPDX-License-Identifier: Apache-2.0

#include "videopose/import/joint_layouts.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "videopose/base/edit_distance.h"
#include "videopose/base/error.h"
#include "videopose/geometry.h"
#include "videopose/pose/coco_landmarks.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {
namespace {

constexpr int kFirstLimb = 5;  // of COCO's joints: before are nose, eyes and ears

Vec2f PlaceOf(const Keypoint& point) { return {point.x_px, point.y_px}; }

std::vector<std::string> SplitNames(const std::string& list) {
  std::vector<std::string> names(1);
  for (const char c : list) {
    if (c == ',') {
      names.emplace_back();
    } else if (c != ' ') {
      names.back() += c;
    }
  }
  return names;
}

const JointLayout* FindLayout(std::string_view name) {
  const auto layouts = KnownLayouts();
  const auto found = std::find_if(layouts.begin(), layouts.end(),
                                  [name](const JointLayout& l) { return l.name == name; });
  return found == layouts.end() ? nullptr : &*found;
}

ChosenLayout AskedFor(const std::string& name, int point_count, const std::string& what) {
  ChosenLayout chosen{.name = name, .joints = {}};
  if (name.find(',') != std::string::npos) {
    chosen = {.name = "joints as given", .joints = SplitNames(name)};
  } else if (const JointLayout* layout = FindLayout(name)) {
    chosen.joints = layout->joints;
  } else {
    std::vector<std::string> names;
    for (const JointLayout& known : KnownLayouts()) names.emplace_back(known.name);
    const std::string nearest = NearestWord(name, names);
    Fail(ErrorCode::kInvalidArgument,
         "'{}' is no layout of joints{}; there are {}, or the joints' names with commas between",
         name, nearest.empty() ? "" : fmt::format(", did you mean {}?", nearest), LayoutList());
  }
  if (std::ssize(chosen.joints) > point_count) {
    Fail(ErrorCode::kMismatch,
         "{}: the layout {} has {} joints, but there are {} points to a person", what, chosen.name,
         chosen.joints.size(), point_count);
  }
  return chosen;
}

// The mean length of the body's bones, in pixels, if the points were these joints.
double MeanBone(const Detections& detections, const JointLayout& layout) {
  const auto index_of = [&layout](const std::string& name) {
    return std::find(layout.joints.begin(), layout.joints.end(), name) - layout.joints.begin();
  };
  double sum = 0;
  int64_t count = 0;
  for (const KeypointLayout::Bone& bone : Coco17().bones) {
    if (bone.to <= kFirstLimb) continue;
    const auto from = static_cast<size_t>(index_of(Coco17().joint_names.at(bone.from)));
    const auto to = static_cast<size_t>(index_of(Coco17().joint_names.at(bone.to)));
    for (const Detection& detection : detections.found) {
      if (from >= detection.points.size() || to >= detection.points.size()) continue;
      const Keypoint &a = detection.points[from], &b = detection.points[to];
      if (a.score <= 0 || b.score <= 0) continue;
      sum += Norm(PlaceOf(a) - PlaceOf(b));
      ++count;
    }
  }
  return count == 0 ? 0 : sum / static_cast<double>(count);
}

// A word and which side it is of: 'l', 'r' or 0.
struct JointWord {
  char side = 0;
  std::string part;
};

// Other names for the parts of a body.
std::string PartCalled(const std::string& word, char side) {
  static const std::map<std::string, std::string> others = {
      {"midhip", "pelvis"},      {"hips", "pelvis"},       {"root", "pelvis"},
      {"hipcenter", "pelvis"},   {"hipcentre", "pelvis"},  {"centerhip", "pelvis"},
      {"upperneck", "neck"},     {"headbottom", "neck"},   {"neckbase", "neck"},
      {"headtop", "head_top"},   {"tophead", "head_top"},  {"head", "head_top"},
      {"topofhead", "head_top"}, {"forehead", "head_top"}, {"midshoulder", "neck"}};
  if (side == 0 && word == "hip") return "pelvis";
  const auto found = others.find(word);
  return found == others.end() ? word : found->second;
}

bool IsPairedPart(std::string_view word) {
  static constexpr std::array<std::string_view, 8> kParts = {"eye",   "ear", "shoulder", "elbow",
                                                             "wrist", "hip", "knee",     "ankle"};
  return std::find(kParts.begin(), kParts.end(), word) != kParts.end();
}

// Words in lower case, cut at what is no letter and at capitals: "LShoulder" -> l, shoulder.
std::vector<std::string> WordsOf(std::string_view name) {
  const auto is_upper = [&](size_t i) {
    return i < name.size() && name[i] >= 'A' && name[i] <= 'Z';
  };
  const auto is_lower = [&](size_t i) {
    return i < name.size() && name[i] >= 'a' && name[i] <= 'z';
  };
  const auto is_digit = [&](size_t i) {
    return i < name.size() && name[i] >= '0' && name[i] <= '9';
  };
  std::vector<std::string> words;
  bool begins = true;
  for (size_t i = 0; i < name.size(); ++i) {
    if (!is_upper(i) && !is_lower(i) && !is_digit(i)) {
      begins = true;
      continue;
    }
    if (i > 0 && is_upper(i) && (is_lower(i - 1) || (is_upper(i - 1) && is_lower(i + 1)))) {
      begins = true;
    }
    if (i > 0 && is_digit(i) && !is_digit(i - 1)) begins = true;
    if (begins) words.emplace_back();
    begins = false;
    words.back() += is_upper(i) ? static_cast<char>(name[i] - 'A' + 'a') : name[i];
  }
  return words;
}

}  // namespace

std::string CanonicalJoint(std::string_view name) {
  JointWord joint;
  for (const std::string& word : WordsOf(name)) {
    if (joint.side == 0 && (word == "l" || word == "left" || word == "r" || word == "right")) {
      joint.side = word[0];
    } else if (joint.side == 0 && IsPairedPart(joint.part) && (word == "1" || word == "2")) {
      joint.side = word == "1" ? 'r' : 'l';  // DeepLabCut's human: hip1 is the right one
    } else if (joint.side == 0 && (word[0] == 'l' || word[0] == 'r') &&
               IsPairedPart(std::string_view(word).substr(1))) {
      joint = {word[0], word.substr(1)};
    } else {
      joint.part += word;
    }
  }
  const std::string part = PartCalled(joint.part, joint.side);
  return joint.side == 0 ? part : (joint.side == 'l' ? "left_" : "right_") + part;
}

ChosenLayout ChooseLayout(const Detections& detections, const std::string& asked_for,
                          const std::string& what) {
  const int point_count = detections.found.at(0).points.size();
  if (!asked_for.empty()) return AskedFor(asked_for, point_count, what);
  if (!detections.joint_names.empty()) return {"joints by name", detections.joint_names};
  if (point_count == 25) {
    const JointLayout &body25 = *FindLayout("body25"), &body25b = *FindLayout("body25b");
    const bool is_b = MeanBone(detections, body25b) < MeanBone(detections, body25);
    const JointLayout& layout = is_b ? body25b : body25;
    return {std::string(layout.name), layout.joints};
  }
  for (const JointLayout& layout : KnownLayouts()) {
    if (layout.point_count == point_count) return {std::string(layout.name), layout.joints};
  }
  Fail(ErrorCode::kWrongFormat, {.option = "layout"},
       "{}: {} points to a person is the number of no layout of joints; there are {}", what,
       point_count, LayoutList());
}

CocoMapping::CocoMapping(const ChosenLayout& layout, const std::string& what) {
  for (const std::string& name : layout.joints) joints_.push_back(CanonicalJoint(name));
  int limbs = 0;
  for (size_t j = 0; j < source_.size(); ++j) {
    const auto found = std::find(joints_.begin(), joints_.end(), Coco17().joint_names[j]);
    source_[j] = found == joints_.end() ? -1 : static_cast<int>(found - joints_.begin());
    if (j >= kFirstLimb && source_[j] >= 0) ++limbs;
  }
  if (limbs < (kCocoJoints - kFirstLimb) / 2) {
    Fail(
        ErrorCode::kWrongFormat, {.option = "layout"},
        "{}: of its joints ({}) only {} are shoulders, elbows, wrists, hips, knees or ankles of a "
        "person, left_shoulder and so on",
        what,
        fmt::join(layout.joints.begin(),
                  layout.joints.begin() + std::min<ptrdiff_t>(40, std::ssize(layout.joints)), ", "),
        limbs);
  }
}

Keypoint CocoMapping::Named(std::span<const Keypoint> from, std::string_view joint) const {
  const auto found = std::find(joints_.begin(), joints_.end(), joint);
  const size_t index = found - joints_.begin();
  return index < from.size() && found != joints_.end() ? from[index] : Keypoint{};
}

void CocoMapping::Map(std::span<const Keypoint> from, std::span<Keypoint> to) const {
  for (size_t j = 0; j < to.size(); ++j) {
    const int source = source_[j];
    const bool is_there = source >= 0 && static_cast<size_t>(source) < from.size();
    to[j] = is_there ? from[source] : Keypoint{};
  }
  GuessMissing(from, to);
}

// What the layout says in other joints; the rest of a face is placed when it is lifted
// (lift/filled_track.h).
void CocoMapping::GuessMissing(std::span<const Keypoint> from, std::span<Keypoint> to) const {
  const auto seen = [](const Keypoint& point) { return point.score > 0; };
  const auto guess = [&](size_t joint, Vec2f place) {
    if (source_[joint] < 0) to[joint] = {place.x, place.y, 0};
  };
  constexpr size_t kNose = 0, kLeftShoulder = 5, kRightShoulder = 6, kLeftHip = 11, kRightHip = 12;
  for (const auto& [middle, left, right] :
       {std::tuple("neck", size_t{kLeftShoulder}, size_t{kRightShoulder}),
        std::tuple("pelvis", kLeftHip, kRightHip)}) {
    const Keypoint point = Named(from, middle);
    if (!seen(point)) continue;
    guess(left, PlaceOf(point));
    guess(right, PlaceOf(point));
  }

  const Keypoint head_top = Named(from, "head_top");
  for (const char* below : {"neck", "chin"}) {
    const Keypoint point = Named(from, below);
    if (!seen(head_top) || !seen(point)) continue;
    guess(kNose, 0.5F * (PlaceOf(head_top) + PlaceOf(point)));
    break;
  }
}

LimbEndMapping::LimbEndMapping(const ChosenLayout& layout) {
  // As CanonicalJoint() has them; the first that the layout has counts.
  static const std::vector<std::pair<const char*, std::vector<const char*>>> kNames = {
      {"heel", {"heel"}},
      {"foot_index", {"bigtoe", "footindex", "toe"}},
      {"index", {"index"}},
      {"pinky", {"pinky"}}};
  std::vector<std::string> joints;
  for (const std::string& name : layout.joints) joints.push_back(CanonicalJoint(name));
  for (const std::string side : {"left_", "right_"}) {
    for (const auto& [landmark, names] : kNames) {
      for (const char* name : names) {
        const auto found = std::ranges::find(joints, side + name);
        if (found == joints.end()) continue;
        sources_.push_back({static_cast<size_t>(found - joints.begin()),
                            static_cast<size_t>(BlazePose33().IndexOf(side + landmark))});
        break;
      }
    }
  }
}

void LimbEndMapping::Map(std::span<const Keypoint> from, std::span<const Keypoint> coco,
                         std::span<ExtraPoint> to) const {
  const auto as_extra = [](const Keypoint& point) {
    return ExtraPoint{.x_px = point.x_px, .y_px = point.y_px, .score = point.score};
  };
  for (size_t j = 0; j < coco.size(); ++j) to[LandmarksOfCoco()[j]] = as_extra(coco[j]);
  for (const auto& [point, landmark] : sources_) {
    if (point < from.size()) to[landmark] = as_extra(from[point]);
  }
}

}  // namespace videopose::internal
