// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/npy.h"

#include <fstream>

#include "videopose/arrays/npy_layout.h"
#include "videopose/arrays/pickle.h"
#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace fs = std::filesystem;
namespace {

NpyArray UnpickleArray(const NpyLayout& layout, const SharedBytes& pickle, std::string_view what) {
  const UnpickleOptions options = {.name = std::string(what), .allow_global = IsNumpyGlobal};
  PickleValue value = Unpickle(pickle, options).value;
  DecodeNumpy(value, what);
  NpyArray array = value.AsArray(what);
  const int64_t count = CheckedElementCount(layout.shape, what);
  if (array.dtype.kind != 'O' || count != std::ssize(array.objects)) {
    Fail("{}: damaged: an array of objects of another shape than its header says", what);
  }
  array.shape = layout.shape;
  return array;
}

SharedBytes ReadFile(const fs::path& path) {
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  if (error) Fail("{}: cannot read: {}", path.string(), error.message());
  std::ifstream file(path, std::ios::binary);
  std::string bytes(size, '\0');
  file.read(bytes.data(), size);
  if (!file) Fail("{}: cannot read all of it", path.string());
  return SharedBytes::Own(std::move(bytes));
}

}  // namespace

NpyArray ParseNpy(const SharedBytes& file, std::string_view what) {
  const NpyHeader header = ParseNpyHeader(file.view(), what);
  const SharedBytes data = file.From(header.size);
  if (header.layout.dtype.kind == 'O') return UnpickleArray(header.layout, data, what);
  return ArrayFromBytes(header.layout, data, what);
}

NpyArray ReadNpy(const fs::path& path) { return ParseNpy(ReadFile(path), path.string()); }

std::string EncodeNpy(const NpyArray& array) {
  std::string file = EncodeNpyHeader(array);
  if (array.dtype.kind == 'O') {
    file += Pickle(EncodeNumpy(PickleValue::Array(array)), 3);
  } else {
    file += array.data.view();
  }
  return file;
}

void WriteNpy(const fs::path& path, const NpyArray& array) {
  WriteFileAtomically(path, EncodeNpy(array));
}

}  // namespace videopose::internal
