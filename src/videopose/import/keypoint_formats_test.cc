// SPDX-License-Identifier: Apache-2.0

#include "videopose/import/keypoint_formats.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>

#include "support/test_folder.h"
#include "videopose/base/error.h"

namespace videopose::internal::keypoint_formats_test {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(KeypointFormats, EachHasANameAndOneReader) {
  std::set<std::string_view> names;
  for (const KeypointFormat& format : KeypointFormats()) {
    EXPECT_TRUE(names.insert(format.name).second) << format.name;
    EXPECT_NE(format.read == nullptr, format.read_own == nullptr) << format.name;
  }
  EXPECT_THAT(KeypointExtensions(), ElementsAre(".npz", ".json", ".txt", ".npy", ".csv"));
}

TEST(KeypointFormats, AreAllNamedWhereNoneFits) {
  const fs::path path = TestFolder() / "no_keypoints.txt";
  std::ofstream(path) << "hello";
  FileContent file(path);
  for (const KeypointFormat& format : KeypointFormats()) {
    if (format.read != nullptr) {
      EXPECT_FALSE(format.read(file)) << format.name;
    } else {
      EXPECT_FALSE(format.read_own(file)) << format.name;
    }
  }
  try {
    FailUnknownKeypoints(file);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("text that begins with 'hello'"),
                                    HasSubstr("OpenPose (.json); AlphaPose (.json)")));
  }
}

}  // namespace videopose::internal::keypoint_formats_test
