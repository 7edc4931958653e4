// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/architecture.h"

#include <fmt/format.h>

namespace videopose::internal {

int64_t TemporalArchitecture::dilation(size_t block) const {
  int64_t product = 1;
  for (size_t i = 0; i < block; ++i) product *= widths[i];
  return product;
}

int64_t TemporalArchitecture::span(size_t block) const {
  return (widths[block] - 1) * dilation(block);
}

int64_t TemporalArchitecture::kernel(size_t block) const {
  return dense ? span(block) + 1 : widths[block];
}

int64_t TemporalArchitecture::kernel_dilation(size_t block) const {
  return dense ? 1 : dilation(block);
}

int64_t TemporalArchitecture::residual_offset(size_t block) const {
  return causal ? span(block) : span(block) / 2;
}

int64_t TemporalArchitecture::receptive_field() const { return dilation(widths.size()); }

int64_t TemporalArchitecture::parameter_count() const {
  const int64_t c = channels;
  const int64_t norm = 2 * c;
  int64_t count = c * input_channels * kernel(0) + norm;
  for (size_t i = 1; i < widths.size(); ++i) count += c * c * (kernel(i) + 1) + 2 * norm;
  return count + (c + 1) * output_channels;
}

std::string WidthsText(const std::vector<int>& widths) {
  return fmt::format("{}", fmt::join(widths, ","));
}

}  // namespace videopose::internal
