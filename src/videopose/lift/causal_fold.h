// SPDX-License-Identifier: Apache-2.0

// A causal network that starts where a symmetric one ended, instead of from random weights.
//
// A symmetric layer's taps on the future read the present instead, as if all motion stopped:
//
//   y(t) = sum_k w_k x(t + k d), k = -h ... h   becomes   y(t) = sum_k v_k x(t - k d), k = 0 ... 2h
//   v_0 = w_0 + w_1 + ... + w_h,   v_k = w_-k for k = 1 ... h,   v_k = 0 beyond
//
// So both agree for a person who stands still, and the taps beyond h wait to be trained.

#ifndef VIDEOPOSE_LIFT_CAUSAL_FOLD_H_
#define VIDEOPOSE_LIFT_CAUSAL_FOLD_H_

#include "videopose/lift/temporal_model.h"

namespace videopose::internal {

// Throws Error where the network is causal already.
TemporalWeights CausalFold(const TemporalWeights& symmetric);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_LIFT_CAUSAL_FOLD_H_
