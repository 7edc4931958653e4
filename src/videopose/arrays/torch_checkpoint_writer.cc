// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/torch_checkpoint_writer.h"

#include <fmt/format.h>
#include <zip.h>

#include <bit>
#include <memory>

#include "videopose/arrays/half.h"
#include "videopose/arrays/npy.h"
#include "videopose/arrays/pickle.h"
#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

static_assert(std::endian::native == std::endian::little, "storages are written as they are");

struct DiscardArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
using ZipArchive = std::unique_ptr<zip_t, DiscardArchive>;

// Row-major: how far one step along each axis goes.
std::vector<PickleValue> StridesOf(const std::vector<int64_t>& shape) {
  std::vector<PickleValue> strides(shape.size());
  int64_t stride = 1;
  for (size_t i = shape.size(); i-- > 0; stride *= shape[i]) strides[i] = PickleValue::Int(stride);
  return strides;
}

template <typename T>
std::string BytesOf(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

// `content` must live until the archive is closed.
void AddMember(zip_t* archive, const std::string& name, const std::string& content,
               const std::filesystem::path& path) {
  zip_source_t* const source = zip_source_buffer(archive, content.data(), content.size(), 0);
  const zip_int64_t index =
      source == nullptr ? -1 : zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    if (source != nullptr) zip_source_free(source);
    Fail(ErrorCode::kCannotWrite, "{}: cannot be written: {}", path.string(),
         zip_strerror(archive));
  }
  // PyTorch reads storages as they lie in the file.
  zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
  // The earliest that zip knows, so that the same checkpoint is the same file.
  constexpr zip_uint16_t kFirstOfJanuary1980 = (1 << 5) | 1;
  zip_file_set_dostime(archive, static_cast<zip_uint64_t>(index), 0, kFirstOfJanuary1980, 0);
}

}  // namespace

// torch._utils._rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks)
PickleValue TorchCheckpointWriter::Add(const char* storage_class, const std::vector<int64_t>& shape,
                                       std::string bytes, int64_t count) {
  const PickleValue storage = PickleValue::PersistentId(PickleValue::Tuple(
      {PickleValue::String("storage"), PickleValue::Global("torch", storage_class),
       PickleValue::String(fmt::format("{}", storages_.size())), PickleValue::String("cpu"),
       PickleValue::Int(count)}));
  storages_.push_back(std::move(bytes));
  std::vector<PickleValue> sizes;
  sizes.reserve(shape.size());
  for (const int64_t size : shape) sizes.push_back(PickleValue::Int(size));
  return PickleValue::Object(
      PickleValue::Global("torch._utils", "_rebuild_tensor_v2"),
      PickleValue::Tuple({storage, PickleValue::Int(0), PickleValue::Tuple(std::move(sizes)),
                          PickleValue::Tuple(StridesOf(shape)), PickleValue::Bool(false),
                          PickleValue::OrderedDict({})}));
}

PickleValue TorchCheckpointWriter::AddTensor(const Tensor& tensor) {
  return Add("FloatStorage", tensor.shape, BytesOf(tensor.values), tensor.size());
}

PickleValue TorchCheckpointWriter::AddHalfTensor(const Tensor& tensor) {
  std::vector<uint16_t> halves;
  halves.reserve(tensor.values.size());
  for (const float value : tensor.values) halves.push_back(HalfFromFloat(value));
  return Add("HalfStorage", tensor.shape, BytesOf(halves), tensor.size());
}

PickleValue TorchCheckpointWriter::AddTensor(const BasicTensor<int64_t>& tensor) {
  return Add("LongStorage", tensor.shape, BytesOf(tensor.values), tensor.size());
}

void TorchCheckpointWriter::Write(const std::filesystem::path& path,
                                  const PickleValue& root) const {
  AtomicFile file(path);
  const std::string pickle = Pickle(EncodeNumpy(root), 2), version = "3\n";
  int code = 0;
  ZipArchive archive(zip_open(file.temporary_path().c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
  if (!archive) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    Fail(ErrorCode::kCannotWrite, "{}: cannot be written: {}", path.string(), reason);
  }
  // PyTorch takes the folder's name from the first member and finds the others in it.
  const std::string folder = "archive";
  AddMember(archive.get(), folder + "/data.pkl", pickle, path);
  for (size_t i = 0; i < storages_.size(); ++i) {
    AddMember(archive.get(), fmt::format("{}/data/{}", folder, i), storages_[i], path);
  }
  AddMember(archive.get(), folder + "/version", version, path);
  if (zip_close(archive.get()) != 0) {
    Fail(ErrorCode::kCannotWrite, "{}: cannot be written: {}", path.string(),
         zip_strerror(archive.get()));
  }
  (void)archive.release();  // zip_close has freed it
  file.Commit();
}

}  // namespace videopose::internal
