// SPDX-License-Identifier: Apache-2.0

// The records that a CDF file is made of: big-endian, with offsets of 4 bytes in version 2 and of 8
// in version 3. Values in them are in the file's own encoding: cdf_values.h.

#ifndef VIDEOPOSE_SCIENTIFIC_CDF_RECORDS_H_
#define VIDEOPOSE_SCIENTIFIC_CDF_RECORDS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/arrays/shared_bytes.h"

namespace videopose::internal {

struct CdfVariable {
  enum class Sparse { kNo, kPad, kPrevious };

  std::string name;
  int32_t type = 0;           // NASA's number, 44 is CDF_FLOAT
  int32_t element_count = 1;  // characters of a text
  int64_t record_count = 0;
  std::vector<int64_t> dims;  // of a record; those along which it does not vary are left out
  Sparse sparse = Sparse::kNo;
  bool is_compressed = false;
  int32_t compression = 0;  // 1 runs of zeros, 5 GZIP
  std::string pad;          // one value in the file's encoding; empty: the type's usual
  int64_t index_offset = 0;
};

// A CDF file in memory, after whole-file compression was undone.
struct CdfBytes {
  std::string name;   // for messages
  SharedBytes bytes;  // offsets count from the beginning of this
  bool is_v3 = true;
  int32_t release = 0;  // the second number of the version

  // `count` bytes at `offset`; Error where the file ends before.
  std::string_view At(int64_t offset, int64_t count) const;
};

// Reads a record from its beginning: size, type, then what the caller asks for.
class CdfCursor {
 public:
  enum Type : int32_t {
    kHeader = 1,
    kGlobals = 2,
    kRVariable = 3,
    kIndex = 6,
    kValues = 7,
    kZVariable = 8,
    kCompressedFile = 10,
    kCompression = 11,
    kCompressedValues = 13,
  };

  CdfCursor(const CdfBytes& file, int64_t offset);

  int32_t type() const { return type_; }
  // Error if the record is of another type; `what` says what it should have been.
  void Expect(int32_t type, std::string_view what) const;

  int32_t Int();
  int64_t Offset();  // or size: 4 or 8 bytes
  std::string_view Bytes(int64_t count);
  std::string_view Rest() { return Bytes(end_ - at_); }

 private:
  const CdfBytes& file_;
  int64_t at_ = 0, end_ = 0;
  int32_t type_ = 0;
};

// The list of variables that begins at `offset`, 0 for none. `r_dims`: what rVariables share.
std::vector<CdfVariable> ReadCdfVariables(const CdfBytes& file, int64_t offset, bool is_z,
                                          const std::vector<int64_t>& r_dims);

// Where some of a variable's records are.
struct CdfPiece {
  int64_t first_record = 0, last_record = 0;
  bool is_compressed = false;
  std::string_view bytes;
};

// In the order of their records, none of which is in two. The file must stay.
std::vector<CdfPiece> ReadCdfPieces(const CdfBytes& file, const CdfVariable& variable);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SCIENTIFIC_CDF_RECORDS_H_
