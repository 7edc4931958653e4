// SPDX-License-Identifier: Apache-2.0

#include <bit>
#include <cstring>
#include <limits>
#include <unordered_map>

#include "videopose/arrays/pickle.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

using Kind = PickleValue::Kind;

class Pickler {
 public:
  explicit Pickler(int protocol) : protocol_(protocol) {}

  std::string Run(const PickleValue& value) {
    Put("\x80");
    PutNumber<uint8_t>(protocol_);
    Write(value);
    Put(".");
    return std::move(out_);
  }

 private:
  void Put(std::string_view bytes) { out_ += bytes; }

  template <typename T>
  void PutNumber(auto number) {
    const T value = static_cast<T>(number);
    out_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }

  void Write(const PickleValue& value) {
    const PickleNode* const node = value.node();
    if (node == nullptr) return WriteLeaf(value);
    if (const auto known = memo_.find(node); known != memo_.end()) {
      Put("j");  // LONG_BINGET
      return PutNumber<uint32_t>(known->second);
    }
    WriteCompound(value);
  }

  void Remember(const PickleValue& value) {
    const size_t index = memo_.size();
    memo_.emplace(value.node(), index);
    Put("r");  // LONG_BINPUT
    PutNumber<uint32_t>(index);
  }

  void WriteInt(int64_t number) {
    if (number >= std::numeric_limits<int32_t>::min() &&
        number <= std::numeric_limits<int32_t>::max()) {
      Put("J");  // BININT
      return PutNumber<int32_t>(number);
    }
    Put("\x8a\x08");  // LONG1 of 8 bytes
    PutNumber<int64_t>(number);
  }

  void WriteFloat(double number) {  // BINFLOAT, big-endian
    const auto bits = std::bit_cast<uint64_t>(number);
    Put("G");
    for (int shift = 56; shift >= 0; shift -= 8) out_ += static_cast<char>(bits >> shift);
  }

  void WriteString(std::string_view utf8) {
    if (utf8.size() > std::numeric_limits<uint32_t>::max()) {
      Fail("cannot pickle a string of {} bytes: at most 4 GiB", utf8.size());
    }
    Put("X");  // BINUNICODE
    PutNumber<uint32_t>(utf8.size());
    Put(utf8);
  }

  void WriteBytes(std::string_view bytes) {
    if (protocol_ < 3) return WriteBytesAsText(bytes);
    if (bytes.size() > std::numeric_limits<uint32_t>::max()) {
      Fail("cannot pickle {} bytes in one piece: at most 4 GiB", bytes.size());
    }
    Put("B");  // BINBYTES
    PutNumber<uint32_t>(bytes.size());
    Put(bytes);
  }

  // _codecs.encode(text, "latin1"): how Python 3 itself writes bytes in protocol 2.
  void WriteBytesAsText(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() + bytes.size() / 2);
    for (const char c : bytes) {
      const uint8_t byte = c;
      if (byte >= 0x80) text += static_cast<char>(0xC0 | (byte >> 6));
      text += static_cast<char>(byte < 0x80 ? byte : 0x80 | (byte & 0x3F));
    }
    Put("c_codecs\nencode\n");
    WriteString(text);
    WriteString("latin1");
    Put("\x86R");  // TUPLE2, REDUCE
  }

  void WriteGlobal(std::string_view module_and_name) {
    Put("c");
    Put(module_and_name);
    Put("\n");
  }

  void WriteLeaf(const PickleValue& value) {
    switch (value.kind()) {
      case Kind::kNone:
        return Put("N");
      case Kind::kBool:
        return Put(value.AsBool("") ? "\x88" : "\x89");
      case Kind::kInt:
        return WriteInt(value.AsInt(""));
      case Kind::kBigInt:
        Put("L");
        Put(value.payload().view());
        return Put("L\n");
      case Kind::kFloat:
        return WriteFloat(value.AsDouble(""));
      case Kind::kBytes:
        return WriteBytes(value.payload().view());
      case Kind::kString:
        return WriteString(value.payload().view());
      case Kind::kGlobal:
        return WriteGlobal(value.payload().view());
      default:
        VP_CHECK(false, "{} in a pickle", value.Describe());
    }
  }

  void WriteItems(const PickleValue& value, std::string_view closing_opcode) {
    if (value.node()->items.empty()) return;
    Put("(");
    for (const PickleValue& item : value.node()->items) Write(item);
    Put(closing_opcode);
  }

  void WriteTuple(const PickleValue& value) {
    const std::vector<PickleValue>& items = value.node()->items;
    if (items.empty()) return Put(")");
    if (items.size() > 3) return WriteItems(value, "t");
    for (const PickleValue& item : items) Write(item);
    out_ += static_cast<char>(0x84 + items.size());  // TUPLE1, TUPLE2, TUPLE3
  }

  void WriteObject(const PickleValue& value) {
    const std::vector<PickleValue>& items = value.node()->items;
    Write(items[0]);
    Write(items[1]);
    Put("R");
    Remember(value);
    if (items[2].is_none()) return;
    Write(items[2]);
    Put("b");
  }

  void WriteCompound(const PickleValue& value) {
    switch (value.kind()) {
      case Kind::kList:
        Put("]");
        Remember(value);
        return WriteItems(value, "e");
      case Kind::kDict:
        Put(value.node()->is_ordered_dict ? "ccollections\nOrderedDict\n)R" : "}");
        Remember(value);
        return WriteItems(value, "u");
      case Kind::kTuple:
        WriteTuple(value);
        return Remember(value);
      case Kind::kObject:
        return WriteObject(value);
      default:  // a persistent id
        Write(value.node()->items[0]);
        return Put("Q");
    }
  }

  const int protocol_;
  std::string out_;
  std::unordered_map<const PickleNode*, size_t> memo_;
};

}  // namespace

std::string Pickle(const PickleValue& value, int protocol) {
  VP_CHECK(protocol == 2 || protocol == 3, "protocol {}", protocol);
  return Pickler(protocol).Run(value);
}

}  // namespace videopose::internal
