#include "videopose/cli/dataset_info.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/io/archive_reader.h"
#include "videopose/io/cdf.h"
#include "videopose/io/hdf5_file.h"
#include "videopose/io/mat_file.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;

struct Totals {
  int64_t frames = 0;
  size_t cameras = 0;
  std::vector<int64_t> shape;  // of the last array
  std::vector<double> low, high;
};

void Add(const NpyArray& array, const std::string& what, Totals& totals) {
  const Tensor values = ToTensor<float>(array, what);
  if (values.rank() != 3) return;
  totals.frames += values.dim(0);
  totals.shape = values.shape;
  const auto channels = static_cast<size_t>(values.dim(2));
  totals.low.resize(channels, std::numeric_limits<double>::infinity());
  totals.high.resize(channels, -std::numeric_limits<double>::infinity());
  for (size_t i = 0; i < values.values.size(); ++i) {
    const size_t c = i % channels;
    totals.low[c] = std::min<double>(totals.low[c], values.values[i]);
    totals.high[c] = std::max<double>(totals.high[c], values.values[i]);
  }
}

std::string Ranges(const Totals& totals) {
  std::string text;
  for (size_t c = 0; c < totals.low.size(); ++c) {
    text += fmt::format("{}{} {:.4g} to {:.4g}", c == 0 ? "" : ", ", c < 3 ? "xyz"[c] : 'c',
                        totals.low[c], totals.high[c]);
  }
  return text;
}

std::string DescribeArrayShape(const std::vector<int64_t>& shape) {
  return fmt::format("({})", fmt::join(shape, ", "));
}

}  // namespace

bool IsDataset(const NpzReader& npz) { return npz.Has("positions_3d") || npz.Has("positions_2d"); }

std::string DescribeDataset(const NpzReader& npz) {
  const bool is_3d = npz.Has("positions_3d");
  const std::string name = is_3d ? "positions_3d" : "positions_2d", what = npz.What(name);
  std::string text = fmt::format("{}: {}\n", npz.path().string(),
                                 is_3d ? "motion capture, metres" : "keypoints, pixels");
  if (npz.Has("metadata")) {
    const PickleValue metadata = npz.ReadObject("metadata");
    const PickleValue* layout = metadata.Find("layout_name");
    text += fmt::format("  joints    {}{}\n",
                        metadata.At("num_joints", npz.What("metadata")).AsInt("num_joints"),
                        layout == nullptr ? "" : ", " + layout->AsString("layout_name"));
  }
  Totals all;
  const PickleValue positions = npz.ReadObject(name);
  for (const auto& [subject, actions] : positions.AsDict(what)) {
    Totals totals;
    std::vector<std::string> names;
    for (const auto& [action, value] : actions.AsDict(what)) {
      names.push_back(action.AsString(what));
      if (is_3d) {
        Add(value.AsArray(what), what, totals);
        continue;
      }
      const auto cameras = value.AsSequence(what);
      totals.cameras = std::max(totals.cameras, cameras.size());
      for (const PickleValue& camera : cameras) Add(camera.AsArray(what), what, totals);
    }
    text += fmt::format("  {:<9} {} actions, {}{} frames", subject.AsString(what), names.size(),
                        is_3d ? "" : fmt::format("{} cameras, ", totals.cameras), totals.frames);
    if (!totals.shape.empty()) {
      text += fmt::format(" of {} joints; {}", totals.shape[1], Ranges(totals));
    }
    text += fmt::format("\n            {}\n", fmt::join(names, ", "));
    all.frames += totals.frames;
  }
  return text + fmt::format("  together  {} frames\n", all.frames);
}

std::string DescribeCdf(const fs::path& path) {
  const CdfReader cdf(path);
  std::string text =
      fmt::format("{}: NASA CDF, {} major\n", path.string(), cdf.row_major() ? "row" : "column");
  for (const CdfVariable& variable : cdf.variables()) {
    text += fmt::format("  {:<16} {} records of {}, CDF type {}\n", variable.name,
                        variable.record_count, DescribeArrayShape(variable.dims), variable.type);
  }
  return text;
}

std::string DescribeMat(const fs::path& path) {
  const MatFile file(path);
  std::string text = fmt::format("{}: MATLAB variables\n", path.string());
  for (const MatFile::Variable& variable : file.variables()) {
    text += fmt::format("  {:<16} {} {}\n", variable.name, variable.kind,
                        DescribeArrayShape(variable.shape));
  }
  return text;
}

std::string DescribeHdf5(const fs::path& path) {
  const Hdf5File file(path);
  std::string text = fmt::format("{}: HDF5\n", path.string());
  for (const std::string& name : file.names()) {
    std::string content = "no numbers";
    try {
      content = DescribeArrayShape(file.Read(name).shape);
    } catch (const Error&) {  // a group, or texts
    }
    text += fmt::format("  {:<16} {}\n", name, content);
  }
  return text;
}

std::string DescribeArchive(const fs::path& path) {
  std::map<std::string, int> counts;
  ArchiveReader archive(path);
  while (archive.Next()) {
    const fs::path file = archive.name();
    ++counts[(file.parent_path() / ("*" + file.extension().string())).string()];
  }
  std::string text = fmt::format("{}: an archive\n", path.string());
  for (const auto& [files, count] : counts) text += fmt::format("  {:<6} {}\n", count, files);
  return text;
}

}  // namespace videopose
