// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/torch_container.h"

#include <zip.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>
#include <system_error>
#include <utility>

#include "videopose/arrays/npy.h"
#include "videopose/arrays/pickle.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"

namespace videopose::internal {
namespace {

static_assert(std::endian::native == std::endian::little, "storages are little-endian");

using Kind = PickleValue::Kind;

constexpr std::array<TorchDtype, 10> kDtypes = {{{"FloatStorage", "float32", 4},
                                                 {"HalfStorage", "float16", 2},
                                                 {"BFloat16Storage", "bfloat16", 2},
                                                 {"DoubleStorage", "float64", 8},
                                                 {"LongStorage", "int64", 8},
                                                 {"IntStorage", "int32", 4},
                                                 {"ShortStorage", "int16", 2},
                                                 {"CharStorage", "int8", 1},
                                                 {"ByteStorage", "uint8", 1},
                                                 {"BoolStorage", "bool", 1}}};

// Besides storages and NumPy's arrays: tensors, and the random states that training saves with
// them.
constexpr std::string_view kAllowed[] = {
    "torch._utils._rebuild_tensor_v2",
    "torch._utils._rebuild_tensor",
    "torch._utils._rebuild_parameter",
    "torch.Size",
    "torch.device",
    "numpy.random.__RandomState_ctor",
    "numpy.random._pickle.__randomstate_ctor",
    "numpy.random._pickle.__bit_generator_ctor",
    "numpy.random._mt19937.MT19937",
    "numpy.random.bit_generator.SeedSequence",
    "numpy.random.bit_generator.__pyx_unpickle_SeedSequence",
};

bool IsAllowed(std::string_view global) {
  return FindTorchDtype(global) != nullptr || IsNumpyGlobal(global) ||
         std::find(std::begin(kAllowed), std::end(kAllowed), global) != std::end(kAllowed);
}

Unpickled UnpickleFrom(const SharedBytes& bytes, const std::string& name, int64_t file_bytes) {
  Unpickled result = Unpickle(
      bytes,
      {.name = name, .allow_global = IsAllowed, .file_bytes = static_cast<double>(file_bytes)});
  DecodeNumpy(result.value, name);
  return result;
}

std::string ZipErrorText(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

// PyTorch >= 1.6: NAME/data.pkl, and NAME/data/KEY for each storage.
class ZipContainer : public TorchContainer {
 public:
  ZipContainer(std::string name, int64_t file_bytes)
      : name_(std::move(name)), file_bytes_(file_bytes) {
    int code = 0;
    archive_.reset(zip_open(name_.c_str(), ZIP_RDONLY, &code));
    if (!archive_) {
      Fail("{}: damaged or cut short: the zip archive cannot be opened ({})", name_,
           ZipErrorText(code));
    }
    CheckOverlaps();
    folder_ = FindFolder();
    if (zip_name_locate(archive_.get(), (folder_ + "byteorder").c_str(), 0) >= 0 &&
        ReadEntry("byteorder").view() != "little") {
      Fail("{}: written on a big-endian machine, which is not supported", name_);
    }
    root_ = UnpickleFrom(ReadEntry("data.pkl"), name_, file_bytes_).value;
  }

  bool is_zip() const override { return true; }
  const PickleValue& root() const override { return root_; }
  int64_t file_bytes() const override { return file_bytes_; }

  SharedBytes ReadStorage(const TorchStorageRef& storage) const override {
    // Views of one storage follow each other, and unpacking it for each would take for ever.
    if (last_key_ != storage.key) {
      last_storage_ = ReadEntry("data/" + storage.key);
      last_key_ = storage.key;
      unpacked_bytes_ += static_cast<double>(last_storage_.size());
      if (unpacked_bytes_ > kMostReadings * static_cast<double>(file_bytes_)) {
        Fail(ErrorCode::kLimit,
             "{}: refused: its tensors are made of the same bytes again and again", name_);
      }
    }
    const SharedBytes& bytes = last_storage_;
    const int64_t found = std::ssize(bytes) / storage.dtype->item_bytes;
    if (found != storage.element_count) {
      Fail("{}: damaged: storage {} should hold {} values of {}, found {}", name_, storage.key,
           storage.element_count, storage.dtype->name, found);
    }
    return bytes;
  }

 private:
  struct Closer {
    void operator()(zip_t* archive) const { zip_discard(archive); }
    void operator()(zip_file_t* file) const { zip_fclose(file); }
  };

  // Entries that share bytes are how a small file becomes a large one.
  void CheckOverlaps() const {
    double packed = 0;
    const zip_int64_t count = zip_get_num_entries(archive_.get(), 0);
    for (zip_int64_t i = 0; i < count; ++i) {
      zip_stat_t stat;
      zip_stat_init(&stat);
      if (zip_stat_index(archive_.get(), static_cast<zip_uint64_t>(i), 0, &stat) == 0) {
        packed += static_cast<double>(stat.comp_size);
      }
    }
    if (packed > static_cast<double>(file_bytes_)) {
      Fail(ErrorCode::kLimit, "{}: refused: its {} entries of {:.0f} bytes overlap in {} bytes",
           name_, count, packed, file_bytes_);
    }
  }

  std::string FindFolder() const {
    const zip_int64_t count = zip_get_num_entries(archive_.get(), 0);
    for (zip_int64_t i = 0; i < count; ++i) {
      const char* entry = zip_get_name(archive_.get(), static_cast<zip_uint64_t>(i), 0);
      if (entry == nullptr) continue;
      const std::string_view path = entry;
      const size_t slash = path.find('/');
      if (slash != std::string_view::npos && path.substr(slash) == "/data.pkl") {
        return std::string(path.substr(0, slash + 1));
      }
    }
    Fail("{}: a zip archive, but none of torch.save: no data.pkl in it", name_);
  }

  SharedBytes ReadEntry(const std::string& entry) const {
    const std::string path = folder_ + entry;
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat(archive_.get(), path.c_str(), 0, &stat) != 0 ||
        (stat.valid & ZIP_STAT_SIZE) == 0 || (stat.valid & ZIP_STAT_COMP_METHOD) == 0) {
      Fail("{}: damaged: no {} in the archive", name_, path);
    }
    // torch.save never compresses; a compressed small file could require any amount of memory.
    if (stat.comp_method != ZIP_CM_STORE || stat.size > static_cast<uint64_t>(file_bytes_)) {
      Fail(
          "{}: {} is compressed or has an impossible size: save the checkpoint again with "
          "torch.save",
          name_, path);
    }
    const std::unique_ptr<zip_file_t, Closer> file(zip_fopen_index(archive_.get(), stat.index, 0));
    if (!file) Fail("{}: damaged: {}: {}", name_, path, zip_strerror(archive_.get()));
    std::string bytes(stat.size, '\0');
    const zip_int64_t read = zip_fread(file.get(), bytes.data(), bytes.size());
    // libzip compares the checksum at the end of the data, so request more than there is.
    char beyond = 0;
    if (read != static_cast<zip_int64_t>(bytes.size()) || zip_fread(file.get(), &beyond, 1) != 0) {
      Fail("{}: damaged or cut short: {}: {}", name_, path, zip_file_strerror(file.get()));
    }
    return SharedBytes::Own(std::move(bytes));
  }

  const std::string name_;
  const int64_t file_bytes_;
  std::unique_ptr<zip_t, Closer> archive_;
  std::string folder_;  // "epoch_80/"
  PickleValue root_;

  // A checkpoint is read for its models and its training, and described.
  static constexpr double kMostReadings = 16;
  mutable std::string last_key_;
  mutable SharedBytes last_storage_;
  mutable double unpacked_bytes_ = 0;
};

// Before 1.6: pickles of a magic number, the protocol's version, the machine, the object and the
// keys of the storages; then for each key the number of elements (int64) and their bytes.
class LegacyContainer : public TorchContainer {
 public:
  LegacyContainer(std::string name, const SharedBytes& file)
      : name_(std::move(name)), file_bytes_(std::ssize(file)), rest_(file) {
    CheckMagicNumber();
    const int64_t version = NextPickle().AsInt(name_ + ": protocol version");
    if (version != 1001) {
      Fail("{}: protocol version {} of torch.save, only 1001 is known", name_, version);
    }
    const PickleValue machine = NextPickle();
    if (!machine.At("little_endian", name_ + ": system information").AsBool(name_)) {
      Fail("{}: written on a big-endian machine, which is not supported", name_);
    }
    root_ = NextPickle();
    CollectItemBytes(root_);
    const PickleValue keys = NextPickle();
    for (const PickleValue& key : keys.AsSequence(name_ + ": storage keys")) {
      TakeStorage(key.AsString(name_ + ": storage key"));
    }
  }

  bool is_zip() const override { return false; }
  const PickleValue& root() const override { return root_; }
  int64_t file_bytes() const override { return file_bytes_; }

  SharedBytes ReadStorage(const TorchStorageRef& storage) const override {
    const auto found = storages_.find(storage.key);
    if (found == storages_.end()) Fail("{}: damaged: no storage {}", name_, storage.key);
    const int64_t count = std::ssize(found->second) / storage.dtype->item_bytes;
    if (count != storage.element_count) {
      Fail("{}: damaged: storage {} should hold {} values of {}, found {}", name_, storage.key,
           storage.element_count, storage.dtype->name, count);
    }
    return found->second;
  }

 private:
  void CheckMagicNumber() {
    constexpr std::string_view kMagicNumber = "119547037146038801333356";  // 0x1950a86a20f9469cfc6c
    PickleValue magic;
    try {
      magic = NextPickle();
    } catch (const Error&) {
      magic = {};
    }
    if (!magic.is(Kind::kBigInt) || magic.payload().view() != kMagicNumber) {
      Fail("{}: not a checkpoint: expected a file written by torch.save", name_);
    }
  }

  PickleValue NextPickle() {
    Unpickled next = UnpickleFrom(rest_, name_, file_bytes_);
    rest_ = rest_.From(next.consumed);
    return std::move(next.value);
  }

  // A storage's bytes say nothing of its type, only the references to it do.
  void CollectItemBytes(const PickleValue& value) {
    if (value.is(Kind::kPersistentId)) {
      const TorchStorageRef storage = ParseTorchStorage(value, name_);
      item_bytes_[storage.key] = storage.dtype->item_bytes;
    } else if (value.node() != nullptr) {
      for (const PickleValue& item : value.node()->items) CollectItemBytes(item);
    }
  }

  void TakeStorage(const std::string& key) {
    const auto item_bytes = item_bytes_.find(key);
    if (item_bytes == item_bytes_.end()) {
      Fail("{}: damaged: nothing refers to storage {}", name_, key);
    }
    int64_t count = 0;
    if (rest_.size() < sizeof(count)) {
      Fail("{}: cut short: storage {} is missing", name_, key);
    }
    std::memcpy(&count, rest_.data(), sizeof(count));
    rest_ = rest_.From(sizeof(count));
    const int64_t available = std::ssize(rest_) / item_bytes->second;
    if (count < 0 || count > available) {
      Fail("{}: cut short: storage {} should hold {} values, {} are there", name_, key, count,
           available);
    }
    const size_t size = count * item_bytes->second;
    storages_[key] = rest_.Part(0, size);
    rest_ = rest_.From(size);
  }

  const std::string name_;
  const int64_t file_bytes_;
  SharedBytes rest_;  // what has not been read yet
  PickleValue root_;
  std::map<std::string, int64_t> item_bytes_;
  std::map<std::string, SharedBytes> storages_;
};

}  // namespace

const TorchDtype* FindTorchDtype(std::string_view global_name) {
  constexpr std::string_view kModule = "torch.";
  if (!global_name.starts_with(kModule)) return nullptr;
  const auto* found = std::find_if(kDtypes.begin(), kDtypes.end(), [&](const TorchDtype& dtype) {
    return dtype.storage == global_name.substr(kModule.size());
  });
  return found == kDtypes.end() ? nullptr : found;
}

// ('storage', class, key, device, element count) and in legacy files None or
// (key of the view, first element, element count).
TorchStorageRef ParseTorchStorage(const PickleValue& persistent_id, std::string_view what) {
  const auto parts = persistent_id.AsPersistentId(what).AsSequence(what);
  if (parts.size() < 5 || parts[0].AsString(what) != "storage") {
    Fail("{}: expected a reference to a storage, found another persistent id", what);
  }
  TorchStorageRef storage;
  storage.dtype = FindTorchDtype(parts[1].global_name());
  if (storage.dtype == nullptr) {
    Fail("{}: expected a storage class of torch, found {}", what, parts[1].Describe());
  }
  storage.key = parts[2].AsString(what);
  storage.element_count = parts[4].AsInt(what);
  storage.view_count = storage.element_count;
  if (parts.size() > 5 && !parts[5].is_none()) {
    const auto view = parts[5].AsSequence(what);
    if (view.size() != 3) Fail("{}: damaged: a storage view of {} parts", what, view.size());
    storage.view_begin = view[1].AsInt(what);
    storage.view_count = view[2].AsInt(what);
  }
  if (storage.element_count < 0 || storage.view_begin < 0 || storage.view_count < 0 ||
      storage.view_begin > storage.element_count ||
      storage.view_count > storage.element_count - storage.view_begin) {
    Fail("{}: damaged: elements {} + {} of a storage of {}", what, storage.view_begin,
         storage.view_count, storage.element_count);
  }
  return storage;
}

std::unique_ptr<TorchContainer> OpenTorchContainer(const std::filesystem::path& path) {
  const std::string name = path.string();
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) Fail(ErrorCode::kFileNotFound, "{}: no such file", name);
  if (!std::filesystem::is_regular_file(status)) {
    Fail("{}: is no file, expected a checkpoint", name);
  }
  const std::string start = ReadBeginning(path, 2);
  if (start == "PK") {
    return std::make_unique<ZipContainer>(name,
                                          static_cast<int64_t>(std::filesystem::file_size(path)));
  }
  if (!start.starts_with('\x80'))
    Fail("{}: not a checkpoint: expected a file written by torch.save", name);
  return std::make_unique<LegacyContainer>(name, SharedBytes::Own(ReadFile(path)));
}

}  // namespace videopose::internal
