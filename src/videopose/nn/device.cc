// SPDX-License-Identifier: Apache-2.0

#include "videopose/nn/device.h"

#include "videopose/base/check.h"

namespace videopose::internal {

void Buffer::Reserve(size_t size) {
  if (size <= size_) return;
  Device* const device = values_.get_deleter().device;
  decltype(values_) larger(device->Allocate(size), {device});
  if (size_ > 0) device->Copy(span(), larger.get());
  values_ = std::move(larger);
  size_ = size;
}

void Buffer::Free::operator()(float* values) const { device->Free(values); }

ProductSize CheckProduct(ConstMatrix a, ConstMatrix b, ConstMatrix c,
                         const MultiplyOptions& options) {
  const int64_t m = options.transpose_a ? a.cols : a.rows;
  const int64_t k = options.transpose_a ? a.rows : a.cols;
  const int64_t k_of_b = options.transpose_b ? b.cols : b.rows;
  const int64_t n = options.transpose_b ? b.rows : b.cols;
  VP_CHECK(k == k_of_b && c.rows == m && c.cols == n, "({}, {}) * ({}, {}) into ({}, {})", m, k,
           k_of_b, n, c.rows, c.cols);
  VP_CHECK(options.precision == Precision::kSingle || !(options.transpose_a && options.transpose_b),
           "both factors transposed");
  CheckEpilogue(options.epilogue, c);
  return {m, k, n};
}

void CheckEpilogue(const Epilogue& epilogue, ConstMatrix c) {
  const ConstMatrix& residual = epilogue.residual;
  VP_CHECK(epilogue.bias.empty() ? !epilogue.relu && residual.rows == 0
                                 : static_cast<int64_t>(epilogue.bias.size()) == c.cols,
           "{} values for {} columns", epilogue.bias.size(), c.cols);
  VP_CHECK(residual.rows == 0 || (residual.rows == c.rows && residual.cols == c.cols),
           "({}, {}) onto ({}, {})", residual.rows, residual.cols, c.rows, c.cols);
}

void CheckConvolution(const ConvolutionShape& shape, ConstMatrix x, ConstMatrix weight,
                      ConstMatrix y) {
  VP_CHECK(shape.frames_in > (shape.taps - 1) * shape.dilation, "{} taps {} apart on {} frames",
           shape.taps, shape.dilation, shape.frames_in);
  VP_CHECK(x.rows == shape.rows_in() && y.rows == shape.rows_out() &&
               weight.rows == shape.taps * x.cols && weight.cols == y.cols,
           "({}, {}) * ({}, {}) into ({}, {}), batch {}", x.rows, x.cols, weight.rows, weight.cols,
           y.rows, y.cols, shape.batch);
  VP_CHECK(x.stride == x.cols, "rows {} floats apart", x.stride);
}

void CheckNorm(ConstMatrix y, const BatchNorm& norm) {
  const auto columns = static_cast<size_t>(y.cols);
  VP_CHECK(norm.gamma.size() == columns && norm.beta.size() == columns &&
               norm.mean.size() == columns && norm.variance.size() == columns &&
               norm.scale.size() == columns && norm.running_mean.size() == columns &&
               norm.running_variance.size() == columns,
           "{} gammas for ({}, {})", norm.gamma.size(), y.rows, y.cols);
  VP_CHECK(y.rows > 0 && norm.rows(y) >= 2, "the variance of {} rows", norm.rows(y));
}

void CheckNormOut(ConstMatrix y, const SequenceRows* residual, ConstMatrix h) {
  VP_CHECK(h.rows == y.rows && h.cols == y.cols, "({}, {}) from ({}, {})", h.rows, h.cols, y.rows,
           y.cols);
  VP_CHECK(residual == nullptr || residual->x.cols == y.cols, "a residual of {} columns for {}",
           residual->x.cols, y.cols);
}

void CheckSums(ConstMatrix x, std::span<const float> sums) {
  VP_CHECK(static_cast<int64_t>(sums.size()) == x.cols, "{} sums of {} columns", sums.size(),
           x.cols);
}

void CheckRows(ConstMatrix added, const SequenceRows& rows, ConstMatrix x) {
  VP_CHECK(x.data == rows.x.data && x.rows == rows.x.rows && x.cols == rows.x.cols,
           "rows of another matrix");
  VP_CHECK(added.cols == x.cols && (added.rows == 0 || rows.index(added.rows - 1) < x.rows),
           "({}, {}) to rows of ({}, {})", added.rows, added.cols, x.rows, x.cols);
}

}  // namespace videopose::internal
