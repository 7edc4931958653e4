// SPDX-License-Identifier: Apache-2.0

// Dense row-major values with a shape: what files of arrays and checkpoints hold.

#ifndef VIDEOPOSE_TENSOR_H_
#define VIDEOPOSE_TENSOR_H_

#include <cstdint>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <utility>
#include <vector>

namespace videopose {

template <typename T>
struct BasicTensor {
  std::vector<int64_t> shape;
  std::vector<T> values;  // row-major, as many as the product of the shape

  BasicTensor() = default;
  // All zero.
  explicit BasicTensor(std::vector<int64_t> shape_in)
      : shape(std::move(shape_in)), values(static_cast<size_t>(ElementCount(shape))) {}
  BasicTensor(std::vector<int64_t> shape_in, std::vector<T> values_in)
      : shape(std::move(shape_in)), values(std::move(values_in)) {
    if (ElementCount(shape) != size())
      throw std::invalid_argument("values that are no such tensor");
  }

  static int64_t ElementCount(const std::vector<int64_t>& shape) {
    return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
  }

  int64_t rank() const { return static_cast<int64_t>(shape.size()); }
  int64_t dim(size_t axis) const { return shape.at(axis); }
  int64_t size() const { return static_cast<int64_t>(values.size()); }
  T* data() { return values.data(); }
  const T* data() const { return values.data(); }
  bool operator==(const BasicTensor&) const = default;
};

using Tensor = BasicTensor<float>;

}  // namespace videopose

#endif  // VIDEOPOSE_TENSOR_H_
