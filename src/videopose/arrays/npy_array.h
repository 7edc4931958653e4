// SPDX-License-Identifier: Apache-2.0

// An array as NumPy files hold it.

#ifndef VIDEOPOSE_ARRAYS_NPY_ARRAY_H_
#define VIDEOPOSE_ARRAYS_NPY_ARRAY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "videopose/arrays/pickle_value.h"
#include "videopose/arrays/shared_bytes.h"

namespace videopose::internal {

// NumPy's kind letter and the bytes of one element: {'f', 4} is float32.
struct NpyDtype {
  char kind = 'f';  // b bool, i signed, u unsigned, f float, S bytes, U UTF-32 text, O objects
  int64_t item_bytes = 4;
  bool operator==(const NpyDtype&) const = default;
};

struct NpyArray {
  NpyDtype dtype;
  std::vector<int64_t> shape;        // empty: a single value
  SharedBytes data;                  // row-major, this machine's byte order, not aligned
  std::vector<PickleValue> objects;  // row-major; instead of data where the kind is O
};

// "float32 (45, 17, 3)", for messages.
std::string Describe(const NpyArray& array);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ARRAYS_NPY_ARRAY_H_
