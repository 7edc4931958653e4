// SPDX-License-Identifier: Apache-2.0

#include "videopose/formats/file_format.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "videopose/base/extension.h"

namespace videopose::internal {

namespace {

namespace fs = std::filesystem;

std::string ContentText(unsigned holds) {
  static constexpr std::array<std::pair<unsigned, std::string_view>, 7> kNames = {
      {{kHoldsKeypoints, "keypoints"},
       {kHoldsPoses, "poses"},
       {kHoldsCamera, "camera"},
       {kHoldsRotations, "rotations"},
       {kHoldsMesh, "mesh"},
       {kHoldsAngles, "joint angles"},
       {kShowsVideo, "shows a video"}}};
  std::vector<std::string_view> held;
  for (const auto& [bit, name] : kNames) {
    if ((holds & bit) != 0) held.push_back(name);
  }
  return fmt::format("{}", fmt::join(held, ", "));
}

}  // namespace

bool HasPose(const Motion& motion, const PersonMotion& person) {
  for (int64_t t = 0; t < motion.frame_count; ++t) {
    if (person.has_pose(t)) return true;
  }
  return false;
}

const FileFormat* FindByExtension(std::span<const FileFormat> formats, const fs::path& path,
                                  const FormatFilter& filter) {
  const std::string extension = LowerCaseExtension(path);
  const auto found = std::ranges::find_if(formats, [&](const FileFormat& format) {
    return std::ranges::find(format.extensions, extension) != format.extensions.end() &&
           filter(format);
  });
  return found == formats.end() ? nullptr : &*found;
}

std::vector<std::string_view> ExtensionsOf(std::span<const FileFormat> formats,
                                           const FormatFilter& filter) {
  std::vector<std::string_view> all;
  for (const FileFormat& format : formats) {
    if (!filter(format)) continue;
    for (const std::string_view extension : format.extensions) {
      if (std::ranges::find(all, extension) == all.end()) all.push_back(extension);
    }
  }
  return all;
}

std::vector<fs::path> WriteAs(const FileFormat& format, const fs::path& path,
                              const MotionToWrite& content) {
  if (format.write_all) {
    format.write_all(path, content);
    return {path};
  }
  const Motion& motion = content.motion;
  std::vector<fs::path> written;
  for (const PersonMotion& person : motion.people) {
    if (format.skips_unseen && !HasPose(motion, person)) continue;
    written.push_back(motion.people.size() == 1 ? path : PersonPath(path, person.id));
    format.write_one(written.back(), content, person);
  }
  if (written.empty()) {  // no person was seen, and the file says so
    const PersonMotion absent{
        .joints_in_cam = {motion.frame_count, motion.joint_count(), kNoJoint}};
    format.write_one(path, content, absent);
    written.push_back(path);
  }
  return written;
}

std::string FormatTable(std::span<const FileFormat> formats, std::string_view flag) {
  std::string table =
      "| file | for | holds | people | frame of reference, units | read by `convert` |\n"
      "|---|---|---|---|---|---|\n";
  for (const FileFormat& format : formats) {
    if (!format.writes_motion()) continue;
    std::vector<std::string> extensions;
    for (const std::string_view extension : format.extensions) {
      extensions.push_back(fmt::format("`{}`", extension));
    }
    table += fmt::format("| {}{} | {} | {} | {} | {} | {} |\n", flag, fmt::join(extensions, ", "),
                         format.use, ContentText(format.holds),
                         format.write_all ? "all" : "a file each", format.frame,
                         !format.read_motion  ? "no"
                         : format.is_lossless ? "yes, whole"
                                              : "yes");
  }
  return table;
}

}  // namespace videopose::internal

namespace videopose {

using namespace internal;

fs::path PersonPath(const fs::path& path, int id) {
  fs::path own = path;
  own.replace_filename(fmt::format("{}_{}{}", path.stem().string(), id, path.extension().string()));
  return own;
}

}  // namespace videopose
