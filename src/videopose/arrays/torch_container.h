// SPDX-License-Identifier: Apache-2.0

// The two containers of torch.save: what was pickled, and beside it the storages, long runs of raw
// values that the pickle refers to by key.

#ifndef VIDEOPOSE_ARRAYS_TORCH_CONTAINER_H_
#define VIDEOPOSE_ARRAYS_TORCH_CONTAINER_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "videopose/arrays/pickle_value.h"
#include "videopose/arrays/shared_bytes.h"

namespace videopose::internal {

struct TorchDtype {
  std::string_view storage;  // "FloatStorage", in module torch
  std::string_view name;     // "float32"
  int64_t item_bytes;
};

// Null for a storage class that we do not read.
const TorchDtype* FindTorchDtype(std::string_view global_name);

// What a persistent id of the pickle says: a run of elements of a storage.
struct TorchStorageRef {
  const TorchDtype* dtype = nullptr;
  std::string key;
  int64_t element_count = 0;  // of the whole storage
  int64_t view_begin = 0;     // the part meant here; legacy files only, else all of it
  int64_t view_count = 0;
};

// Throws Error for a value which is no reference to a storage. `what` names it in the message.
TorchStorageRef ParseTorchStorage(const PickleValue& persistent_id, std::string_view what);

class TorchContainer {
 public:
  virtual ~TorchContainer() = default;
  virtual bool is_zip() const = 0;
  virtual const PickleValue& root() const = 0;
  // All element_count elements, little-endian. Throws Error if the file holds another number.
  virtual SharedBytes ReadStorage(const TorchStorageRef& storage) const = 0;
  virtual int64_t file_bytes() const = 0;
};

// Throws Error for what is not a file of torch.save.
std::unique_ptr<TorchContainer> OpenTorchContainer(const std::filesystem::path& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ARRAYS_TORCH_CONTAINER_H_
