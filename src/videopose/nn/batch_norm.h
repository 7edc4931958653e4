// SPDX-License-Identifier: Apache-2.0

// What follows each GEMM in training, forward and backward, in as few passes over the
// activations as it takes:
//
//   z = gamma * (y - mean) / sqrt(var + eps) + beta     mean, var over the rows of this batch
//   h = dropout(max(z, 0)) + residual
//
// Ioffe & Szegedy, "Batch normalization", ICML 2015. y, h are (rows, C). All sums over rows are
// made of blocks of fixed size, so results do not depend on the number of threads.

#ifndef VIDEOPOSE_NN_BATCH_NORM_H_
#define VIDEOPOSE_NN_BATCH_NORM_H_

#include <span>
#include <vector>

#include "videopose/nn/communicator.h"
#include "videopose/nn/dropout.h"
#include "videopose/nn/matrix.h"
#include "videopose/nn/sequence_rows.h"

namespace videopose::internal {

constexpr double kBatchNormEpsilon = 1e-5;

// One layer's batch norm during a step; C values each.
struct BatchNorm {
  std::span<const float> gamma, beta;
  std::vector<float> mean;      // of the batch
  std::vector<float> variance;  // of the batch, divided by rows
  std::vector<float> scale;     // gamma / sqrt(variance + eps)
  // Where y is a part of a batch. With `processes` the statistics are those of the whole batch, and
  // so is what comes back through them; otherwise only dropout knows of it. The same numbers as of
  // one process that has it all, where parts are multiples of 64 rows.
  BatchShare share;
  Communicator* processes = nullptr;

  // Fills mean, variance and scale from y, which has at least one row.
  void Measure(ConstMatrix y);
  // Of the batch that the statistics are of.
  int64_t rows(ConstMatrix y) const { return processes != nullptr ? share.whole : y.rows; }
};

// running = (1 - momentum) * running + momentum * batch, the variance divided by rows - 1.
// rows >= 2.
void UpdateRunningStatistics(const BatchNorm& norm, int64_t rows, double momentum,
                             std::span<float> running_mean, std::span<float> running_variance);

// h from y. The residual may be null.
void NormReluDropout(ConstMatrix y, const BatchNorm& norm, const Dropout& dropout,
                     const SequenceRows* residual, Matrix h);

// From dL/dh: dL/dy, written over y, and dL/dgamma, dL/dbeta. dL/dresidual is dL/dh itself. With
// `processes`, the first one gets the whole of the latter two, and the others 0, so that they can
// be summed like all gradients.
void NormReluDropoutBackward(ConstMatrix h_gradient, const BatchNorm& norm, const Dropout& dropout,
                             Matrix y_in_gradient_out, std::span<float> gamma_gradient,
                             std::span<float> beta_gradient);

// sums[c] = sum of the rows of x in column c: the gradient of a bias.
void SumRows(ConstMatrix x, std::span<float> sums);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_NN_BATCH_NORM_H_
