// SPDX-License-Identifier: Apache-2.0

// Ultralytics YOLO pose.
//
// Results.to_json(): a list of people, {"name": "person", "box", "track_id", "keypoints": {"x": [],
// "y": [], "visible": []}}; a list of such lists is a video. save_txt: a file for each frame with
// people, a line for each of them: class, box (4 numbers), x y visibility of each point (x y of
// models without visibility, kpt_shape [17, 2]), then the confidence (save_conf) and the track's
// number, if there are any; all as parts of the image.

#include <algorithm>
#include <charconv>
#include <cmath>

#include "videopose/base/error.h"
#include "videopose/import/joint_layouts.h"
#include "videopose/import/json_input.h"
#include "videopose/import/readers.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {
namespace {

using nlohmann::json;

bool IsYoloPerson(const json& value) {
  const json* points = Member(value, "keypoints");
  return points != nullptr && points->is_object() && Member(*points, "x") != nullptr &&
         Member(*points, "y") != nullptr;
}

// A list of objects with a box, some of which have keypoints.
bool IsYoloFrame(const json& value) {
  return value.is_array() && !value.empty() && IsYoloPerson(value.front());
}

void AddYoloFrame(const json& people, int64_t frame, const std::string& what,
                  Detections& detections) {
  for (const json& person : people) {
    const json* name = Member(person, "name");
    if (name != nullptr && *name != "person") continue;
    if (!IsYoloPerson(person)) {
      Fail("{}: frame {}: expected keypoints with x and y, found {}", what, frame,
           Describe(person));
    }
    const json& points = *Member(person, "keypoints");
    const json& x = *Member(points, "x");
    const json& y = *Member(points, "y");
    const json* visible = AnyMember(points, {"visible", "conf"});
    if (!x.is_array() || !y.is_array() || x.size() != y.size() ||
        (visible != nullptr && (!visible->is_array() || visible->size() != x.size()))) {
      Fail("{}: frame {}: x, y and visible of different lengths", what, frame);
    }
    Detection detection{.frame = frame, .track_id = WholeNumberOf(Member(person, "track_id"))};
    for (size_t j = 0; j < x.size(); ++j) {
      // A point at the origin was not found.
      const double x_j = NumberOf(x[j]), y_j = NumberOf(y[j]);
      const bool is_found = x_j != 0 || y_j != 0;
      detection.points.push_back(UsablePoint(x_j, y_j,
                                             !is_found            ? 0
                                             : visible != nullptr ? NumberOf((*visible)[j])
                                                                  : 1));
    }
    detections.found.push_back(std::move(detection));
  }
}

// The numbers of a line with nothing else in it; empty where there is something else.
std::vector<double> NumbersIn(std::string_view line) {
  std::vector<double> numbers;
  for (size_t at = 0; (at = line.find_first_not_of(" \t\r", at)) != std::string_view::npos;) {
    double value = 0;
    const auto [end, error] = std::from_chars(line.data() + at, line.data() + line.size(), value);
    if (error != std::errc()) return {};
    numbers.push_back(value);
    at = static_cast<size_t>(end - line.data());
    if (at < line.size() && line.find_first_of(" \t\r", at) != at) return {};
  }
  return numbers;
}

constexpr size_t kClassAndBox = 5, kLeastPoints = 5;

// How many numbers a point has, and how many points there are.
struct LineShape {
  size_t per_point = 3, points = 0;
};

// A confidence is a fraction, the number of a track is not.
bool MayBeTrack(double number) {
  constexpr double kMostTracks = 1e9;
  return number == std::floor(number) && number >= 1 && number < kMostTracks;
}

// Three numbers a point where those are the points of a layout, or no other number fits.
LineShape ShapeOf(const std::vector<double>& numbers) {
  const auto is_known = [](size_t points) {
    return std::ranges::any_of(KnownLayouts(), [&](const JointLayout& layout) {
      return static_cast<size_t>(layout.point_count) == points;
    });
  };
  const size_t count = numbers.size() - kClassAndBox;
  if (is_known(count / 3)) return {3, count / 3};
  std::vector<size_t> fitting;
  for (const size_t after : {0, 1, 2}) {  // nothing; a confidence or a track; both
    const bool is_possible = (count - after) % 2 == 0 && (after < 2 || MayBeTrack(numbers.back()));
    if (is_possible && is_known((count - after) / 2)) fitting.push_back((count - after) / 2);
  }
  if (fitting.empty()) return {3, count / 3};
  const bool may_be_coco = std::ranges::find(fitting, size_t{kCocoJoints}) != fitting.end();
  return {2, may_be_coco ? size_t{kCocoJoints} : fitting[0]};
}

// Whether this can be a line of a label file: the class, then parts of the image.
bool IsYoloLine(const std::vector<double>& numbers) {
  if (numbers.size() < kClassAndBox + 2 * kLeastPoints) return false;
  if (numbers[0] < 0 || numbers[0] != std::floor(numbers[0])) return false;
  for (size_t i = 1; i < kClassAndBox; ++i) {
    if (!(numbers[i] >= 0 && numbers[i] <= 1)) return false;
  }
  return true;
}

}  // namespace

MaybeDetections ReadYolo(const json& root, const std::string& what) {
  if (!root.is_array() || root.empty()) return std::nullopt;
  Detections detections{.format = "Ultralytics YOLO JSON"};
  detections.first_frame = 0;
  if (IsYoloFrame(root)) {
    detections.frame_count = 1;
    AddYoloFrame(root, 0, what, detections);
    return detections;
  }
  bool has_people = false;
  for (const json& frame : root) {
    if (!frame.is_array() || (!frame.empty() && !IsYoloFrame(frame))) return std::nullopt;
    has_people = has_people || !frame.empty();
  }
  if (!has_people) return std::nullopt;
  for (const json& frame : root) AddYoloFrame(frame, detections.frame_count++, what, detections);
  return detections;
}

MaybeDetections ReadYoloText(std::string_view text, const std::string& what) {
  Detections detections{.format = "Ultralytics YOLO text"};
  detections.first_frame = 0;
  detections.frame_count = 1;
  for (int line_number = 1; !text.empty(); ++line_number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::vector<double> numbers = NumbersIn(line);
    if (!IsYoloLine(numbers)) {
      if (detections.found.empty()) return std::nullopt;
      Fail("{}: line {}: expected a class, a box and points of 3 (or 2) numbers each", what,
           line_number);
    }
    const LineShape shape = ShapeOf(numbers);
    const size_t used = kClassAndBox + shape.per_point * shape.points;
    Detection detection{.frame = 0, .points = {}};
    for (size_t i = kClassAndBox; i < used; i += shape.per_point) {
      const bool is_found = numbers[i] != 0 || numbers[i + 1] != 0;
      const double score = shape.per_point == 3 ? numbers[i + 2] : 1;
      detection.points.push_back(UsablePoint(numbers[i], numbers[i + 1], is_found ? score : 0));
    }
    if (numbers.size() > used && MayBeTrack(numbers.back())) {
      detection.track_id = static_cast<int64_t>(numbers.back());
    }
    detections.found.push_back(std::move(detection));
  }
  if (detections.found.empty()) return std::nullopt;
  return detections;
}

}  // namespace videopose::internal
