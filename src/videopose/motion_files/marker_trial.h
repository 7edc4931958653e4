// SPDX-License-Identifier: Apache-2.0

// What motion capture files hold: named points over time.

#ifndef VIDEOPOSE_MOTION_FILES_MARKER_TRIAL_H_
#define VIDEOPOSE_MOTION_FILES_MARKER_TRIAL_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/base.h"

namespace videopose::internal {

struct MarkerTrial {
  double rate_hz = 0;
  int64_t first_frame = 1;          // the number of the first; most files count from 1
  std::string units;                // "mm"
  std::vector<std::string> labels;  // M
  Tensor points;                    // (T, M, 3) in the file's axes; NaN: the marker is not there
};

// How many of a trial's units a metre has. Throws Error, with `what`, unless they are mm, cm or m.
double UnitsInMetre(const MarkerTrial& trial, std::string_view what);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_MOTION_FILES_MARKER_TRIAL_H_
