// SPDX-License-Identifier: Apache-2.0

// CSV with a header: a row a frame (and person), a column for each number of each joint: nose_x,
// nose_y and, if known, nose_score. Also nose.x (SLEAP), "left shoulder X", LEFT_HIP_visibility.
// Columns frame, person (or id, track) and time in seconds (or time_ms) are used where they are.

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "videopose/base/error.h"
#include "videopose/base/statistics.h"
#include "videopose/import/csv_table.h"
#include "videopose/import/readers.h"

namespace videopose::internal {
namespace {

struct JointColumns {
  std::string name;
  int x = -1, y = -1, score = -1;
};

struct Header {
  std::vector<JointColumns> joints;
  int frame = -1, person = -1, time = -1;
  double time_unit_s = 1;
};

template <size_t kCount>
bool IsOneOf(std::string_view word, const std::array<std::string_view, kCount>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<std::string_view, 11> kScoreWords = {
    "score", "s", "c", "conf", "confidence", "likelihood", "visibility", "v", "vis", "p", "prob"};
constexpr std::array<std::string_view, 6> kFrameWords = {"frame",     "frame_id",    "frame_number",
                                                         "frame_idx", "frame_index", "frameid"};
constexpr std::array<std::string_view, 9> kPersonWords = {
    "person", "person_id", "id", "track", "track_id", "trackid", "idx", "individual", "subject"};
constexpr std::array<std::string_view, 5> kTimeWords = {"time", "time_s", "timestamp", "t",
                                                        "seconds"};
constexpr std::array<std::string_view, 3> kMillisecondWords = {"time_ms", "timestamp_ms", "ms"};

// "left_hip_x_px" -> left_hip, x.
bool SplitColumn(std::string_view cell, std::string& joint, std::string& number) {
  if (LowerCase(cell).ends_with("_px")) cell.remove_suffix(3);
  const size_t cut = cell.find_last_of("_.- :/");
  if (cut == std::string_view::npos || cut == 0) return false;
  joint = cell.substr(0, cut);
  number = LowerCase(cell.substr(cut + 1));
  return true;
}

Header ReadHeader(const std::vector<std::string_view>& cells) {
  Header header;
  std::map<std::string, size_t> joints;
  for (size_t i = 0; i < cells.size(); ++i) {
    const int column = i;
    const std::string lower = LowerCase(cells[i]);
    if (IsOneOf(lower, kFrameWords)) header.frame = column;
    if (IsOneOf(lower, kPersonWords)) header.person = column;
    const bool is_ms = IsOneOf(lower, kMillisecondWords);
    if (IsOneOf(lower, kTimeWords) || is_ms) {
      header.time = column;
      header.time_unit_s = is_ms ? 1e-3 : 1;
    }
    std::string joint, number;
    if (!SplitColumn(cells[i], joint, number)) continue;
    const bool is_score = IsOneOf(number, kScoreWords);
    if (number != "x" && number != "y" && !is_score) continue;
    const auto [at, is_new] = joints.try_emplace(joint, header.joints.size());
    if (is_new) header.joints.push_back({.name = joint});
    JointColumns& columns = header.joints[at->second];
    (is_score ? columns.score : number == "x" ? columns.x : columns.y) = column;
  }
  std::erase_if(header.joints, [](const JointColumns& j) { return j.x < 0 || j.y < 0; });
  return header;
}

// People by what stands in the column: a number as it is, other words numbered from 1.
class PeopleIds {
 public:
  int64_t Of(std::string_view cell) {
    const double number = CellNumber(cell);
    if (number == std::floor(number) && std::abs(number) < 2e9) return static_cast<int64_t>(number);
    return words_.try_emplace(std::string(cell), std::ssize(words_) + 1).first->second;
  }

 private:
  std::map<std::string, int64_t> words_;
};

// From the middle one of the steps, so that a few frames left out do not count.
double FpsOf(std::vector<double> times_s) {
  std::vector<double> steps;
  for (size_t i = 1; i < times_s.size(); ++i) {
    if (times_s[i] > times_s[i - 1]) steps.push_back(times_s[i] - times_s[i - 1]);
  }
  return steps.empty() ? 0 : 1 / Median(std::move(steps));
}

}  // namespace

MaybeDetections ReadCsv(std::string_view text, const std::string& what) {
  CsvReader reader(text);
  std::vector<std::string_view> cells;
  if (!reader.Next(cells)) return std::nullopt;
  const Header header = ReadHeader(cells);
  constexpr size_t kFewestJoints = 5;
  if (header.joints.size() < kFewestJoints) return std::nullopt;
  const size_t columns = cells.size();
  Detections detections{.format = "CSV"};
  if (header.frame >= 0) detections.numbering = FrameNumbering::kFrames;
  for (const JointColumns& joint : header.joints) detections.joint_names.push_back(joint.name);
  PeopleIds ids;
  std::vector<double> times_s;
  int64_t frame = -1;
  while (reader.Next(cells)) {
    if (cells.size() != columns) {
      Fail("{}: line {}: {} cells; the header has {}", what, reader.line(), cells.size(), columns);
    }
    const auto number = [&](int column) { return CellNumber(cells[column]); };
    if (header.frame >= 0) {
      const double of_row = number(header.frame);
      if (!(std::abs(of_row) < 1e15) || of_row != std::floor(of_row)) {
        Fail("{}: line {}: '{}' is no number of a frame", what, reader.line(), cells[header.frame]);
      }
      frame = of_row;
    } else {
      ++frame;
    }
    if (header.time >= 0) {
      const double time_s = header.time_unit_s * number(header.time);
      // Without numbers, rows of the same time are of the same frame.
      if (header.frame < 0 && !times_s.empty() && time_s == times_s.back()) --frame;
      times_s.push_back(time_s);
    }
    Detection detection{.frame = frame, .points = {}};
    if (header.person >= 0) {
      detection.track_id = ids.Of(cells[header.person]);
    }
    for (const JointColumns& joint : header.joints) {
      detection.points.push_back(
          UsablePoint(number(joint.x), number(joint.y), joint.score < 0 ? 1 : number(joint.score)));
    }
    detections.found.push_back(std::move(detection));
    if (!detections.first_frame || frame < *detections.first_frame) detections.first_frame = frame;
    detections.frame_count = std::max(detections.frame_count, frame + 1 - *detections.first_frame);
  }
  detections.fps = FpsOf(std::move(times_s));
  return detections;
}

}  // namespace videopose::internal
