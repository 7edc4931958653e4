// SPDX-License-Identifier: Apache-2.0

// FieldFile <-> .npz: plain arrays, no pickles.

#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/pose_files/field_file.h"
#include "videopose/pose_files/json_fields.h"

namespace videopose::internal {
namespace {

Field FieldFrom(const NpzReader& file, const std::string& name) {
  const NpyArray array = file.Read(name);
  const std::string what = file.What(name);
  switch (array.dtype.kind) {
    case 'U':
    case 'S': {
      std::vector<std::string> texts = ToStrings(array, what);
      if (array.shape.empty()) return texts.at(0);
      return texts;
    }
    case 'i':
    case 'u':
    case 'b':
      return ToTensor<int64_t>(array, what);
    default:
      if (array.dtype.item_bytes == 8) return ToTensor<double>(array, what);
      return ToTensor<float>(array, what);
  }
}

FieldFile ReadNpzFields(const std::filesystem::path& path) {
  const NpzReader npz(path);
  FieldFile file{.path = path.string()};
  for (const std::string& name : npz.names()) file.Add(name, FieldFrom(npz, name));
  return file;
}

}  // namespace

void WriteNpzFields(const std::filesystem::path& path, const FieldFile& file) {
  NpzWriter npz(path);
  for (const auto& [name, field] : file.fields) {
    npz.Add(name, std::visit([](const auto& value) { return MakeNpy(value); }, field));
  }
  npz.Close();
}

FieldFile ReadFields(const std::filesystem::path& path) {
  constexpr size_t kEnoughForBlanks = 4096;
  const std::string begin = ReadBeginning(path, kEnoughForBlanks);
  const size_t first = begin.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && begin[first] == '{') {
    return ParseJsonFields(ReadFile(path), path.string());
  }
  if (!begin.starts_with('P')) {  // of "PK", with which zip archives begin
    Fail("{}: expected keypoints or poses as videopose writes them, .npz or .json, found neither",
         path.string());
  }
  return ReadNpzFields(path);
}

}  // namespace videopose::internal
