// SPDX-License-Identifier: Apache-2.0

#include "videopose/pose_files/field_file.h"

#include <algorithm>
#include <cmath>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

std::string ShapeText(const std::vector<int64_t>& shape) {
  std::string text = "(";
  for (const int64_t size : shape) {
    text += (text.size() > 1 ? ", " : "") + (size < 0 ? std::string("any") : std::to_string(size));
  }
  return text + ")";
}

std::string Describe(const Field& field) {
  return std::visit(
      [](const auto& value) -> std::string {
        using V = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<V, std::string>)
          return "a text";
        else if constexpr (std::is_same_v<V, TextList>)
          return fmt::format("{} texts", value.size());
        else
          return "numbers of shape " + ShapeText(value.shape);
      },
      field);
}

// The numbers of a field as T, whatever kind they are stored as; nothing for texts.
template <typename T>
bool NumbersAs(const Field& field, BasicTensor<T>& result) {
  return std::visit(
      [&result](const auto& value) {
        using V = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<V, std::string> || std::is_same_v<V, TextList>) {
          return false;
        } else {
          result.shape = value.shape;
          result.values.assign(value.values.begin(), value.values.end());
          return true;
        }
      },
      field);
}

}  // namespace

const Field* FieldFile::Find(std::string_view name) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [name](const auto& field) { return field.first == name; });
  return found == fields.end() ? nullptr : &found->second;
}

const Field& FieldFile::Get(std::string_view name) const {
  if (const Field* field = Find(name)) return *field;
  std::string names;
  for (const auto& [other, unused] : fields) names += (names.empty() ? "" : ", ") + other;
  Fail("{}: has no field '{}'; there are: {}", path, name, names.empty() ? "none" : names);
}

Tensor FieldFile::Floats(std::string_view name, const std::vector<int64_t>& shape) const {
  const Field& field = Get(name);
  Tensor tensor;
  bool fits = NumbersAs(field, tensor) && tensor.rank() == std::ssize(shape);
  for (size_t axis = 0; fits && axis < shape.size(); ++axis) {
    fits = shape[axis] < 0 || shape[axis] == tensor.shape[axis];
  }
  if (!fits) {
    Fail("{}: field '{}': expected numbers of shape {}, found {}", path, name, ShapeText(shape),
         Describe(field));
  }
  return tensor;
}

std::vector<int64_t> FieldFile::Ints(std::string_view name, int64_t count) const {
  const Field& field = Get(name);
  BasicTensor<double> numbers;
  bool fits = NumbersAs(field, numbers) && numbers.rank() == 1;
  if (count < 0) count = numbers.size();
  fits = fits && numbers.size() == count;
  std::vector<int64_t> ints;
  for (const double number : numbers.values) {
    if (!fits || number != std::floor(number) || std::abs(number) > 9e15) break;
    ints.push_back(number);
  }
  if (!fits || std::ssize(ints) != count) {
    Fail("{}: field '{}': expected {} whole numbers, found {}", path, name, count, Describe(field));
  }
  return ints;
}

std::vector<double> FieldFile::Doubles(std::string_view name, int64_t count) const {
  const Field& field = Get(name);
  BasicTensor<double> numbers;
  if (!NumbersAs(field, numbers) || numbers.rank() != 1 || numbers.size() != count) {
    Fail("{}: field '{}': expected {} numbers, found {}", path, name, count, Describe(field));
  }
  return numbers.values;
}

std::vector<double> FieldFile::Doubles(std::string_view name, int64_t rows, int64_t columns) const {
  const Field& field = Get(name);
  BasicTensor<double> numbers;
  if (!NumbersAs(field, numbers) || numbers.rank() != 2 || numbers.dim(0) != rows ||
      numbers.dim(1) != columns) {
    Fail("{}: field '{}': expected {} x {} numbers, found {}", path, name, rows, columns,
         Describe(field));
  }
  return numbers.values;
}

double FieldFile::Number(std::string_view name) const {
  const Field& field = Get(name);
  BasicTensor<double> numbers;
  if (!NumbersAs(field, numbers) || numbers.size() != 1) {
    Fail("{}: field '{}': expected a number, found {}", path, name, Describe(field));
  }
  return numbers.values[0];
}

int64_t FieldFile::WholeNumber(std::string_view name) const {
  const double number = Number(name);
  if (number != std::floor(number) || std::abs(number) > 9e15) {
    Fail("{}: field '{}': expected a whole number, found {}", path, name, number);
  }
  return static_cast<int64_t>(number);
}

std::string FieldFile::Text(std::string_view name) const {
  const Field& field = Get(name);
  const auto* text = std::get_if<std::string>(&field);
  if (text == nullptr)
    Fail("{}: field '{}': expected a text, found {}", path, name, Describe(field));
  return *text;
}

TextList FieldFile::Texts(std::string_view name) const {
  const Field& field = Get(name);
  const auto* texts = std::get_if<TextList>(&field);
  if (texts == nullptr || texts->empty()) {
    Fail("{}: field '{}': expected a list of texts, found {}", path, name, Describe(field));
  }
  return *texts;
}

}  // namespace videopose::internal
