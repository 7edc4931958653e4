// SPDX-License-Identifier: Apache-2.0

// Rows of floats, not owned. Activations are (batch * time, channels), row-major. Those that a
// Device (device.h) works on lie in its memory.

#ifndef VIDEOPOSE_NN_MATRIX_H_
#define VIDEOPOSE_NN_MATRIX_H_

#include <cstdint>

namespace videopose::internal {

struct ConstMatrix {
  const float* data = nullptr;
  int64_t rows = 0, cols = 0;
  int64_t stride = 0;  // floats from one row to the next, >= cols

  ConstMatrix(const float* data_in, int64_t rows_in, int64_t cols_in)
      : ConstMatrix(data_in, rows_in, cols_in, cols_in) {}
  ConstMatrix(const float* data_in, int64_t rows_in, int64_t cols_in, int64_t stride_in)
      : data(data_in), rows(rows_in), cols(cols_in), stride(stride_in) {}

  const float* row(int64_t r) const { return data + r * stride; }
};

struct Matrix {
  float* data = nullptr;
  int64_t rows = 0, cols = 0;
  int64_t stride = 0;

  Matrix(float* data_in, int64_t rows_in, int64_t cols_in)
      : Matrix(data_in, rows_in, cols_in, cols_in) {}
  Matrix(float* data_in, int64_t rows_in, int64_t cols_in, int64_t stride_in)
      : data(data_in), rows(rows_in), cols(cols_in), stride(stride_in) {}
  // NOLINTNEXTLINE(google-explicit-constructor): what may be written may be read
  operator ConstMatrix() const { return {data, rows, cols, stride}; }

  float* row(int64_t r) const { return data + r * stride; }
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_NN_MATRIX_H_
