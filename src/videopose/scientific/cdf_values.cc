// SPDX-License-Identifier: Apache-2.0

#include "videopose/scientific/cdf_values.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "videopose/base.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

constexpr int32_t kInt1 = 1, kInt2 = 2, kInt4 = 4, kInt8 = 8, kUint1 = 11, kUint2 = 12, kUint4 = 14,
                  kReal4 = 21, kReal8 = 22, kEpoch = 31, kTimeTt2000 = 33, kByte = 41, kFloat = 44,
                  kDouble = 45, kChar = 51, kUchar = 52;

template <typename T>
std::string BytesOf(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

std::string Gunzip(std::string_view packed, int64_t size, const std::string& what) {
  constexpr int64_t kMost = int64_t{1} << 30;  // zlib counts with 32 bits
  if (size > kMost || std::ssize(packed) > kMost) {
    Fail("{}: {} bytes in one compressed piece; at most {} are read", what, size, kMost);
  }
  // A deflated byte cannot hold more than this: a larger size means a damaged file.
  constexpr int64_t kMostRatio = 1040;
  if (size > std::ssize(packed) * kMostRatio) {
    Fail("{}: damaged: {} bytes from {} compressed ones", what, size, packed.size());
  }
  std::string bytes(size, '\0');
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = packed.size();
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = bytes.size();
  constexpr int kGzipOrZlib = 15 + 32;
  if (inflateInit2(&stream, kGzipOrZlib) != Z_OK) Fail("{}: zlib has no memory", what);
  const int result = inflate(&stream, Z_FINISH);
  const uLong produced = stream.total_out;
  inflateEnd(&stream);
  if (result != Z_STREAM_END || produced != static_cast<uLong>(size)) {
    Fail("{}: damaged compressed data: {} of {} bytes came out", what, produced, size);
  }
  return bytes;
}

// Zeros are followed by how many more there are.
std::string ExpandZeros(std::string_view packed, int64_t size, const std::string& what) {
  std::string bytes;
  for (size_t i = 0; i < packed.size() && std::ssize(bytes) <= size; ++i) {
    if (packed[i] != '\0') {
      bytes += packed[i];
    } else if (++i < packed.size()) {
      bytes.append(size_t{1} + static_cast<unsigned char>(packed[i]), '\0');
    }
  }
  if (std::ssize(bytes) != size) {
    Fail("{}: damaged compressed data: {} bytes came out, not {}", what, bytes.size(), size);
  }
  return bytes;
}

}  // namespace

NpyDtype CdfDtype(int32_t type, int32_t element_count, int32_t encoding, const std::string& what) {
  NpyDtype dtype;
  switch (type) {
    // clang-format off
    case kInt1: case kByte: dtype = {'i', 1}; break;
    case kInt2: dtype = {'i', 2}; break;
    case kInt4: dtype = {'i', 4}; break;
    case kInt8: case kTimeTt2000: dtype = {'i', 8}; break;
    case kUint1: dtype = {'u', 1}; break;
    case kUint2: dtype = {'u', 2}; break;
    case kUint4: dtype = {'u', 4}; break;
    case kReal4: case kFloat: dtype = {'f', 4}; break;
    case kReal8: case kDouble: case kEpoch: dtype = {'f', 8}; break;
    // clang-format on
    case kChar:
    case kUchar:
      return {'S', element_count};
    default:
      Fail("{}: values of CDF type {} are not read", what, type);
  }
  if (element_count != 1) Fail("{}: {} numbers in one element", what, element_count);
  // VAX, and the Alpha and Itanium under VMS with D_FLOAT or G_FLOAT.
  static constexpr std::array<int32_t, 5> kNotIeee = {3, 14, 15, 20, 21};
  if (dtype.kind == 'f' &&
      std::find(kNotIeee.begin(), kNotIeee.end(), encoding) != kNotIeee.end()) {
    Fail("{}: reals of encoding {} (VAX) are not read; convert the file with NASA's cdfconvert",
         what, encoding);
  }
  return dtype;
}

bool IsBigEndianEncoding(int32_t encoding, const std::string& what) {
  switch (encoding) {
    // clang-format off
    case 1: case 2: case 5: case 7: case 9: case 11: case 12: case 18: return true;
    case 3: case 4: case 6: case 13: case 14: case 15: case 16: case 17: case 19: case 20: case 21:
      return false;
    // clang-format on
    default:
      Fail("{}: data encoding {} is unknown", what, encoding);
  }
}

std::string DefaultCdfPad(int32_t type, int32_t element_count) {
  switch (type) {
    // clang-format off
    case kInt1: case kByte: return BytesOf<int8_t>(-127);
    case kInt2: return BytesOf<int16_t>(-32767);
    case kInt4: return BytesOf<int32_t>(-2147483647);
    case kInt8: case kTimeTt2000: return BytesOf<int64_t>(-9223372036854775807);
    case kUint1: return BytesOf<uint8_t>(254);
    case kUint2: return BytesOf<uint16_t>(65534);
    case kUint4: return BytesOf<uint32_t>(4294967294);
    case kReal4: case kFloat: return BytesOf<float>(-1e30F);
    case kReal8: case kDouble: return BytesOf<double>(-1e30);
    case kEpoch: return BytesOf<double>(0);
    default: return std::string(element_count, ' ');
      // clang-format on
  }
}

void SwapBytes(int64_t item_bytes, std::string& bytes) {
  for (auto at = bytes.begin(); bytes.end() - at >= item_bytes; at += item_bytes) {
    std::reverse(at, at + item_bytes);
  }
}

void ReorderToRowMajor(const std::vector<int64_t>& dims, int64_t item_bytes, std::string& records) {
  if (dims.size() < 2 || records.empty()) return;
  const int64_t count = BasicTensor<char>::ElementCount(dims);
  std::vector<int64_t> strides(dims.size(), 1);
  for (size_t d = 1; d < dims.size(); ++d) strides[d] = strides[d - 1] * dims[d - 1];
  const size_t item = item_bytes;
  std::string record;
  for (size_t begin = 0; begin < records.size(); begin += record.size()) {
    record = records.substr(begin, static_cast<size_t>(count) * item);
    std::vector<int64_t> index(dims.size(), 0);
    int64_t from = 0;
    for (int64_t to = 0; to < count; ++to) {
      std::memcpy(records.data() + begin + static_cast<size_t>(to) * item,
                  record.data() + static_cast<size_t>(from) * item, item);
      for (size_t d = dims.size(); d-- > 0;) {
        from += strides[d];
        if (++index[d] < dims[d]) break;
        from -= strides[d] * dims[d];
        index[d] = 0;
      }
    }
  }
}

std::string UnpackCdf(int32_t compression, std::string_view packed, int64_t size,
                      const std::string& what) {
  constexpr int32_t kZeros = 1, kGzip = 5;
  if (compression == kGzip) return Gunzip(packed, size, what);
  if (compression == kZeros) return ExpandZeros(packed, size, what);
  Fail("{}: compression {} is not read, only GZIP (5) and RLE (1)", what, compression);
}

}  // namespace videopose::internal
