// SPDX-License-Identifier: Apache-2.0

// HDF5 files: data sets of numbers, through HDF5's C library, which crashes on crafted files and
// therefore runs in a child process (in_child.h). Any number of threads may read: the library lets
// in one at a time.

#ifndef VIDEOPOSE_SCIENTIFIC_HDF5_FILE_H_
#define VIDEOPOSE_SCIENTIFIC_HDF5_FILE_H_

#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/base.h"

namespace videopose::internal {

// Must be held by all code that calls HDF5, also through another library, or that forks to call it:
// HDF5 serves one thread at a time.
class Hdf5Lock {
 public:
  Hdf5Lock();

 private:
  std::unique_lock<std::recursive_mutex> lock_;
};

class Hdf5File {
 public:
  // Throws Error: missing, or does not begin like an HDF5 file.
  explicit Hdf5File(const std::filesystem::path& path);
  // The same of a file in memory, which must stay there; `name` is how messages call it.
  Hdf5File(std::string_view bytes, std::string name);

  // Of the data sets and groups at the root.
  // Throws Error: truncated, damaged.
  std::vector<std::string> names() const;

  // Numbers of any type. Throws Error: no such data set (naming those there are), something else in
  // it, damaged, or absurdly large for its file.
  BasicTensor<double> Read(const std::string& name) const;

 private:
  void CheckBeginning(std::string_view beginning) const;

  std::string name_;
  std::optional<std::string_view> bytes_;  // of a file in memory
  double byte_count_ = 0;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SCIENTIFIC_HDF5_FILE_H_
