// SPDX-License-Identifier: Apache-2.0

// Lists of named values in the order of their file: the equivalent of Python's dictionaries
// in data files.

#ifndef VIDEOPOSE_DATA_NAMED_H_
#define VIDEOPOSE_DATA_NAMED_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace videopose::internal {

template <typename T>
struct Named {
  std::string name;
  T value;
};

template <typename T>
using NamedList = std::vector<Named<T>>;

// Null where there is none.
template <typename T>
const T* FindNamed(const NamedList<T>& list, std::string_view name) {
  for (const Named<T>& item : list) {
    if (item.name == name) return &item.value;
  }
  return nullptr;
}

// "S1, S5, S6", for messages; not all of a very long list.
template <typename T>
std::string NamesText(const NamedList<T>& list) {
  constexpr size_t kMost = 40;
  std::string text;
  for (size_t i = 0; i < list.size() && i < kMost; ++i) {
    if (i > 0) text += ", ";
    text += list[i].name;
  }
  if (list.empty()) return "none";
  return list.size() > kMost ? text + ", ..." : text;
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DATA_NAMED_H_
