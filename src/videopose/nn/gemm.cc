#include "videopose/nn/gemm.h"

#include <oneapi/dnnl/dnnl.h>

#include <algorithm>

#include "videopose/base/check.h"

namespace videopose {

void Multiply(ConstMatrix a, ConstMatrix b, Matrix c, const MultiplyOptions& options) {
  const int64_t m = options.transpose_a ? a.cols : a.rows;
  const int64_t k = options.transpose_a ? a.rows : a.cols;
  const int64_t k_of_b = options.transpose_b ? b.cols : b.rows;
  const int64_t n = options.transpose_b ? b.rows : b.cols;
  VP_CHECK(k == k_of_b && c.rows == m && c.cols == n, "({}, {}) * ({}, {}) into ({}, {})", m, k,
           k_of_b, n, c.rows, c.cols);
  if (m == 0 || n == 0) return;
  if (k == 0) {
    for (int64_t r = 0; r < m && !options.accumulate; ++r) std::fill_n(c.row(r), n, 0.0F);
    return;
  }
  const dnnl_status_t status = dnnl_sgemm(
      options.transpose_a ? 'T' : 'N', options.transpose_b ? 'T' : 'N', m, n, k, 1.0F, a.data,
      a.stride, b.data, b.stride, options.accumulate ? 1.0F : 0.0F, c.data, c.stride);
  VP_CHECK(status == dnnl_success, "dnnl_sgemm returned {}", static_cast<int>(status));
}

}  // namespace videopose
