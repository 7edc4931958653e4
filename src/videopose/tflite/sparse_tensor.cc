// SPDX-License-Identifier: Apache-2.0

#include "videopose/tflite/sparse_tensor.h"

#include <algorithm>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

// One level walks over `size` indices that are `stride` apart in the dense tensor.
struct LevelGeometry {
  int64_t size = 1, stride = 1;
};

std::vector<LevelGeometry> Geometry(const Sparsity& sparsity, const std::vector<int64_t>& shape,
                                    const std::string& what) {
  const auto rank = static_cast<int64_t>(shape.size());
  const auto level_count = static_cast<int64_t>(sparsity.levels.size());
  const auto require = [&](bool holds) {
    if (!holds) Fail("{}: sparse weights that do not fit their shape; fetch the file again", what);
  };
  require(level_count == rank + static_cast<int64_t>(sparsity.block_map.size()));
  require(sparsity.traversal_order.size() == sparsity.levels.size());

  std::vector<int64_t> level_of(sparsity.levels.size(), -1);
  for (int64_t level = 0; level < level_count; ++level) {
    const int64_t dimension = sparsity.traversal_order[level];
    require(dimension >= 0 && dimension < level_count && level_of[dimension] < 0);
    level_of[dimension] = level;
  }

  std::vector<LevelGeometry> geometry(sparsity.levels.size());
  std::vector<int64_t> strides(shape.size(), 1);
  for (int64_t d = rank - 2; d >= 0; --d) strides[d] = strides[d + 1] * shape[d + 1];
  for (int64_t d = 0; d < rank; ++d) geometry[level_of[d]] = {shape[d], strides[d]};
  std::vector<bool> has_block(shape.size(), false);
  for (int64_t block = rank; block < level_count; ++block) {
    const int64_t d = sparsity.block_map[block - rank];
    const SparseLevel& inner = sparsity.levels[level_of[block]];
    require(d >= 0 && d < rank && !has_block[d] && !inner.is_sparse && inner.dense_size > 0 &&
            shape[d] % inner.dense_size == 0);
    has_block[d] = true;
    geometry[level_of[block]] = {inner.dense_size, strides[d]};
    geometry[level_of[d]] = {shape[d] / inner.dense_size, strides[d] * inner.dense_size};
  }
  for (size_t level = 0; level < geometry.size(); ++level) {
    require(sparsity.levels[level].is_sparse ||
            sparsity.levels[level].dense_size == geometry[level].size);
  }
  return geometry;
}

}  // namespace

std::vector<int64_t> DensePositions(const Sparsity& sparsity, const std::vector<int64_t>& shape,
                                    const std::string& what) {
  const std::vector<LevelGeometry> geometry = Geometry(sparsity, shape, what);
  int64_t element_count = 1;
  for (const int64_t dimension : shape) element_count *= dimension;

  std::vector<int64_t> nodes = {0};  // positions reached by the levels so far
  for (size_t l = 0; l < geometry.size(); ++l) {
    const SparseLevel& level = sparsity.levels[l];
    const auto [size, stride] = geometry[l];
    const auto fits = [&](bool holds) {
      if (!holds) Fail("{}: damaged sparse weights (level {}); fetch the file again", what, l);
    };
    std::vector<int64_t> next;
    if (level.is_sparse) {
      fits(level.segments.size() == nodes.size() + 1 && level.segments.front() == 0 &&
           std::is_sorted(level.segments.begin(), level.segments.end()) &&
           level.segments.back() == static_cast<int64_t>(level.indices.size()));
      next.reserve(level.indices.size());
      for (size_t node = 0; node < nodes.size(); ++node) {
        for (int64_t i = level.segments[node]; i < level.segments[node + 1]; ++i) {
          fits(level.indices[i] >= 0 && level.indices[i] < size);
          next.push_back(nodes[node] + level.indices[i] * stride);
        }
      }
    } else {
      fits(static_cast<int64_t>(nodes.size()) <= element_count / size);
      next.reserve(nodes.size() * static_cast<size_t>(size));
      for (const int64_t node : nodes) {
        for (int64_t i = 0; i < size; ++i) next.push_back(node + i * stride);
      }
    }
    nodes = std::move(next);
  }
  return nodes;
}

}  // namespace videopose::internal
