// SPDX-License-Identifier: Apache-2.0

#include "videopose/data/position_file.h"

#include <string>

#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"

namespace videopose::internal {

PositionFile PositionFile::Read(const std::filesystem::path& path, int joint_count) try {
  const NpzReader npz(path);
  PositionFile file;
  file.path = path;
  const PickleValue positions = npz.ReadObject("positions_3d");
  for (const auto& [subject, actions] : positions.AsDict(npz.What("positions_3d"))) {
    auto& entry = file.subjects.emplace_back();
    entry.name = subject.AsString(npz.What("positions_3d"));
    const std::string what = fmt::format("{}: {}", path.string(), entry.name);
    for (const auto& [action, joints_in_world] : actions.AsDict(what)) {
      const std::string name = action.AsString(what);
      const std::string what_of_action = fmt::format("{} {}", what, name);
      const NpyArray& array = joints_in_world.AsArray(what_of_action);
      if (array.shape.size() != 3 || array.shape[1] != joint_count || array.shape[2] != 3) {
        Fail("{}: expected (frames, {}, 3), found {}", what_of_action, joint_count,
             Describe(array));
      }
      entry.value.push_back({name, array});
    }
  }
  return file;
} catch (Error& error) {
  RethrowFromReading(path, error);
}

}  // namespace videopose::internal
