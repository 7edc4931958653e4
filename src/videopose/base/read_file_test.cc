// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/read_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/error_of.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"

namespace videopose::internal::read_file_test {

using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(ReadFileTest, GivesAllBytesWhateverTheirNumber) {
  const std::filesystem::path path = TestFolder() / "a.bin";
  for (const size_t size : {size_t{0}, size_t{1}, size_t{65'536}, size_t{200'001}}) {
    std::string bytes(size, 'x');
    if (size > 0) bytes.back() = '\0';
    std::ofstream(path, std::ios::binary) << bytes;
    EXPECT_EQ(ReadFile(path), bytes);
    EXPECT_EQ(ReadBeginning(path, 10), bytes.substr(0, 10));
  }
  EXPECT_THAT(ReadFile("/proc/self/comm"), EndsWith("\n")) << "a file that says it has 0 bytes";
}

TEST(ReadFileTest, NamesTheFileAndTheSystemsReason) {
  const std::string folder = TestFolder();
  EXPECT_EQ(ErrorOf([&] { ReadFile(folder); }), folder + ": cannot read: Is a directory");
  EXPECT_EQ(ErrorOf([&] { ReadFile(folder + "/none"); }), folder + "/none: no such file");
  // No process has the first page of memory.
  EXPECT_EQ(ErrorOf([] { ReadFile("/proc/self/mem"); }),
            "/proc/self/mem: cannot read: Input/output error");
}

TEST(ReadFileTest, SmallFilesDoNotGrowWithoutBounds) {
  EXPECT_LT(MostBytesFrom(0), 300e6);
  EXPECT_LT(MostBytesFrom(2.9e6), 300e6);
  EXPECT_GE(MostBytesFrom(1e9), 50e9);
}

}  // namespace videopose::internal::read_file_test
