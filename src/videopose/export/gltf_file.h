// SPDX-License-Identifier: Apache-2.0

// A binary glTF 2.0 file in the making: a JSON document and the bytes that its accessors refer to.
// Khronos, glTF 2.0 Specification, sections 3.6 (binary data) and 4 (GLB).

#ifndef VIDEOPOSE_EXPORT_GLTF_FILE_H_
#define VIDEOPOSE_EXPORT_GLTF_FILE_H_

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <type_traits>

namespace videopose::internal {

enum class GltfComponent { kUint8 = 5121, kUint16 = 5123, kFloat = 5126 };
enum class GltfUse { kOther = 0, kVertices = 34962, kIndices = 34963 };

class GltfFile {
 public:
  GltfFile();

  // A property of the document's root, e.g. "nodes".
  nlohmann::ordered_json& operator[](const char* name) { return document_[name]; }
  // Appends to an array of the root; returns the element's index.
  int Append(const char* array, nlohmann::ordered_json element);

  // Elements of `components` numbers each ("SCALAR", "VEC3", ...), in a view of their own; floats
  // with their least and greatest values. Returns the accessor's index.
  template <typename T>
  int AppendAccessor(std::span<const T> numbers, int components, const char* type,
                     GltfUse use = GltfUse::kOther, bool is_normalized = false) {
    constexpr GltfComponent kComponent = std::is_same_v<T, float>      ? GltfComponent::kFloat
                                         : std::is_same_v<T, uint16_t> ? GltfComponent::kUint16
                                                                       : GltfComponent::kUint8;
    static_assert(kComponent != GltfComponent::kUint8 || std::is_same_v<T, uint8_t>);
    const int accessor = AppendBytes(std::as_bytes(numbers), std::ssize(numbers) / components,
                                     kComponent, type, use);
    if (is_normalized) document_["accessors"].back()["normalized"] = true;
    if constexpr (std::is_same_v<T, float>) AppendRange(numbers, components);
    return accessor;
  }

  // Throws Error where it cannot write, or past the 4 GB that the format can count.
  void Write(const std::filesystem::path& path);

 private:
  int AppendBytes(std::span<const std::byte> bytes, int64_t count, GltfComponent component,
                  const char* type, GltfUse use);
  // The range of the last accessor.
  void AppendRange(std::span<const float> numbers, int components);

  nlohmann::ordered_json document_;
  std::string binary_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_EXPORT_GLTF_FILE_H_
