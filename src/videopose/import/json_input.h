// SPDX-License-Identifier: Apache-2.0

// Other programs' JSON, parsed defensively: no property of its shape is assumed unchecked.

#ifndef VIDEOPOSE_IMPORT_JSON_INPUT_H_
#define VIDEOPOSE_IMPORT_JSON_INPUT_H_

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/import/detections.h"

namespace videopose::internal {

// The whole file. Throws Error where it cannot be read or is above 2 GiB.
std::string ReadText(const std::filesystem::path& path);

// Python's NaN and Infinity are read as null. Throws Error, with `what`, for damaged text and for
// nesting that no keypoints have.
nlohmann::json ParseJson(std::string text, const std::string& what);

// "a list of 118 objects with bbox, category_id, image_id, score", for messages.
std::string Describe(const nlohmann::json& value);

// The member of that name; null where there is none or `value` is no object.
const nlohmann::json* Member(const nlohmann::json& value, std::string_view name);
// The first that there is.
const nlohmann::json* AnyMember(const nlohmann::json& value,
                                std::initializer_list<std::string_view> names);
// json_tricks writes arrays as {"__ndarray__": [...], ...}.
const nlohmann::json& Unwrapped(const nlohmann::json& value);

// NaN for what is no number.
double NumberOf(const nlohmann::json& value);
// The integer in a number, or in the first of a list: a person's or a frame's.
std::optional<int64_t> WholeNumberOf(const nlohmann::json* value);

// x, y, score, x, y, score, ... Throws Error, with `what`, for another count. Each score is
// multiplied by `score_unit` before it is cut at 1.
std::vector<Keypoint> FlatPoints(const nlohmann::json& numbers, const std::string& what,
                                 double score_unit = 1);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_IMPORT_JSON_INPUT_H_
