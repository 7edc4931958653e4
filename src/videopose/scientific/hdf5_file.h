// SPDX-License-Identifier: Apache-2.0

// HDF5 files: data sets of numbers, through HDF5's C library. Any number of threads may read: the
// library lets in one at a time.

#ifndef VIDEOPOSE_SCIENTIFIC_HDF5_FILE_H_
#define VIDEOPOSE_SCIENTIFIC_HDF5_FILE_H_

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/tensor.h"

namespace videopose::internal {

// Must be held by all code that calls HDF5, also through another library: HDF5 serves one thread
// at a time. It also turns off HDF5's printing of errors.
class Hdf5Lock {
 public:
  Hdf5Lock();

 private:
  std::unique_lock<std::recursive_mutex> lock_;
};

class Hdf5File {
 public:
  // Throws Error: missing, not an HDF5 file, truncated, damaged.
  explicit Hdf5File(const std::filesystem::path& path);
  // The same of a file in memory, which is copied; `name` is how messages call it.
  Hdf5File(std::string_view bytes, std::string name);
  ~Hdf5File();
  Hdf5File(const Hdf5File&) = delete;
  Hdf5File& operator=(const Hdf5File&) = delete;

  // Of the data sets and groups at the root.
  const std::vector<std::string>& names() const { return names_; }

  // Numbers of any type. Throws Error: no such data set (naming those there are), something else in
  // it, damaged, or absurdly large for its file.
  BasicTensor<double> Read(const std::string& name) const;

 private:
  void Open(int64_t access);

  std::string name_;
  int64_t byte_count_ = 0;
  int64_t file_ = -1;
  std::vector<std::string> names_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SCIENTIFIC_HDF5_FILE_H_
