// SPDX-License-Identifier: Apache-2.0

// How NumPy describes and lays out the elements of an array; shared by .npy files and pickles.

#ifndef VIDEOPOSE_ARRAYS_NPY_LAYOUT_H_
#define VIDEOPOSE_ARRAYS_NPY_LAYOUT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/arrays/npy_array.h"
#include "videopose/arrays/shared_bytes.h"

namespace videopose::internal {

struct NpyLayout {
  NpyDtype dtype;
  bool big_endian = false;
  bool fortran_order = false;  // the first index varies fastest
  std::vector<int64_t> shape;
};

// "<f4", "|b1", "f8", "O": the dtype and its byte order into `layout`. Throws Error on what
// videopose does not read.
void ParseDescr(std::string_view descr, std::string_view what, NpyLayout& layout);
// "<f4" of a dtype in this machine's order.
std::string DescrOf(const NpyDtype& dtype);

// Of a shape from a file: throws Error where it is negative or absurd.
int64_t CheckedElementCount(const std::vector<int64_t>& shape, std::string_view what);

// The array in `bytes`, which may be longer; copies only what must be reordered.
NpyArray ArrayFromBytes(const NpyLayout& layout, const SharedBytes& bytes, std::string_view what);

// ParseNpy() of a file that was compressed in one of `packed_bytes`; 0: it was not.
NpyArray ParsePackedNpy(const SharedBytes& file, std::string_view what, double packed_bytes);

struct NpyHeader {
  NpyLayout layout;
  size_t size = 0;  // bytes before the data
};
NpyHeader ParseNpyHeader(std::string_view file, std::string_view what);
std::string EncodeNpyHeader(const NpyArray& array);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ARRAYS_NPY_LAYOUT_H_
