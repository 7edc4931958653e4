// SPDX-License-Identifier: Apache-2.0

#include "videopose/scientific/mat_file.h"

#include <fmt/ranges.h>
#include <matio.h>

#include <array>
#include <fstream>
#include <optional>

#include "videopose/base/error.h"
#include "videopose/scientific/hdf5_file.h"
#include "videopose/scientific/mat_layout.h"

namespace videopose::internal {
namespace {

struct Closer {
  void operator()(mat_t* file) const { Mat_Close(file); }
  void operator()(matvar_t* variable) const { Mat_VarFree(variable); }
};
using File = std::unique_ptr<mat_t, Closer>;
using Value = std::unique_ptr<matvar_t, Closer>;

// Version 7.3 is HDF5 behind 512 bytes, whose library serves one thread at a time.
std::optional<Hdf5Lock> LockIfHdf5(const std::filesystem::path& path) {
  constexpr std::streamoff kUserBlock = 512;
  std::ifstream file(path, std::ios::binary);
  std::array<char, 4> signature{};
  file.seekg(kUserBlock);
  file.read(signature.data(), signature.size());
  if (std::string_view(signature.data(), signature.size()) != "\x89HDF") return std::nullopt;
  return std::optional<Hdf5Lock>(std::in_place);
}

File Open(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    Fail(ErrorCode::kFileNotFound, "{}: no such file", path.string());
  }
  File file(Mat_Open(path.c_str(), MAT_ACC_RDONLY));
  if (file == nullptr) Fail("{}: is not a MATLAB file, or damaged", path.string());
  return file;
}

std::string KindOf(const matvar_t& variable) {
  static constexpr std::array<std::string_view, 18> kNames = {
      "empty", "cell",  "struct", "object", "text",   "sparse", "double", "single",   "int8",
      "uint8", "int16", "uint16", "int32",  "uint32", "int64",  "uint64", "function", "opaque"};
  const size_t kind = variable.class_type;
  return std::string(kind < kNames.size() ? kNames.at(kind) : "unknown");
}

std::vector<int64_t> ShapeOf(const matvar_t& variable) {
  std::vector<int64_t> shape;
  for (int i = 0; i < variable.rank; ++i) {
    shape.push_back(variable.dims[i]);
  }
  return shape;
}

// No compression expands a file more than this.
double MostValues(const std::filesystem::path& path) {
  return 1040.0 * static_cast<double>(std::filesystem::file_size(path)) + 4096;
}

void CheckSize(const std::vector<int64_t>& shape, double most, const std::string& what) {
  double total = 1;
  for (const int64_t dim : shape) {
    if (dim < 0) Fail("{}: damaged: its shape is ({})", what, fmt::join(shape, ", "));
    total *= static_cast<double>(dim);
  }
  if (total > most) Fail("{}: ({}) is too much for its file", what, fmt::join(shape, ", "));
}

template <typename T>
void CopyRowMajor(const T* values, BasicTensor<double>& tensor) {
  std::vector<int64_t> strides(tensor.shape.size(), 1), index(tensor.shape.size(), 0);
  for (size_t d = 1; d < strides.size(); ++d) strides[d] = strides[d - 1] * tensor.shape[d - 1];
  int64_t from = 0;
  for (double& value : tensor.values) {
    value = static_cast<double>(values[from]);
    for (size_t d = index.size(); d-- > 0;) {
      from += strides[d];
      if (++index[d] < tensor.shape[d]) break;
      from -= strides[d] * tensor.shape[d];
      index[d] = 0;
    }
  }
}

BasicTensor<double> NumbersOf(const matvar_t& variable, double most, const std::string& what) {
  const std::vector<int64_t> shape = ShapeOf(variable);
  CheckSize(shape, most, what);
  BasicTensor<double> tensor(shape);
  if (variable.isComplex != 0) Fail("{}: complex numbers are not read", what);
  if (variable.data == nullptr ||
      static_cast<size_t>(variable.data_size) * tensor.values.size() > variable.nbytes) {
    if (tensor.values.empty()) return tensor;
    Fail("{}: expected numbers, found {} with nothing in it", what, KindOf(variable));
  }
  const void* data = variable.data;
  switch (variable.class_type) {
    // clang-format off
    case MAT_C_DOUBLE: CopyRowMajor(static_cast<const double*>(data), tensor); break;
    case MAT_C_SINGLE: CopyRowMajor(static_cast<const float*>(data), tensor); break;
    case MAT_C_INT8: CopyRowMajor(static_cast<const int8_t*>(data), tensor); break;
    case MAT_C_UINT8: CopyRowMajor(static_cast<const uint8_t*>(data), tensor); break;
    case MAT_C_INT16: CopyRowMajor(static_cast<const int16_t*>(data), tensor); break;
    case MAT_C_UINT16: CopyRowMajor(static_cast<const uint16_t*>(data), tensor); break;
    case MAT_C_INT32: CopyRowMajor(static_cast<const int32_t*>(data), tensor); break;
    case MAT_C_UINT32: CopyRowMajor(static_cast<const uint32_t*>(data), tensor); break;
    case MAT_C_INT64: CopyRowMajor(static_cast<const int64_t*>(data), tensor); break;
    case MAT_C_UINT64: CopyRowMajor(static_cast<const uint64_t*>(data), tensor); break;
    // clang-format on
    default:
      Fail("{}: expected numbers, found {}", what, KindOf(variable));
  }
  return tensor;
}

}  // namespace

MatFile::MatFile(std::filesystem::path path) : path_(std::move(path)) {
  CheckMatLayout(path_);
  const auto lock = LockIfHdf5(path_);
  const File file = Open(path_);
  while (const Value variable{Mat_VarReadNextInfo(file.get())}) {
    variables_.push_back({.name = variable->name == nullptr ? "" : variable->name,
                          .kind = KindOf(*variable),
                          .shape = ShapeOf(*variable)});
  }
  if (variables_.empty()) Fail("{}: has no variables, or is damaged", path_.string());
}

bool MatFile::Has(const std::string& name) const {
  for (const Variable& variable : variables_) {
    if (variable.name == name) return true;
  }
  return false;
}

BasicTensor<double> MatFile::Read(const std::string& name) const {
  const std::string what = fmt::format("{}: {}", path_.string(), name);
  if (!Has(name)) {
    std::vector<std::string_view> names;
    for (const Variable& variable : variables_) names.push_back(variable.name);
    Fail("{}: has no variable {}, but {}", path_.string(), name, fmt::join(names, ", "));
  }
  const double most = MostValues(path_);
  for (const Variable& variable : variables_) {
    if (variable.name == name) CheckSize(variable.shape, most, what);
  }
  const auto lock = LockIfHdf5(path_);
  const File file = Open(path_);
  const Value value(Mat_VarRead(file.get(), name.c_str()));
  if (value == nullptr) Fail("{}: damaged", what);
  const matvar_t* numbers = value.get();
  if (value->class_type == MAT_C_CELL) {
    numbers = value->data == nullptr || value->nbytes == 0 || ShapeOf(*value).empty()
                  ? nullptr
                  : *static_cast<matvar_t* const*>(value->data);
    if (numbers == nullptr) Fail("{}: an empty cell array", what);
  }
  return NumbersOf(*numbers, most, what);
}

}  // namespace videopose::internal
