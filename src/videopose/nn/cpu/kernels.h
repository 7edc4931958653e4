// SPDX-License-Identifier: Apache-2.0

// CpuDevice(): GEMMs by oneDNN, and one pass over the activations for what is between them, on
// ThreadCount() threads. All sums over rows are made of blocks of fixed size, so results do not
// depend on the number of threads. May be called from several threads at once.

#ifndef VIDEOPOSE_NN_CPU_KERNELS_H_
#define VIDEOPOSE_NN_CPU_KERNELS_H_

#include "videopose/nn/device.h"

namespace videopose::internal {

// Whether this processor multiplies bfloat16 (AVX512_BF16). With Precision::kBf16 it is then nearly
// twice as fast, and a little slower elsewhere.
bool HasBf16();

// Fewer elements for a thread than this, and handing out the work costs more than doing it.
inline constexpr int64_t kValuesPerThread = 16384;

class CpuKernels final : public Device {
 public:
  float* Allocate(size_t size) override;
  void Free(float* values) override;
  void Upload(std::span<const float> host_values, float* to) override;
  void Download(std::span<const float> values, float* to_host) override;
  void Copy(std::span<const float> values, float* to) override;

  void Multiply(ConstMatrix a, ConstMatrix b, Matrix c, const MultiplyOptions& options) override;
  void Convolve(const ConvolutionShape& shape, ConstMatrix x, ConstMatrix weight, Matrix y,
                const Epilogue& epilogue, Buffer& scratch) override;
  void ConvolveBackwardWeight(const ConvolutionShape& shape, ConstMatrix x, ConstMatrix y_gradient,
                              Matrix weight_gradient, Buffer& scratch) override;
  void ConvolveBackwardInput(const ConvolutionShape& shape, ConstMatrix y_gradient,
                             ConstMatrix weight, Matrix x_gradient, Buffer& scratch) override;

  void MeasureBatch(ConstMatrix y, const BatchNorm& norm, double momentum) override;
  void NormReluDropout(ConstMatrix y, const BatchNorm& norm, const Dropout& dropout,
                       const SequenceRows* residual, Matrix h) override;
  void NormReluDropoutBackward(ConstMatrix h_gradient, const BatchNorm& norm,
                               const Dropout& dropout, Matrix y_in_gradient_out,
                               std::span<float> gamma_gradient,
                               std::span<float> beta_gradient) override;
  void SumRows(ConstMatrix x, std::span<float> sums) override;
  void AddToRows(ConstMatrix added, const SequenceRows& rows, Matrix x) override;

  void StepAdam(const AdamCoefficients& k, std::span<const float> gradient,
                const AdamMoments& moments, std::span<float> parameters) override;
  void BeginSum(Communicator& processes, std::span<float> values) override;
  void FinishSums(Communicator& processes) override;

 private:
  static void Apply(const Epilogue& epilogue, Matrix c);
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_NN_CPU_KERNELS_H_
