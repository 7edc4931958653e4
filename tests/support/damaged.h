// SPDX-License-Identifier: Apache-2.0

// Damaged input for readers.

#ifndef VIDEOPOSE_TESTS_SUPPORT_DAMAGED_H_
#define VIDEOPOSE_TESTS_SUPPORT_DAMAGED_H_

#include <random>
#include <string>

namespace videopose::internal {

// The bytes, of which `count` are changed at random; not for empty ones.
inline std::string Damaged(std::string bytes, int count, std::mt19937& random) {
  for (int i = 0; i < count; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
  return bytes;
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TESTS_SUPPORT_DAMAGED_H_
