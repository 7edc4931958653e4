// SPDX-License-Identifier: Apache-2.0

#include "videopose/scientific/mat_file.h"

#include <fmt/ranges.h>
#include <matio.h>

#include <algorithm>
#include <array>

#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/scientific/hdf5_file.h"
#include "videopose/scientific/in_child.h"
#include "videopose/scientific/mat_layout.h"

namespace videopose::internal {
namespace {

struct Closer {
  void operator()(mat_t* file) const { Mat_Close(file); }
  void operator()(matvar_t* variable) const { Mat_VarFree(variable); }
};
using File = std::unique_ptr<mat_t, Closer>;
using Value = std::unique_ptr<matvar_t, Closer>;

File Open(const std::filesystem::path& path) {
  File file(Mat_Open(path.c_str(), MAT_ACC_RDONLY));
  if (file == nullptr) Fail("{}: is not a MATLAB file, or damaged", path.string());
  OpenNoMoreFiles();  // version 7.3 is HDF5, whose data sets can lie in other files
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

BasicTensor<double> ReadNumbers(const std::filesystem::path& path, const std::string& name,
                                double most, const std::string& what) {
  const File file = Open(path);
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

}  // namespace

MatFile::MatFile(std::filesystem::path path) : path_(std::move(path)) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path_, error)) {
    Fail(ErrorCode::kFileNotFound, "{}: no such file", path_.string());
  }
  byte_count_ = static_cast<double>(std::filesystem::file_size(path_, error));
  const auto work = [this]() -> ChildTalk {
    CheckMatLayout(path_);
    const File file = Open(path_);
    std::vector<Variable> found;
    while (const Value variable{Mat_VarReadNextInfo(file.get())}) {
      found.push_back({.name = variable->name == nullptr ? "" : variable->name,
                       .kind = KindOf(*variable),
                       .shape = ShapeOf(*variable)});
    }
    return [found](ChildPipe& pipe) {
      pipe.Put(found.size());
      for (const Variable& variable : found) {
        pipe.PutText(variable.name);
        pipe.PutText(variable.kind);
        pipe.Put(variable.shape.size());
        for (const int64_t dim : variable.shape) pipe.Put(dim);
      }
    };
  };
  const Hdf5Lock lock;  // version 7.3 is HDF5
  InChild(path_.string(), byte_count_, work, [this](ChildPipe& pipe) {
    constexpr size_t kMostVariables = 1 << 16, kMostDimensions = 64;
    for (size_t left = std::min(pipe.Get<size_t>(), kMostVariables); left > 0; --left) {
      Variable variable{.name = pipe.GetText(), .kind = pipe.GetText(), .shape = {}};
      variable.shape.resize(std::min(pipe.Get<size_t>(), kMostDimensions));
      for (int64_t& dim : variable.shape) dim = pipe.Get<int64_t>();
      variables_.push_back(std::move(variable));
    }
  });
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
  const double most = MostBytesFrom(byte_count_) / sizeof(double);
  for (const Variable& variable : variables_) {
    if (variable.name == name) CheckSize(variable.shape, most, what);
  }
  BasicTensor<double> result;
  const Hdf5Lock lock;
  InChild(
      what, byte_count_,
      [&]() -> ChildTalk {
        const auto tensor =
            std::make_shared<BasicTensor<double>>(ReadNumbers(path_, name, most, what));
        return [tensor](ChildPipe& pipe) { pipe.PutTensor(*tensor); };
      },
      [&](ChildPipe& pipe) { result = pipe.GetTensor(most, what); });
  return result;
}

}  // namespace videopose::internal
