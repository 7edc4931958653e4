// SPDX-License-Identifier: Apache-2.0

// What a Python pickle holds, as plain data: nothing in it is ever called.

#ifndef VIDEOPOSE_ARRAYS_PICKLE_VALUE_H_
#define VIDEOPOSE_ARRAYS_PICKLE_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "videopose/arrays/shared_bytes.h"

namespace videopose::internal {

struct NpyArray;    // npy.h
struct PickleNode;  // below
class PickleEntries;

// A cheap handle: copies share lists, dicts and bytes, as Python's references do.
class PickleValue {
 public:
  enum class Kind {
    kNone,
    kBool,
    kInt,
    kBigInt,  // an integer beyond 64 bits, as decimal digits
    kFloat,
    kBytes,   // bytes, bytearray and Python 2's str
    kString,  // UTF-8
    kList,    // list, set
    kTuple,   // tuple, frozenset
    kDict,    // dict, OrderedDict, defaultdict; keeps its order
    kGlobal,  // the name of a class or function
    kObject,  // what Python would get by calling a global with arguments and setting a state
    kPersistentId,
    kArray,  // a numpy array, in what npy.h reads
  };

  PickleValue() = default;  // None
  static PickleValue Bool(bool value);
  static PickleValue Int(int64_t value);
  static PickleValue BigInt(std::string decimal);
  static PickleValue Float(double value);
  static PickleValue Bytes(SharedBytes bytes);
  static PickleValue String(SharedBytes utf8);
  static PickleValue String(std::string_view utf8);
  static PickleValue List(std::vector<PickleValue> items);
  static PickleValue Tuple(std::vector<PickleValue> items);
  static PickleValue Dict(const std::vector<std::pair<PickleValue, PickleValue>>& entries);
  static PickleValue OrderedDict(const std::vector<std::pair<PickleValue, PickleValue>>& entries);
  static PickleValue Global(std::string_view module, std::string_view name);
  // args: a tuple. state None: no state.
  static PickleValue Object(PickleValue callable, PickleValue args, PickleValue state);
  static PickleValue Object(PickleValue callable, PickleValue args);
  static PickleValue PersistentId(PickleValue id);
  static PickleValue Array(NpyArray array);

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }
  bool is_none() const { return kind_ == Kind::kNone; }

  // The value as ..., or an Error that says what `what` (e.g. "data.npz: metadata: num_joints")
  // should have been and what it is.
  bool AsBool(std::string_view what) const;           // an int too
  int64_t AsInt(std::string_view what) const;         // a bool too
  double AsDouble(std::string_view what) const;       // an int too
  std::string AsString(std::string_view what) const;  // bytes too: UTF-8 if valid, else Latin-1
  const SharedBytes& AsBytes(std::string_view what) const;
  std::span<const PickleValue> AsSequence(std::string_view what) const;  // a list or tuple
  PickleEntries AsDict(std::string_view what) const;
  const NpyArray& AsArray(std::string_view what) const;
  const PickleValue& AsPersistentId(std::string_view what) const;

  // The value of a dict's key (a string, or bytes of Python 2); null where it has none or where
  // this is no dict.
  const PickleValue* Find(std::string_view key) const;
  // The same, where the key must be there: else an Error that names the keys which are.
  const PickleValue& At(std::string_view key, std::string_view what) const;

  // Of a global ("module.name", "" for other kinds) and of an object (its callable's).
  std::string global_name() const;
  std::string global_module() const;
  // Of an object.
  std::span<const PickleValue> args() const;
  const PickleValue& state() const;

  // "a dict of 3", "an int", for messages.
  std::string Describe() const;

  // Below: for code that takes values apart or builds them (unpickler, pickler, npy).
  explicit PickleValue(Kind kind, std::shared_ptr<PickleNode> node)
      : kind_(kind), data_(std::move(node)) {}
  PickleNode* node() const;            // of a compound value, else null
  const SharedBytes& payload() const;  // of bytes, string, big int, global ("module\nname")

 private:
  template <typename T>
  PickleValue(Kind kind, std::in_place_type_t<T> type, T value)
      : kind_(kind), data_(type, std::move(value)) {}

  Kind kind_ = Kind::kNone;
  std::variant<std::monostate, bool, int64_t, double, SharedBytes, std::shared_ptr<PickleNode>,
               std::shared_ptr<const NpyArray>>
      data_;
};

// The body of a compound value.
struct PickleNode {
  // list, tuple: the items; dict: key, value, key, value, ...; object: callable, args, state;
  // persistent id: the id.
  std::vector<PickleValue> items;
  bool is_ordered_dict = false;

  // Set by the unpickler: see CheckTree in unpickler.cc.
  enum class Visit : uint8_t { kNot, kInside, kDone } visit = Visit::kNot;
  int32_t height = 0;
  double expanded_values = 0;
  double expanded_bytes = 0;

  PickleNode() = default;
  explicit PickleNode(std::vector<PickleValue> items_in) : items(std::move(items_in)) {}
  PickleNode(const PickleNode&) = delete;
  PickleNode& operator=(const PickleNode&) = delete;
  ~PickleNode();  // not recursive, however deep the tree
};

// for (const auto& [key, value] : dict.AsDict("...")). Valid as long as the dict.
class PickleEntries {
 public:
  struct Entry {
    const PickleValue& key;
    const PickleValue& value;
  };
  class Iterator {
   public:
    explicit Iterator(const PickleValue* at) : at_(at) {}
    Entry operator*() const { return {at_[0], at_[1]}; }
    Iterator& operator++() {
      at_ += 2;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const PickleValue* at_;
  };

  explicit PickleEntries(std::span<const PickleValue> items) : items_(items) {}
  Iterator begin() const { return Iterator(items_.data()); }
  Iterator end() const { return Iterator(items_.data() + items_.size()); }
  size_t size() const { return items_.size() / 2; }
  Entry operator[](size_t i) const { return {items_[2 * i], items_[2 * i + 1]}; }

 private:
  std::span<const PickleValue> items_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ARRAYS_PICKLE_VALUE_H_
