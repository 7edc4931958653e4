// SPDX-License-Identifier: Apache-2.0

// The GEMM (matrix product) of all networks, by oneDNN on ThreadCount() threads.

#ifndef VIDEOPOSE_NN_GEMM_H_
#define VIDEOPOSE_NN_GEMM_H_

#include <cstdint>

#include "videopose/nn/matrix.h"

namespace videopose::internal {

// kBf16: the factors are rounded to bfloat16 (8 bits of mantissa), their products summed in single
// precision: nearly twice as fast where HasBf16(), a little slower elsewhere. Not with both factors
// transposed.
enum class Precision : uint8_t { kSingle, kBf16 };

// Whether this processor multiplies bfloat16 (AVX512_BF16).
bool HasBf16();

struct MultiplyOptions {
  bool transpose_a = false;
  bool transpose_b = false;
  bool accumulate = false;  // c += instead of c =
  Precision precision = Precision::kSingle;
};

// c = op(a) * op(b) with op(x) = x or its transpose; op(a) is (M, K), op(b) (K, N), c (M, N).
// `c` may not overlap `a` or `b`. Empty products (K = 0) set c to zero.
void Multiply(ConstMatrix a, ConstMatrix b, Matrix c, const MultiplyOptions& options = {});

}  // namespace videopose::internal

#endif  // VIDEOPOSE_NN_GEMM_H_
