// SPDX-License-Identifier: Apache-2.0

#include "videopose/scientific/archive_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include <fstream>
#include <random>
#include <utility>
#include <vector>

#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/scientific/test_archive.h"

namespace videopose::internal::archive_reader_test {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

using Files = std::vector<std::pair<std::string, std::string>>;

fs::path TestPath(std::string_view name) { return TestFolder() / name; }

std::string ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

fs::path MakeArchive(std::string_view name, const Files& files) {
  const fs::path path = TestPath(name);
  WriteArchive(path, files);
  return path;
}

Files ReadArchive(const fs::path& path, ArchiveOptions options = {}) {
  Files files;
  ArchiveReader reader(path, options);
  while (reader.Next()) files.emplace_back(reader.name(), reader.Read());
  return files;
}

std::string MessageOf(const fs::path& path, ArchiveOptions options = {}) {
  try {
    ReadArchive(path, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(ArchiveReaderTest, ReadsZipAndTarGz) {
  for (const char* name : {"plain.zip", "plain.tar.gz"}) {
    const fs::path path = MakeArchive(name, {{"a/one.h5", "1"}, {"two", std::string(9999, '2')}});
    EXPECT_THAT(ReadArchive(path),
                ElementsAre(Pair("a/one.h5", "1"), Pair("two", std::string(9999, '2'))));
    EXPECT_TRUE(LooksLikeArchive(path));
  }
}

TEST(ArchiveReaderTest, NamesThatLeadOutAreErrors) {
  EXPECT_THAT(MessageOf(MakeArchive("slip.zip", {{"a/../../evil", "1"}})),
              HasSubstr("leads out of it"));
  EXPECT_THAT(MessageOf(MakeArchive("slip.tar.gz", {{"/etc/passwd", "1"}})),
              HasSubstr("leads out of it"));
  EXPECT_THAT(MessageOf(MakeArchive("slip_back.zip", {{"a\\..\\evil", "1"}})),
              HasSubstr("leads out of it"));
}

TEST(ArchiveReaderTest, EncryptedArchivesAreErrors) {
  for (const zip_uint16_t method : {ZIP_EM_TRAD_PKWARE, ZIP_EM_AES_256}) {
    const fs::path path = TestPath("secret.zip");
    zip_t* const zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    ASSERT_NE(zip, nullptr);
    const std::string content(500, 'x');
    zip_file_add(zip, "S1/one.h5", zip_source_buffer(zip, content.data(), content.size(), 0), 0);
    ASSERT_EQ(zip_file_set_encryption(zip, 0, method, "password"), 0);
    ASSERT_EQ(zip_close(zip), 0) << zip_strerror(zip);
    EXPECT_THAT(MessageOf(path), AllOf(HasSubstr("secret.zip: S1/one.h5 is encrypted"),
                                       HasSubstr("password"), Not(HasSubstr("\n"))));
  }
}

TEST(ArchiveReaderTest, BombsAreStopped) {
  const std::string zeros(17 << 20, '\0');
  const fs::path path = MakeArchive("bomb.zip", {{"zeros", zeros}});
  EXPECT_THAT(MessageOf(path, {.max_unpacked_gib = 1}),
              HasSubstr("more than 1 GiB come out of the archive"));
  EXPECT_EQ(MessageOf(path), "");
}

TEST(ArchiveReaderTest, SkippedFilesOfAStreamCountToo) {
  const fs::path path = MakeArchive("skipped.tar.gz", {{"one", "1"}, {"two", "2"}});
  ArchiveReader reader(path, {.max_unpacked_gib = 0});
  EXPECT_TRUE(reader.Next());
  EXPECT_THROW(reader.Next(), Error);
}

TEST(ArchiveReaderTest, OtherFilesAreErrors) {
  EXPECT_THAT(MessageOf(TestPath("none.zip")), HasSubstr("no such file"));
  std::ofstream(TestPath("text.zip")) << "no archive, but text";
  EXPECT_THAT(MessageOf(TestPath("text.zip")), HasSubstr("text.zip: is not a zip or tar archive"));
  std::ofstream(TestPath("empty.zip")).flush();
  EXPECT_THAT(MessageOf(TestPath("empty.zip")), HasSubstr("empty.zip: is empty"));
  EXPECT_FALSE(LooksLikeArchive(TestPath("text.zip")));
}

TEST(ArchiveReaderTest, TruncatedArchivesAreErrors) {
  std::mt19937 random(1);
  std::string noise(3000, '\0');
  for (char& byte : noise) byte = static_cast<char>(random());
  for (const char* name : {"whole.zip", "whole.tar.gz"}) {
    const fs::path path = MakeArchive(name, {{"noise", noise}, {"more", noise}});
    const std::string whole = ReadAll(path);
    for (size_t size = 1; size + 8 < whole.size(); size += 131) {
      std::ofstream(path, std::ios::binary) << whole.substr(0, size);
      const std::string message = MessageOf(path);
      EXPECT_THAT(message, AllOf(HasSubstr(name), Not(HasSubstr("\n")))) << size;
      if (size > 8) {
        EXPECT_THAT(message, testing::ContainsRegex("[Tt]runcated|damaged")) << size;
      }
    }
  }
}

}  // namespace videopose::internal::archive_reader_test
