// SPDX-License-Identifier: Apache-2.0

// For tests: a Human3.6M recording as NASA CDF, variable `Pose`, 1 x N x 96 (or another number),
// row-major.

#ifndef VIDEOPOSE_PREPARE_TEST_CDF_H_
#define VIDEOPOSE_PREPARE_TEST_CDF_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace videopose::internal {

inline std::string MakePoseCdf(int32_t frames, const std::vector<float>& values,
                               int32_t numbers = 96) {
  std::string bytes;
  const auto number = [&](int64_t value, int count) {
    for (int i = count - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i));
  };
  const auto ints = [&](std::initializer_list<int32_t> all) {
    for (const int32_t value : all) number(value, 4);
  };
  constexpr int64_t kHeader = 8, kGlobals = kHeader + 56, kVariable = kGlobals + 84,
                    kVariableSize = 8 + 4 + 8 + 8 + 16 + 20 + 8 + 8 + 4 + 256 + 4 + 8 + 8,
                    kIndex = kVariable + kVariableSize, kIndexSize = 8 + 4 + 8 + 8 + 16,
                    kValues = kIndex + kIndexSize;
  using std::string_view_literals::operator""sv;
  bytes += "\xCD\xF3\x00\x01\x00\x00\xFF\xFF"sv;
  number(56, 8), ints({1}), number(kGlobals, 8), ints({3, 3, 6, 3, 0, 0, 0, 0, 0});
  number(84, 8), ints({2}), number(0, 8), number(kVariable, 8), number(0, 8), number(0, 8);
  ints({0, 0, -1, 0, 1}), number(0, 8), ints({0, 0, 0});
  number(kVariableSize, 8), ints({8}), number(0, 8), ints({44, 0});
  number(kIndex, 8), number(kIndex, 8), ints({1, 0, 0, 0, 0, 1, 0}), number(-1, 8), ints({0});
  bytes += "Pose" + std::string(252, '\0');
  ints({2, frames, numbers, -1, -1});
  number(kIndexSize, 8), ints({6}), number(0, 8), ints({1, 1, 0, 0}), number(kValues, 8);
  number(12 + std::ssize(values) * 4, 8), ints({7});
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * 4);
  return bytes;
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_PREPARE_TEST_CDF_H_
