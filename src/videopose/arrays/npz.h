// SPDX-License-Identifier: Apache-2.0

// NumPy's .npz files: a zip archive of .npy files, stored or deflated.
//
//   const NpzReader file("data_3d_h36m.npz");
//   const PickleValue positions_3d = file.ReadObject("positions_3d");
//   for (const auto& [subject, actions] : positions_3d.AsDict("positions_3d")) {
//     for (const auto& [action, joints_in_world] : actions.AsDict("positions_3d")) {
//       const Tensor tensor = ToTensor<float>(joints_in_world.AsArray("positions_3d"), "...");

#ifndef VIDEOPOSE_ARRAYS_NPZ_H_
#define VIDEOPOSE_ARRAYS_NPZ_H_

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/arrays/npy.h"
#include "videopose/base.h"

namespace videopose::internal {

class NpzReader {
 public:
  // Throws Error: missing, not a zip archive, damaged, two arrays of one name, or absurd: arrays of
  // more bytes than MostBytesFrom (base/read_file.h) grants a file of this size (a zip bomb).
  explicit NpzReader(std::filesystem::path path);
  ~NpzReader();
  NpzReader(NpzReader&&) noexcept;
  NpzReader& operator=(NpzReader&&) noexcept;

  const std::filesystem::path& path() const;
  // Of the arrays, without ".npy", in the order of the file.
  const std::vector<std::string>& names() const;
  bool Has(std::string_view name) const;

  // Throw Error: no such array (naming those there are), damaged, encrypted, of another kind than
  // asked for, or of more than 64 GiB. An array's bytes are decoded once and shared from then on.
  NpyArray Read(std::string_view name) const;
  PickleValue ReadObject(std::string_view name) const;  // of a 0-d object array
  std::vector<std::string> ReadStrings(std::string_view name) const;
  template <typename T>
  BasicTensor<T> ReadTensor(std::string_view name) const {
    return ToTensor<T>(Read(name), What(name));
  }
  template <typename T>
  T ReadScalar(std::string_view name) const {
    return ToScalar<T>(Read(name), What(name));
  }

  // "data.npz: keypoints", for messages.
  std::string What(std::string_view name) const;

 private:
  class Archive;
  std::unique_ptr<Archive> archive_;
};

struct NpzOptions {
  bool deflate = true;
};

// Collects arrays and writes them together, atomically, in Close.
class NpzWriter {
 public:
  // Throws Error where the folder cannot be written to.
  explicit NpzWriter(std::filesystem::path path, NpzOptions options = {});
  ~NpzWriter();  // without Close: no file is left
  NpzWriter(NpzWriter&&) noexcept;
  NpzWriter& operator=(NpzWriter&&) noexcept;

  void Add(std::string_view name, const NpyArray& array);
  // Throws Error, e.g. on a full disk. At least one array must have been added.
  void Close();

 private:
  class Archive;
  std::unique_ptr<Archive> archive_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ARRAYS_NPZ_H_
