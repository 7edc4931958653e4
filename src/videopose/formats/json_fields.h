#ifndef VIDEOPOSE_FORMATS_JSON_FIELDS_H_
#define VIDEOPOSE_FORMATS_JSON_FIELDS_H_

#include <string>

#include "videopose/formats/field_file.h"

namespace videopose {

// `path` is for messages. Throws Error.
FieldFile ParseJsonFields(const std::string& text, const std::string& path);

}  // namespace videopose

#endif  // VIDEOPOSE_FORMATS_JSON_FIELDS_H_
