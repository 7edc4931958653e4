// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/npy.h"

#include "videopose/arrays/npy_layout.h"
#include "videopose/arrays/pickle.h"
#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"

namespace videopose::internal {
namespace fs = std::filesystem;
namespace {

NpyArray UnpickleArray(const NpyLayout& layout, const SharedBytes& pickle, std::string_view what,
                       double packed_bytes) {
  const UnpickleOptions options = {
      .name = std::string(what), .allow_global = IsNumpyGlobal, .file_bytes = packed_bytes};
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

}  // namespace

NpyArray ParseNpy(const SharedBytes& file, std::string_view what) {
  return ParsePackedNpy(file, what, 0);
}

NpyArray ParsePackedNpy(const SharedBytes& file, std::string_view what, double packed_bytes) {
  const NpyHeader header = ParseNpyHeader(file.view(), what);
  const SharedBytes data = file.From(header.size);
  if (header.layout.dtype.kind == 'O')
    return UnpickleArray(header.layout, data, what, packed_bytes);
  return ArrayFromBytes(header.layout, data, what);
}

NpyArray ReadNpy(const fs::path& path) {
  return ParseNpy(SharedBytes::Own(ReadFile(path)), path.string());
}

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
