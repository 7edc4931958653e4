// SPDX-License-Identifier: Apache-2.0

// FieldFile <-> JSON: one object, arrays as nested lists.

#include "videopose/pose_files/json_fields.h"

#include <cmath>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"
#include "videopose/pose_files/field_file.h"

namespace videopose::internal {
namespace {

using nlohmann::json;

constexpr int kDeepest = 6;  // no field of ours has more dimensions

template <typename T>
void AppendNumber(std::string& text, T value) {
  if constexpr (std::is_floating_point_v<T>) {
    if (!std::isfinite(value)) {
      text += "null";
      return;
    }
  }
  // The shortest text that reads back as the same number.
  fmt::format_to(std::back_inserter(text), "{}", value);
}

template <typename T>
void AppendNested(std::string& text, const BasicTensor<T>& tensor, size_t axis, size_t& next) {
  if (axis == tensor.shape.size()) {
    AppendNumber(text, tensor.values[next++]);
    return;
  }
  text += '[';
  for (int64_t i = 0; i < tensor.shape[axis]; ++i) {
    if (i > 0) text += ',';
    AppendNested(text, tensor, axis + 1, next);
  }
  text += ']';
}

void AppendField(std::string& text, const Field& field) {
  std::visit(
      [&text](const auto& value) {
        using V = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<V, std::string> || std::is_same_v<V, TextList>) {
          text += json(value).dump(-1, ' ', false, json::error_handler_t::replace);
        } else {
          size_t next = 0;
          AppendNested(text, value, 0, next);
        }
      },
      field);
}

// Reads nested lists of numbers of one shape.
class NumbersReader {
 public:
  NumbersReader(const std::string& path, const std::string& name) : path_(path), name_(name) {}

  BasicTensor<double> Read(const json& value) {
    Descend(value, 0);
    if (BasicTensor<double>::ElementCount(result_.shape) != std::ssize(result_.values)) {
      FailRagged();
    }
    return std::move(result_);
  }

 private:
  [[noreturn]] void FailRagged() {
    Fail("{}: field '{}': expected numbers in lists of equal length, found something else", path_,
         name_);
  }

  void Descend(const json& value, size_t depth) {
    if (value.is_array()) {
      if (depth >= kDeepest) FailRagged();
      const auto length = std::ssize(value);
      if (depth == result_.shape.size()) {
        if (!result_.values.empty()) FailRagged();
        result_.shape.push_back(length);
      }
      if (result_.shape[depth] != length) FailRagged();
      for (const json& item : value) Descend(item, depth + 1);
    } else if (depth == result_.shape.size() && (value.is_number() || value.is_null())) {
      result_.values.push_back(value.is_null() ? std::nan("") : value.get<double>());
    } else {
      FailRagged();
    }
  }

  const std::string& path_;
  const std::string& name_;
  BasicTensor<double> result_;
};

bool IsTextList(const json& value) {
  return value.is_array() && !value.empty() && value.front().is_string();
}

TextList ReadTexts(const json& value, const std::string& path, const std::string& name) {
  TextList texts;
  for (const json& item : value) {
    if (!item.is_string()) Fail("{}: field '{}': expected a list of texts", path, name);
    texts.push_back(item.get<std::string>());
  }
  return texts;
}

}  // namespace

void WriteJsonFields(const std::filesystem::path& path, const FieldFile& file) {
  std::string text = "{\n";
  for (size_t i = 0; i < file.fields.size(); ++i) {
    text += json(file.fields[i].first).dump() + ": ";
    AppendField(text, file.fields[i].second);
    text += i + 1 < file.fields.size() ? ",\n" : "\n";
  }
  text += "}\n";
  WriteFileAtomically(path, text);
}

FieldFile ParseJsonFields(const std::string& text, const std::string& path) {
  const json root = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (root.is_discarded() || !root.is_object()) {
    Fail("{}: expected keypoints or poses as one JSON object, found {}", path,
         root.is_discarded() ? "text that is no JSON (or cut off)" : "something else");
  }
  FieldFile file{.path = path};
  for (const auto& [name, value] : root.items()) {
    if (value.is_string()) {
      file.Add(name, value.get<std::string>());
    } else if (IsTextList(value)) {
      file.Add(name, ReadTexts(value, path, name));
    } else if (value.is_array() || value.is_number()) {
      file.Add(name, NumbersReader(path, name).Read(value));
    }  // Fields of other kinds are not ours.
  }
  return file;
}

}  // namespace videopose::internal
