// SPDX-License-Identifier: Apache-2.0

#ifndef VIDEOPOSE_GROUND_GROUND_OPTIONS_H_
#define VIDEOPOSE_GROUND_GROUND_OPTIONS_H_

#include "videopose/ground.h"

namespace videopose::internal {

// Throws Error (kInvalidArgument) for a lens or a height that makes no sense.
void CheckGroundOptions(const GroundOptions& options);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_GROUND_GROUND_OPTIONS_H_
