// Motion as files of other programs, by extension. One table says which there are; ours
// (pose_files/pose_file.h) are not among them.
//
// All writers put the joints where JointsInWorld (ground/world.h) has them, turned into the
// format's axes; write atomically; and throw Error where they cannot write. Where there is no pose,
// files say so in the format's own way. A person may have no pose in any frame.

#ifndef VIDEOPOSE_EXPORT_EXPORT_H_
#define VIDEOPOSE_EXPORT_EXPORT_H_

#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include "videopose/pose.h"

namespace videopose {

struct ExportOptions {
  std::optional<std::filesystem::path> video;  // for formats that show it beside the motion
};

struct ExportFormat {
  std::string_view extension;  // ".bvh", lower case
  // One of the two. All people in one file; `keypoints` may be null, else they are of the same
  // people and frames:
  void (*write_all)(const std::filesystem::path& path, const Motion& motion,
                    const KeypointSequence* keypoints, const ExportOptions& options) = nullptr;
  // One person a file; `person` is one of `motion.people`, the others are there for the floor that
  // they share:
  void (*write_one)(const std::filesystem::path& path, const Motion& motion,
                    const PersonMotion& person) = nullptr;
};

std::span<const ExportFormat> ExportFormats();

// Null where the path's extension, in whatever case, is none of theirs.
const ExportFormat* FindExportFormat(const std::filesystem::path& path);

}  // namespace videopose

#endif  // VIDEOPOSE_EXPORT_EXPORT_H_
