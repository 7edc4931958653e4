// SPDX-License-Identifier: Apache-2.0

// DeepLabCut's CSV: three rows of header (scorer, bodyparts, coords), or four with `individuals`
// where there are several, then a row a frame: its number, or the image's path in one or three
// cells. coords are x, y and likelihood; images labelled by hand have no likelihood.

#include <algorithm>
#include <map>

#include "videopose/base/error.h"
#include "videopose/import/csv_table.h"
#include "videopose/import/frame_numbers.h"
#include "videopose/import/readers.h"

namespace videopose::internal {
namespace {

using Cells = std::vector<std::string_view>;

struct Column {
  size_t person = 0, joint = 0;
  char number = 'x';  // x, y or l
};

size_t NumberOf(std::map<std::string_view, size_t>& numbers, std::string_view name) {
  return numbers.try_emplace(name, numbers.size()).first->second;
}

}  // namespace

MaybeDetections ReadDeepLabCut(std::string_view text, const std::string& what) {
  CsvReader reader(text);
  Cells scorer, individuals, parts, coords, cells;
  if (!reader.Next(scorer) || scorer[0] != "scorer" || !reader.Next(parts)) return std::nullopt;
  if (parts[0] == "individuals") {
    individuals = parts;
    if (!reader.Next(parts)) Fail("{}: cut off in its header", what);
  }
  if (!reader.Next(coords)) Fail("{}: cut off in its header", what);
  if (parts[0] != "bodyparts" || coords[0] != "coords" || parts.size() != coords.size() ||
      (!individuals.empty() && individuals.size() != coords.size())) {
    Fail("{}: expected DeepLabCut's rows bodyparts and coords of equal length", what);
  }
  const auto begin =
      static_cast<size_t>(std::find(coords.begin(), coords.end(), "x") - coords.begin());
  std::map<std::string_view, size_t> people, joints;
  std::vector<Column> columns;
  Detections detections{.format = "DeepLabCut CSV"};
  for (size_t i = begin; i < coords.size(); ++i) {
    const std::string_view person = individuals.empty() ? std::string_view() : individuals[i];
    const size_t joint = NumberOf(joints, parts[i]);
    if (joint == detections.joint_names.size()) detections.joint_names.emplace_back(parts[i]);
    columns.push_back({NumberOf(people, person), joint, coords[i].empty() ? ' ' : coords[i][0]});
  }
  if (columns.empty()) Fail("{}: a DeepLabCut file without x and y", what);
  if (people.size() * joints.size() > 16 * columns.size()) {
    Fail("{}: {} columns for {} bodyparts of {} individuals", what, columns.size(), joints.size(),
         people.size());
  }

  struct Point {
    double x = 0, y = 0, likelihood = 1;
  };
  std::vector<Point> points(people.size() * joints.size());
  std::vector<std::string> images;
  while (reader.Next(cells)) {
    if (cells.size() != coords.size()) {
      Fail("{}: line {}: {} cells; the header has {}", what, reader.line(), cells.size(),
           coords.size());
    }
    images.emplace_back(cells[begin - 1]);
    for (size_t i = 0; i < columns.size(); ++i) {
      const Column& column = columns[i];
      Point& point = points[column.person * joints.size() + column.joint];
      const double number = CellNumber(cells[begin + i]);
      (column.number == 'x' ? point.x : column.number == 'y' ? point.y : point.likelihood) = number;
    }
    for (size_t p = 0; p < people.size(); ++p) {
      Detection detection{
          .frame = std::ssize(images) - 1, .track_id = static_cast<int64_t>(p) + 1, .points = {}};
      for (size_t j = 0; j < joints.size(); ++j) {
        const Point& point = points[p * joints.size() + j];
        detection.points.push_back(UsablePoint(point.x, point.y, point.likelihood));
      }
      detections.found.push_back(std::move(detection));
    }
  }
  // Rows that are numbered may leave frames out. Its numbers count from 0, names are of images.
  const bool is_numbered = std::ranges::all_of(images, [](const std::string& image) {
    return image.find_first_not_of("0123456789") == std::string::npos;
  });
  detections.numbering = is_numbered ? FrameNumbering::kFrames : FrameNumbering::kNames;
  if (is_numbered) detections.counts_from = 0;
  const std::vector<int64_t> frames = FrameNumbers(images);
  for (Detection& detection : detections.found) {
    detection.frame = frames[detection.frame];
  }
  if (!frames.empty()) {
    const auto [first, last] = std::minmax_element(frames.begin(), frames.end());
    detections.first_frame = *first;
    detections.frame_count = *last - *first + 1;
  }
  return detections;
}

}  // namespace videopose::internal
