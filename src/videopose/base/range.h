// SPDX-License-Identifier: Apache-2.0

// An interval from which numbers are drawn.

#ifndef VIDEOPOSE_BASE_RANGE_H_
#define VIDEOPOSE_BASE_RANGE_H_

namespace videopose::internal {

struct Range {
  double least = 0, most = 0;  // least <= most

  double width() const { return most - least; }
  bool operator==(const Range&) const = default;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_RANGE_H_
