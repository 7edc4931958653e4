// SPDX-License-Identifier: Apache-2.0

#ifndef VIDEOPOSE_POSE_FILES_JSON_FIELDS_H_
#define VIDEOPOSE_POSE_FILES_JSON_FIELDS_H_

#include <string>

#include "videopose/pose_files/field_file.h"

namespace videopose::internal {

// `path` is for messages. Throws Error.
FieldFile ParseJsonFields(const std::string& text, const std::string& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_POSE_FILES_JSON_FIELDS_H_
