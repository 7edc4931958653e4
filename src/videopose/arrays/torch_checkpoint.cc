// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/torch_checkpoint.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <span>
#include <type_traits>

#include "videopose/arrays/half.h"
#include "videopose/arrays/torch_container.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

using Kind = PickleValue::Kind;

constexpr size_t kMostDimensions = 16;

// A tensor: element (i, j, ...) is element offset + i * strides[0] + j * strides[1] + ... of the
// storage.
struct TensorView {
  TorchStorageRef storage;
  int64_t offset = 0;
  std::vector<int64_t> shape, strides;
  int64_t count = 1;  // of elements
};

bool IsParameter(const PickleValue& value) {
  return value.global_name() == "torch._utils._rebuild_parameter";
}

std::vector<int64_t> ReadSizes(const PickleValue& value, std::string_view what) {
  const bool is_size = value.is(Kind::kObject) && value.global_name() == "torch.Size";
  if (is_size && value.args().size() != 1) Fail("{}: damaged: a size of no numbers", what);
  std::vector<int64_t> sizes;
  for (const PickleValue& item : (is_size ? value.args()[0] : value).AsSequence(what)) {
    sizes.push_back(item.AsInt(what));
    if (sizes.back() < 0 || sizes.size() > kMostDimensions) {
      Fail("{}: damaged: impossible size {} in dimension {}", what, sizes.back(), sizes.size());
    }
  }
  return sizes;
}

// The number of elements and that all of them lie in the storage. What is larger than its storage
// (an expanded tensor, stride 0) is no weight, and could require any amount of memory.
void CheckBounds(TensorView& view, std::string_view what) {
  const int64_t limit = view.storage.view_count;
  const bool is_empty = std::find(view.shape.begin(), view.shape.end(), 0) != view.shape.end();
  if (is_empty) {
    view.count = 0;
    return;
  }
  int64_t last = view.offset;
  bool fits = last >= 0 && last < limit;
  for (size_t i = 0; i < view.shape.size() && fits; ++i) {
    const int64_t steps = view.shape[i] - 1, stride = view.strides[i];
    fits =
        view.shape[i] <= limit / view.count && (steps == 0 || stride <= (limit - 1 - last) / steps);
    if (!fits) break;
    if (steps == 0) view.strides[i] = 0;  // never used, so any number is valid
    view.count *= view.shape[i];
    last += steps * stride;
  }
  if (!fits) {
    Fail("{}: damaged: a tensor of shape ({}) reaches beyond its storage of {} values", what,
         fmt::join(view.shape, ", "), limit);
  }
}

// _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks),
// _rebuild_tensor(storage, offset, size, stride), _rebuild_parameter(tensor, requires_grad, hooks)
TensorView ParseTensor(const PickleValue& value, std::string_view what) {
  if (!TorchCheckpoint::IsTensor(value))
    Fail("{}: expected a tensor, found {}", what, value.Describe());
  if (IsParameter(value)) {
    const PickleValue& tensor = value.args()[0];
    if (IsParameter(tensor)) Fail("{}: damaged: a parameter of a parameter", what);
    return ParseTensor(tensor, what);
  }
  const auto args = value.args();
  if (args.size() < 4) Fail("{}: damaged: a tensor made of {} values", what, args.size());
  TensorView view{.storage = ParseTorchStorage(args[0], what),
                  .offset = args[1].AsInt(what),
                  .shape = ReadSizes(args[2], what),
                  .strides = ReadSizes(args[3], what)};
  if (view.shape.size() != view.strides.size()) {
    Fail("{}: damaged: {} dimensions, {} strides", what, view.shape.size(), view.strides.size());
  }
  CheckBounds(view, what);
  return view;
}

bool IsContiguous(const TensorView& view) {
  int64_t expected = 1;
  for (size_t i = view.shape.size(); i-- > 0;) {
    if (view.shape[i] != 1 && view.strides[i] != expected) return false;
    expected *= view.shape[i];
  }
  return true;
}

// The elements' bytes, row-major.
SharedBytes Gather(const TensorView& view, const SharedBytes& storage) {
  const int64_t item = view.storage.dtype->item_bytes;
  const int64_t first = view.storage.view_begin + view.offset;
  const size_t size = view.count * item;
  if (view.count == 0) return {};
  if (IsContiguous(view)) return storage.Part(first * item, size);
  std::string bytes(size, '\0');
  std::vector<int64_t> index(view.shape.size());
  int64_t at = first;
  for (int64_t n = 0; n < view.count; ++n) {
    std::memcpy(bytes.data() + n * item, storage.data() + at * item, static_cast<size_t>(item));
    for (size_t i = index.size(); i-- > 0;) {
      at += view.strides[i];
      if (++index[i] < view.shape[i]) break;
      at -= view.strides[i] * index[i];
      index[i] = 0;
    }
  }
  return SharedBytes::Own(std::move(bytes));
}

// Calls to_out on each stored value.
template <typename Stored, typename Out, typename ToOut>
void ConvertAll(const SharedBytes& bytes, std::vector<Out>& out, const ToOut& to_out) {
  for (size_t i = 0; i < out.size(); ++i) {
    Stored value;
    std::memcpy(&value, bytes.data() + i * sizeof(Stored), sizeof(Stored));
    out[i] = to_out(value);
  }
}

// False where values of the type are no Out.
template <typename Out>
bool Convert(std::string_view dtype, const SharedBytes& bytes, std::vector<Out>& out) {
  const auto cast = [](auto value) { return static_cast<Out>(value); };
  if (dtype == "int64") return ConvertAll<int64_t>(bytes, out, cast), true;
  if (dtype == "int32") return ConvertAll<int32_t>(bytes, out, cast), true;
  if (dtype == "int16") return ConvertAll<int16_t>(bytes, out, cast), true;
  if (dtype == "int8") return ConvertAll<int8_t>(bytes, out, cast), true;
  if (dtype == "uint8" || dtype == "bool") return ConvertAll<uint8_t>(bytes, out, cast), true;
  if constexpr (std::is_floating_point_v<Out>) {
    if (dtype == "float32") return ConvertAll<float>(bytes, out, cast), true;
    if (dtype == "float64") return ConvertAll<double>(bytes, out, cast), true;
    if (dtype == "float16") return ConvertAll<uint16_t>(bytes, out, FloatFromHalf), true;
    if (dtype == "bfloat16") return ConvertAll<uint16_t>(bytes, out, FloatFromBFloat16), true;
  }
  return false;
}

}  // namespace

const Tensor* StateDict::Find(std::string_view name) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  return found == entries.end() ? nullptr : &found->second;
}

class TorchCheckpoint::Impl {
 public:
  explicit Impl(const std::filesystem::path& path)
      : name_(path.string()), container_(OpenTorchContainer(path)) {}

  const std::string& name() const { return name_; }
  const TorchContainer& container() const { return *container_; }

  template <typename T>
  BasicTensor<T> ReadTensor(const PickleValue& tensor, std::string_view what) const {
    const TensorView view = ParseTensor(tensor, what);
    const SharedBytes bytes = Gather(view, container_->ReadStorage(view.storage));
    std::vector<T> values(view.count);
    if (!Convert(view.storage.dtype->name, bytes, values)) {
      Fail("{}: expected whole numbers, found a tensor of {}", what, view.storage.dtype->name);
    }
    return {view.shape, std::move(values)};
  }

 private:
  std::string name_;
  std::unique_ptr<TorchContainer> container_;
};

TorchCheckpoint::TorchCheckpoint(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TorchCheckpoint::~TorchCheckpoint() = default;
TorchCheckpoint::TorchCheckpoint(TorchCheckpoint&&) noexcept = default;
TorchCheckpoint& TorchCheckpoint::operator=(TorchCheckpoint&&) noexcept = default;

TorchCheckpoint TorchCheckpoint::Read(const std::filesystem::path& path) {
  return TorchCheckpoint(std::make_unique<Impl>(path));
}

TorchCheckpoint::Format TorchCheckpoint::format() const {
  return impl_->container().is_zip() ? Format::kZip : Format::kLegacy;
}
const std::string& TorchCheckpoint::name() const { return impl_->name(); }
const PickleValue& TorchCheckpoint::root() const { return impl_->container().root(); }

bool TorchCheckpoint::IsTensor(const PickleValue& value) {
  if (!value.is(Kind::kObject)) return false;
  const std::string global = value.global_name();
  return global == "torch._utils._rebuild_tensor_v2" || global == "torch._utils._rebuild_tensor" ||
         (IsParameter(value) && !value.args().empty());
}

TorchTensorInfo TorchCheckpoint::InfoOf(const PickleValue& tensor, std::string_view what) {
  const TensorView view = ParseTensor(tensor, what);
  return {std::string(view.storage.dtype->name), view.shape};
}

Tensor TorchCheckpoint::ReadFloats(const PickleValue& tensor, std::string_view what) const {
  return impl_->ReadTensor<float>(tensor, what);
}

BasicTensor<int64_t> TorchCheckpoint::ReadIntegers(const PickleValue& tensor,
                                                   std::string_view what) const {
  return impl_->ReadTensor<int64_t>(tensor, what);
}

StateDict TorchCheckpoint::ReadStateDict(const PickleValue& dict, std::string_view what) const {
  // Tensors may share storages, but not so often that a small file fills the memory.
  const int64_t most_values = 2 * impl_->container().file_bytes();
  int64_t values = 0;
  StateDict state;
  for (const auto& [key, value] : dict.AsDict(what)) {
    const std::string name = key.AsString(what);
    const std::string what_entry = fmt::format("{}: {}", what, name);
    state.entries.emplace_back(name, ReadFloats(value, what_entry));
    values += state.entries.back().second.size();
    if (values > most_values) Fail("{}: damaged: tensors larger than the whole file", what);
  }
  return state;
}

}  // namespace videopose::internal
