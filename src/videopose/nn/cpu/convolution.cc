// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "videopose/base/parallel.h"
#include "videopose/nn/cpu/kernels.h"

namespace videopose::internal {
namespace {

// Inputs laid side by side at a time: enough rows for the GEMM to run at its full rate.
constexpr int64_t kScratchFloats = 16 << 20;
constexpr int64_t kRowsPerThread = 16;

// Whether the inputs of each output lie side by side already, and no frame is left over.
bool IsReshape(const ConvolutionShape& shape) {
  return (shape.dilation == 1 || shape.taps == 1) && shape.frames_in % shape.taps == 0 &&
         shape.frames_out() * shape.taps == shape.frames_in &&
         (shape.stride == shape.taps || shape.frames_out() == 1);
}

int64_t SequencesAtOnce(const ConvolutionShape& shape, int64_t cols) {
  const int64_t floats = std::max<int64_t>(1, shape.frames_out() * shape.taps * cols);
  return std::clamp<int64_t>(kScratchFloats / floats, 1, std::max<int64_t>(1, shape.batch));
}

// Calls visit(first sequence, shape of the sequences) for as many sequences as fit in the scratch.
template <typename Visit>
void ForEachChunk(const ConvolutionShape& shape, int64_t cols, Buffer& scratch,
                  const Visit& visit) {
  const int64_t at_once = SequencesAtOnce(shape, cols);
  const auto floats = static_cast<size_t>(at_once * shape.frames_out() * shape.taps * cols);
  scratch.Reserve(floats);
  for (int64_t first = 0; first < shape.batch; first += at_once) {
    ConvolutionShape chunk = shape;
    chunk.batch = std::min(at_once, shape.batch - first);
    visit(first, chunk);
  }
}

void Gather(const ConvolutionShape& shape, ConstMatrix x, float* windows) {
  ParallelFor(shape.rows_out(), kRowsPerThread, [&](int64_t begin, int64_t end) {
    for (int64_t r = begin; r < end; ++r) {
      for (int64_t k = 0; k < shape.taps; ++k) {
        std::copy_n(x.row(shape.row_in(r, k)), x.cols, windows + (r * shape.taps + k) * x.cols);
      }
    }
  });
}

// For each input row, the sum of its values in all windows. A sequence belongs to one thread, as
// windows overlap.
void Scatter(const ConvolutionShape& shape, const float* windows, Matrix x) {
  const int64_t frames_out = shape.frames_out();
  ParallelFor(shape.batch, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      std::fill_n(x.row(b * shape.frames_in), shape.frames_in * x.cols, 0.0F);
      for (int64_t r = b * frames_out; r < (b + 1) * frames_out; ++r) {
        for (int64_t k = 0; k < shape.taps; ++k) {
          const float* __restrict from = windows + (r * shape.taps + k) * x.cols;
          float* __restrict to = x.row(shape.row_in(r, k));
#pragma omp simd
          for (int64_t c = 0; c < x.cols; ++c) to[c] += from[c];
        }
      }
    }
  });
}

// The rows of some sequences.
template <typename AnyMatrix>
AnyMatrix Sequences(AnyMatrix x, int64_t first, int64_t count, int64_t frames) {
  return {x.row(first * frames), count * frames, x.cols, x.stride};
}

}  // namespace

void CpuKernels::Convolve(const ConvolutionShape& shape, ConstMatrix x, ConstMatrix weight,
                          Matrix y, const Epilogue& epilogue, Buffer& scratch) {
  CheckConvolution(shape, x, weight, y);
  CheckEpilogue(epilogue, y);
  if (IsReshape(shape)) {
    Multiply({x.data, y.rows, weight.rows}, weight, y,
             {.precision = shape.precision, .epilogue = epilogue});
    return;
  }
  ForEachChunk(shape, x.cols, scratch, [&](int64_t first, const ConvolutionShape& chunk) {
    Gather(chunk, Sequences(x, first, chunk.batch, shape.frames_in), scratch.data());
    Multiply({scratch.data(), chunk.rows_out(), weight.rows}, weight,
             Sequences(y, first, chunk.batch, shape.frames_out()), {.precision = shape.precision});
  });
  Apply(epilogue, y);
}

void CpuKernels::ConvolveBackwardWeight(const ConvolutionShape& shape, ConstMatrix x,
                                        ConstMatrix y_gradient, Matrix weight_gradient,
                                        Buffer& scratch) {
  CheckConvolution(shape, x, weight_gradient, y_gradient);
  const int64_t depth = weight_gradient.rows;
  if (IsReshape(shape)) {
    Multiply({x.data, y_gradient.rows, depth}, y_gradient, weight_gradient,
             {.transpose_a = true, .precision = shape.precision});
    return;
  }
  ForEachChunk(shape, x.cols, scratch, [&](int64_t first, const ConvolutionShape& chunk) {
    Gather(chunk, Sequences(x, first, chunk.batch, shape.frames_in), scratch.data());
    Multiply({scratch.data(), chunk.rows_out(), depth},
             Sequences(y_gradient, first, chunk.batch, shape.frames_out()), weight_gradient,
             {.transpose_a = true, .accumulate = first > 0, .precision = shape.precision});
  });
}

void CpuKernels::ConvolveBackwardInput(const ConvolutionShape& shape, ConstMatrix y_gradient,
                                       ConstMatrix weight, Matrix x_gradient, Buffer& scratch) {
  CheckConvolution(shape, x_gradient, weight, y_gradient);
  if (IsReshape(shape)) {
    Multiply(y_gradient, weight, {x_gradient.data, y_gradient.rows, weight.rows},
             {.transpose_b = true, .precision = shape.precision});
    return;
  }
  ForEachChunk(shape, x_gradient.cols, scratch, [&](int64_t first, const ConvolutionShape& chunk) {
    Multiply(Sequences(y_gradient, first, chunk.batch, shape.frames_out()), weight,
             {scratch.data(), chunk.rows_out(), weight.rows},
             {.transpose_b = true, .precision = shape.precision});
    Scatter(chunk, scratch.data(), Sequences(x_gradient, first, chunk.batch, shape.frames_in));
  });
}

}  // namespace videopose::internal
