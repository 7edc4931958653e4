// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>
#include <utility>

#include "videopose/arrays/npy.h"
#include "videopose/arrays/pickle_text.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

// IEEE 754 binary16: sign, 5 bits of exponent (bias 15), 10 bits of fraction.
struct Half {
  uint16_t bits;
  explicit operator double() const { return static_cast<float>(*this); }
  explicit operator float() const {
    const int exponent = (bits >> 10) & 0x1F;
    const float fraction = bits & 0x3FF;
    float magnitude =
        std::ldexp(fraction + (exponent == 0 ? 0.0F : 1024.0F), std::max(exponent, 1) - 25);
    if (exponent == 31) magnitude = fraction == 0 ? INFINITY : NAN;
    return (bits & 0x8000) != 0 ? -magnitude : magnitude;
  }
};

// Copies as many values as `to` has. False where one does not fit.
template <typename From, typename To>
bool Convert(const char* from, std::vector<To>& to) {
  if constexpr (std::is_same_v<From, To>) {
    if (!to.empty()) std::memcpy(to.data(), from, to.size() * sizeof(To));
    return true;
  }
  for (size_t i = 0; i < to.size(); ++i) {
    From value;
    std::memcpy(&value, from + i * sizeof(From), sizeof(From));
    if constexpr (std::is_integral_v<To>) {
      if (!std::in_range<To>(value)) return false;
    }
    to[i] = static_cast<To>(value);  // NOLINT(bugprone-signed-char-misuse): a number, no letter
  }
  return true;
}

// Calls body(From{}) with the C++ type of the elements; false where they are no numbers.
template <typename Body>
bool WithElementType(const NpyDtype& dtype, const Body& body) {
  const auto is = [&](std::string_view kinds, int64_t size) {
    return kinds.find(dtype.kind) != std::string_view::npos && dtype.item_bytes == size;
  };
  if (is("f", 4)) return body(float{}), true;
  if (is("f", 8)) return body(double{}), true;
  if (is("f", 2)) return body(Half{}), true;
  if (is("i", 1)) return body(int8_t{}), true;
  if (is("i", 2)) return body(int16_t{}), true;
  if (is("i", 4)) return body(int32_t{}), true;
  if (is("i", 8)) return body(int64_t{}), true;
  if (is("ub", 1)) return body(uint8_t{}), true;
  if (is("u", 2)) return body(uint16_t{}), true;
  if (is("u", 4)) return body(uint32_t{}), true;
  if (is("u", 8)) return body(uint64_t{}), true;
  return false;
}

std::string Utf32ToUtf8(std::string_view utf32) {
  std::string utf8;
  for (size_t i = 0; i + 4 <= utf32.size(); i += 4) {
    uint32_t code_point;
    std::memcpy(&code_point, &utf32[i], 4);
    constexpr uint32_t kLast = 0x10FFFF, kReplacement = 0xFFFD;
    const bool is_surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    AppendUtf8(utf8, code_point > kLast || is_surrogate ? kReplacement : code_point);
  }
  return utf8;
}

// `utf8` is valid.
std::u32string Utf8ToUtf32(std::string_view utf8) {
  std::u32string utf32;
  for (const char c : utf8) {
    const uint8_t byte = c;
    if (byte >= 0xC0) {
      utf32 += byte >= 0xF0 ? byte & 0x07U : byte >= 0xE0 ? byte & 0x0FU : byte & 0x1FU;
    } else if (byte >= 0x80) {
      utf32.back() = utf32.back() << 6 | (byte & 0x3FU);
    } else {
      utf32 += byte;
    }
  }
  return utf32;
}

template <typename T>
NpyDtype DtypeOf() {
  return {std::is_floating_point_v<T> ? 'f' : std::is_signed_v<T> ? 'i' : 'u', sizeof(T)};
}

}  // namespace

std::string Describe(const NpyArray& array) {
  std::string shape;
  for (const int64_t length : array.shape) {
    shape += (shape.empty() ? "" : ", ") + std::to_string(length);
  }
  std::string type;
  switch (array.dtype.kind) {
    case 'b':
      type = "bool";
      break;
    case 'i':
      type = fmt::format("int{}", 8 * array.dtype.item_bytes);
      break;
    case 'u':
      type = fmt::format("uint{}", 8 * array.dtype.item_bytes);
      break;
    case 'f':
      type = fmt::format("float{}", 8 * array.dtype.item_bytes);
      break;
    case 'O':
      type = "object";
      break;
    default:
      type = "text";
  }
  return fmt::format("{} ({})", type, shape);
}

template <typename T>
BasicTensor<T> ToTensor(const NpyArray& array, std::string_view what) {
  BasicTensor<T> tensor;
  const bool is_number = WithElementType(array.dtype, [&](auto element) {
    using From = decltype(element);
    if constexpr (std::is_integral_v<T> && !std::is_integral_v<From>) {
      Fail("{}: expected whole numbers, found {}", what, Describe(array));
    } else {
      tensor = BasicTensor<T>(array.shape);
      if (!Convert<From>(array.data.data(), tensor.values)) {
        Fail("{}: a number is too large for {} bits", what, 8 * sizeof(T));
      }
    }
  });
  if (!is_number) Fail("{}: expected numbers, found {}", what, Describe(array));
  return tensor;
}

template <typename T>
T ToScalar(const NpyArray& array, std::string_view what) {
  const BasicTensor<T> tensor = ToTensor<T>(array, what);
  if (tensor.size() != 1) Fail("{}: expected one number, found {}", what, Describe(array));
  return tensor.values[0];
}

std::vector<std::string> ToStrings(const NpyArray& array, std::string_view what) {
  if (array.dtype.kind != 'U' && array.dtype.kind != 'S') {
    Fail("{}: expected text, found {}", what, Describe(array));
  }
  const size_t item_bytes = array.dtype.item_bytes;
  std::vector<std::string> texts;
  for (size_t at = 0; at + item_bytes <= array.data.size() && item_bytes > 0; at += item_bytes) {
    const std::string_view item = array.data.view().substr(at, item_bytes);
    std::string text = array.dtype.kind == 'U'
                           ? Utf32ToUtf8(item)
                           : PickleValue::Bytes(array.data.Part(at, item_bytes)).AsString(what);
    text.resize(text.find_last_not_of('\0') + 1);  // shorter texts are padded
    texts.push_back(std::move(text));
  }
  return texts;
}

PickleValue ToObject(const NpyArray& array, std::string_view what) {
  if (array.dtype.kind != 'O' || array.objects.size() != 1) {
    Fail("{}: expected one pickled object, found {}", what, Describe(array));
  }
  return array.objects[0];
}

template <typename T>
NpyArray MakeNpy(BasicTensor<T> tensor) {
  return {DtypeOf<T>(), std::move(tensor.shape), SharedBytes::Own(std::move(tensor.values)), {}};
}

NpyArray MakeNpy(double value) { return MakeNpy(BasicTensor<double>({}, {value})); }
NpyArray MakeNpy(int64_t value) { return MakeNpy(BasicTensor<int64_t>({}, {value})); }

NpyArray MakeNpy(const std::vector<std::string>& texts) {
  std::vector<std::u32string> wide;
  size_t longest = 1;  // NumPy, too, writes no texts of length 0
  for (const std::string& text : texts) {
    wide.push_back(Utf8ToUtf32(PickleValue::String(text).AsString("text")));
    longest = std::max(longest, wide.back().size());
  }
  std::vector<char32_t> padded(longest * texts.size(), U'\0');
  for (size_t i = 0; i < wide.size(); ++i) {
    std::copy(wide[i].begin(), wide[i].end(), padded.begin() + static_cast<ptrdiff_t>(i * longest));
  }
  return {{'U', static_cast<int64_t>(4 * longest)},
          {std::ssize(texts)},
          SharedBytes::Own(std::move(padded)),
          {}};
}

NpyArray MakeNpy(std::string_view text) {
  NpyArray array = MakeNpy(std::vector<std::string>{std::string(text)});
  array.shape.clear();
  return array;
}

NpyArray MakeNpyObject(PickleValue value) { return {{'O', 8}, {}, {}, {std::move(value)}}; }

#define VP_INSTANTIATE(T)                                                 \
  template BasicTensor<T> ToTensor<T>(const NpyArray&, std::string_view); \
  template T ToScalar<T>(const NpyArray&, std::string_view);              \
  template NpyArray MakeNpy<T>(BasicTensor<T>);
VP_INSTANTIATE(float)
VP_INSTANTIATE(double)
VP_INSTANTIATE(int32_t)
VP_INSTANTIATE(int64_t)
VP_INSTANTIATE(uint8_t)
#undef VP_INSTANTIATE

}  // namespace videopose::internal
