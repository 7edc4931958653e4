// SPDX-License-Identifier: Apache-2.0

// A network with more channels that computes what the given one does, for training to go on from.
//
// New channels are copies of others. What reads a channel and its copies shares its weight out
// among them, unevenly, so that training moves them apart. Chen, Goodfellow & Shlens, "Net2Net",
// ICLR 2016, section 2.2; here with residual connections, whose channels are copied alike in all
// blocks.

#ifndef VIDEOPOSE_LIFT_WIDEN_H_
#define VIDEOPOSE_LIFT_WIDEN_H_

#include <cstdint>

#include "videopose/lift/temporal_model.h"

namespace videopose::internal {

// The same seed gives the same network. Throws Error where `channels` is less than there are.
TemporalWeights Widen(const TemporalWeights& narrow, int channels, uint32_t seed);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_WIDEN_H_
