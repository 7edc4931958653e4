// SPDX-License-Identifier: Apache-2.0

#include "videopose/import/file_content.h"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "support/test_folder.h"
#include "videopose/arrays/npy.h"
#include "videopose/base/error.h"

namespace videopose::internal::file_content_test {

namespace fs = std::filesystem;

fs::path Written(const std::string& name, const std::string& bytes) {
  std::ofstream(TestFolder() / name, std::ios::binary) << bytes;
  return TestFolder() / name;
}

TEST(FileContent, JsonIsFoundAfterWhatMayStandBeforeIt) {
  FileContent file(Written("a", "\xEF\xBB\xBF \n{\"a\": [1, 2]}"));
  EXPECT_TRUE(file.is_json());
  EXPECT_FALSE(file.is_text());
  ASSERT_NE(file.json(), nullptr);
  EXPECT_EQ(file.json()->at("a").size(), 2U);
  EXPECT_EQ(file.text(), "");
  EXPECT_EQ(file.npz(), nullptr);
  EXPECT_EQ(file.npy(), nullptr);
}

TEST(FileContent, TextIsWhatHasNoZeroBytes) {
  FileContent text(Written("t", "frame,x\n0,1\n"));
  EXPECT_TRUE(text.is_text());
  EXPECT_TRUE(text.BeginsWith("frame,"));
  EXPECT_EQ(text.json(), nullptr);
  EXPECT_EQ(text.text(), "frame,x\n0,1\n");
  EXPECT_EQ(text.Describe(), "text that begins with 'frame,x'");
  FileContent binary(Written("b", std::string("{\0}", 3)));
  EXPECT_FALSE(binary.is_json());
  EXPECT_FALSE(binary.is_text());
  EXPECT_EQ(binary.Describe(), "3 bytes that are no text");
  EXPECT_EQ(FileContent(Written("e", "")).Describe(), "empty");
}

TEST(FileContent, ArraysAreReadOnce) {
  const fs::path path = Written("x", "");
  WriteNpy(path, MakeNpy(Tensor({2, 3})));
  FileContent file(path);
  ASSERT_NE(file.npy(), nullptr);
  EXPECT_EQ(file.npy(), file.npy());
  EXPECT_EQ(file.Describe(), "a NumPy array, float32 (2, 3)");
  FileContent damaged(Written("z", "PK\x03\x04 and no more"));
  EXPECT_THROW(damaged.npz(), Error);
}

TEST(FileContent, FoldersAndMissingFiles) {
  FileContent folder(TestFolder());
  EXPECT_TRUE(folder.is_folder());
  EXPECT_FALSE(folder.is_text());
  EXPECT_EQ(folder.beginning(), "");
  EXPECT_THROW(FileContent("/no/such/file"), Error);
}

}  // namespace videopose::internal::file_content_test
