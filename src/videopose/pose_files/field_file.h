// SPDX-License-Identifier: Apache-2.0

// Named arrays in a file: what .npz and .json have in common. The order of the fields is kept.

#ifndef VIDEOPOSE_POSE_FILES_FIELD_FILE_H_
#define VIDEOPOSE_POSE_FILES_FIELD_FILE_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "videopose/base.h"

namespace videopose::internal {

using TextList = std::vector<std::string>;
// A scalar is a tensor of rank 0.
using Field = std::variant<Tensor, BasicTensor<double>, BasicTensor<int64_t>, BasicTensor<uint8_t>,
                           std::string, TextList>;

struct FieldFile {
  std::string path;  // for messages
  std::vector<std::pair<std::string, Field>> fields;

  void Add(std::string name, Field field) {
    fields.emplace_back(std::move(name), std::move(field));
  }
  bool Has(std::string_view name) const { return Find(name) != nullptr; }

  // Each converts between kinds of numbers where nothing is lost. Throw Error that names the file,
  // the field, what was expected and what is there.
  Tensor Floats(std::string_view name,
                const std::vector<int64_t>& shape) const;  // -1 in `shape`: any size
  std::vector<double> Doubles(std::string_view name, int64_t count) const;
  std::vector<double> Doubles(std::string_view name, int64_t rows, int64_t columns) const;
  std::vector<int64_t> Ints(std::string_view name, int64_t count) const;  // -1: any
  double Number(std::string_view name) const;
  int64_t WholeNumber(std::string_view name) const;
  std::string Text(std::string_view name) const;
  TextList Texts(std::string_view name) const;

 private:
  const Field* Find(std::string_view name) const;
  const Field& Get(std::string_view name) const;
};

// Atomically. NaN becomes null in JSON, and null NaN when it is read.
void WriteNpzFields(const std::filesystem::path& path, const FieldFile& file);
void WriteJsonFields(const std::filesystem::path& path, const FieldFile& file);

// Told apart by content. Throw Error for a file that is neither, or damaged.
FieldFile ReadFields(const std::filesystem::path& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_POSE_FILES_FIELD_FILE_H_
