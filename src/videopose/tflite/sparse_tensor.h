// SPDX-License-Identifier: Apache-2.0

// TensorFlow Lite's format of sparse constants (the one of TACO): the dimensions, optionally cut
// into blocks, are stored in traversal order, each either dense (all indices) or sparse (CSR: per
// node of the level above a segment of indices).

#ifndef VIDEOPOSE_TFLITE_SPARSE_TENSOR_H_
#define VIDEOPOSE_TFLITE_SPARSE_TENSOR_H_

#include <cstdint>
#include <string>
#include <vector>

namespace videopose::internal {

struct SparseLevel {
  bool is_sparse = false;
  int64_t dense_size = 0;         // of a dense level
  std::vector<int64_t> segments;  // of a sparse level: nodes above + 1, ascending from 0
  std::vector<int64_t> indices;   // of a sparse level: one per node
};

struct Sparsity {
  std::vector<int64_t> traversal_order;  // dimension of each level; from the rank on: blocks
  std::vector<int64_t> block_map;        // which dimension each block cuts
  std::vector<SparseLevel> levels;
};

// Where in the dense row-major tensor of this shape each stored value belongs. Throws Error,
// starting with `what`, if the description does not fit the shape.
std::vector<int64_t> DensePositions(const Sparsity& sparsity, const std::vector<int64_t>& shape,
                                    const std::string& what);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TFLITE_SPARSE_TENSOR_H_
