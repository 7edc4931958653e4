// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/dataset_info.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "videopose/cli/pose_ranges.h"

namespace videopose::internal {
namespace {

std::string DescribeMetadata(const PickleValue& metadata, const std::string& what) {
  const PickleValue* layout = metadata.Find("layout_name");
  std::string text =
      fmt::format("  joints    {}{}\n", metadata.At("num_joints", what).AsInt("num_joints"),
                  layout == nullptr ? "" : ", " + layout->AsString("layout_name"));
  if (const PickleValue* videos = metadata.Find("video_metadata")) {
    for (const auto& [name, size] : videos->AsDict(what)) {
      text += fmt::format("  video     {}, {} x {} pixels\n", name.AsString(what),
                          size.At("w", what).AsInt(what), size.At("h", what).AsInt(what));
    }
  }
  return text;
}

}  // namespace

bool IsDataset(const NpzReader& npz) { return npz.Has("positions_3d") || npz.Has("positions_2d"); }

std::string DescribeDataset(const NpzReader& npz) {
  const bool is_3d = npz.Has("positions_3d");
  const std::string name = is_3d ? "positions_3d" : "positions_2d", what = npz.What(name);
  std::string text = fmt::format("{}: {}\n", npz.path().string(),
                                 is_3d ? "motion capture, metres" : "keypoints, pixels");
  if (npz.Has("metadata")) {
    text += DescribeMetadata(npz.ReadObject("metadata"), npz.What("metadata"));
  }
  int64_t frames = 0;
  const PickleValue positions = npz.ReadObject(name);
  for (const auto& [subject, actions] : positions.AsDict(what)) {
    PoseRanges ranges;
    size_t camera_count = 0;
    std::vector<std::string> names;
    for (const auto& [action, value] : actions.AsDict(what)) {
      names.push_back(action.AsString(what));
      const auto add = [&](const PickleValue& array) {
        const BasicTensor<double> poses = ToTensor<double>(array.AsArray(what), what);
        if (poses.rank() == 3) ranges.Add(poses);
      };
      if (is_3d) {
        add(value);
        continue;
      }
      if (value.is(PickleValue::Kind::kArray)) {  // of all cameras at once
        const auto cameras = PosesOf(ToTensor<double>(value.AsArray(what), what));
        camera_count = std::max(camera_count, cameras.size());
        for (const BasicTensor<double>& camera : cameras) ranges.Add(camera);
        continue;
      }
      const auto cameras = value.AsSequence(what);
      camera_count = std::max(camera_count, cameras.size());
      for (const PickleValue& camera : cameras) add(camera);
    }
    text += fmt::format("  {:<9} {} actions, {}{}\n", subject.AsString(what), names.size(),
                        is_3d ? "" : fmt::format("{} cameras, ", camera_count), ranges.Text());
    if (!names.empty()) text += fmt::format("            {}\n", fmt::join(names, ", "));
    frames += ranges.frames();
  }
  return text + fmt::format("  together  {} frames\n", frames);
}

}  // namespace videopose::internal
