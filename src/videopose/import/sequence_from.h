// SPDX-License-Identifier: Apache-2.0

// From a reader's detections to people with a history.

#ifndef VIDEOPOSE_IMPORT_SEQUENCE_FROM_H_
#define VIDEOPOSE_IMPORT_SEQUENCE_FROM_H_

#include <string>

#include "videopose/files.h"
#include "videopose/import/detections.h"

namespace videopose::internal {

// Of a file (or folder) of so many bytes, called `what`. People in a frame who have the same points
// are one. Throws Error, with `what`.
ImportedKeypoints SequenceFrom(Detections detections, const ImportOptions& options,
                               const std::string& what, double file_bytes);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_IMPORT_SEQUENCE_FROM_H_
