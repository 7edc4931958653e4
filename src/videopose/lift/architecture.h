// SPDX-License-Identifier: Apache-2.0

// The shape of a temporal model, and what follows from it. Pavllo et al., CVPR 2019, section 3.

#ifndef VIDEOPOSE_LIFT_ARCHITECTURE_H_
#define VIDEOPOSE_LIFT_ARCHITECTURE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace videopose::internal {

struct TemporalArchitecture {
  std::vector<int> widths;  // of the blocks; odd, at least one
  int channels = 0;         // of all hidden layers
  int input_channels = 0;   // input joints * coordinates
  int output_channels = 0;  // 3 * output joints
  // The output frame is the last of its receptive field instead of its middle one.
  bool causal = false;
  // Blocks read every frame of their reach instead of every dilation(i)-th.
  bool dense = false;

  // d_i: product of the widths before block i.
  int64_t dilation(size_t block) const;
  // How many frames block i makes shorter: (w_i - 1) * d_i.
  int64_t span(size_t block) const;
  // Taps of block i's convolution as it is stored: w_i, or span + 1 when dense.
  int64_t kernel(size_t block) const;
  // Frames between these taps: d_i, or 1 when dense.
  int64_t kernel_dilation(size_t block) const;
  // The start of block i's residual in its input block: the middle of the span, or its end when
  // causal.
  int64_t residual_offset(size_t block) const;

  int64_t receptive_field() const;                               // frames, product of the widths
  int64_t pad() const { return (receptive_field() - 1) / 2; }    // frames
  int64_t causal_shift() const { return causal ? pad() : 0; }    // frames
  int64_t pad_before() const { return pad() + causal_shift(); }  // edge frames to repeat before ...
  int64_t pad_after() const { return pad() - causal_shift(); }   // ... and after a sequence
  int output_joints() const { return output_channels / 3; }
  int64_t parameter_count() const;  // trained values, without running statistics

  bool operator==(const TemporalArchitecture&) const = default;
};

// "3,3,3"
std::string WidthsText(const std::vector<int>& widths);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_ARCHITECTURE_H_
