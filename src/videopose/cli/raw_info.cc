// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/raw_info.h"

#include <fmt/ranges.h>

#include <functional>
#include <map>
#include <set>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/cli/pose_ranges.h"
#include "videopose/cli/recording_name.h"
#include "videopose/prepare/prepare_detections.h"
#include "videopose/scientific/cdf.h"
#include "videopose/scientific/hdf5_file.h"
#include "videopose/scientific/mat_file.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

std::string Shape(const std::vector<int64_t>& shape) {
  return fmt::format("({})", fmt::join(shape, ", "));
}

// Of a file's arrays. Not of thousands: each takes a process of its own where a library reads it.
class Ranges {
 public:
  // ": 0 to 7", of what `read` reads; nothing where it is no numbers.
  std::string Of(const std::function<BasicTensor<double>()>& read) {
    if (left_-- <= 0) return "";
    try {
      const BasicTensor<double> numbers = read();
      values_left_ -= std::ssize(numbers.values);
      if (values_left_ < 0) left_ = 0;
      const std::string text = DescribeNumbers(numbers);
      return text.empty() ? "" : ": " + text;
    } catch (const Error& error) {  // texts, groups, types that are not read
      if (error.code() == ErrorCode::kLimit) left_ = 0;
      return "";
    }
  }

 private:
  int left_ = 64;
  int64_t values_left_ = 20'000'000;  // of all: each may unpack to much, and there may be many
};

struct Folder {
  int64_t files = 0;
  std::set<std::string> actions, cameras;
  PoseRanges ranges;
};

void AddRecording(const RecordingName& name, const Hdf5File& file, Folder& folder) {
  folder.actions.insert(name.action);
  if (!name.camera.empty()) folder.cameras.insert(name.camera);
  for (const std::string& data_set : file.names()) {
    for (const BasicTensor<double>& poses : PosesOf(file.Read(data_set))) folder.ranges.Add(poses);
  }
}

}  // namespace

std::string DescribeIfDetections(const fs::path& path) {
  try {
    const Tensor poses = ReadDetections(path);
    PoseRanges ranges;
    ranges.Add({poses.shape, {poses.values.begin(), poses.values.end()}});
    return fmt::format("{}: keypoints, the best of each frame\n{}  {}\n", path.string(),
                       DescribeRecordingName(path), ranges.Text());
  } catch (const Error&) {
    return "";
  }
}

std::string DescribeCdf(const fs::path& path) {
  const CdfReader cdf(path);
  std::string text =
      fmt::format("{}: NASA CDF, {} major\n", path.string(), cdf.row_major() ? "row" : "column");
  text += DescribeRecordingName(path);
  Ranges ranges;
  for (const CdfVariable& variable : cdf.variables()) {
    text += fmt::format("  {:<16} {} records of {}, CDF type {}{}\n", variable.name,
                        variable.record_count, Shape(variable.dims), variable.type,
                        ranges.Of([&] { return cdf.ReadTensor<double>(variable.name); }));
  }
  return text;
}

std::string DescribeMat(const fs::path& path) {
  const MatFile file(path);
  std::string text = fmt::format("{}: MATLAB variables\n", path.string());
  text += DescribeRecordingName(path);
  Ranges ranges;
  for (const MatFile::Variable& variable : file.variables()) {
    text += fmt::format("  {:<16} {} {}{}\n", variable.name, variable.kind, Shape(variable.shape),
                        ranges.Of([&] { return file.Read(variable.name); }));
  }
  return text;
}

std::string DescribeHdf5(const fs::path& path) {
  const Hdf5File file(path);
  std::string text = fmt::format("{}: HDF5\n", path.string());
  text += DescribeRecordingName(path);
  Ranges ranges;
  for (const std::string& name : file.names()) {
    std::string shape;
    const std::string range = ranges.Of([&] {
      BasicTensor<double> values = file.Read(name);
      shape = Shape(values.shape);
      return values;
    });
    text += fmt::format("  {:<16} {}\n", name, shape.empty() ? "no numbers" : shape + range);
  }
  return text;
}

std::string DescribeArchive(const fs::path& path, const ArchiveOptions& options) {
  std::map<std::string, Folder> folders;
  ArchiveReader archive(path, options);
  while (archive.Next()) {
    const fs::path file = archive.name();
    Folder& folder = folders[(file.parent_path() / ("*" + file.extension().string())).string()];
    ++folder.files;
    const RecordingName name = RecordingNameOf(file);
    if (LowerCaseExtension(file) != ".h5" || name.subject.empty()) continue;
    AddRecording(name, Hdf5File(archive.Read(), path.string() + ": " + archive.name()), folder);
  }
  std::string text = fmt::format("{}: an archive\n", path.string());
  for (const auto& [files, folder] : folders) {
    text += fmt::format("  {:<6} {}\n", folder.files, files);
    if (folder.actions.empty()) continue;
    text += fmt::format(
        "         {} actions, {}{}\n         {}\n", folder.actions.size(),
        folder.cameras.empty() ? "" : fmt::format("{} cameras, ", folder.cameras.size()),
        folder.ranges.Text(), fmt::join(folder.actions, ", "));
  }
  return text;
}

}  // namespace videopose::internal
