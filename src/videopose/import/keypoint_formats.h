// SPDX-License-Identifier: Apache-2.0

// The formats of keypoints that can be read: a row each. What a new one takes is a reader in a file
// of its own (readers.h) and a row here.

#ifndef VIDEOPOSE_IMPORT_KEYPOINT_FORMATS_H_
#define VIDEOPOSE_IMPORT_KEYPOINT_FORMATS_H_

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "videopose/files.h"
#include "videopose/import/detections.h"
#include "videopose/import/file_content.h"
#include "videopose/pose.h"

namespace videopose::internal {

// One of the two functions. They return nothing for content of another format, and throw Error for
// damaged content of theirs.
struct KeypointFormat {
  std::string_view name;                     // "OpenPose"
  std::vector<std::string_view> extensions;  // lower case, as its files are usually called
  std::optional<Detections> (*read)(FileContent& file) = nullptr;
  std::optional<KeypointSequence> (*read_own)(FileContent& file) = nullptr;  // videopose's own
};

// In the order in which a file is tried.
std::span<const KeypointFormat> KeypointFormats();

// ".npz", ".json", ...: those of KeypointFormats(), each once.
std::vector<std::string_view> KeypointExtensions();

// As Import (files.h), for one format; nothing where the file is of another.
std::optional<ImportedKeypoints> ImportAs(const KeypointFormat& format, FileContent& file,
                                          const ImportOptions& options = {});

// Throws the Error that says what the file is and which formats of keypoints are known.
[[noreturn]] void FailUnknownKeypoints(FileContent& file);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_IMPORT_KEYPOINT_FORMATS_H_
