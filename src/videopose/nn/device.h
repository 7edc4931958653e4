// SPDX-License-Identifier: Apache-2.0

// What networks run on: memory, and the operations of a training step and of batched inference.
// Networks and trainer know this interface alone. nn/cpu has the fast implementation, nn/plain the
// one that is easy to read and says what each operation is. How another one is added:
// docs/development/devices.md
//
// The layout. Activations are (batch * frames, channels), row b * frames + t. A convolution's
// weight is (taps * C_in, C_out): W_0 above W_1 above ... So one whose stride is its width is a
// reshape and one GEMM.
//
// Work is done in the order of the calls. A call may return before it is done; Download waits. All
// pointers, spans and matrices are of the device's memory, which only the device reads and writes,
// unless their name says that they are the host's. Small structs come by value. Shapes that do not
// fit are std::logic_error (VP_CHECK).

#ifndef VIDEOPOSE_NN_DEVICE_H_
#define VIDEOPOSE_NN_DEVICE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "videopose/nn/communicator.h"
#include "videopose/nn/dropout.h"
#include "videopose/nn/matrix.h"

namespace videopose::internal {

class Device;

// Memory of a device, which must outlive it.
class Buffer {
 public:
  explicit Buffer(Device& device, size_t size = 0) : values_(nullptr, {&device}) { Reserve(size); }

  size_t size() const { return size_; }
  float* data() { return values_.get(); }
  const float* data() const { return values_.get(); }
  std::span<float> span() { return {data(), size_}; }
  std::span<const float> span() const { return {data(), size_}; }

  // Grows to so many values where there are fewer. Keeps the values; those that are new are 0.
  void Reserve(size_t size);

 private:
  struct Free {
    Device* device;
    void operator()(float* values) const;
  };
  std::unique_ptr<float, Free> values_;
  size_t size_ = 0;
};

// kBf16: the factors are rounded to bfloat16 (8 bits of mantissa, ties to even), their products
// summed in single precision or better. Not with both factors transposed.
enum class Precision : uint8_t { kSingle, kBf16 };

// What follows a GEMM: c = max(c + bias, 0) + residual.
struct Epilogue {
  std::span<const float> bias;  // of each column; empty: nothing of it all
  bool relu = false;
  ConstMatrix residual{nullptr, 0, 0};  // as large as c, not overlapping it; no rows: none
};

struct MultiplyOptions {
  bool transpose_a = false;
  bool transpose_b = false;
  bool accumulate = false;  // c += instead of c =
  Precision precision = Precision::kSingle;
  Epilogue epilogue;
};

//   y[b, t] = sum over k of x[b, t * stride + k * dilation] * W_k      no padding
struct ConvolutionShape {
  int64_t batch = 1, frames_in = 1;
  int64_t taps = 1, dilation = 1, stride = 1;
  Precision precision = Precision::kSingle;  // of the GEMMs

  int64_t frames_out() const {  // frames_in >= (taps - 1) * dilation + 1
    return (frames_in - (taps - 1) * dilation - 1) / stride + 1;
  }
  int64_t rows_in() const { return batch * frames_in; }
  int64_t rows_out() const { return batch * frames_out(); }
  // The row of x for tap k of an output's row.
  int64_t row_in(int64_t row_out, int64_t k) const {
    return row_out / frames_out() * frames_in + row_out % frames_out() * stride + k * dilation;
  }
};

// Of x (batch * frames_in, C), the rows (b, offset + t * step) for t < frames: row b * frames + t.
struct SequenceRows {
  ConstMatrix x;
  int64_t frames_in = 0, frames = 0;
  int64_t offset = 0, step = 1;

  int64_t index(int64_t row) const {
    return row / frames * frames_in + offset + row % frames * step;
  }
  const float* row(int64_t r) const { return x.row(index(r)); }
};

constexpr double kBatchNormEpsilon = 1e-5;

// One layer's batch norm during a step; C values each.
struct BatchNorm {
  std::span<const float> gamma, beta;
  std::span<float> mean;      // of the batch
  std::span<float> variance;  // of the batch, divided by rows
  std::span<float> scale;     // gamma / sqrt(variance + eps)
  std::span<float> running_mean, running_variance;
  // Where y is a part of a batch. With `processes` the statistics are those of the whole batch, and
  // so is what comes back through them; otherwise only dropout knows of it. The same numbers as of
  // one process that has it all, where parts are multiples of 64 rows.
  BatchShare share;
  Communicator* processes = nullptr;

  // Of the batch that the statistics are of.
  int64_t rows(ConstMatrix y) const { return processes != nullptr ? share.whole : y.rows; }
};

// A step of Adam, see adam.h:
//
//   m = keep_mean m + add_mean g        v = keep_square v + add_square g^2        v^ = max(v^, v)
//   p = p - rate * m / (sqrt(v^) * square_correction + epsilon)
struct AdamCoefficients {
  float keep_mean, add_mean, keep_square, add_square;
  float rate, square_correction, epsilon;
};
struct AdamMoments {
  std::span<float> mean, square, max_square;  // m, v, v^
};

class Device {
 public:
  virtual ~Device() = default;

  // --- Memory. Buffer is its owner. ---

  virtual float* Allocate(size_t size) = 0;  // zeros
  virtual void Free(float* values) = 0;
  // `host_values` are free for other use when it returns.
  virtual void Upload(std::span<const float> host_values, float* to) = 0;
  virtual void Download(std::span<const float> values, float* to_host) = 0;
  // The two may overlap where `to` is before the values.
  virtual void Copy(std::span<const float> values, float* to) = 0;

  // --- GEMMs. ---

  // c = op(a) * op(b) with op(x) = x or its transpose, then the epilogue; op(a) is (M, K), op(b)
  // (K, N), c (M, N). `c` may not overlap `a` or `b`. Empty products (K = 0) are zero.
  virtual void Multiply(ConstMatrix a, ConstMatrix b, Matrix c, const MultiplyOptions& options) = 0;

  // Convolutions over time: x is (batch * frames_in, C_in), y (batch * frames_out, C_out). What
  // `scratch` holds means nothing; it grows as far as a call needs, and is passed to all of them.
  virtual void Convolve(const ConvolutionShape& shape, ConstMatrix x, ConstMatrix weight, Matrix y,
                        const Epilogue& epilogue, Buffer& scratch) = 0;
  // dL/dW from x and dL/dy.
  virtual void ConvolveBackwardWeight(const ConvolutionShape& shape, ConstMatrix x,
                                      ConstMatrix y_gradient, Matrix weight_gradient,
                                      Buffer& scratch) = 0;
  // dL/dx from W and dL/dy.
  virtual void ConvolveBackwardInput(const ConvolutionShape& shape, ConstMatrix y_gradient,
                                     ConstMatrix weight, Matrix x_gradient, Buffer& scratch) = 0;

  // --- What follows each GEMM in training. ---
  //
  //   z = gamma * (y - mean) / sqrt(var + eps) + beta     mean, var over the rows of this batch
  //   h = dropout(max(z, 0)) + residual
  //
  // Ioffe & Szegedy, "Batch normalization", ICML 2015. y, h are (rows, C).

  // The statistics of y, which has at least two rows, and
  // running = (1 - momentum) * running + momentum * batch, the variance divided by rows - 1.
  virtual void MeasureBatch(ConstMatrix y, const BatchNorm& norm, double momentum) = 0;
  // h from y. The residual may be null.
  virtual void NormReluDropout(ConstMatrix y, const BatchNorm& norm, const Dropout& dropout,
                               const SequenceRows* residual, Matrix h) = 0;
  // From dL/dh: dL/dy, written over y, and dL/dgamma, dL/dbeta. dL/dresidual is dL/dh itself. With
  // several processes, the first one gets the whole of the latter two, and the others 0, so that
  // they can be summed like all gradients.
  virtual void NormReluDropoutBackward(ConstMatrix h_gradient, const BatchNorm& norm,
                                       const Dropout& dropout, Matrix y_in_gradient_out,
                                       std::span<float> gamma_gradient,
                                       std::span<float> beta_gradient) = 0;
  // sums[c] = sum of the rows of x in column c: the gradient of a bias.
  virtual void SumRows(ConstMatrix x, std::span<float> sums) = 0;
  // Adds row r of `added` to rows.index(r) of x, which is rows.x but may be written to.
  virtual void AddToRows(ConstMatrix added, const SequenceRows& rows, Matrix x) = 0;

  // --- The optimiser. ---

  virtual void StepAdam(const AdamCoefficients& k, std::span<const float> gradient,
                        const AdamMoments& moments, std::span<float> parameters) = 0;
  // Communicator's, for values of this device.
  virtual void BeginSum(Communicator& processes, std::span<float> values) = 0;
  virtual void FinishSums(Communicator& processes) = 0;

  std::vector<float> Downloaded(std::span<const float> values) {
    std::vector<float> host_values(values.size());
    Download(values, host_values.data());
    return host_values;
  }
};

// This processor, with the kernels of nn/cpu: what networks run on unless told otherwise. Its
// memory is the host's. Its results do not depend on the number of threads.
Device& CpuDevice();

// What every implementation begins with.
struct ProductSize {
  int64_t m, k, n;
};
ProductSize CheckProduct(ConstMatrix a, ConstMatrix b, ConstMatrix c,
                         const MultiplyOptions& options);
void CheckEpilogue(const Epilogue& epilogue, ConstMatrix c);
void CheckConvolution(const ConvolutionShape& shape, ConstMatrix x, ConstMatrix weight,
                      ConstMatrix y);
void CheckNorm(ConstMatrix y, const BatchNorm& norm);
void CheckNormOut(ConstMatrix y, const SequenceRows* residual, ConstMatrix h);
void CheckSums(ConstMatrix x, std::span<const float> sums);
void CheckRows(ConstMatrix added, const SequenceRows& rows, ConstMatrix x);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_NN_DEVICE_H_
