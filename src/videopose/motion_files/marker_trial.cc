// SPDX-License-Identifier: Apache-2.0

#include "videopose/motion_files/marker_trial.h"

#include <map>

#include "videopose/base/error.h"

namespace videopose::internal {

double UnitsInMetre(const MarkerTrial& trial, std::string_view what) {
  static const std::map<std::string, double> known = {{"mm", 1000}, {"cm", 100}, {"m", 1}};
  const auto found = known.find(trial.units);
  if (found == known.end()) {
    Fail(ErrorCode::kWrongFormat, "{}: unit '{}'; expected mm, cm or m", what, trial.units);
  }
  return found->second;
}

}  // namespace videopose::internal
