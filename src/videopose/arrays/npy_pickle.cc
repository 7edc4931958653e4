// SPDX-License-Identifier: Apache-2.0

// NumPy's objects within pickles. An array is
//   _reconstruct(ndarray, (0,), b"b"), then its state (1, shape, dtype, fortran_order, bytes or
//   list)
// or, in protocol 5,
//   _frombuffer(bytes, dtype, shape, order),
// a lone number scalar(dtype, bytes), a dtype dtype("f4", ...) with state (3, "<", ...).
// Source: numpy/core/src/multiarray/methods.c (array_reduce, array_setstate), descriptor.c.

#include <algorithm>
#include <unordered_map>

#include "videopose/arrays/npy.h"
#include "videopose/arrays/npy_layout.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

using Kind = PickleValue::Kind;

// NumPy 2 renamed numpy.core to numpy._core.
std::string WithoutVersion(std::string_view global) {
  constexpr std::string_view kNew = "numpy._core.", kOld = "numpy.core.";
  if (!global.starts_with(kNew)) return std::string(global);
  return std::string(kOld) + std::string(global.substr(kNew.size()));
}

constexpr std::string_view kReconstruct = "numpy.core.multiarray._reconstruct";
constexpr std::string_view kScalar = "numpy.core.multiarray.scalar";
constexpr std::string_view kFromBuffer = "numpy.core.numeric._frombuffer";
constexpr std::string_view kArrayClass = "numpy.ndarray";
constexpr std::string_view kDtypeClass = "numpy.dtype";

class Decoder {
 public:
  explicit Decoder(std::string_view what) : what_(what) {}

  // In place below `value`; `value` itself where it is one of NumPy's objects.
  void Decode(PickleValue& value) {
    PickleNode* const node = value.node();
    if (node == nullptr) return;
    if (const auto done = decoded_.find(node); done != decoded_.end()) {
      value = done->second;
      return;
    }
    for (PickleValue& item : node->items) Decode(item);
    if (value.is(Kind::kObject)) DecodeObject(value);
    decoded_.emplace(node, value);
  }

 private:
  [[noreturn]] void Damaged() const { Fail("{}: damaged: a NumPy array makes no sense", what_); }

  void DecodeObject(PickleValue& value) const {
    const std::string global = WithoutVersion(value.global_name());
    if (global == kReconstruct) {
      value = Reconstructed(value.args(), value.state());
    } else if (global == kFromBuffer) {
      value = FromBuffer(value.args());
    } else if (global == kScalar) {
      value = Scalar(value.args());
    }
  }

  NpyLayout LayoutOf(const PickleValue& dtype, const PickleValue& shape) const {
    if (!dtype.is(Kind::kObject) || dtype.global_name() != kDtypeClass || dtype.args().empty()) {
      Damaged();
    }
    NpyLayout layout;
    ParseDescr(dtype.args()[0].AsString(what_), what_, layout);
    if (!dtype.state().is_none()) {
      const std::span<const PickleValue> state = dtype.state().AsSequence(what_);
      if (state.size() < 5) Damaged();
      layout.big_endian = state[1].AsString(what_) == ">";
    }
    for (const PickleValue& length : shape.AsSequence(what_)) {
      layout.shape.push_back(length.AsInt(what_));
    }
    return layout;
  }

  PickleValue Reconstructed(std::span<const PickleValue> args, const PickleValue& state) const {
    if (args.empty() || args[0].global_name() != kArrayClass) {
      Fail("{}: holds a NumPy object that is no plain array", what_);
    }
    const std::span<const PickleValue> parts = state.AsSequence(what_);
    if (parts.size() != 5) Damaged();
    NpyLayout layout = LayoutOf(parts[2], parts[1]);
    layout.fortran_order = parts[3].AsBool(what_);
    if (layout.dtype.kind != 'O') {
      return PickleValue::Array(ArrayFromBytes(layout, parts[4].AsBytes(what_), what_));
    }
    const std::span<const PickleValue> objects = parts[4].AsSequence(what_);
    if (CheckedElementCount(layout.shape, what_) != std::ssize(objects)) Damaged();
    return PickleValue::Array({layout.dtype, layout.shape, {}, {objects.begin(), objects.end()}});
  }

  PickleValue FromBuffer(std::span<const PickleValue> args) const {
    if (args.size() != 4) Damaged();
    NpyLayout layout = LayoutOf(args[1], args[2]);
    if (layout.dtype.kind == 'O') Damaged();
    layout.fortran_order = args[3].AsString(what_) == "F";
    return PickleValue::Array(ArrayFromBytes(layout, args[0].AsBytes(what_), what_));
  }

  PickleValue Scalar(std::span<const PickleValue> args) const {
    if (args.size() != 2) Damaged();
    const NpyLayout layout = LayoutOf(args[0], PickleValue::Tuple({}));
    if (layout.dtype.kind == 'O') Damaged();
    const NpyArray value = ArrayFromBytes(layout, args[1].AsBytes(what_), what_);
    switch (layout.dtype.kind) {
      case 'b':
        return PickleValue::Bool(ToScalar<uint8_t>(value, what_) != 0);
      case 'f':
        return PickleValue::Float(ToScalar<double>(value, what_));
      case 'S':
        return PickleValue::Bytes(value.data);
      case 'U':
        return PickleValue::String(ToStrings(value, what_).front());
      default:
        return PickleValue::Int(ToScalar<int64_t>(value, what_));
    }
  }

  std::string_view what_;
  std::unordered_map<const PickleNode*, PickleValue> decoded_;
};

class Encoder {
 public:
  PickleValue Encode(const PickleValue& value) {
    const PickleNode* const node = value.node();
    const bool is_array = value.is(Kind::kArray);
    if (node == nullptr && !is_array) return value;
    // Whatever occurs twice stays one and the same.
    const void* const identity = is_array ? static_cast<const void*>(&value.AsArray("")) : node;
    if (const auto done = encoded_.find(identity); done != encoded_.end()) return done->second;
    PickleValue encoded = is_array ? EncodeArray(value.AsArray("")) : EncodeItems(value);
    return encoded_.emplace(identity, std::move(encoded)).first->second;
  }

 private:
  PickleValue EncodeItems(const PickleValue& value) {
    const PickleNode* const node = value.node();
    auto copy = std::make_shared<PickleNode>();
    copy->is_ordered_dict = node->is_ordered_dict;
    copy->items.reserve(node->items.size());
    for (const PickleValue& item : node->items) copy->items.push_back(Encode(item));
    return PickleValue(value.kind(), copy);
  }

  PickleValue EncodeArray(const NpyArray& array) {
    std::vector<PickleValue> shape, objects;
    for (const int64_t length : array.shape) shape.push_back(PickleValue::Int(length));
    for (const PickleValue& object : array.objects) objects.push_back(Encode(object));
    const bool has_objects = array.dtype.kind == 'O';
    return PickleValue::Object(
        PickleValue::Global("numpy.core.multiarray", "_reconstruct"),
        PickleValue::Tuple({PickleValue::Global("numpy", "ndarray"),
                            PickleValue::Tuple({PickleValue::Int(0)}),
                            PickleValue::Bytes(SharedBytes::Own(std::string("b")))}),
        PickleValue::Tuple({PickleValue::Int(1), PickleValue::Tuple(std::move(shape)),
                            EncodeDtype(array.dtype), PickleValue::Bool(false),
                            has_objects ? PickleValue::List(std::move(objects))
                                        : PickleValue::Bytes(array.data)}));
  }

  // The state is (version, byte order, no subarray, no names, no fields, element size, alignment,
  // flags); sizes are -1 where the type implies them.
  PickleValue EncodeDtype(const NpyDtype& dtype) {
    const std::string descr = DescrOf(dtype);
    PickleValue& known = dtypes_[descr];
    if (!known.is_none()) return known;
    const bool is_text = dtype.kind == 'U' || dtype.kind == 'S';
    const bool is_object = dtype.kind == 'O';
    constexpr int kObjectFlags = 63;  // what NumPy itself writes: has references, needs Python, ...
    known = PickleValue::Object(
        PickleValue::Global("numpy", "dtype"),
        PickleValue::Tuple({PickleValue::String(is_object ? "O8" : descr.substr(1)),
                            PickleValue::Bool(false), PickleValue::Bool(true)}),
        PickleValue::Tuple({PickleValue::Int(3), PickleValue::String(descr.substr(0, 1)),
                            PickleValue(), PickleValue(), PickleValue(),
                            PickleValue::Int(is_text ? dtype.item_bytes : -1),
                            PickleValue::Int(dtype.kind == 'U' ? 4
                                             : is_text         ? 1
                                                               : -1),
                            PickleValue::Int(is_object           ? kObjectFlags
                                             : dtype.kind == 'U' ? 8
                                                                 : 0)}));
    return known;
  }

  std::unordered_map<const void*, PickleValue> encoded_;
  std::unordered_map<std::string, PickleValue> dtypes_;
};

}  // namespace

bool IsNumpyGlobal(std::string_view global) {
  const std::string name = WithoutVersion(global);
  return name == kReconstruct || name == kScalar || name == kFromBuffer || name == kArrayClass ||
         name == kDtypeClass;
}

void DecodeNumpy(PickleValue& value, std::string_view what) { Decoder(what).Decode(value); }

PickleValue EncodeNumpy(const PickleValue& value) { return Encoder().Encode(value); }

}  // namespace videopose::internal
