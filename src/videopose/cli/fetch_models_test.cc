// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/fetch_models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "support/models.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/cli/run_program.h"
#include "videopose/detect.h"

namespace videopose::internal::fetch_models_test {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

// Programs are looked for in this folder alone.
class ScopedPath {
 public:
  explicit ScopedPath(const fs::path& folder) : old_(std::getenv("PATH")) {
    setenv("PATH", folder.c_str(), 1);
  }
  ~ScopedPath() { setenv("PATH", old_.c_str(), 1); }
  ScopedPath(const ScopedPath&) = delete;
  ScopedPath& operator=(const ScopedPath&) = delete;

 private:
  std::string old_;
};

// An executable that leaves a file behind when it runs.
void WriteTrap(const fs::path& program, const fs::path& trace) {
  std::ofstream(program) << "#!/bin/sh\necho \"$0 $@\" >> " << trace.string() << "\n";
  fs::permissions(program, fs::perms::owner_all);
}

TEST(FetchModelsTest, WithoutNpmItSaysWhatToInstallAndInstallsNothing) {
  const fs::path dir = EmptyFolder("no_npm"), programs = EmptyFolder("programs");
  for (const char* program : {"apt-get", "apt", "sudo"}) {
    WriteTrap(programs / program, dir / "trace");
  }
  const ScopedPath path(programs);
  EXPECT_THAT([&] { FetchModels(dir / "models", {}, {}); },
              ThrowsMessage<Error>(
                  AllOf(HasSubstr("apt install npm"), HasSubstr("--from"), Not(HasSubstr("\n")))));
  EXPECT_FALSE(fs::exists(dir / "trace"));
  EXPECT_FALSE(fs::exists(dir / "models"));
}

TEST(FetchModelsTest, SourcesThatAreNone) {
  const fs::path dir = EmptyFolder("no_source");
  EXPECT_THROW(FetchModels(dir, "/no/such/source", {}), Error);
  EXPECT_THROW(FetchModels(dir, EmptyFolder("empty_source"), {}), Error);
  const fs::path file = dir / "broken.tgz";
  std::ofstream(file) << "this is no archive";
  EXPECT_THAT([&] { FetchModels(dir / "models", file, {}); },
              ThrowsMessage<Error>(HasSubstr("broken.tgz: not the npm package")));
  EXPECT_FALSE(fs::exists(dir / "models"));
}

TEST(FetchModelsTest, StoresFromFolderAndFromPackage) {
  const fs::path models = DefaultModelsDir();
  SKIP_WITHOUT_MODELS();
  const fs::path work = EmptyFolder("fetch");
  FetchModels(work / "a/b", models, {});
  fs::create_directory_symlink(models, work / "package");
  const fs::path package = work / "package.tgz";
  std::vector<std::string> tar = {"tar", "--use-compress-program=gzip -1", "-cf", package.string()};
  for (const ModelFile& file : ModelFiles()) tar.push_back(fmt::format("package/{}", file.name));
  ASSERT_EQ(RunProgram(tar, work).exit_code, 0);
  FetchModels(work / "c", package, {});
  for (const ModelFile& file : ModelFiles()) {
    EXPECT_EQ(fs::file_size(work / "a/b" / file.name), file.bytes);
    EXPECT_TRUE(HasIntactModel(work / "c", file)) << file.name;
  }
  EXPECT_THAT(MissingModels(work / "c", BlazePoseSize::kHeavy), testing::IsEmpty());
  fs::remove_all(work);
}

// Packages are asked for one after the other, and only those that are not there; what came before
// an error stays.
TEST(FetchModelsTest, DownloadsThePackagesThatAreMissing) {
  const fs::path models = DefaultModelsDir();
  SKIP_WITHOUT_MODELS();
  const fs::path work = EmptyFolder("npm"), programs = EmptyFolder("npm_programs");
  fs::create_directory_symlink(models, work / "package");
  std::vector<std::string> tar = {"tar", "--use-compress-program=gzip -1", "-cf", "pose.tgz"};
  for (const ModelFile& file : ModelFiles()) {
    if (file.package == kModelPackage) tar.push_back(fmt::format("package/{}", file.name));
  }
  ASSERT_EQ(RunProgram(tar, work).exit_code, 0);
  // An npm that knows one package.
  std::ofstream(programs / "npm") << "#!/bin/sh\necho \"$2\" >> " << (work / "asked").string()
                                  << "\ncase $2 in *pose*) cp " << (work / "pose.tgz").string()
                                  << " . ;; *) echo 'npm ERR! 404 none'; exit 1 ;; esac\n";
  fs::permissions(programs / "npm", fs::perms::owner_all);
  const ScopedPath path(programs.string() + ":" + std::getenv("PATH"));
  for (int attempt = 0; attempt < 2; ++attempt) {
    EXPECT_THAT([&] { FetchModels(work / "models", {}, {}); },
                ThrowsMessage<Error>(AllOf(HasSubstr("npm pack @mediapipe/objectron"),
                                           HasSubstr("404"), HasSubstr("--from"))));
    EXPECT_THAT(MissingModels(work / "models", BlazePoseSize::kHeavy), testing::IsEmpty());
  }
  std::ifstream in(work / "asked");
  const std::string asked((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  EXPECT_EQ(asked, fmt::format("{0}\n{1}\n{1}\n", kModelPackage, kBoxModelPackage));
  fs::remove_all(work);
}

}  // namespace videopose::internal::fetch_models_test
