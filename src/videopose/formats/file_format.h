// SPDX-License-Identifier: Apache-2.0

// The description of a file format in one place, and what follows from it: the meaning of an
// extension, the lists in help texts and messages, the table in docs/formats.md.

#ifndef VIDEOPOSE_FORMATS_FILE_FORMAT_H_
#define VIDEOPOSE_FORMATS_FILE_FORMAT_H_

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/files.h"
#include "videopose/import/file_content.h"
#include "videopose/pose.h"

namespace videopose::internal {

// The content of a format, as bits.
inline constexpr unsigned kHoldsKeypoints = 1, kHoldsPoses = 2, kHoldsCamera = 4,
                          kHoldsRotations = 8, kHoldsMesh = 16, kHoldsAngles = 32, kShowsVideo = 64;

// What is written. All writers of formats whose frame of reference is the world put the joints
// where JointsInWorld (ground/world.h) has them; where there is no pose, files say so in the
// format's own way.
struct MotionToWrite {
  const Motion& motion;
  const KeypointSequence* keypoints = nullptr;  // may be null; else of the same people and frames
  std::filesystem::path shown_video;            // for formats that show one; empty: none

  double start_s() const { return keypoints == nullptr ? 0 : keypoints->start_s; }
};

// Writers write atomically. All functions throw Error.
struct FileFormat {
  std::string_view name;                     // "BVH"
  std::vector<std::string_view> extensions;  // with the dot, lower case, the usual one first
  std::string_view use;                      // "animation programs"
  unsigned holds = 0;
  std::string_view frame;    // of reference, and units: "world: z up, metres"
  double length_unit_m = 1;  // 0: each file says it
  // Reading returns all that was written.
  bool is_lossless = false;
  // A person who has no pose in any frame gets no file.
  bool skips_unseen = false;

  // Whether the content may be of this format, as far as a quick check tells.
  std::function<bool(FileContent& file)> recognises;
  // `fps` is for formats that do not say their frame rate.
  std::function<PoseClip(FileContent& file, double fps)> read_motion;

  // One of the two, of formats of poses: all people in one file, or a file for each, a member of
  // motion.people (the others are there for the floor that they share).
  std::function<void(const std::filesystem::path& path, const MotionToWrite& content)> write_all;
  std::function<void(const std::filesystem::path& path, const MotionToWrite& content,
                     const PersonMotion& person)>
      write_one;
  std::function<void(const std::filesystem::path& path, const KeypointSequence& keypoints)>
      write_keypoints;

  // A line or a few, for `info`; empty where a closer look shows another format.
  std::function<std::string(FileContent& file)> describe;

  bool writes_motion() const { return write_all || write_one; }
};

using FormatFilter = std::function<bool(const FileFormat& format)>;

// The first that has the path's extension, in whatever case, and that `filter` accepts; null where
// there is none.
const FileFormat* FindByExtension(std::span<const FileFormat> formats,
                                  const std::filesystem::path& path, const FormatFilter& filter);

// ".npz", ".json", ...: of those that `filter` accepts, each once.
std::vector<std::string_view> ExtensionsOf(std::span<const FileFormat> formats,
                                           const FormatFilter& filter);

// In some frame.
bool HasPose(const Motion& motion, const PersonMotion& person);

// Writes `path`, or a file for each of several people (PersonPath). Returns what was written.
std::vector<std::filesystem::path> WriteAs(const FileFormat& format,
                                           const std::filesystem::path& path,
                                           const MotionToWrite& content);

// The formats that are written, as a table in Markdown; `flag` stands before the extensions.
std::string FormatTable(std::span<const FileFormat> formats, std::string_view flag);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_FORMATS_FILE_FORMAT_H_
