// SPDX-License-Identifier: Apache-2.0

#include "videopose/export/gltf_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <vector>

#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

using Json = nlohmann::ordered_json;

static_assert(std::endian::native == std::endian::little, "glTF's numbers are little-endian");

void AppendUint32(std::string& bytes, uint32_t value) {
  const auto raw = std::bit_cast<std::array<char, 4>>(value);
  bytes.append(raw.data(), raw.size());
}

void PadTo4(std::string& bytes, char with) { bytes.resize((bytes.size() + 3) / 4 * 4, with); }

}  // namespace

GltfFile::GltfFile() { document_["asset"] = {{"version", "2.0"}, {"generator", "videopose"}}; }

int GltfFile::Append(const char* array, Json element) {
  Json& elements = document_[array];
  elements.push_back(std::move(element));
  return static_cast<int>(elements.size()) - 1;
}

int GltfFile::AppendBytes(std::span<const std::byte> bytes, int64_t count, GltfComponent component,
                          const char* type, GltfUse use) {
  PadTo4(binary_, '\0');
  Json view = {{"buffer", 0}, {"byteOffset", binary_.size()}, {"byteLength", bytes.size()}};
  if (use != GltfUse::kOther) view["target"] = static_cast<int>(use);
  binary_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return Append("accessors", {{"bufferView", Append("bufferViews", std::move(view))},
                              {"componentType", static_cast<int>(component)},
                              {"count", count},
                              {"type", type}});
}

void GltfFile::AppendRange(std::span<const float> numbers, int components) {
  const size_t width = components;
  std::vector<float> least(width, std::numeric_limits<float>::infinity());
  std::vector<float> greatest(width, -std::numeric_limits<float>::infinity());
  for (size_t i = 0; i < numbers.size(); ++i) {
    least[i % width] = std::min(least[i % width], numbers[i]);
    greatest[i % width] = std::max(greatest[i % width], numbers[i]);
  }
  Json& accessor = document_["accessors"].back();
  accessor["min"] = least;
  accessor["max"] = greatest;
}

// Header (magic, version 2, total length), then two chunks (length, kind, bytes), each padded to
// four bytes: the document with spaces, the binary with zeros.
void GltfFile::Write(const std::filesystem::path& path) {
  PadTo4(binary_, '\0');
  if (!binary_.empty()) document_["buffers"] = Json::array({{{"byteLength", binary_.size()}}});
  std::string text = document_.dump();
  PadTo4(text, ' ');
  const size_t total = 12 + 8 + text.size() + (binary_.empty() ? 0 : 8 + binary_.size());
  if (total > std::numeric_limits<uint32_t>::max()) {
    Fail(ErrorCode::kLimit,
         "{}: a .glb file holds at most 4 GB, this motion takes {} bytes; export a shorter part",
         path.string(), total);
  }
  std::string bytes = "glTF";
  AppendUint32(bytes, 2);
  AppendUint32(bytes, static_cast<uint32_t>(total));
  AppendUint32(bytes, static_cast<uint32_t>(text.size()));
  bytes += "JSON" + text;
  if (!binary_.empty()) {
    AppendUint32(bytes, static_cast<uint32_t>(binary_.size()));
    bytes.append("BIN\0", 4);
    bytes += binary_;
  }
  WriteFileAtomically(path, bytes);
}

}  // namespace videopose::internal
