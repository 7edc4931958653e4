// SPDX-License-Identifier: Apache-2.0

// The formats of joint angles, which are only written: tables and plots.

#ifndef VIDEOPOSE_APP_ANGLE_FORMATS_H_
#define VIDEOPOSE_APP_ANGLE_FORMATS_H_

#include <span>
#include <string>

#include "videopose/formats/file_format.h"

namespace videopose::internal {

std::span<const FileFormat> AngleFormats();
// ".csv, .png, .svg".
std::string AngleExtensions();

}  // namespace videopose::internal

#endif  // VIDEOPOSE_APP_ANGLE_FORMATS_H_
