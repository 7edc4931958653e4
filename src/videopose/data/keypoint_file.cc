// SPDX-License-Identifier: Apache-2.0

#include "videopose/data/keypoint_file.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

std::vector<int64_t> ReadIntegers(const PickleValue& value, std::string_view what) {
  if (value.is(PickleValue::Kind::kArray))
    return ToTensor<int64_t>(value.AsArray(what), what).values;
  std::vector<int64_t> integers;
  for (const PickleValue& item : value.AsSequence(what)) integers.push_back(item.AsInt(what));
  return integers;
}

// [left joints, right joints], pairs at the same place in both.
std::vector<int> MirroredOf(const PickleValue& symmetry, int joint_count, const std::string& what) {
  const std::span<const PickleValue> sides = symmetry.AsSequence(what);
  if (sides.size() != 2) Fail("{}: expected [left, right], found {} lists", what, sides.size());
  const std::vector<int64_t> left = ReadIntegers(sides[0], what);
  const std::vector<int64_t> right = ReadIntegers(sides[1], what);
  if (left.size() != right.size()) {
    Fail("{}: {} joints on the left and {} on the right", what, left.size(), right.size());
  }
  std::vector<int> mirrored(joint_count);
  std::iota(mirrored.begin(), mirrored.end(), 0);
  for (size_t i = 0; i < left.size(); ++i) {
    for (const int64_t joint : {left[i], right[i]}) {
      if (joint < 0 || joint >= joint_count) {
        Fail("{}: there is no joint {} among {}", what, joint, joint_count);
      }
    }
    mirrored[left[i]] = right[i];
    mirrored[right[i]] = left[i];
  }
  return mirrored;
}

int ReadPositive(const PickleValue& dict, std::string_view key, const std::string& what) {
  const int64_t value = dict.At(key, what).AsInt(what);
  constexpr int64_t kMost = 1 << 20;
  if (value < 1 || value > kMost) Fail("{}: {} is {}", what, key, value);
  return static_cast<int>(value);
}

void ReadMetadata(const PickleValue& metadata, const std::string& what, KeypointFile& file) {
  file.joint_count = ReadPositive(metadata, "num_joints", what);
  if (const PickleValue* name = metadata.Find("layout_name")) {
    file.layout_name = name->AsString(what + ": layout_name");
  }
  file.mirrored = MirroredOf(metadata.At("keypoints_symmetry", what), file.joint_count,
                             what + ": keypoints_symmetry");
  if (const PickleValue* sizes = metadata.Find("video_metadata")) {
    for (const auto& [video, size] : sizes->AsDict(what + ": video_metadata")) {
      const std::string name = video.AsString(what);
      const std::string what_of_video = fmt::format("{}: video_metadata of {}", what, name);
      file.video_sizes.push_back(
          {name, {ReadPositive(size, "w", what_of_video), ReadPositive(size, "h", what_of_video)}});
    }
  }
}

// The feature count is that of the first array, and must be that of all.
void CheckShape(const NpyArray& array, const std::string& what, const KeypointFile& file) {
  if (array.shape.size() != 3 || array.shape[1] != file.joint_count ||
      array.shape[2] != file.feature_count) {
    Fail("{}: expected (frames, {}, {}), found {}", what, file.joint_count, file.feature_count,
         Describe(array));
  }
}

}  // namespace

KeypointFile KeypointFile::Read(const std::filesystem::path& path) try {
  const NpzReader npz(path);
  KeypointFile file;
  file.path = path;
  ReadMetadata(npz.ReadObject("metadata"), npz.What("metadata"), file);
  const PickleValue positions = npz.ReadObject("positions_2d");
  bool first = true;
  for (const auto& [subject, actions] : positions.AsDict(npz.What("positions_2d"))) {
    auto& entry = file.subjects.emplace_back();
    entry.name = subject.AsString(npz.What("positions_2d"));
    const std::string what = fmt::format("{}: {}", path.string(), entry.name);
    for (const auto& [action, cameras] : actions.AsDict(what)) {
      auto& arrays = entry.value.emplace_back();
      arrays.name = action.AsString(what);
      const std::string what_of_action = fmt::format("{} {}", what, arrays.name);
      for (const PickleValue& camera : cameras.AsSequence(what_of_action)) {
        const std::string what_of_camera =
            fmt::format("{}, camera {}", what_of_action, arrays.value.size());
        const NpyArray& array = camera.AsArray(what_of_camera);
        if (first && array.shape.size() == 3 && array.shape[2] == 3) file.feature_count = 3;
        first = false;
        CheckShape(array, what_of_camera, file);
        arrays.value.push_back(array);
      }
    }
  }
  return file;
} catch (Error& error) {
  RethrowFromReading(path, error);
}

}  // namespace videopose::internal
