// SPDX-License-Identifier: Apache-2.0

#include "support/test_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

class Root {
 public:
  Root() {
    std::string pattern = testing::TempDir() + "videopose_test_XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder " + pattern);
    path_ = pattern;
  }
  ~Root() {
    std::error_code ignored;
    if (getpid() == owner_) fs::remove_all(path_, ignored);
  }
  Root(const Root&) = delete;
  Root& operator=(const Root&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
  pid_t owner_ = getpid();  // a forked child that exits leaves the folder alone
};

const fs::path& RootPath() {
  static const Root root;
  return root.path();
}

}  // namespace

fs::path ProgramFolder() {
  fs::path folder = RootPath() / "program";
  fs::create_directories(folder);
  return folder;
}

fs::path TestFolder() {
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  if (test == nullptr) return ProgramFolder();
  std::string name = std::string(test->test_suite_name()) + "." + test->name();
  std::replace(name.begin(), name.end(), '/', '_');
  fs::path folder = RootPath() / name;
  fs::create_directories(folder);
  return folder;
}

fs::path EmptyFolder(std::string_view name) {
  fs::path folder = TestFolder() / name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

}  // namespace videopose::internal
