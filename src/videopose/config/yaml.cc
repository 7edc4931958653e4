// SPDX-License-Identifier: Apache-2.0

#include "videopose/config/yaml.h"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <set>

#include "videopose/base/error.h"
#include "videopose/base/read_file.h"

namespace videopose::internal {
namespace {

constexpr size_t kLargestFile_bytes = 256 << 10;
constexpr int kDeepest = 32;
constexpr int kMostNodes = 1 << 18;  // aliases of aliases grow without bound

// yaml-cpp's tree as ours.
class Converter {
 public:
  explicit Converter(const std::string& name) : name_(name) {}

  ConfigNode Convert(const YAML::Node& node, int depth = 0) {
    const int line = node.Mark().line + 1;
    if (depth > kDeepest || ++nodes_ > kMostNodes) {
      Fail(ErrorCode::kLimit, "{}: line {}: more levels or values than settings have", name_, line);
    }
    ConfigNode result{.line = line};
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        break;
      case YAML::NodeType::Scalar:
        result.kind = ConfigNode::Kind::kScalar;
        result.text = node.Scalar();
        break;
      case YAML::NodeType::Sequence:
        result.kind = ConfigNode::Kind::kList;
        for (const YAML::Node& item : node) result.items.push_back(Convert(item, depth + 1));
        break;
      case YAML::NodeType::Map:
        result.kind = ConfigNode::Kind::kMap;
        ConvertMap(node, depth, result);
        break;
    }
    return result;
  }

 private:
  void ConvertMap(const YAML::Node& node, int depth, ConfigNode& result) {
    std::set<std::string> keys;
    for (const auto& item : node) {
      const int line = item.first.Mark().line + 1;
      if (!item.first.IsScalar()) {
        Fail(ErrorCode::kWrongFormat, "{}: line {}: expected a name before ':'", name_, line);
      }
      if (GoesOnWithComma(item.first, item.second, result)) {
        result.items.back().text += "," + item.first.Scalar();
        continue;
      }
      ConfigNode value = Convert(item.second, depth + 1);
      value.key = item.first.Scalar();
      value.line = line;
      if (!keys.insert(value.key).second) {
        Fail(ErrorCode::kWrongFormat, "{}: line {}: '{}' is there twice", name_, line, value.key);
      }
      result.items.push_back(std::move(value));
    }
  }

  // {widths: 3,3,3}: in braces, YAML parses an item after a comma without a colon as a key
  // without a value.
  static bool GoesOnWithComma(const YAML::Node& key, const YAML::Node& value,
                              const ConfigNode& map) {
    const int behind_key = key.Mark().pos + static_cast<int>(key.Scalar().size());
    return value.IsNull() && value.Mark().pos <= behind_key && !map.items.empty() &&
           map.items.back().kind == ConfigNode::Kind::kScalar;
  }

  const std::string& name_;
  int nodes_ = 0;
};

// "%YAML:1.0" is what OpenCV before version 3 wrote for the directive "%YAML 1.0".
std::string WithoutOpenCvHeader(std::string_view text) {
  std::string result(text);
  if (result.starts_with("%YAML:")) result[5] = ' ';
  return result;
}

}  // namespace

ConfigNode ConfigNode::List(const std::vector<std::string>& texts) {
  ConfigNode list{.kind = Kind::kList};
  for (const std::string& text : texts) list.items.push_back(Scalar(text));
  return list;
}

ConfigNode ParseYaml(std::string_view text, const std::string& name) {
  // The parser throws its own exceptions and those of the standard library.
  try {
    return Converter(name).Convert(YAML::Load(WithoutOpenCvHeader(text)));
  } catch (const Error&) {
    throw;
  } catch (const YAML::Exception& error) {
    Fail(ErrorCode::kWrongFormat, "{}: line {}: expected YAML: {}", name, error.mark.line + 1,
         error.msg);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    Fail(ErrorCode::kWrongFormat, "{}: expected YAML: {}", name, error.what());
  }
}

std::string ReadConfigFile(const std::string& path) {
  std::string text = ReadBeginning(path, kLargestFile_bytes + 1);
  if (text.size() > kLargestFile_bytes) {
    FailAt(path, ErrorCode::kLimit, "larger than 256 KiB; expected settings");
  }
  return text;
}

}  // namespace videopose::internal
