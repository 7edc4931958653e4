// SPDX-License-Identifier: Apache-2.0

// NASA's Common Data Format, versions 2 and 3: variables of numbers and text.
// Source of the format: "CDF Internal Format Description", NASA GSFC/SPDF.
//
// Read are: records of both versions, whole files and single variables that are compressed (GZIP,
// runs of zeros), both majorities, every encoding with IEEE numbers, rVariables and zVariables,
// sparse records and variables in pieces. Not read: attributes, files split into several, VAX
// reals, CDF_EPOCH16, Huffman compression: Error.

#ifndef VIDEOPOSE_SCIENTIFIC_CDF_H_
#define VIDEOPOSE_SCIENTIFIC_CDF_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/arrays/npy.h"
#include "videopose/base.h"
#include "videopose/scientific/cdf_records.h"

namespace videopose::internal {

class CdfReader {
 public:
  // Throws Error: missing, not a CDF, truncated, damaged, of a kind that is not read.
  explicit CdfReader(const std::filesystem::path& path);
  // The same of a file in memory; `name` is how messages call it.
  CdfReader(SharedBytes file, std::string name);

  const std::vector<CdfVariable>& variables() const { return variables_; }
  bool row_major() const { return row_major_; }
  // Null where there is none.
  const CdfVariable* Find(std::string_view name) const;

  // (records, dimensions...), row-major whatever the file's majority. Records that a sparse
  // variable leaves out have its pad value, or the values of the record before. Throws Error: no
  // such variable (naming those there are), damaged, a type that is not read, or absurdly large for
  // its file.
  NpyArray Read(std::string_view name) const;
  template <typename T>
  BasicTensor<T> ReadTensor(std::string_view name) const {
    return ToTensor<T>(Read(name), name_ + ": " + std::string(name));
  }

 private:
  void ReadHeader();

  std::string name_;
  double file_bytes_;  // on disk
  CdfBytes bytes_;
  int32_t encoding_ = 0;
  bool row_major_ = false;
  std::vector<CdfVariable> variables_;
};

// Whether a file that begins with these bytes (8 or more) is one of version 2 or 3.
bool LooksLikeCdf(std::string_view beginning);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SCIENTIFIC_CDF_H_
