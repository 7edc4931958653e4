// SPDX-License-Identifier: Apache-2.0

// Values over time of which some are missing.

#ifndef VIDEOPOSE_BASE_GAPS_H_
#define VIDEOPOSE_BASE_GAPS_H_

#include <cstdint>
#include <iterator>
#include <span>

namespace videopose::internal {

// A person or a point that was away for longer stays a gap in what is shown and written to files,
// and what follows people frame by frame begins anew.
inline constexpr double kLongestGap_s = 0.5;

// Calls gap(begin, end) for each longest run [begin, end) of 0..count-1 in which is_there(t) is
// false. gap() may change what is_there() says of the run.
template <typename IsThere, typename Gap>
void ForEachGap(int64_t count, const IsThere& is_there, const Gap& gap) {
  for (int64_t begin = 0; begin < count; ++begin) {
    if (is_there(begin)) continue;
    int64_t end = begin + 1;
    while (end < count && !is_there(end)) ++end;
    gap(begin, end);
    begin = end;
  }
}

// Values that are missing become between(before, after, share), 0 < share < 1 being how far they
// are from the value before the gap to the one after it; before the first and after the last they
// are those. Where is_there(t) holds for no t nothing changes.
template <typename T, typename IsThere, typename Between>
void FillGaps(std::span<T> values, const IsThere& is_there, const Between& between) {
  const int64_t count = std::ssize(values);
  ForEachGap(count, is_there, [&](int64_t begin, int64_t end) {
    const bool has_before = begin > 0, has_after = end < count;
    if (!has_before && !has_after) return;
    for (int64_t t = begin; t < end; ++t) {
      if (!has_before || !has_after) {
        values[t] = values[has_before ? begin - 1 : end];
        continue;
      }
      const double share =
          static_cast<double>(t - begin + 1) / static_cast<double>(end - begin + 1);
      values[t] = between(values[begin - 1], values[end], share);
    }
  });
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_BASE_GAPS_H_
