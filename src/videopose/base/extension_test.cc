// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/extension.h"

#include <gtest/gtest.h>

namespace videopose::internal::extension_test {

TEST(Extension, IsLowerCase) {
  EXPECT_EQ(LowerCaseExtension("some.folder/Clip.NPZ"), ".npz");
  EXPECT_EQ(LowerCaseExtension("clip.tar.gz"), ".gz");
  EXPECT_EQ(LowerCaseExtension("some.folder/clip"), "");
}

TEST(Extension, SeveralAreComparedWithoutCase) {
  EXPECT_TRUE(HasExtensions("Walking.CDF.mat", ".cdf.mat"));
  EXPECT_FALSE(HasExtensions("Walking.CDF", ".cdf.mat"));
  EXPECT_FALSE(HasExtensions("mat", ".cdf.mat"));
}

}  // namespace videopose::internal::extension_test
