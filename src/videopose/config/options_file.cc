// SPDX-License-Identifier: Apache-2.0

#include "videopose/config/options_file.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace videopose::internal {
namespace {

using Kind = ConfigNode::Kind;

class FileReader {
 public:
  FileReader(const std::string& name, const OptionTable& table, bool pass_over_unknown)
      : name_(name), table_(table), pass_over_unknown_(pass_over_unknown) {}

  void Read(const ConfigNode& map, const std::string& prefix) const {
    if (map.kind == Kind::kNothing) return;
    if (map.kind != Kind::kMap) {
      Fail(ErrorCode::kWrongFormat, "{}: line {}: expected options by name", name_, map.line);
    }
    for (const ConfigNode& item : map.items) {
      const std::string key = prefix + item.key;
      const bool is_known = table_.Find(key) != nullptr;
      if (!is_known && IsGroup(key)) {
        Read(item, key + ".");
        continue;
      }
      if (!is_known && pass_over_unknown_) continue;
      try {
        table_.Get(key).Set(item);
      } catch (const OptionError& error) {
        Fail(error.code(), "{}: line {}: {}", name_, item.line, error.what());
      }
    }
  }

 private:
  bool IsGroup(const std::string& key) const {
    return std::any_of(table_.rows().begin(), table_.rows().end(),
                       [&](const auto& row) { return row.key().starts_with(key + "."); });
  }

  const std::string& name_;
  const OptionTable& table_;
  bool pass_over_unknown_;
};

class FileWriter {
 public:
  FileWriter(const OptionTable& table, bool with_help) : table_(table), with_help_(with_help) {}

  std::string Write() {
    WriteGroup(0, table_.rows().size(), 0);
    return std::string(out_.c_str()) + "\n";
  }

 private:
  // Rows [begin, end), whose keys have the same first `skip` letters.
  void WriteGroup(size_t begin, size_t end, size_t skip) {
    out_ << YAML::BeginMap;
    while (begin < end) {
      const OptionTable::Row& row = table_.rows()[begin];
      const size_t dot = row.key().find('.', skip);
      if (dot == std::string::npos) {
        out_ << YAML::Key << row.key().substr(skip) << YAML::Value;
        WriteNode(row.Get());
        if (with_help_) out_ << YAML::Comment(row.help());
        ++begin;
        continue;
      }
      const std::string group = row.key().substr(0, dot + 1);
      size_t next = begin;
      while (next < end && table_.rows()[next].key().starts_with(group)) ++next;
      out_ << YAML::Key << group.substr(skip, dot - skip) << YAML::Value;
      WriteGroup(begin, next, dot + 1);
      begin = next;
    }
    out_ << YAML::EndMap;
  }

  void WriteNode(const ConfigNode& node) {
    switch (node.kind) {
      case Kind::kNothing:
        out_ << YAML::Null;
        break;
      case Kind::kScalar:
        out_ << node.text;
        break;
      case Kind::kList:
        out_ << YAML::Flow << YAML::BeginSeq;
        for (const ConfigNode& item : node.items) WriteNode(item);
        out_ << YAML::EndSeq;
        break;
      case Kind::kMap:
        out_ << YAML::Flow << YAML::BeginMap;
        for (const ConfigNode& item : node.items) {
          out_ << YAML::Key << item.key << YAML::Value;
          WriteNode(item);
        }
        out_ << YAML::EndMap;
        break;
    }
  }

  const OptionTable& table_;
  bool with_help_;
  YAML::Emitter out_;
};

}  // namespace

void ReadOptions(std::string_view text, const std::string& name, const OptionTable& table) {
  FileReader(name, table, /*pass_over_unknown=*/false).Read(ParseYaml(text, name), "");
}

void ReadKnownOptions(std::string_view text, const std::string& name, const OptionTable& table) {
  FileReader(name, table, /*pass_over_unknown=*/true).Read(ParseYaml(text, name), "");
}

std::string WriteOptions(const OptionTable& table, bool with_help) {
  return FileWriter(table, with_help).Write();
}

}  // namespace videopose::internal
