// SPDX-License-Identifier: Apache-2.0

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/base/sha256.h"
#include "videopose/detect.h"

namespace videopose {

using namespace internal;
namespace {

namespace fs = std::filesystem;

void CheckIntact(const fs::path& dir, const ModelFile& file) {
  const fs::path path = dir / file.name;
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    FailAt(path, ErrorCode::kModelMissing, "not there; a folder of models needs all files of {}",
           file.package);
  }
  const std::string found = Sha256OfFile(path);
  if (found != file.sha256) {
    Fail(ErrorCode::kWrongFormat,
         {.file = path, .expected = std::string(file.sha256), .found = found},
         "{}: SHA-256 is {}, expected {}; it is another file, nothing was stored", path.string(),
         found, file.sha256);
  }
}

// All files of the packages of which `dir` has any file; without any, of all packages.
std::vector<ModelFile> FilesOfPackagesIn(const fs::path& dir) {
  std::vector<ModelFile> files;
  for (const std::string_view package : {kModelPackage, kBoxModelPackage}) {
    std::vector<ModelFile> of_package;
    std::ranges::copy_if(ModelFiles(), std::back_inserter(of_package),
                         [&](const ModelFile& file) { return file.package == package; });
    const bool is_there = std::ranges::any_of(of_package, [&](const ModelFile& file) {
      std::error_code error;
      return fs::is_regular_file(dir / file.name, error);
    });
    if (is_there) files.insert(files.end(), of_package.begin(), of_package.end());
  }
  return files.empty() ? ModelFiles() : files;
}

void Store(const fs::path& from, const fs::path& to) {
  AtomicFile target(to);
  std::error_code error;
  fs::copy_file(from, target.temporary_path(), fs::copy_options::overwrite_existing, error);
  if (error) {
    Fail(ErrorCode::kCannotWrite, "{}: cannot be written: {}", to.string(), error.message());
  }
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
       "f17bfbecadb61c3be1baa8b8d851cc6619c870a87167b32848ad20db306b9d61", 2819824, kModelPackage},
      {"pose_landmark_full.tflite",
       "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f", 6440512, kModelPackage},
      {"pose_landmark_heavy.tflite",
       "59e42d71bcd44cbdbabc419f0ff76686595fd265419566bd4009ef703ea8e1fe", 27709200, kModelPackage},
      {"pose_solution_packed_assets.data",
       "a63c614bef30d35947f13be361820b1e4e3bec9cfeebf4d11216a18373108e85", 2962288, kModelPackage},
      {"objectron_solution_packed_assets.data",
       "470986ca5df183f41698da6de74b027d838fe289d77b5ab094497d350bee664e", 9987912,
       kBoxModelPackage},
  };
  return files;
}

const ModelFile& PersonDetectorFile() { return ModelFiles()[3]; }

const ModelFile& BoxDetectorFile() { return ModelFiles()[4]; }

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
  const fs::path path = dir / file.name, note = dir / fmt::format(".{}.checked", file.name);
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) ||
      status.st_size != file.bytes) {
    return false;
  }
  // The file that was found to be intact: a change of it, or another in its place, differs.
  const std::string checked =
      fmt::format("{} {} bytes, changed {}.{:09}, inode {}\n", file.sha256, status.st_size,
                  status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ino);
  std::error_code error;
  if (fs::exists(note, error) && ReadBeginning(note, 2 * checked.size()) == checked) return true;
  if (Sha256OfFile(path) != file.sha256) return false;
  try {
    WriteFileAtomically(note, checked);
  } catch (const Error&) {  // a read-only folder: the file is checked again next time
  }
  return true;
}

void StoreModels(const fs::path& from, const fs::path& dir, const WorkMonitor& monitor) {
  const std::vector<ModelFile> files = FilesOfPackagesIn(from);
  for (const ModelFile& file : files) CheckIntact(from, file);
  std::error_code error;
  fs::create_directories(dir, error);
  if (error) FailAt(dir, ErrorCode::kCannotWrite, "cannot make the folder: {}", error.message());
  if (fs::equivalent(from, dir, error)) return;
  int64_t done = 0;
  for (const ModelFile& file : files) {
    Store(from / file.name, dir / file.name);
    monitor.Report("store models", ++done, std::ssize(files));
  }
}

}  // namespace videopose
