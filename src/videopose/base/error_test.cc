// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/error.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <type_traits>

#include "support/test_folder.h"

namespace videopose::internal::error_test {

namespace fs = std::filesystem;

// What handles errors, and goes on with the next file, must let a stop pass.
static_assert(!std::is_base_of_v<Error, Cancelled>);

template <typename F>
Error Caught(F throws) {
  try {
    throws();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error("");
}

TEST(ErrorTest, TextCodeAndFacts) {
  const Error plain = Caught([] { Fail("{} of {}", 1, 2); });
  EXPECT_STREQ(plain.what(), "1 of 2");
  EXPECT_EQ(plain.code(), ErrorCode::kOther);

  const Error full = Caught([] {
    Fail(ErrorCode::kMismatch, {.file = "a.npz", .expected = "17", .found = "25"}, "{} joints", 25);
  });
  EXPECT_STREQ(full.what(), "25 joints");
  EXPECT_EQ(full.code(), ErrorCode::kMismatch);
  EXPECT_EQ(full.facts().file, "a.npz");
  EXPECT_EQ(full.facts().expected, "17");
  EXPECT_EQ(full.facts().found, "25");

  const Error about = Caught([] { FailAt("b.npz", ErrorCode::kCannotWrite, "no {}", "space"); });
  EXPECT_STREQ(about.what(), "b.npz: no space");
  EXPECT_EQ(about.facts().file, "b.npz");
}

// Names in files of strangers are quoted in errors, and errors are printed to terminals.
TEST(ErrorTest, IsOneLineWithoutControlCharacters) {
  const Error error = Caught([] { Fail("no array {}, but {}", "a\nb", "\x1B]0;title\x07\x7F"); });
  EXPECT_STREQ(error.what(), "no array a?b, but ?]0;title??");
}

void ReadBadly(const fs::path& file) try {
  Fail("{}: cannot be read", file.string());
} catch (Error& error) {
  RethrowFromReading(file, error);
}

TEST(ErrorTest, ReadingTellsAMissingFileFromAWrongOne) {
  const fs::path file = TestFolder() / "file.txt";
  std::ofstream(file) << "x";
  EXPECT_EQ(Caught([&] { ReadBadly(file); }).code(), ErrorCode::kWrongFormat);
  fs::remove(file);
  const Error missing = Caught([&] { ReadBadly(file); });
  EXPECT_EQ(missing.code(), ErrorCode::kFileNotFound);
  EXPECT_EQ(missing.facts().file, file);
  EXPECT_EQ(std::string(missing.what()), file.string() + ": cannot be read");
}

TEST(ErrorTest, WhatIsKnownAlreadyIsKept) {
  Error error("x", ErrorCode::kLimit, {.file = "inner.npy"});
  error.Complete(ErrorCode::kWrongFormat, "outer.npz");
  EXPECT_EQ(error.code(), ErrorCode::kLimit);
  EXPECT_EQ(error.facts().file, "inner.npy");
}

}  // namespace videopose::internal::error_test
