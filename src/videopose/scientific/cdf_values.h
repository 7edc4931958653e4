// SPDX-License-Identifier: Apache-2.0

// The values in a CDF file: their types, byte orders and order in a record, and how they are
// packed.

#ifndef VIDEOPOSE_SCIENTIFIC_CDF_VALUES_H_
#define VIDEOPOSE_SCIENTIFIC_CDF_VALUES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/arrays/npy_array.h"

namespace videopose::internal {

// What the numbers of a CDF type are to NumPy; `what` is for messages. Throws Error for types that
// are not read, and for reals of an encoding that is not IEEE.
NpyDtype CdfDtype(int32_t type, int32_t element_count, int32_t encoding, const std::string& what);

// Whether numbers of this encoding begin with their most significant byte. Throws Error for an
// encoding that is unknown.
bool IsBigEndianEncoding(int32_t encoding, const std::string& what);

// The value of what was never written, in this machine's byte order: NASA's default.
std::string DefaultCdfPad(int32_t type, int32_t element_count);

// Turns each number of `item_bytes` around.
void SwapBytes(int64_t item_bytes, std::string& bytes);

// Turns records whose first dimension varies fastest into ones whose last does.
void ReorderToRowMajor(const std::vector<int64_t>& dims, int64_t item_bytes, std::string& records);

// Exactly `size` bytes that were packed as a gzip stream (compression 5) or with runs of zeros (1).
// Throws Error for other kinds, and for damage.
std::string UnpackCdf(int32_t compression, std::string_view packed, int64_t size,
                      const std::string& what);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SCIENTIFIC_CDF_VALUES_H_
