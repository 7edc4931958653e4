// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/base/atomic_file.h"
#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/export/marker_motion.h"
#include "videopose/ground/world.h"
#include "videopose/motion_files/text_table.h"
#include "videopose/pose/largest_skeleton.h"

namespace videopose::internal {
namespace {

using Out = std::back_insert_iterator<std::string>;

constexpr std::string_view kAxes[] = {"x", "y", "z"};
constexpr int64_t kMostFrames = 100'000'000;

bool KnowsFeet(const Motion& motion) {
  return std::any_of(motion.people.begin(), motion.people.end(),
                     [](const PersonMotion& person) { return !person.feet_down.empty(); });
}

std::string Header(const Motion& motion, const KeypointSequence* keypoints) {
  std::string text = "frame,time_s,person";
  for (const std::string& joint : motion.skeleton.joint_names) {
    for (const std::string_view axis : kAxes) text += fmt::format(",{}_{}_m", joint, axis);
  }
  if (KnowsFeet(motion)) text += ",left_foot_down,right_foot_down";
  if (keypoints != nullptr) {
    for (const std::string& name : keypoints->layout.joint_names) {
      text += fmt::format(",keypoint_{0}_x_px,keypoint_{0}_y_px,keypoint_{0}_score", name);
    }
  }
  return text + "\n";
}

void AppendJoints(std::span<const Vec3f> joints, Out out) {
  for (const Vec3f& joint : joints) {
    if (IsFinite(joint)) {
      fmt::format_to(out, ",{:.5f},{:.5f},{:.5f}", joint.x, joint.y, joint.z);
    } else {
      fmt::format_to(out, ",,,");
    }
  }
}

void AppendFeet(const PersonMotion& person, int64_t t, Out out) {
  if (person.feet_down.empty()) {
    fmt::format_to(out, ",,");
    return;
  }
  const uint8_t feet = person.feet_down[t];
  fmt::format_to(out, ",{},{}", (feet & kLeftFootDown) != 0 ? 1 : 0,
                 (feet & kRightFootDown) != 0 ? 1 : 0);
}

// Unseen ones for a person who was never seen.
std::vector<Keypoint> KeypointsOf(const KeypointSequence& keypoints, int id, int64_t t) {
  std::vector<Keypoint> frame(keypoints.joint_count());
  for (const PersonKeypoints& person : keypoints.people) {
    if (person.id != id) continue;
    std::ranges::copy(person.frame(t), frame.begin());
  }
  return frame;
}

void AppendKeypoints(std::span<const Keypoint> keypoints, Out out) {
  for (const Keypoint& keypoint : keypoints) {
    if (keypoint.score > 0) {
      fmt::format_to(out, ",{:.2f},{:.2f},{:.3f}", keypoint.x_px, keypoint.y_px, keypoint.score);
    } else {
      fmt::format_to(out, ",,,0");
    }
  }
}

// ---- Reading

class CsvTable {
 public:
  CsvTable(std::string text, std::string path)
      : text_(std::move(text)), path_(std::move(path)), lines_(SplitLines(text_)) {
    if (!lines_.empty()) {
      // Spreadsheets may put a byte order mark in front.
      if (lines_[0].starts_with("\xEF\xBB\xBF")) lines_[0].remove_prefix(3);
      names_ = SplitFields(lines_[0], ',');
    }
  }

  Motion Read() const {
    const Skeleton& skeleton = LargestSkeleton([&](const std::string& joint) {
      return std::ranges::find(names_, fmt::format("{}_x_m", joint)) != names_.end();
    });
    const size_t frame_column = Column("frame"), time_column = Column("time_s"),
                 person_column = Column("person");
    std::vector<size_t> joint_columns;
    for (const std::string& joint : skeleton.joint_names) {
      for (const std::string_view axis : kAxes) {
        joint_columns.push_back(Column(fmt::format("{}_{}_m", joint, axis)));
      }
    }
    std::vector<Row> rows;
    int64_t frames = 0;
    std::map<int, JointTrack<Vec3f>> people;  // by id
    for (size_t line = 1; line < lines_.size(); ++line) {
      if (lines_[line].empty()) continue;
      Row row{.fields = SplitFields(lines_[line], ','), .line = line + 1};
      if (row.fields.size() != names_.size()) {
        Fail("{}: line {}: expected {} fields, found {}", path_, row.line, names_.size(),
             row.fields.size());
      }
      row.frame = WholeNumber(row.fields[frame_column], row.line, 0, kMostFrames);
      row.id = WholeNumber(row.fields[person_column], row.line, -1e9, 1e9);
      row.time_s = Number(row.fields[time_column], row.line);
      frames = std::max(frames, row.frame + 1);
      people[row.id];
      rows.push_back(std::move(row));
    }
    // Checked before memory is allocated for all of them.
    if (std::ssize(rows) != frames * std::ssize(people)) {
      Fail("{}: expected a row for each frame and person: {} frames, {} people, but {} rows", path_,
           frames, people.size(), rows.size());
    }
    const size_t joint_count = joint_columns.size() / 3;
    for (auto& [id, joints] : people) {
      joints = {frames, static_cast<int>(joint_count), kNoJoint};
    }
    for (const Row& row : rows) {
      Vec3f* joint = &people[row.id].at(row.frame, 0);
      for (size_t i = 0; i < joint_columns.size(); i += 3, ++joint) {
        if (row.fields[joint_columns[i]].empty()) continue;
        *joint = {Coordinate(row, joint_columns[i]), Coordinate(row, joint_columns[i + 1]),
                  Coordinate(row, joint_columns[i + 2])};
      }
    }
    return Assemble(skeleton, FpsOf(rows), people);
  }

 private:
  struct Row {
    std::vector<std::string_view> fields;
    size_t line = 0;  // from 1
    int64_t frame = 0;
    int id = 0;
    double time_s = 0;
  };

  double FpsOf(const std::vector<Row>& rows) const {
    const auto [first, last] = std::ranges::minmax_element(rows, {}, &Row::frame);
    const double fps = rows.empty() ? 0
                                    : static_cast<double>(last->frame - first->frame) /
                                          (last->time_s - first->time_s);
    constexpr double kMostFps = 1e6;
    if (!(fps > 0 && fps < kMostFps)) {
      Fail("{}: expected at least two frames with rising time_s", path_);
    }
    return fps;
  }
  static Motion Assemble(const Skeleton& skeleton, double fps,
                         const std::map<int, JointTrack<Vec3f>>& people) {
    std::vector<JointTrack<Vec3f>> joints_in_world;
    for (const auto& [id, joints] : people) joints_in_world.push_back(joints);
    Motion motion = MotionInWorld(skeleton, fps, joints_in_world);
    size_t next = 0;
    for (const auto& [id, joints] : people) motion.people[next++].id = id;
    return motion;
  }
  size_t Column(std::string_view name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) {
      Fail("{}: no column '{}'; expected a .csv as videopose writes it", path_, name);
    }
    return static_cast<size_t>(found - names_.begin());
  }
  float Coordinate(const Row& row, size_t column) const {
    return static_cast<float>(Number(row.fields[column], row.line));
  }
  double Number(std::string_view field, size_t line) const {
    const std::optional<double> number = NumberIn(field);
    if (!number || !std::isfinite(*number)) {
      Fail("{}: line {}: '{}' is not a number", path_, line, field.substr(0, 40));
    }
    return *number;
  }
  int64_t WholeNumber(std::string_view field, size_t line, double least, double most) const {
    const double number = Number(field, line);
    if (number != std::floor(number) || number < least || number > most) {
      Fail("{}: line {}: {} is not a whole number that can be here", path_, line, number);
    }
    return static_cast<int64_t>(number);
  }

  std::string text_, path_;
  std::vector<std::string_view> lines_, names_;
};

}  // namespace

void WriteCsv(const std::filesystem::path& path, const Motion& motion,
              const KeypointSequence* keypoints) {
  VP_CHECK(keypoints == nullptr || keypoints->frame_count == motion.frame_count, "{} frames, {}",
           keypoints->frame_count, motion.frame_count);
  const double start_s = keypoints == nullptr ? 0 : keypoints->start_s;
  std::string text = Header(motion, keypoints);
  const Out out = std::back_inserter(text);
  std::vector<JointTrack<Vec3f>> joints_in_world;
  for (const PersonMotion& person : motion.people) {
    joints_in_world.push_back(JointsInWorld(motion, person));
  }
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    for (size_t p = 0; p < motion.people.size(); ++p) {
      const PersonMotion& person = motion.people[p];
      fmt::format_to(out, "{},{:.9f},{}", t, start_s + static_cast<double>(t) / motion.fps,
                     person.id);
      AppendJoints(joints_in_world[p].frame(t), out);
      if (KnowsFeet(motion)) AppendFeet(person, t, out);
      if (keypoints != nullptr) {
        AppendKeypoints(KeypointsOf(*keypoints, person.id, t), out);
      }
      text += '\n';
    }
  }
  WriteFileAtomically(path, text);
}

Motion ReadCsv(const std::filesystem::path& path) {
  return CsvTable(ReadFile(path), path.string()).Read();
}

}  // namespace videopose::internal
