// SPDX-License-Identifier: Apache-2.0

#include "videopose/data/prepared_set.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <system_error>
#include <utility>

#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/data/skeletons.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

template <typename Layout>
LayoutMetadata MetadataOf(const std::string& name, const Layout& layout) {
  LayoutMetadata metadata{.name = name, .joint_count = layout.joint_count()};
  for (int j = 0; j < layout.joint_count(); ++j) {
    if (layout.side(j) == Side::kLeft) metadata.left.push_back(j);
    if (layout.side(j) == Side::kRight) metadata.right.push_back(j);
  }
  return metadata;
}

const std::vector<LayoutMetadata>& Layouts() {
  static const std::vector<LayoutMetadata> layouts = {
      MetadataOf("mpii", Mpii16()), MetadataOf("coco", Coco17()), MetadataOf("h36m", Human36m17()),
      MetadataOf("humaneva15", HumanEva15()), MetadataOf("humaneva20", HumanEva20())};
  return layouts;
}

PickleValue ListOf(const std::vector<int>& numbers) {
  std::vector<PickleValue> items;
  for (const int number : numbers) items.push_back(PickleValue::Int(number));
  return PickleValue::List(std::move(items));
}

PickleValue ValueOf(const NpyArray& array) { return PickleValue::Array(array); }
PickleValue ValueOf(const std::vector<NpyArray>& cameras) {
  std::vector<PickleValue> items;
  for (const NpyArray& array : cameras) items.push_back(PickleValue::Array(array));
  return PickleValue::List(std::move(items));
}
template <typename T>
PickleValue ValueOf(const NamedList<T>& list) {
  std::vector<std::pair<PickleValue, PickleValue>> entries;
  for (const Named<T>& item : list)
    entries.emplace_back(PickleValue::String(item.name), ValueOf(item.value));
  return PickleValue::Dict(entries);
}

PickleValue ValueOf(const LayoutMetadata& layout) {
  std::vector<std::pair<PickleValue, PickleValue>> entries;
  if (!layout.name.empty())
    entries.emplace_back(PickleValue::String("layout_name"), PickleValue::String(layout.name));
  entries.emplace_back(PickleValue::String("num_joints"), PickleValue::Int(layout.joint_count));
  entries.emplace_back(PickleValue::String("keypoints_symmetry"),
                       PickleValue::List({ListOf(layout.left), ListOf(layout.right)}));
  return PickleValue::Dict(entries);
}

const fs::path& Made(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    FailAt(folder, ErrorCode::kCannotWrite, "cannot make this folder: {}", error.message());
  }
  return folder;
}

}  // namespace

LayoutMetadata LayoutOfName(std::string_view keypoints_name) {
  std::vector<std::string_view> names;
  for (const LayoutMetadata& layout : Layouts()) {
    if (keypoints_name.find(layout.name) != std::string_view::npos) return layout;
    names.push_back(layout.name);
  }
  Fail(ErrorCode::kInvalidArgument,
       "{}: the name must tell which joints these are: it has none of {} in it", keypoints_name,
       fmt::join(names, ", "));
}

LayoutMetadata LayoutCalled(std::string_view layout_name) {
  for (const LayoutMetadata& layout : Layouts()) {
    if (layout.name == layout_name) return layout;
  }
  Fail(ErrorCode::kInvalidArgument, "{}: no such layout", layout_name);
}

PreparedFiles::PreparedFiles(const PrepareOptions& options)
    : data_dir_(options.data_dir), force_(options.force), files_(Made(options.data_dir)) {}

fs::path PreparedFiles::Add(const std::string& name) {
  const fs::path target = data_dir_ / name;
  std::error_code error;
  if (!force_ && fs::exists(target, error)) {
    Fail(ErrorCode::kAlreadyExists, {.file = target, .option = "force"}, "{}: is there already",
         target.string());
  }
  targets_.push_back(target);
  return files_.Add(name);
}

std::vector<fs::path> PreparedFiles::Commit() {
  files_.Commit();
  return targets_;
}

void WritePositions3d(const fs::path& path, const Positions3d& positions) {
  NpzWriter writer(path);
  writer.Add("positions_3d", MakeNpyObject(ValueOf(positions)));
  writer.Close();
}

void WritePositions2d(const fs::path& path, const LayoutMetadata& layout,
                      const Positions2d& positions) {
  NpzWriter writer(path);
  writer.Add("positions_2d", MakeNpyObject(ValueOf(positions)));
  writer.Add("metadata", MakeNpyObject(ValueOf(layout)));
  writer.Close();
}

template <typename T>
void CheckJoints(const BasicTensor<T>& joints, const std::string& what, int64_t first_frame) {
  // Wide margins: the mistakes are metres or centimetres for millimetres, and shares of the image
  // for pixels.
  constexpr double kShortest_mm = 300, kLongest_mm = 10'000, kFarthest_px = 100'000, kLeast_px = 10;
  const int64_t channels = joints.dim(2), row = joints.dim(1) * channels;
  double lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
  for (int64_t t = 0; t < joints.dim(0); ++t) {
    const T* frame = joints.data() + t * row;
    double longest = 0;
    for (int64_t c = 0; c < channels; ++c) {
      double low = std::numeric_limits<double>::infinity(), high = -low;
      for (int64_t i = c; i < row; i += channels) {
        if (!std::isfinite(frame[i])) {
          Fail(ErrorCode::kWrongFormat, "{}: frame {}: {} is no coordinate", what, first_frame + t,
               frame[i]);
        }
        low = std::min<double>(low, frame[i]);
        high = std::max<double>(high, frame[i]);
      }
      longest = std::max(longest, high - low);
      lowest = std::min(lowest, low);
      highest = std::max(highest, high);
    }
    if (channels == 3 && (longest < kShortest_mm || longest > kLongest_mm)) {
      Fail(ErrorCode::kWrongFormat,
           "{}: frame {}: a body {:g} millimetres long: these are no joints in millimetres", what,
           first_frame + t, longest);
    }
    if (channels == 2 && std::max(-lowest, highest) > kFarthest_px) {
      Fail(ErrorCode::kWrongFormat, "{}: frame {}: coordinates from {:g} to {:g} are no pixels",
           what, first_frame + t, lowest, highest);
    }
  }
  if (channels == 2 && joints.dim(0) > 0 && highest - lowest < kLeast_px) {
    Fail(ErrorCode::kWrongFormat,
         "{}: frame {} and all others: coordinates from {:g} to {:g} are no pixels", what,
         first_frame, lowest, highest);
  }
}

template void CheckJoints(const BasicTensor<float>&, const std::string&, int64_t);
template void CheckJoints(const BasicTensor<double>&, const std::string&, int64_t);

std::string Human36mActionName(std::string_view raw_name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kRenamed = {
      {{"TakingPhoto", "Photo"}, {"WalkingDog", "WalkDog"}}};
  std::string name(raw_name);
  for (const auto& [from, to] : kRenamed) {
    const size_t at = name.find(from);
    if (at != std::string::npos) name.replace(at, from.size(), to);
  }
  return name;
}

std::span<const std::string_view> Human36mSubjects() {
  static constexpr std::array<std::string_view, 7> kSubjects = {"S1", "S5", "S6", "S7",
                                                                "S8", "S9", "S11"};
  return kSubjects;
}

std::span<const std::string_view> Human36mActions() {
  static constexpr std::array<std::string_view, 15> kActions = {
      "Directions", "Discussion", "Eating",    "Greeting",     "Phoning",
      "Photo",      "Posing",     "Purchases", "Sitting",      "SittingDown",
      "Smoking",    "Waiting",    "WalkDog",   "WalkTogether", "Walking"};
  return kActions;
}

std::vector<std::string> CheckTakes(std::string_view subject, const std::vector<std::string>& takes,
                                    std::vector<std::string>& unknown) {
  if (takes.empty()) return {fmt::format("{} (missing)", subject)};
  constexpr int kTakes = 2;
  std::map<std::string, int, std::less<>> counts;
  for (const std::string_view action : Human36mActions()) counts.emplace(action, 0);
  std::vector<std::string> problems;
  for (const std::string& take : takes) {
    const auto count = counts.find(std::string_view(take).substr(0, take.find(' ')));
    if (count != counts.end() && ++count->second <= kTakes) continue;
    unknown.push_back(take);
    problems.push_back(fmt::format("{} {} ({})", subject, take,
                                   count == counts.end() ? "no such action" : "a third take"));
  }
  for (const auto& [action, count] : counts) {
    if (count < kTakes) {
      problems.push_back(
          fmt::format("{} {} ({} missing)", subject, action, count == 0 ? "both takes" : "a take"));
    }
  }
  return problems;
}

void RequireComplete(const std::vector<std::string>& problems, const PrepareOptions& options) {
  if (problems.empty() || options.partial) return;
  Fail(ErrorCode::kWrongFormat, {.file = options.input, .option = "partial"},
       "{}: not as expected: {}", options.input.string(), fmt::join(problems, ", "));
}

void RequireAny(bool is_any_left, const PrepareOptions& options) {
  if (!is_any_left) {
    FailAt(options.input, ErrorCode::kWrongFormat, "nothing in it is as expected");
  }
}

}  // namespace videopose::internal
