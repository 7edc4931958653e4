// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "videopose/nn/cpu/kernels.h"

namespace videopose::internal {

Device& CpuDevice() {
  static CpuKernels kernels;
  return kernels;
}

float* CpuKernels::Allocate(size_t size) { return new float[size](); }
void CpuKernels::Free(float* values) { delete[] values; }

void CpuKernels::Upload(std::span<const float> host_values, float* to) { Copy(host_values, to); }
void CpuKernels::Download(std::span<const float> values, float* to_host) { Copy(values, to_host); }

void CpuKernels::Copy(std::span<const float> values, float* to) {
  std::copy(values.begin(), values.end(), to);
}

void CpuKernels::BeginSum(Communicator& processes, std::span<float> values) {
  processes.BeginSum(values);
}
void CpuKernels::FinishSums(Communicator& processes) { processes.FinishSums(); }

}  // namespace videopose::internal
