// SPDX-License-Identifier: Apache-2.0

#include "videopose/scientific/cdf_records.h"

#include <algorithm>
#include <set>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

uint64_t BigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

int32_t TypeBytes(int32_t type) {
  switch (type) {
    case 1:
    case 11:
    case 41:
    case 51:
    case 52:
      return 1;  // clang-format off
    case 2: case 12: return 2;
    case 4: case 14: case 21: case 44: return 4;
    case 8: case 22: case 31: case 33: case 45: return 8;  // clang-format on
    case 32:
      return 16;
    default:
      return 0;
  }
}

std::vector<int64_t> ReadInts(CdfCursor& cursor, int64_t count) {
  std::vector<int64_t> values;
  for (int64_t i = 0; i < count; ++i) values.push_back(cursor.Int());
  return values;
}

// Old files and NASA's library allow 10 dimensions.
constexpr int kMostDims = 16;

CdfVariable ReadVariable(const CdfBytes& file, CdfCursor& cursor, bool is_z,
                         const std::vector<int64_t>& r_dims) {
  constexpr int32_t kRecordsVary = 1, kHasPad = 2, kIsCompressed = 4;
  CdfVariable variable;
  variable.type = cursor.Int();
  const int64_t last_record = cursor.Int();
  variable.index_offset = cursor.Offset();
  cursor.Offset();  // the last index record
  const int32_t flags = cursor.Int();
  const int32_t sparse = cursor.Int();
  cursor.Bytes(3 * 4 + (!file.is_v3 && file.release < 5 ? 128 : 0));
  variable.element_count = cursor.Int();
  cursor.Int();  // its number
  const int64_t compression_offset = cursor.Offset();
  cursor.Int();  // blocking factor
  const std::string_view name = cursor.Bytes(file.is_v3 ? 256 : 64);
  variable.name = name.substr(0, name.find('\0'));
  variable.name.erase(variable.name.find_last_not_of(' ') + 1);

  const std::string what = fmt::format("{}: {}", file.name, variable.name);
  std::vector<int64_t> sizes = r_dims;
  if (is_z) {
    const int32_t dim_count = cursor.Int();
    if (dim_count < 0 || dim_count > kMostDims) Fail("{}: {} dimensions", what, dim_count);
    sizes = ReadInts(cursor, dim_count);
  }
  for (const int64_t size : sizes) {
    const bool varies = cursor.Int() != 0;
    if (size < 1) Fail("{}: a dimension of size {}", what, size);
    if (varies) variable.dims.push_back(size);
  }
  if (variable.element_count < 1) Fail("{}: {} elements", what, variable.element_count);
  if (last_record < -1) Fail("{}: its last record is {}", what, last_record);
  variable.record_count =
      (flags & kRecordsVary) != 0 ? last_record + 1 : std::min<int64_t>(1, last_record + 1);
  if (sparse < 0 || sparse > 2) Fail("{}: sparse records of kind {} are not read", what, sparse);
  variable.sparse = static_cast<CdfVariable::Sparse>(sparse);
  if ((flags & kHasPad) != 0 && TypeBytes(variable.type) > 0) {
    variable.pad = cursor.Bytes(int64_t{TypeBytes(variable.type)} * variable.element_count);
  }
  variable.is_compressed = (flags & kIsCompressed) != 0;
  if (variable.is_compressed) {
    CdfCursor compression(file, compression_offset);
    compression.Expect(CdfCursor::kCompression, "the compression of " + variable.name);
    variable.compression = compression.Int();
  }
  return variable;
}

class PieceReader {
 public:
  PieceReader(const CdfBytes& file, const CdfVariable& variable)
      : file_(file), variable_(variable) {}

  void ReadIndex(int64_t offset, int depth) {
    constexpr int kMostDepth = 32;
    if (depth > kMostDepth) Fail("{}: {}: its index is too deep", file_.name, variable_.name);
    while (offset > 0) {
      if (!seen_.insert(offset).second) {
        Fail("{}: {}: its index leads back to itself", file_.name, variable_.name);
      }
      CdfCursor cursor(file_, offset);
      cursor.Expect(CdfCursor::kIndex, "an index of " + variable_.name);
      offset = cursor.Offset();
      const int32_t size = cursor.Int(), used = cursor.Int();
      if (used < 0 || used > size) {
        Fail("{}: {}: an index with {} of {} entries", file_.name, variable_.name, used, size);
      }
      std::string_view firsts = cursor.Bytes(int64_t{4} * size);
      std::string_view lasts = cursor.Bytes(int64_t{4} * size);
      for (int32_t i = 0; i < used; ++i) {
        const size_t at = static_cast<size_t>(i) * 4;
        ReadEntry(static_cast<int32_t>(BigEndian(firsts.substr(at, 4))),
                  static_cast<int32_t>(BigEndian(lasts.substr(at, 4))), cursor.Offset(), depth);
      }
    }
  }

  std::vector<CdfPiece> pieces;

 private:
  void ReadEntry(int64_t first, int64_t last, int64_t offset, int depth) {
    CdfCursor cursor(file_, offset);
    if (cursor.type() == CdfCursor::kIndex) return ReadIndex(offset, depth + 1);
    const int64_t before = pieces.empty() ? -1 : pieces.back().last_record;
    if (first <= before || last < first) {
      Fail("{}: {}: records {} to {} come after {}", file_.name, variable_.name, first, last,
           before);
    }
    CdfPiece piece{.first_record = first, .last_record = last};
    if (cursor.type() == CdfCursor::kCompressedValues) {
      cursor.Int();
      const int64_t size = cursor.Offset();
      piece.is_compressed = true;
      piece.bytes = cursor.Bytes(size);
    } else {
      cursor.Expect(CdfCursor::kValues, "values of " + variable_.name);
      piece.bytes = cursor.Rest();
    }
    pieces.push_back(piece);
  }

  const CdfBytes& file_;
  const CdfVariable& variable_;
  std::set<int64_t> seen_;
};

}  // namespace

std::string_view CdfBytes::At(int64_t offset, int64_t count) const {
  const auto size = std::ssize(bytes);
  if (offset < 0 || count < 0 || offset > size || count > size - offset) {
    Fail("{}: truncated or damaged: it refers to byte {} and has {}", name, offset, size);
  }
  return bytes.view().substr(offset, count);
}

CdfCursor::CdfCursor(const CdfBytes& file, int64_t offset) : file_(file), at_(offset) {
  const int64_t head = file.is_v3 ? 12 : 8;
  end_ = offset + static_cast<int64_t>(file.At(offset, head).size());
  const int64_t size = Offset();
  type_ = Int();
  if (size < head) Fail("{}: damaged: a record of {} bytes at byte {}", file.name, size, offset);
  file.At(offset, size);
  end_ = offset + size;
}

void CdfCursor::Expect(int32_t type, std::string_view what) const {
  if (type_ == type) return;
  Fail("{}: damaged: expected {} (record type {}), found a record of type {}", file_.name, what,
       type, type_);
}

std::string_view CdfCursor::Bytes(int64_t count) {
  if (count < 0 || count > end_ - at_) {
    Fail("{}: damaged: a record ends at byte {} where {} more bytes were expected", file_.name,
         end_, count);
  }
  const std::string_view bytes = file_.At(at_, count);
  at_ += count;
  return bytes;
}

int32_t CdfCursor::Int() { return static_cast<int32_t>(BigEndian(Bytes(4))); }

int64_t CdfCursor::Offset() {
  // Version 2 has 4 bytes, -1 for "none" among them.
  return file_.is_v3 ? static_cast<int64_t>(BigEndian(Bytes(8))) : int64_t{Int()};
}

std::vector<CdfVariable> ReadCdfVariables(const CdfBytes& file, int64_t offset, bool is_z,
                                          const std::vector<int64_t>& r_dims) {
  std::vector<CdfVariable> variables;
  std::set<int64_t> seen;
  while (offset > 0) {
    if (!seen.insert(offset).second) Fail("{}: its list of variables has no end", file.name);
    CdfCursor cursor(file, offset);
    cursor.Expect(is_z ? CdfCursor::kZVariable : CdfCursor::kRVariable, "a variable");
    offset = cursor.Offset();
    variables.push_back(ReadVariable(file, cursor, is_z, r_dims));
  }
  return variables;
}

std::vector<CdfPiece> ReadCdfPieces(const CdfBytes& file, const CdfVariable& variable) {
  PieceReader reader(file, variable);
  if (variable.index_offset > 0) reader.ReadIndex(variable.index_offset, 0);
  return std::move(reader.pieces);
}

}  // namespace videopose::internal
