// SPDX-License-Identifier: Apache-2.0

#include "videopose/scientific/in_child.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <memory>

#include "support/error_of.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"

namespace videopose::internal::in_child_test {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// What becomes of a child that does this.
std::string Fate(const std::function<void()>& deed) {
  return ErrorOf([&] {
    InChild(
        "a.h5", 1000,
        [&]() -> ChildTalk {
          deed();
          return [](ChildPipe&) {};
        },
        [](ChildPipe&) {});
  });
}

TEST(InChildTest, GivesWhatItWasPut) {
  const BasicTensor<double> sent({2, 2}, {1, 2, 3, 4});
  BasicTensor<double> tensor;
  std::string text;
  InChild(
      "a.h5", 1000,
      [&]() -> ChildTalk {
        return [&](ChildPipe& pipe) {
          pipe.PutText("poses");
          pipe.PutTensor(sent);
        };
      },
      [&](ChildPipe& pipe) {
        text = pipe.GetText();
        tensor = pipe.GetTensor(4, "a.h5");
      });
  EXPECT_EQ(text, "poses");
  EXPECT_EQ(tensor, sent);
  EXPECT_THAT(ErrorOf([&] {
                InChild(
                    "a.h5", 1000,
                    [&]() -> ChildTalk { return [&](ChildPipe& pipe) { pipe.PutTensor(sent); }; },
                    [](ChildPipe& pipe) { pipe.GetTensor(3, "a.h5"); });
              }),
              HasSubstr("4 values are too many"));
}

TEST(InChildTest, AnErrorThereIsThatErrorHere) {
  try {
    InChild(
        "a.h5", 1000, []() -> ChildTalk { Fail(ErrorCode::kMismatch, "a.h5: has no poses"); },
        [](ChildPipe&) {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "a.h5: has no poses");
    EXPECT_EQ(error.code(), ErrorCode::kMismatch);
  }
}

TEST(InChildTest, ACrashIsAnErrorLine) {
  EXPECT_THAT(Fate([] { std::raise(SIGSEGV); }),
              AllOf(StartsWith("a.h5: damaged: the library"), HasSubstr("Segmentation fault")));
  EXPECT_THAT(Fate([] { std::abort(); }), StartsWith("a.h5: damaged: the library"));
  EXPECT_THAT(Fate([] { throw 1; }), StartsWith("a.h5: damaged: the library"));
}

TEST(InChildTest, WorkWithoutEndIsGivenUp) {
  EXPECT_THAT(Fate([] {
                for (volatile int i = 0;;) (void)i;
              }),
              HasSubstr("given up"));
}

#ifndef __SANITIZE_ADDRESS__  // which takes the address space for itself
TEST(InChildTest, FarTooMuchMemoryIsRefused) {
  EXPECT_THAT(Fate([] {
                const auto bytes = std::make_unique<char[]>(size_t{2} << 30);
                static_cast<volatile char*>(bytes.get())[1] = 1;
              }),
              StartsWith("a.h5: refused: needs far more memory than its 1000 bytes"));
}
#endif

TEST(InChildTest, ItWritesNoFiles) {
  const std::filesystem::path path = TestFolder() / "written.txt";
  Fate([&] { std::ofstream(path) << "by the child" << std::flush; });
  std::error_code ignored;
  const bool is_there = std::filesystem::exists(path, ignored);
  EXPECT_TRUE(!is_there || std::filesystem::file_size(path) == 0);
}

}  // namespace videopose::internal::in_child_test
