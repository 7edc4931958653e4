// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/recording_name.h"

#include <gtest/gtest.h>

namespace videopose::internal::recording_name_test {

TEST(RecordingName, IsInTheNamesOfFilesAndFolders) {
  const RecordingName of_h36m = RecordingNameOf("data/S1/poses/Walking 1.54138969.h5");
  EXPECT_EQ(of_h36m.subject, "S1");
  EXPECT_EQ(of_h36m.action, "Walking 1");
  EXPECT_EQ(of_h36m.camera, "54138969");
  const RecordingName of_humaneva = RecordingNameOf("S2/Walking_1_(C2).avi.npz");
  EXPECT_EQ(of_humaneva.action, "Walking 1");
  EXPECT_EQ(of_humaneva.camera, "C2");
  EXPECT_EQ(RecordingNameOf("S11/Posing.cdf.mat").action, "Posing");
  EXPECT_EQ(RecordingNameOf("clip.npz").subject, "");
}

TEST(RecordingName, IsDescribedWhereASubjectIsNamed) {
  EXPECT_EQ(DescribeRecordingName("/data/S9/Box 1.h5"), "  recording   S9, Box 1\n");
  EXPECT_EQ(DescribeRecordingName("/data/clips/Box 1.h5"), "");
}

}  // namespace videopose::internal::recording_name_test
