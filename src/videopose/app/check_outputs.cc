// SPDX-License-Identifier: Apache-2.0

#include "videopose/app/check_outputs.h"

#include <sys/stat.h>

#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"
#include "videopose/media/image_sink.h"
#include "videopose/process.h"

namespace videopose {

using namespace internal;
namespace internal {
namespace {

namespace fs = std::filesystem;

// The numbered images of a folder.
struct NumberedFiles {
  fs::path folder;
  NumberedName name;

  bool Contain(const fs::path& file) const {
    if (file.parent_path() != folder) return false;
    const std::string text = file.filename();
    if (text.size() <= name.before.size() || !text.starts_with(name.before)) return false;
    int64_t number = 0;
    std::from_chars(text.data() + name.before.size(), text.data() + text.size(), number);
    return number > 0 && text == name.Of(number);
  }
};

// Files by where they lie and by what they are, as one file may have several names.
class KnownFiles {
 public:
  // A name that `path` was given before.
  std::optional<fs::path> Find(const fs::path& path) const {
    const auto place = by_place_.find(Place(path));
    if (place != by_place_.end()) return place->second;
    const auto inode = by_inode_.find(InodeOf(path));
    if (inode != by_inode_.end()) return inode->second;
    return std::nullopt;
  }
  std::optional<fs::path> Find(const NumberedFiles& files) const {
    for (const auto& [place, path] : by_place_) {
      if (files.Contain(place)) return path;
    }
    return std::nullopt;
  }
  void Add(const fs::path& path) {
    by_place_.emplace(Place(path), path);
    if (const Inode inode = InodeOf(path); inode != Inode()) by_inode_.emplace(inode, path);
  }

  static fs::path Place(const fs::path& path) {
    const fs::path place = PlaceOf(path);
    return place.has_filename() ? place : place.parent_path();  // "frames/"
  }

 private:
  using Inode = std::pair<dev_t, ino_t>;

  static Inode InodeOf(const fs::path& path) {
    struct stat status {};
    return stat(path.c_str(), &status) == 0 ? Inode(status.st_dev, status.st_ino) : Inode();
  }

  std::map<fs::path, fs::path> by_place_;
  std::map<Inode, fs::path> by_inode_;
};

// Whether it is, or may become, a file or a folder.
bool CanBeLost(const fs::path& path) {
  if (path.empty() || path.string().find("://") != std::string::npos) return false;
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  return !fs::exists(status) || fs::is_regular_file(status) || fs::is_directory(status);
}

std::optional<NumberedFiles> NumberedFilesOf(const fs::path& output) {
  std::error_code ignored;
  if (fs::is_directory(output, ignored)) return NumberedFiles{KnownFiles::Place(output), {}};
  const std::optional<NumberedName> name = ParseNumberedName(output.filename());
  if (!name) return std::nullopt;
  return NumberedFiles{KnownFiles::Place(output).parent_path(), *name};
}

KnownFiles Inputs(const std::vector<fs::path>& inputs) {
  KnownFiles known;
  for (const fs::path& given : inputs) {
    const fs::path input = given == "-" ? fs::path("/dev/stdin") : given;
    std::error_code error;
    if (!fs::exists(input, error) || !CanBeLost(input)) continue;
    known.Add(input);
    if (!fs::is_directory(input, error)) continue;
    for (fs::directory_iterator entry(input, error), end; !error && entry != end;
         entry.increment(error)) {
      if (CanBeLost(entry->path())) known.Add(entry->path());
    }
  }
  return known;
}

}  // namespace

void CheckOutputs(const std::vector<fs::path>& inputs, const std::vector<fs::path>& outputs) {
  const KnownFiles read = Inputs(inputs);
  KnownFiles written;
  for (const fs::path& output : outputs) {
    if (!CanBeLost(output)) continue;
    const std::optional<NumberedFiles> numbered = NumberedFilesOf(output);
    const auto find = [&](const KnownFiles& known) {
      const std::optional<fs::path> found = known.Find(output);
      return found || !numbered ? found : known.Find(*numbered);
    };
    if (const std::optional<fs::path> input = find(read)) {
      Fail(ErrorCode::kInvalidArgument,
           "{}: the output would overwrite the input{}; give another name", output.string(),
           *input == output ? "" : " " + input->string());
    }
    if (const std::optional<fs::path> other = find(written)) {
      Fail(ErrorCode::kInvalidArgument, "{}: would be written twice{}; give two names",
           output.string(), *other == output ? "" : fmt::format(", also as {}", other->string()));
    }
    written.Add(output);
  }
}

}  // namespace internal

void RefuseToOverwriteInput(const std::filesystem::path& input,
                            const std::filesystem::path& output) {
  CheckOutputs({input}, {output});
}

}  // namespace videopose
