// SPDX-License-Identifier: Apache-2.0

#include <omp.h>

#include <algorithm>
#include <bit>
#include <oneapi/dnnl/dnnl.hpp>
#include <vector>

#include "videopose/base/check.h"
#include "videopose/base/parallel.h"
#include "videopose/nn/cpu/kernels.h"

namespace videopose::internal {
namespace {

// As many rows of `a` at a time as stay in the cache between being rounded and being multiplied.
constexpr int64_t kBf16FloatsAtOnce = 2 << 20;
constexpr int64_t kRoundedRowsPerThread = 64;

// To nearest, ties to even. Not for NaN, which may become infinite.
uint16_t Bf16(float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  return static_cast<uint16_t>((bits + 0x7FFFU + (bits >> 16 & 1U)) >> 16);
}

float FloatOfBf16(float x) { return std::bit_cast<float>(uint32_t{Bf16(x)} << 16); }

template <auto kRounded, typename T>
void Round(ConstMatrix x, std::vector<T>& rounded) {
  const auto size = static_cast<size_t>(x.rows * x.cols);
  if (rounded.size() < size) rounded.resize(size);
  ParallelFor(x.rows, kRoundedRowsPerThread, [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      const float* __restrict from = x.row(r);
      T* __restrict to = rounded.data() + r * x.cols;
#pragma omp simd
      for (int64_t c = 0; c < x.cols; ++c) to[c] = kRounded(from[c]);
    }
  });
}

// As oneDNN sees op(x) of a matrix whose rows are `stride` elements apart.
dnnl::memory::desc Describe(int64_t rows, int64_t cols, int64_t stride, bool transpose,
                            dnnl::memory::data_type type) {
  return transpose ? dnnl::memory::desc({cols, rows}, type, {1, stride})
                   : dnnl::memory::desc({rows, cols}, type, {stride, 1});
}

void MultiplyRounded(ConstMatrix a, std::vector<uint16_t>& rounded_a, ConstMatrix b,
                     std::vector<uint16_t>& rounded_b, Matrix c, const MultiplyOptions& options) {
  using dnnl::memory;
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  constexpr auto kType = memory::data_type::bf16;
  const auto a_desc = Describe(a.rows, a.cols, a.cols, options.transpose_a, kType);
  const auto b_desc = Describe(b.rows, b.cols, b.cols, options.transpose_b, kType);
  const auto c_desc = Describe(c.rows, c.cols, c.stride, false, memory::data_type::f32);
  dnnl::primitive_attr attributes;
  if (options.accumulate) {
    dnnl::post_ops sum;
    sum.append_sum();
    attributes.set_post_ops(sum);
  }
  const dnnl::matmul product(
      dnnl::matmul::primitive_desc({a_desc, b_desc, c_desc}, attributes, engine));
  dnnl::stream stream(engine);
  product.execute(stream, {{DNNL_ARG_SRC, memory(a_desc, engine, rounded_a.data())},
                           {DNNL_ARG_WEIGHTS, memory(b_desc, engine, rounded_b.data())},
                           {DNNL_ARG_DST, memory(c_desc, engine, c.data)}});
  stream.wait();
}

void MultiplySingle(ConstMatrix a, ConstMatrix b, Matrix c, const MultiplyOptions& options) {
  const int64_t terms = options.transpose_a ? a.rows : a.cols;
  const dnnl_status_t status = dnnl_sgemm(
      options.transpose_a ? 'T' : 'N', options.transpose_b ? 'T' : 'N', c.rows, c.cols, terms, 1.0F,
      a.data, a.stride, b.data, b.stride, options.accumulate ? 1.0F : 0.0F, c.data, c.stride);
  VP_CHECK(status == dnnl_success, "dnnl_sgemm returned {}", static_cast<int>(status));
}

// On processors without such products: the same factors, multiplied in single precision.
void MultiplyAsBf16(ConstMatrix a, ConstMatrix b, Matrix c, const MultiplyOptions& options) {
  thread_local std::vector<float> rounded_a, rounded_b;
  Round<FloatOfBf16>(a, rounded_a);
  Round<FloatOfBf16>(b, rounded_b);
  MultiplySingle({rounded_a.data(), a.rows, a.cols}, {rounded_b.data(), b.rows, b.cols}, c,
                 options);
}

// Rows of a: of the result, or with transpose_a terms of every sum.
void MultiplyBf16(ConstMatrix a, ConstMatrix b, Matrix c, MultiplyOptions options) {
  thread_local std::vector<uint16_t> rounded_a, rounded_b;
  const bool sums = options.transpose_a;
  if (!sums) Round<Bf16>(b, rounded_b);
  const int64_t at_once = std::max<int64_t>(1, kBf16FloatsAtOnce / a.cols);
  for (int64_t first = 0; first < a.rows; first += at_once) {
    const int64_t rows = std::min(at_once, a.rows - first);
    const ConstMatrix some_a(a.row(first), rows, a.cols, a.stride);
    Round<Bf16>(some_a, rounded_a);
    if (sums) {
      const ConstMatrix some_b(b.row(first), rows, b.cols, b.stride);
      Round<Bf16>(some_b, rounded_b);
      MultiplyRounded(some_a, rounded_a, some_b, rounded_b, c, options);
      options.accumulate = true;
    } else {
      MultiplyRounded(some_a, rounded_a, b, rounded_b, {c.row(first), rows, c.cols, c.stride},
                      options);
    }
  }
}

// oneDNN takes as many threads as OpenMP would on the calling thread: ThreadCount(), while this
// lives.
class ThreadsForOneDnn {
 public:
  ThreadsForOneDnn() { omp_set_num_threads(ThreadCount()); }
  ~ThreadsForOneDnn() { omp_set_num_threads(before_); }
  ThreadsForOneDnn(const ThreadsForOneDnn&) = delete;
  ThreadsForOneDnn& operator=(const ThreadsForOneDnn&) = delete;

 private:
  const int before_ = omp_get_max_threads();
};

}  // namespace

bool HasBf16() {
  const dnnl::cpu_isa isa = dnnl::get_effective_cpu_isa();
  return isa == dnnl::cpu_isa::avx512_core_bf16 || isa == dnnl::cpu_isa::avx512_core_amx;
}

void CpuKernels::Multiply(ConstMatrix a, ConstMatrix b, Matrix c, const MultiplyOptions& options) {
  const ProductSize size = CheckProduct(a, b, c, options);
  if (size.m == 0 || size.n == 0) return;
  const ThreadsForOneDnn threads;
  if (size.k == 0) {
    for (int64_t r = 0; r < size.m && !options.accumulate; ++r) std::fill_n(c.row(r), size.n, 0.0F);
  } else if (options.precision == Precision::kSingle) {
    MultiplySingle(a, b, c, options);
  } else if (HasBf16()) {
    MultiplyBf16(a, b, c, options);
  } else {
    MultiplyAsBf16(a, b, c, options);
  }
  Apply(options.epilogue, c);
}

}  // namespace videopose::internal
