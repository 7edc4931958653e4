// The one matrix product that everything else is made of, done by oneDNN on ThreadCount() threads.

#ifndef VIDEOPOSE_NN_GEMM_H_
#define VIDEOPOSE_NN_GEMM_H_

#include "videopose/nn/matrix.h"

namespace videopose {

struct MultiplyOptions {
  bool transpose_a = false;
  bool transpose_b = false;
  bool accumulate = false;  // c += instead of c =
};

// c = op(a) * op(b) with op(x) = x or its transpose; op(a) is (M, K), op(b) (K, N), c (M, N).
// `c` may not overlap `a` or `b`. Empty products (K = 0) set c to zero.
void Multiply(ConstMatrix a, ConstMatrix b, Matrix c, const MultiplyOptions& options = {});

}  // namespace videopose

#endif  // VIDEOPOSE_NN_GEMM_H_
