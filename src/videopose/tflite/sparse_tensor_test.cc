// SPDX-License-Identifier: Apache-2.0

#include "videopose/tflite/sparse_tensor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "videopose/base/error.h"

namespace videopose::internal::sparse_tensor_test {

using testing::ElementsAre;

SparseLevel Dense(int64_t size) { return {.dense_size = size}; }
SparseLevel Csr(std::vector<int64_t> segments, std::vector<int64_t> indices) {
  return {.is_sparse = true, .segments = std::move(segments), .indices = std::move(indices)};
}

// Rows of a 2 x 3 matrix: (., a, b), (c, ., .).
TEST(SparseTensorTest, CompressedRows) {
  const Sparsity sparsity = {.traversal_order = {0, 1},
                             .levels = {Dense(2), Csr({0, 2, 3}, {1, 2, 0})}};
  EXPECT_THAT(DensePositions(sparsity, {2, 3}, ""), ElementsAre(1, 2, 3));
}

// The same matrix by columns: position in memory stays row-major.
TEST(SparseTensorTest, CompressedColumns) {
  const Sparsity sparsity = {.traversal_order = {1, 0},
                             .levels = {Dense(3), Csr({0, 1, 2, 3}, {1, 0, 0})}};
  EXPECT_THAT(DensePositions(sparsity, {2, 3}, ""), ElementsAre(3, 1, 2));
}

// A 2 x 4 matrix whose columns are cut into blocks of 2; stored is the right block of row 1.
TEST(SparseTensorTest, Blocks) {
  const Sparsity sparsity = {.traversal_order = {0, 1, 2},
                             .block_map = {1},
                             .levels = {Dense(2), Csr({0, 0, 1}, {1}), Dense(2)}};
  EXPECT_THAT(DensePositions(sparsity, {2, 4}, ""), ElementsAre(6, 7));
}

TEST(SparseTensorTest, WhatDoesNotFitIsAnError) {
  const std::vector<Sparsity> bad = {
      {},
      {.traversal_order = {0, 0}, .levels = {Dense(2), Dense(3)}},
      {.traversal_order = {0, 7}, .levels = {Dense(2), Dense(3)}},
      {.traversal_order = {0, 1}, .levels = {Dense(2), Dense(1000000000)}},
      {.traversal_order = {0, 1}, .levels = {Dense(2), Csr({0, 2}, {1, 2})}},
      {.traversal_order = {0, 1}, .levels = {Dense(2), Csr({0, 2, 3}, {1, 2})}},
      {.traversal_order = {0, 1}, .levels = {Dense(2), Csr({0, 2, 1}, {1, 2, 0})}},
      {.traversal_order = {0, 1}, .levels = {Dense(2), Csr({0, 1, 2}, {1, 3})}},
      {.traversal_order = {0, 1}, .levels = {Dense(2), Csr({0, 1, 2}, {-1, 0})}},
      {.traversal_order = {0, 1, 2}, .block_map = {1}, .levels = {Dense(2), Dense(1), Dense(2)}},
      {.traversal_order = {0, 1, 2}, .block_map = {5}, .levels = {Dense(2), Dense(1), Dense(3)}},
  };
  for (size_t i = 0; i < bad.size(); ++i) {
    EXPECT_THROW(DensePositions(bad[i], {2, 3}, ""), Error) << i;
  }
}

}  // namespace videopose::internal::sparse_tensor_test
