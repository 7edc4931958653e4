// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/npy_layout.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

static_assert(std::endian::native == std::endian::little, "the data are taken over as they are");

// The most elements an array may say it has, so that sizes in bytes cannot overflow.
constexpr int64_t kMostElements = int64_t{1} << 44;
constexpr int64_t kMostElementBytes = 1 << 24;
constexpr size_t kMostDimensions = 64;  // NumPy's own limit

// In groups of `unit_bytes`.
void SwapBytes(std::string& bytes, size_t unit_bytes) {
  for (size_t i = 0; i + unit_bytes <= bytes.size(); i += unit_bytes) {
    std::reverse(bytes.begin() + i, bytes.begin() + (i + unit_bytes));
  }
}

// An array whose first index varies fastest, as one whose last does.
std::string ToRowMajor(std::string_view column_major, const std::vector<int64_t>& shape,
                       size_t item_bytes) {
  std::string row_major(column_major.size(), '\0');
  std::vector<size_t> strides(shape.size(), 1);
  for (size_t axis = 1; axis < shape.size(); ++axis) {
    strides[axis] = strides[axis - 1] * static_cast<size_t>(shape[axis - 1]);
  }
  std::vector<int64_t> index(shape.size(), 0);
  size_t from = 0;
  for (size_t to = 0; to < row_major.size(); to += item_bytes) {
    std::memcpy(&row_major[to], &column_major[from * item_bytes], item_bytes);
    for (size_t axis = shape.size(); axis-- > 0;) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * static_cast<size_t>(shape[axis]);
      index[axis] = 0;
    }
  }
  return row_major;
}

bool IsSupported(char kind, int64_t size) {
  switch (kind) {
    case 'b':
      return size == 1;
    case 'i':
    case 'u':
      return size == 1 || size == 2 || size == 4 || size == 8;
    case 'f':
      return size == 2 || size == 4 || size == 8;
    case 'S':
    case 'U':
      return size <= kMostElementBytes;
    case 'O':
      return true;
    default:
      return false;
  }
}

}  // namespace

void ParseDescr(std::string_view descr, std::string_view what, NpyLayout& layout) {
  const std::string_view whole = descr;
  layout.big_endian = descr.starts_with('>');
  if (descr.find_first_of("<>|=") == 0) descr.remove_prefix(1);
  const char kind = descr.empty() ? '?' : descr[0];
  int64_t size = 0;
  if (descr.size() > 1) {
    const char* const end = descr.data() + descr.size();
    const auto [stop, error] = std::from_chars(descr.data() + 1, end, size);
    if (error != std::errc() || stop != end || size < 0) size = -1;
  }
  if (kind == 'c') Fail("{}: holds complex numbers, which videopose does not read", what);
  if (size < 0 || size > kMostElementBytes || !IsSupported(kind, size)) {
    Fail("{}: holds elements of NumPy type '{}', which videopose does not read", what,
         whole.substr(0, 32));
  }
  layout.dtype = {kind, kind == 'U' ? 4 * size : kind == 'O' ? 8 : size};
}

std::string DescrOf(const NpyDtype& dtype) {
  const bool has_order = dtype.item_bytes > 1 && dtype.kind != 'S';
  if (dtype.kind == 'O') return "|O";
  return fmt::format("{}{}{}", has_order ? '<' : '|', dtype.kind,
                     dtype.kind == 'U' ? dtype.item_bytes / 4 : dtype.item_bytes);
}

int64_t CheckedElementCount(const std::vector<int64_t>& shape, std::string_view what) {
  if (shape.size() > kMostDimensions) {
    Fail("{}: damaged: an array of {} dimensions", what, shape.size());
  }
  int64_t count = 1;
  bool is_empty = false;
  for (const int64_t length : shape) {
    if (length < 0) Fail("{}: damaged: an array of length {}", what, length);
    is_empty = is_empty || length == 0;
    if (length > 0 && count > kMostElements / length) Fail("{}: damaged: an absurd size", what);
    count *= std::max<int64_t>(length, 1);
  }
  return is_empty ? 0 : count;
}

NpyArray ArrayFromBytes(const NpyLayout& layout, const SharedBytes& bytes, std::string_view what) {
  const int64_t count = CheckedElementCount(layout.shape, what);
  const size_t item_bytes = layout.dtype.item_bytes;
  // An element of no bytes counts as one, lest a short file hold a trillion empty texts.
  const size_t available = bytes.size() / std::max<size_t>(item_bytes, 1);
  if (static_cast<size_t>(count) > available) {
    Fail("{}: truncated: should hold {} elements of {} bytes, has {} bytes", what, count,
         item_bytes, bytes.size());
  }
  SharedBytes data = bytes.Part(0, static_cast<size_t>(count) * item_bytes);
  const size_t unit_bytes = layout.dtype.kind == 'U' ? 4 : item_bytes;
  if (layout.big_endian && unit_bytes > 1 && layout.dtype.kind != 'S') {
    std::string swapped(data.view());
    SwapBytes(swapped, unit_bytes);
    data = SharedBytes::Own(std::move(swapped));
  }
  if (layout.fortran_order && layout.shape.size() > 1) {
    data = SharedBytes::Own(ToRowMajor(data.view(), layout.shape, item_bytes));
  }
  return {layout.dtype, layout.shape, std::move(data), {}};
}

}  // namespace videopose::internal
