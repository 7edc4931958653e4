// SPDX-License-Identifier: Apache-2.0

// Files that torch.save wrote, both the zip archives of PyTorch >= 1.6 and the older stream of
// pickles with raw storages behind them. Nothing in a file is ever executed.
//
//   const TorchCheckpoint file = TorchCheckpoint::Read("epoch_80.bin");
//   const StateDict weights = file.ReadStateDict(file.root().At("model_pos", file.name()), "...");
//
// Sources: PyTorch's documentation of its serialization format, and the files themselves.

#ifndef VIDEOPOSE_ARRAYS_TORCH_CHECKPOINT_H_
#define VIDEOPOSE_ARRAYS_TORCH_CHECKPOINT_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "videopose/arrays/pickle_value.h"
#include "videopose/base.h"

namespace videopose::internal {

// What a tensor in a checkpoint is, without its values.
struct TorchTensorInfo {
  std::string dtype;           // "float32", "float16", "bfloat16", "int64", ...
  std::vector<int64_t> shape;  // empty: a single value
};

// Named tensors in the order of the file, converted to float.
struct StateDict {
  std::vector<std::pair<std::string, Tensor>> entries;

  // Null where there is none.
  const Tensor* Find(std::string_view name) const;
};

class TorchCheckpoint {
 public:
  enum class Format { kZip, kLegacy };

  // Throws Error with one line for a file that is missing, no checkpoint, truncated or damaged, or
  // that asks for a constructor other than those of tensors, NumPy arrays and random states.
  static TorchCheckpoint Read(const std::filesystem::path& path);

  ~TorchCheckpoint();
  TorchCheckpoint(TorchCheckpoint&&) noexcept;
  TorchCheckpoint& operator=(TorchCheckpoint&&) noexcept;

  Format format() const;
  const std::string& name() const;  // the path, for messages

  // The object that was saved. NumPy arrays in it are arrays, its tensors are objects, see below,
  // whose values are read from the file when they are asked for.
  const PickleValue& root() const;

  // Below, `what` names the value in error messages ("epoch_80.bin: optimizer"). They throw Error
  // for a value that is no tensor, and for one that reaches beyond its storage.
  static bool IsTensor(const PickleValue& value);
  static TorchTensorInfo InfoOf(const PickleValue& tensor, std::string_view what);
  Tensor ReadFloats(const PickleValue& tensor, std::string_view what) const;  // any dtype
  // int64 and smaller integers only.
  BasicTensor<int64_t> ReadIntegers(const PickleValue& tensor, std::string_view what) const;
  // A dictionary name -> tensor.
  StateDict ReadStateDict(const PickleValue& dict, std::string_view what) const;

 private:
  class Impl;
  explicit TorchCheckpoint(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ARRAYS_TORCH_CHECKPOINT_H_
