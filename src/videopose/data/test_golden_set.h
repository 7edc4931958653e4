// SPDX-License-Identifier: Apache-2.0

// For tests: compares written data sets with those that the reference made of the same input.

#ifndef VIDEOPOSE_DATA_TEST_GOLDEN_SET_H_
#define VIDEOPOSE_DATA_TEST_GOLDEN_SET_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "videopose/arrays/npz.h"

namespace videopose::internal {

struct GoldenTolerance {
  double absolute = 0;     // of numbers
  bool any_order = false;  // of a dict's keys, if the reference took directory order
};

inline std::vector<std::string> KeysOf(const PickleValue& dict) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : dict.AsDict("keys")) keys.push_back(key.AsString("key"));
  return keys;
}

inline void ExpectSameValue(const PickleValue& value, const PickleValue& expected,
                            const std::vector<GoldenTolerance>& of_levels, size_t level) {
  ASSERT_EQ(value.kind(), expected.kind());
  const GoldenTolerance& tolerance = of_levels.at(std::min(level, of_levels.size() - 1));
  switch (expected.kind()) {
    case PickleValue::Kind::kDict: {
      std::vector<std::string> keys = KeysOf(value), expected_keys = KeysOf(expected);
      if (tolerance.any_order) {
        std::sort(keys.begin(), keys.end());
        std::sort(expected_keys.begin(), expected_keys.end());
      }
      ASSERT_EQ(keys, expected_keys);
      for (const std::string& key : keys) {
        SCOPED_TRACE(key);
        ExpectSameValue(*value.Find(key), *expected.Find(key), of_levels, level + 1);
      }
      break;
    }
    case PickleValue::Kind::kList: {
      const auto items = value.AsSequence("list"), expected_items = expected.AsSequence("list");
      ASSERT_EQ(items.size(), expected_items.size());
      for (size_t i = 0; i < items.size(); ++i) {
        SCOPED_TRACE(i);
        ExpectSameValue(items[i], expected_items[i], of_levels, level + 1);
      }
      break;
    }
    case PickleValue::Kind::kArray: {
      const NpyArray &array = value.AsArray("array"), &expected_array = expected.AsArray("array");
      ASSERT_EQ(Describe(array), Describe(expected_array));
      const auto values = ToTensor<double>(array, "array").values;
      const auto expected_values = ToTensor<double>(expected_array, "array").values;
      for (size_t i = 0; i < values.size(); ++i) {
        // One in the last place of a float32 at most.
        const double rounding = std::abs(expected_values[i]) * 1.2e-7;
        ASSERT_NEAR(values[i], expected_values[i], tolerance.absolute + rounding) << i;
      }
      break;
    }
    case PickleValue::Kind::kInt:
      EXPECT_EQ(value.AsInt("int"), expected.AsInt("int"));
      break;
    default:
      EXPECT_EQ(value.AsString("text"), expected.AsString("text"));
  }
}

// `of_levels`: for the subjects, for the actions, and for all below.
inline void ExpectGoldenSet(const std::filesystem::path& path,
                            const std::filesystem::path& expected_path,
                            const std::vector<GoldenTolerance>& of_levels) {
  SCOPED_TRACE(path);
  const NpzReader npz(path), expected(expected_path);
  ASSERT_EQ(npz.names(), expected.names());
  for (const std::string& name : npz.names()) {
    SCOPED_TRACE(name);
    ExpectSameValue(npz.ReadObject(name), expected.ReadObject(name),
                    name == "metadata" ? std::vector<GoldenTolerance>{{}} : of_levels, 0);
  }
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_DATA_TEST_GOLDEN_SET_H_
