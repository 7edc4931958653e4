// SPDX-License-Identifier: Apache-2.0

// Writes files that torch.load opens: the zip format of PyTorch >= 1.6.
//
//   TorchCheckpointWriter writer;
//   writer.Write("epoch_80.bin", PickleValue::Dict({{PickleValue::String("weight"),
//                                                    writer.AddTensor(weight)}}));

#ifndef VIDEOPOSE_ARRAYS_TORCH_CHECKPOINT_WRITER_H_
#define VIDEOPOSE_ARRAYS_TORCH_CHECKPOINT_WRITER_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "videopose/arrays/pickle_value.h"
#include "videopose/base.h"

namespace videopose::internal {

class TorchCheckpointWriter {
 public:
  // Keeps a copy of the values and returns what stands for them in the root. A tensor of shape {}
  // is a single value.
  PickleValue AddTensor(const Tensor& tensor);                // float32
  PickleValue AddTensor(const BasicTensor<int64_t>& tensor);  // int64
  PickleValue AddHalfTensor(const Tensor& tensor);            // float16, rounded to nearest

  // Writes `root`, which may hold arrays and NumPy's random states too, atomically. Throws Error,
  // e.g. on a full disk.
  void Write(const std::filesystem::path& path, const PickleValue& root) const;

 private:
  PickleValue Add(const char* storage_class, const std::vector<int64_t>& shape, std::string bytes,
                  int64_t count);

  std::vector<std::string> storages_;  // data/0, data/1, ...
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ARRAYS_TORCH_CHECKPOINT_WRITER_H_
