// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/pickle_value.h"

#include "videopose/arrays/npy_array.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

using Kind = PickleValue::Kind;

constexpr size_t kMostKeysInMessage = 12;

PickleValue Compound(Kind kind, std::vector<PickleValue> items) {
  return PickleValue(kind, std::make_shared<PickleNode>(std::move(items)));
}

// Length of the UTF-8 sequence at the start of `text`, 0 where there is none (RFC 3629).
size_t Utf8Length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const size_t length = first < 0xC2   ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                        : first < 0xF5 ? 4
                                       : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool outside = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
  return overlong || outside ? 0 : length;
}

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string Latin1ToUtf8(std::string_view text) {
  std::string utf8;
  for (const char c : text) {
    const uint8_t byte = c;
    if (byte < 0x80) {
      utf8 += c;
    } else {
      utf8 += static_cast<char>(0xC0 | (byte >> 6));
      utf8 += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return utf8;
}

[[noreturn]] void FailKind(std::string_view what, std::string_view expected,
                           const PickleValue& found) {
  Fail("{}: expected {}, found {}", what, expected, found.Describe());
}

std::string KeyList(const PickleEntries& entries) {
  std::string keys;
  for (size_t i = 0; i < entries.size() && i < kMostKeysInMessage; ++i) {
    const PickleValue& key = entries[i].key;
    const bool is_text = key.is(Kind::kString) || key.is(Kind::kBytes);
    keys += (i == 0 ? "" : ", ") + (is_text ? key.AsString("") : key.Describe());
  }
  if (entries.size() > kMostKeysInMessage) keys += ", ...";
  return keys.empty() ? "nothing" : keys;
}

}  // namespace

PickleNode::~PickleNode() {
  // Recursive destruction of a hostile file's deep tree would overflow the stack; instead children
  // pass their items to the outermost destructor, which destroys them one by one.
  thread_local std::vector<PickleValue>* pending = nullptr;
  if (items.empty()) return;
  if (pending != nullptr) {
    for (PickleValue& item : items) pending->push_back(std::move(item));
    return;
  }
  std::vector<PickleValue> todo = std::move(items);
  pending = &todo;
  while (!todo.empty()) {
    const PickleValue dropped = std::move(todo.back());
    todo.pop_back();
  }
  pending = nullptr;
}

PickleValue PickleValue::Bool(bool value) { return {Kind::kBool, std::in_place_type<bool>, value}; }
PickleValue PickleValue::Int(int64_t value) {
  return {Kind::kInt, std::in_place_type<int64_t>, value};
}
PickleValue PickleValue::BigInt(std::string decimal) {
  return {Kind::kBigInt, std::in_place_type<SharedBytes>, SharedBytes::Own(std::move(decimal))};
}
PickleValue PickleValue::Float(double value) {
  return {Kind::kFloat, std::in_place_type<double>, value};
}
PickleValue PickleValue::Bytes(SharedBytes bytes) {
  return {Kind::kBytes, std::in_place_type<SharedBytes>, std::move(bytes)};
}
PickleValue PickleValue::String(SharedBytes utf8) {
  return {Kind::kString, std::in_place_type<SharedBytes>, std::move(utf8)};
}
PickleValue PickleValue::String(std::string_view utf8) {
  return String(SharedBytes::Own(std::string(utf8)));
}
PickleValue PickleValue::List(std::vector<PickleValue> items) {
  return Compound(Kind::kList, std::move(items));
}
PickleValue PickleValue::Tuple(std::vector<PickleValue> items) {
  return Compound(Kind::kTuple, std::move(items));
}
PickleValue PickleValue::Dict(const std::vector<std::pair<PickleValue, PickleValue>>& entries) {
  std::vector<PickleValue> items;
  items.reserve(2 * entries.size());
  for (const auto& [key, value] : entries) {
    items.push_back(key);
    items.push_back(value);
  }
  return Compound(Kind::kDict, std::move(items));
}
PickleValue PickleValue::OrderedDict(
    const std::vector<std::pair<PickleValue, PickleValue>>& entries) {
  PickleValue dict = Dict(entries);
  dict.node()->is_ordered_dict = true;
  return dict;
}
PickleValue PickleValue::Global(std::string_view module, std::string_view name) {
  return {Kind::kGlobal, std::in_place_type<SharedBytes>,
          SharedBytes::Own(fmt::format("{}\n{}", module, name))};
}
PickleValue PickleValue::Object(PickleValue callable, PickleValue args, PickleValue state) {
  VP_CHECK(callable.is(Kind::kGlobal) && args.is(Kind::kTuple), "{} with {}", callable.Describe(),
           args.Describe());
  return Compound(Kind::kObject, {std::move(callable), std::move(args), std::move(state)});
}
PickleValue PickleValue::Object(PickleValue callable, PickleValue args) {
  return Object(std::move(callable), std::move(args), PickleValue());
}
PickleValue PickleValue::PersistentId(PickleValue id) {
  return Compound(Kind::kPersistentId, {std::move(id)});
}
PickleValue PickleValue::Array(NpyArray array) {
  PickleValue value;
  value.kind_ = Kind::kArray;
  value.data_ = std::make_shared<const NpyArray>(std::move(array));
  return value;
}

bool PickleValue::AsBool(std::string_view what) const {
  if (is(Kind::kBool)) return std::get<bool>(data_);
  if (is(Kind::kInt)) return std::get<int64_t>(data_) != 0;
  FailKind(what, "true or false", *this);
}

int64_t PickleValue::AsInt(std::string_view what) const {
  if (is(Kind::kInt)) return std::get<int64_t>(data_);
  if (is(Kind::kBool)) return std::get<bool>(data_) ? 1 : 0;
  FailKind(what, "a whole number", *this);
}

double PickleValue::AsDouble(std::string_view what) const {
  if (is(Kind::kFloat)) return std::get<double>(data_);
  if (is(Kind::kInt)) return static_cast<double>(std::get<int64_t>(data_));
  FailKind(what, "a number", *this);
}

std::string PickleValue::AsString(std::string_view what) const {
  if (!is(Kind::kString) && !is(Kind::kBytes)) FailKind(what, "a string", *this);
  const std::string_view text = payload().view();
  return IsUtf8(text) ? std::string(text) : Latin1ToUtf8(text);
}

const SharedBytes& PickleValue::AsBytes(std::string_view what) const {
  if (!is(Kind::kBytes)) FailKind(what, "bytes", *this);
  return payload();
}

std::span<const PickleValue> PickleValue::AsSequence(std::string_view what) const {
  if (!is(Kind::kList) && !is(Kind::kTuple)) FailKind(what, "a list", *this);
  return node()->items;
}

PickleEntries PickleValue::AsDict(std::string_view what) const {
  if (!is(Kind::kDict)) FailKind(what, "a dict", *this);
  return PickleEntries(node()->items);
}

const NpyArray& PickleValue::AsArray(std::string_view what) const {
  if (!is(Kind::kArray)) FailKind(what, "an array", *this);
  return *std::get<std::shared_ptr<const NpyArray>>(data_);
}

const PickleValue& PickleValue::AsPersistentId(std::string_view what) const {
  if (!is(Kind::kPersistentId)) FailKind(what, "a persistent id", *this);
  return node()->items[0];
}

const PickleValue* PickleValue::Find(std::string_view key) const {
  if (!is(Kind::kDict)) return nullptr;
  const PickleEntries entries(node()->items);
  // From the back: where a key was set twice, Python keeps the last value.
  for (size_t i = entries.size(); i-- > 0;) {
    const PickleValue& candidate = entries[i].key;
    const bool is_text = candidate.is(Kind::kString) || candidate.is(Kind::kBytes);
    if (is_text && candidate.payload().view() == key) return &entries[i].value;
  }
  return nullptr;
}

const PickleValue& PickleValue::At(std::string_view key, std::string_view what) const {
  const PickleEntries entries = AsDict(what);
  const PickleValue* value = Find(key);
  if (value == nullptr) Fail("{}: has no '{}'; it has {}", what, key, KeyList(entries));
  return *value;
}

std::string PickleValue::global_name() const {
  if (is(Kind::kObject)) return node()->items[0].global_name();
  if (!is(Kind::kGlobal)) return "";
  std::string name(payload().view());
  name[name.find('\n')] = '.';
  return name;
}

std::string PickleValue::global_module() const {
  if (is(Kind::kObject)) return node()->items[0].global_module();
  if (!is(Kind::kGlobal)) return "";
  const std::string_view both = payload().view();
  return std::string(both.substr(0, both.find('\n')));
}

std::span<const PickleValue> PickleValue::args() const {
  VP_CHECK(is(Kind::kObject), "{}", Describe());
  return node()->items[1].node()->items;
}

const PickleValue& PickleValue::state() const {
  VP_CHECK(is(Kind::kObject), "{}", Describe());
  return node()->items[2];
}

std::string PickleValue::Describe() const {
  switch (kind_) {
    case Kind::kNone:
      return "None";
    case Kind::kBool:
      return std::get<bool>(data_) ? "True" : "False";
    case Kind::kInt:
      return fmt::format("the number {}", std::get<int64_t>(data_));
    case Kind::kBigInt:
      return "a number of more than 64 bits";
    case Kind::kFloat:
      return fmt::format("the number {}", std::get<double>(data_));
    case Kind::kBytes:
      return fmt::format("{} bytes", payload().size());
    case Kind::kString:
      return fmt::format("a string of {} bytes", payload().size());
    case Kind::kList:
      return fmt::format("a list of {}", node()->items.size());
    case Kind::kTuple:
      return fmt::format("a tuple of {}", node()->items.size());
    case Kind::kDict:
      return fmt::format("a dict of {}", node()->items.size() / 2);
    case Kind::kGlobal:
      return global_name();
    case Kind::kObject:
      return fmt::format("an object of {}", global_name());
    case Kind::kPersistentId:
      return "a persistent id";
    case Kind::kArray:
      return "an array " + internal::Describe(AsArray(""));
  }
  return "";
}

PickleNode* PickleValue::node() const {
  const auto* held = std::get_if<std::shared_ptr<PickleNode>>(&data_);
  return held == nullptr ? nullptr : held->get();
}

const SharedBytes& PickleValue::payload() const {
  const auto* held = std::get_if<SharedBytes>(&data_);
  VP_CHECK(held != nullptr, "{} has no bytes", Describe());
  return *held;
}

}  // namespace videopose::internal
