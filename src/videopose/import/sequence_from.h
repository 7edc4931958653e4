// SPDX-License-Identifier: Apache-2.0

// From a reader's detections to people with a history.

#ifndef VIDEOPOSE_IMPORT_SEQUENCE_FROM_H_
#define VIDEOPOSE_IMPORT_SEQUENCE_FROM_H_

#include <string>

#include "videopose/files.h"
#include "videopose/import/detections.h"

namespace videopose::internal {

// Throws Error, with `what` (the file).
ImportedKeypoints SequenceFrom(Detections detections, const ImportOptions& options,
                               const std::string& what);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_IMPORT_SEQUENCE_FROM_H_
