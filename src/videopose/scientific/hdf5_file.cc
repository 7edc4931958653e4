// SPDX-License-Identifier: Apache-2.0

#include "videopose/scientific/hdf5_file.h"

#include <fmt/ranges.h>
#include <hdf5.h>

#include <algorithm>
#include <memory>

#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/scientific/in_child.h"

namespace videopose::internal {
namespace {

constexpr size_t kMostNames = 1 << 16, kLongestUserBlock = 1 << 16;
constexpr std::string_view kSignature = "\x89HDF\r\n\x1A\n";

// What HDF5 hands out, closed by the function that belongs to it.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  hid_t get() const { return id_; }
  bool ok() const { return id_ >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

std::recursive_mutex& Hdf5Mutex() {
  static std::recursive_mutex mutex;
  return mutex;
}

herr_t AddName(hid_t, const char* name, const H5L_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

// Only in the child: what a damaged file leaves open there goes with it.
class OpenFile {
 public:
  OpenFile(const std::string& name, const std::optional<std::string_view>& bytes) {
    constexpr size_t kGrowth = 1 << 16;
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    if (bytes) {
      H5Pset_fapl_core(access.get(), kGrowth, 0);
      // HDF5 copies the bytes, and only then may change them.
      H5Pset_file_image(access.get(), const_cast<char*>(bytes->data()), bytes->size());
    }
    file_ = H5Fopen(name.c_str(), H5F_ACC_RDONLY, bytes ? access.get() : H5P_DEFAULT);
    if (file_ < 0) Fail("{}: is not an HDF5 file, or truncated or damaged", name);
    OpenNoMoreFiles();
  }
  ~OpenFile() { H5Fclose(file_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  hid_t get() const { return file_; }

 private:
  hid_t file_;
};

std::vector<std::string> NamesIn(hid_t file) {
  std::vector<std::string> names;
  H5Literate(file, H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, AddName, &names);
  return names;
}

herr_t FollowNone(const char*, const char*, const char*, const char*, unsigned*, hid_t, void*) {
  return -1;
}

bool LeadsToAnotherFile(hid_t file, const std::string& name) {
  H5L_info_t link;
  return H5Lget_info(file, name.c_str(), &link, H5P_DEFAULT) >= 0 && link.type == H5L_TYPE_EXTERNAL;
}

// HDF5 would read them from any file that this one names.
bool HasNumbersInOtherFiles(hid_t data) {
  const Handle creation(H5Dget_create_plist(data), H5Pclose);
  return !creation.ok() || H5Pget_external_count(creation.get()) != 0 ||
         H5Pget_layout(creation.get()) == H5D_VIRTUAL;
}

BasicTensor<double> ReadNumbers(hid_t file, const std::string& name, double most,
                                const std::string& what) {
  constexpr std::string_view kElsewhere = "is in another file, which is not read; copy it into one";
  if (LeadsToAnotherFile(file, name)) Fail("{} {}", what, kElsewhere);
  const Handle access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose);
  H5Pset_elink_cb(access.get(), FollowNone, nullptr);
  const Handle data(H5Dopen2(file, name.c_str(), access.get()), H5Dclose);
  if (data.ok() && HasNumbersInOtherFiles(data.get())) Fail("{} {}", what, kElsewhere);
  if (!data.ok()) Fail("{} is not a data set, or damaged", what);
  const Handle type(H5Dget_type(data.get()), H5Tclose), space(H5Dget_space(data.get()), H5Sclose);
  if (!type.ok() || !space.ok()) Fail("{} is damaged", what);
  const H5T_class_t kind = H5Tget_class(type.get());
  const int rank = H5Sget_simple_extent_ndims(space.get());
  if ((kind != H5T_FLOAT && kind != H5T_INTEGER) || rank < 0) Fail("{} holds no numbers", what);
  std::vector<hsize_t> dims(rank);
  H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr);
  double total = 1;
  for (const hsize_t dim : dims) total *= static_cast<double>(dim);
  if (total > most) {
    Fail("{} has ({}) values, too many for its file", what, fmt::join(dims, ", "));
  }
  BasicTensor<double> tensor(std::vector<int64_t>(dims.begin(), dims.end()));
  if (H5Dread(data.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor.data()) < 0) {
    Fail("{} is truncated or damaged", what);
  }
  return tensor;
}

}  // namespace

Hdf5Lock::Hdf5Lock() : lock_(Hdf5Mutex()) {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  // Settings of the process. A child (in_child.h) prints into /dev/null and ends without HDF5's
  // farewell; the fuzzer reads without one. At exit HDF5 would report objects that damaged files
  // have left open.
  static const herr_t kStaysOpen = H5dont_atexit();
  (void)kStaysOpen;
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // errors are returned as codes
#endif
}

Hdf5File::Hdf5File(const std::filesystem::path& path) : name_(path.string()) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) Fail("{}: cannot be read: {}", name_, error.message());
  byte_count_ = static_cast<double>(size);
  CheckBeginning(ReadBeginning(path, kLongestUserBlock + kSignature.size()));
}

Hdf5File::Hdf5File(std::string_view bytes, std::string name)
    : name_(std::move(name)), bytes_(bytes), byte_count_(static_cast<double>(bytes.size())) {
  CheckBeginning(bytes);
}

// Before the library sees it: at the beginning, or behind a block of the user's own.
void Hdf5File::CheckBeginning(std::string_view beginning) const {
  for (size_t at = 0; at <= kLongestUserBlock; at = at == 0 ? 512 : 2 * at) {
    if (at < beginning.size() && beginning.substr(at).starts_with(kSignature)) return;
  }
  Fail("{}: is not an HDF5 file, or truncated or damaged", name_);
}

std::vector<std::string> Hdf5File::names() const {
  std::vector<std::string> names;
  const Hdf5Lock lock;
  const auto work = [&]() -> ChildTalk {
    const std::vector<std::string> found = NamesIn(OpenFile(name_, bytes_).get());
    return [found](ChildPipe& pipe) {
      pipe.Put(std::min(found.size(), kMostNames));
      for (size_t i = 0; i < std::min(found.size(), kMostNames); ++i) pipe.PutText(found[i]);
    };
  };
  InChild(name_, byte_count_, work, [&](ChildPipe& pipe) {
    for (size_t left = std::min(pipe.Get<size_t>(), kMostNames); left > 0; --left) {
      names.push_back(pipe.GetText());
    }
  });
  return names;
}

BasicTensor<double> Hdf5File::Read(const std::string& name) const {
  const std::string what = fmt::format("{}: {}", name_, name);
  // Chunks that are compressed, or never written, expand a lot.
  const double most = MostBytesFrom(byte_count_) / sizeof(double);
  BasicTensor<double> result;
  const Hdf5Lock lock;
  InChild(
      what, byte_count_,
      [&]() -> ChildTalk {
        const OpenFile file(name_, bytes_);
        const std::vector<std::string> names = NamesIn(file.get());
        if (std::find(names.begin(), names.end(), name) == names.end()) {
          Fail("{}: has no data set {}, but {}", name_, name, fmt::join(names, ", "));
        }
        const auto tensor =
            std::make_shared<BasicTensor<double>>(ReadNumbers(file.get(), name, most, what));
        return [tensor](ChildPipe& pipe) { pipe.PutTensor(*tensor); };
      },
      [&](ChildPipe& pipe) { result = pipe.GetTensor(most, what); });
  return result;
}

}  // namespace videopose::internal
