// SPDX-License-Identifier: Apache-2.0

#include "videopose/scientific/cdf.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/scientific/cdf_values.h"

namespace videopose::internal {
namespace {

using std::string_view_literals::operator""sv;

constexpr int64_t kMagicBytes = 8;
constexpr std::string_view kVersion3 = "\xCD\xF3\x00\x01"sv, kVersion26 = "\xCD\xF2\x60\x02"sv,
                           kBefore26 = "\0\0\xFF\xFF\0\0\xFF\xFF"sv,
                           kCompressedMagic = "\xCC\xCC\x00\x01"sv, kPlainMagic = "\0\0\xFF\xFF"sv;

// Whole-file compression: one record with all that follows the magic number, packed.
SharedBytes UnpackFile(const CdfBytes& file) {
  CdfCursor cursor(file, kMagicBytes);
  cursor.Expect(CdfCursor::kCompressedFile, "a compressed file");
  CdfCursor parameters(file, cursor.Offset());
  const int64_t size = cursor.Offset();
  cursor.Int();
  parameters.Expect(CdfCursor::kCompression, "the compression of the file");
  const auto packed = static_cast<double>(file.bytes.size());
  if (size < 0 || static_cast<double>(size) > MostBytesFrom(packed) / 2) {
    Fail("{}: damaged: {} bytes from a file of {:.0f}", file.name, size, packed);
  }
  std::string bytes(file.bytes.view().substr(0, kMagicBytes));
  bytes += UnpackCdf(parameters.Int(), cursor.Rest(), size, file.name);
  return SharedBytes::Own(std::move(bytes));
}

}  // namespace

CdfReader::CdfReader(const std::filesystem::path& path)
    : CdfReader(SharedBytes::Own(ReadFile(path)), path.string()) {}

CdfReader::CdfReader(SharedBytes file, std::string name)
    : name_(name),
      file_bytes_(static_cast<double>(file.size())),
      bytes_{.name = std::move(name), .bytes = std::move(file)} {
  ReadHeader();
}

void CdfReader::ReadHeader() {
  const std::string_view magic = bytes_.bytes.view().substr(0, kMagicBytes);
  if (!LooksLikeCdf(magic)) Fail("{}: is not a CDF file (NASA Common Data Format)", name_);
  bytes_.is_v3 = magic.starts_with(kVersion3);
  if (magic.substr(4) == kCompressedMagic) bytes_.bytes = UnpackFile(bytes_);

  CdfCursor header(bytes_, kMagicBytes);
  header.Expect(CdfCursor::kHeader, "the file's header");
  const int64_t globals_offset = header.Offset();
  header.Int();  // the version, known from the magic number
  bytes_.release = header.Int();
  encoding_ = header.Int();
  const int32_t flags = header.Int();
  row_major_ = (flags & 1) != 0;
  if ((flags & 2) == 0) {
    Fail("{}: its variables are in files of their own, which is not read", name_);
  }

  CdfCursor globals(bytes_, globals_offset);
  globals.Expect(CdfCursor::kGlobals, "the list of contents");
  const int64_t r_offset = globals.Offset(), z_offset = globals.Offset();
  globals.Offset();  // attributes
  globals.Offset();  // the end of the file
  globals.Bytes(3 * 4);
  const int32_t r_dim_count = globals.Int();
  globals.Int();
  globals.Offset();
  globals.Bytes(3 * 4);
  if (r_dim_count < 0) Fail("{}: damaged: {} dimensions", name_, r_dim_count);
  std::vector<int64_t> r_dims;
  for (int32_t i = 0; i < r_dim_count; ++i) r_dims.push_back(globals.Int());

  variables_ = ReadCdfVariables(bytes_, r_offset, false, r_dims);
  std::vector<CdfVariable> z = ReadCdfVariables(bytes_, z_offset, true, {});
  std::move(z.begin(), z.end(), std::back_inserter(variables_));
}

bool LooksLikeCdf(std::string_view beginning) {
  if (beginning.size() < kMagicBytes) return false;
  const std::string_view version = beginning.substr(0, 4), packing = beginning.substr(4, 4);
  return beginning.starts_with(kBefore26) ||
         ((version == kVersion3 || version == kVersion26) &&
          (packing == kPlainMagic || packing == kCompressedMagic));
}

const CdfVariable* CdfReader::Find(std::string_view name) const {
  for (const CdfVariable& variable : variables_) {
    if (variable.name == name) return &variable;
  }
  return nullptr;
}

NpyArray CdfReader::Read(std::string_view name) const {
  const CdfVariable* found = Find(name);
  if (found == nullptr) {
    std::vector<std::string_view> names;
    for (const CdfVariable& variable : variables_) names.push_back(variable.name);
    Fail("{}: has no variable {}, but {}", name_, name, fmt::join(names, ", "));
  }
  const CdfVariable& variable = *found;
  const std::string what = fmt::format("{}: {}", name_, name);
  NpyArray array;
  array.dtype = CdfDtype(variable.type, variable.element_count, encoding_, what);
  const bool swap = IsBigEndianEncoding(encoding_, what) && array.dtype.kind != 'S';

  // Sparse records and deflate expand a lot; beyond this a file is damaged or malicious. Half, as
  // a packed piece and the values are in memory together.
  const double most = MostBytesFrom(file_bytes_) / 2;
  double total = array.dtype.item_bytes;
  for (const int64_t dim : variable.dims) total *= static_cast<double>(dim);
  const int64_t record_bytes = std::min(total, most + 1);
  total *= static_cast<double>(std::max<int64_t>(1, variable.record_count));
  if (total > most) {
    Fail("{}: {} records of ({}) numbers are too much for a file of {} bytes", what,
         variable.record_count, fmt::join(variable.dims, ", "), bytes_.bytes.size());
  }

  std::string pad = variable.pad;
  if (pad.empty()) {
    pad = DefaultCdfPad(variable.type, variable.element_count);
    if (swap) SwapBytes(array.dtype.item_bytes, pad);
  }
  std::string padding;
  while (std::ssize(padding) < record_bytes) padding += pad;

  std::string values;
  values.reserve(record_bytes * variable.record_count);
  const auto fill_to = [&](int64_t record) {
    const bool repeat = variable.sparse == CdfVariable::Sparse::kPrevious && !values.empty();
    const std::string filling =
        repeat ? values.substr(values.size() - static_cast<size_t>(record_bytes)) : padding;
    while (std::ssize(values) < record * record_bytes) values += filling;
  };
  for (const CdfPiece& piece : ReadCdfPieces(bytes_, variable)) {
    // Space may have been allocated for more records than were written.
    if (piece.first_record >= variable.record_count) break;
    fill_to(piece.first_record);
    const int64_t last = std::min(piece.last_record, variable.record_count - 1);
    const size_t wanted = (last - piece.first_record + 1) * record_bytes;
    std::string unpacked;
    std::string_view bytes = piece.bytes;
    if (piece.is_compressed) {
      const int64_t in_piece = piece.last_record - piece.first_record + 1;
      if (static_cast<double>(in_piece) * static_cast<double>(record_bytes) > most) {
        Fail("{}: damaged: {} records in one piece", what, in_piece);
      }
      unpacked = UnpackCdf(variable.compression, piece.bytes, in_piece * record_bytes, what);
      bytes = unpacked;
    }
    if (bytes.size() < wanted) {
      Fail("{}: damaged: {} bytes for records {} to {}, expected {}", what, bytes.size(),
           piece.first_record, last, wanted);
    }
    values += bytes.substr(0, wanted);
  }
  fill_to(variable.record_count);

  if (swap) SwapBytes(array.dtype.item_bytes, values);
  if (!row_major_) ReorderToRowMajor(variable.dims, array.dtype.item_bytes, values);
  array.shape = {variable.record_count};
  array.shape.insert(array.shape.end(), variable.dims.begin(), variable.dims.end());
  array.data = SharedBytes::Own(std::move(values));
  return array;
}

}  // namespace videopose::internal
