// SPDX-License-Identifier: Apache-2.0

// The registry: every format of keypoints and poses that is read or written, a row each. Help
// texts, messages and docs/formats.md follow from it.
//
// A new format is a reader or writer in a file of its own (export/, motion_files/, pose_files/, or
// import/ for keypoints of other programs) and a row.

#ifndef VIDEOPOSE_FORMATS_FILE_FORMATS_H_
#define VIDEOPOSE_FORMATS_FILE_FORMATS_H_

#include <filesystem>
#include <span>
#include <string>

#include "videopose/formats/file_format.h"

namespace videopose::internal {

// In the order in which a file's content is tried.
std::span<const FileFormat> FileFormats();

// ".npz, .json, ...": of those that ReadMotion (files.h) reads, and of those that keypoints are
// written as. (MotionExtensions has those that poses are written as.)
std::string ReadPoseExtensions();
std::string WrittenKeypointExtensions();

// Whether this is a file of poses, as `videopose lift` writes them as .npz and .json, and not of
// keypoints alone. Throws Error for a damaged one.
bool HoldsPoses(const std::filesystem::path& path);

// The unit of lengths that the format of this file of poses has, in metres; 0 where the file itself
// names one.
double LengthUnitOf_m(const std::filesystem::path& path);

// The format to write, by the path's extension in whatever case. Throw Error for another one,
// naming those there are.
const FileFormat& PoseFormatFor(const std::filesystem::path& path);
const FileFormat& KeypointFormatFor(const std::filesystem::path& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_FORMATS_FILE_FORMATS_H_
