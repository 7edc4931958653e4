// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/sha256.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "support/test_folder.h"
#include "videopose/base/error.h"

namespace videopose::internal::sha256_test {

std::span<const uint8_t> BytesOf(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// The examples of FIPS 180-2, appendix B, and the empty message.
TEST(Sha256Test, AgreesWithTheStandard) {
  EXPECT_EQ(Sha256({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256(BytesOf("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256(BytesOf(std::string(1000000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, FileEqualsItsBytesWhateverItsLength) {
  const std::filesystem::path path = TestFolder() / "sha256.bin";
  for (const size_t size : {size_t{0}, size_t{1}, size_t{1} << 18, (size_t{1} << 18) + 1}) {
    const std::string text(size, 'x');
    std::ofstream(path, std::ios::binary) << text;
    EXPECT_EQ(Sha256OfFile(path), Sha256(BytesOf(text))) << size;
  }
}

TEST(Sha256Test, FileThatCannotBeReadIsAnError) {
  EXPECT_THROW(Sha256OfFile("/no/such/file"), Error);
  EXPECT_THROW(Sha256OfFile(TestFolder()), Error);
}

}  // namespace videopose::internal::sha256_test
