// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/npz.h"

#include <zip.h>

#include <algorithm>
#include <deque>
#include <map>
#include <new>
#include <optional>
#include <utility>

#include "videopose/arrays/npy_layout.h"
#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"

namespace videopose::internal {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kSuffix = ".npy";
constexpr uint64_t kLargestMember = uint64_t{64} << 30;
// Deflate codes at most 258 bytes in 2 bits.
constexpr uint64_t kMostBytesPerDeflatedByte = 1032;
constexpr uint64_t kSmallestDeflated = 64;       // leeway for tiny streams
constexpr uint16_t kDosDate1980 = (1 << 5) | 1;  // 1 January: equal arrays make equal files

struct DiscardArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseMember {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using ZipArchive = std::unique_ptr<zip_t, DiscardArchive>;
using ZipMember = std::unique_ptr<zip_file_t, CloseMember>;

std::string ErrorText(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

ZipArchive OpenForReading(const fs::path& path) {
  int code = 0;
  ZipArchive archive(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (archive) return archive;
  if (code == ZIP_ER_NOENT) {
    Fail(ErrorCode::kFileNotFound, "{}: there is no such file", path.string());
  }
  if (code == ZIP_ER_NOZIP || code == ZIP_ER_INCONS) {
    Fail("{}: is not an .npz file, or a damaged or truncated one ({})", path.string(),
         ErrorText(code));
  }
  Fail("{}: cannot read: {}", path.string(), ErrorText(code));
}

void CheckMember(const zip_stat_t& stat, std::string_view what) {
  if (stat.encryption_method != ZIP_EM_NONE) Fail("{}: is encrypted", what);
  const bool is_stored = stat.comp_method == ZIP_CM_STORE;
  if (!is_stored && stat.comp_method != ZIP_CM_DEFLATE) {
    Fail("{}: is compressed by method {}, and NumPy only stores or deflates", what,
         stat.comp_method);
  }
  const uint64_t most =
      is_stored ? stat.comp_size : kMostBytesPerDeflatedByte * (stat.comp_size + kSmallestDeflated);
  if (stat.comp_size > kLargestMember || stat.size > most) {
    Fail("{}: damaged: {} bytes cannot come from {} in the file", what, stat.size, stat.comp_size);
  }
  if (stat.size > kLargestMember) {
    Fail(ErrorCode::kLimit, "{}: refused: {} bytes are too many for an array", what, stat.size);
  }
}

SharedBytes ReadMember(zip_t* archive, uint64_t index, std::string_view what) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat_index(archive, index, 0, &stat) != 0) {
    Fail("{}: damaged: {}", what, zip_strerror(archive));
  }
  CheckMember(stat, what);
  const ZipMember member(zip_fopen_index(archive, index, 0));
  if (!member) Fail("{}: damaged: {}", what, zip_strerror(archive));

  std::shared_ptr<char[]> bytes;
  try {
    bytes = std::make_shared_for_overwrite<char[]>(stat.size);
  } catch (const std::bad_alloc&) {
    Fail(ErrorCode::kLimit, "{}: needs {} bytes of memory, more than there are", what, stat.size);
  }
  uint64_t done = 0;
  while (done < stat.size) {
    const zip_int64_t count = zip_fread(member.get(), bytes.get() + done, stat.size - done);
    if (count <= 0) {
      Fail("{}: damaged or truncated: {}", what,
           count < 0 ? zip_file_strerror(member.get()) : "shorter than it says");
    }
    done += count;
  }
  // The checksum is compared where the end is read.
  char beyond;
  const zip_int64_t count = zip_fread(member.get(), &beyond, 1);
  if (count != 0) {
    Fail("{}: damaged: {}", what,
         count < 0 ? zip_file_strerror(member.get()) : "longer than it says");
  }
  const char* const data = bytes.get();
  return {std::move(bytes), data, stat.size};
}

std::string Joined(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return joined.empty() ? "nothing" : joined;
}

}  // namespace

class NpzReader::Archive {
 public:
  explicit Archive(fs::path path_in) : path(std::move(path_in)), zip(OpenForReading(path)) {
    const zip_int64_t count = zip_get_num_entries(zip.get(), 0);
    double unpacked = 0;
    for (zip_int64_t i = 0; i < count; ++i) {
      const char* const entry = zip_get_name(zip.get(), static_cast<zip_uint64_t>(i), 0);
      std::string_view name = entry == nullptr ? "" : entry;
      if (!name.ends_with(kSuffix)) continue;
      name.remove_suffix(kSuffix.size());
      if (!index_of.emplace(name, i).second) {
        Fail("{}: damaged: has two arrays named {}", path.string(), name);
      }
      names.emplace_back(name);
      zip_stat_t stat;
      zip_stat_init(&stat);
      if (zip_stat_index(zip.get(), static_cast<zip_uint64_t>(i), 0, &stat) == 0) {
        unpacked += static_cast<double>(stat.size);
      }
    }
    // All together: a budget for each array would be none for a file of many.
    std::error_code error;
    packed_bytes = static_cast<double>(fs::file_size(path, error));
    if (error) packed_bytes = 0;
    if (!error && unpacked > MostBytesFrom(packed_bytes)) {
      Fail(ErrorCode::kLimit, "{}: refused: its {:.0f} bytes claim to be {:.0f} bytes of arrays",
           path.string(), packed_bytes, unpacked);
    }
  }

  fs::path path;
  double packed_bytes = 0;  // 0: not known
  ZipArchive zip;
  std::vector<std::string> names;
  std::map<std::string, uint64_t, std::less<>> index_of;
};

NpzReader::NpzReader(fs::path path) : archive_(std::make_unique<Archive>(std::move(path))) {}
NpzReader::~NpzReader() = default;
NpzReader::NpzReader(NpzReader&&) noexcept = default;
NpzReader& NpzReader::operator=(NpzReader&&) noexcept = default;

const fs::path& NpzReader::path() const { return archive_->path; }
const std::vector<std::string>& NpzReader::names() const { return archive_->names; }
bool NpzReader::Has(std::string_view name) const { return archive_->index_of.contains(name); }

std::string NpzReader::What(std::string_view name) const {
  return fmt::format("{}: {}", path().string(), name);
}

NpyArray NpzReader::Read(std::string_view name) const {
  const auto found = archive_->index_of.find(name);
  if (found == archive_->index_of.end()) {
    Fail("{}: has no array '{}'; it has {}", path().string(), name, Joined(names()));
  }
  const std::string what = What(name);
  return ParsePackedNpy(ReadMember(archive_->zip.get(), found->second, what), what,
                        archive_->packed_bytes);
}

PickleValue NpzReader::ReadObject(std::string_view name) const {
  return ToObject(Read(name), What(name));
}

std::vector<std::string> NpzReader::ReadStrings(std::string_view name) const {
  return ToStrings(Read(name), What(name));
}

class NpzWriter::Archive {
 public:
  Archive(fs::path path, NpzOptions options_in) : file(std::move(path)), options(options_in) {}

  [[noreturn]] void FailToWrite(std::string_view reason) const {
    Fail(ErrorCode::kCannotWrite, "{}: cannot write: {}", file.target().string(), reason);
  }

  AtomicFile file;
  NpzOptions options;
  std::deque<std::pair<std::string, std::string>> members;  // name, content
};

NpzWriter::NpzWriter(fs::path path, NpzOptions options)
    : archive_(std::make_unique<Archive>(std::move(path), options)) {}
NpzWriter::~NpzWriter() = default;
NpzWriter::NpzWriter(NpzWriter&&) noexcept = default;
NpzWriter& NpzWriter::operator=(NpzWriter&&) noexcept = default;

void NpzWriter::Add(std::string_view name, const NpyArray& array) {
  std::string member = std::string(name) + std::string(kSuffix);
  for (const auto& [known, content] : archive_->members) {
    VP_CHECK(known != member, "two arrays named {}", name);
  }
  archive_->members.emplace_back(std::move(member), EncodeNpy(array));
}

void NpzWriter::Close() {
  const Archive& self = *archive_;
  VP_CHECK(!self.members.empty(), "{}: nothing to write", self.file.target().string());
  int code = 0;
  ZipArchive zip(zip_open(self.file.temporary_path().c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code));
  if (!zip) self.FailToWrite(ErrorText(code));
  for (const auto& [name, content] : self.members) {
    zip_source_t* const source = zip_source_buffer(zip.get(), content.data(), content.size(), 0);
    const zip_int64_t index =
        source == nullptr ? -1 : zip_file_add(zip.get(), name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      if (source != nullptr) zip_source_free(source);
      self.FailToWrite(zip_strerror(zip.get()));
    }
    const auto at = static_cast<zip_uint64_t>(index);
    const zip_int32_t method = self.options.deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE;
    zip_set_file_compression(zip.get(), at, method, 0);
    zip_file_set_dostime(zip.get(), at, 0, kDosDate1980, 0);
  }
  if (zip_close(zip.get()) != 0) self.FailToWrite(zip_strerror(zip.get()));
  (void)zip.release();  // zip_close has freed it
  archive_->file.Commit();
}

}  // namespace videopose::internal
