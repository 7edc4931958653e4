// SPDX-License-Identifier: Apache-2.0

#include "videopose/formats/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "videopose/geometry/angle.h"

namespace videopose::internal::describe_test {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(DescribeCamera, SaysHowFarItTurnedAndWhereTheVideoIsCut) {
  CameraTrack track;
  EXPECT_EQ(DescribeCamera(track, 25, 0, ""), "");
  for (int t = 0; t <= 100; ++t) {
    track.views.push_back(
        {FromAxisAngle({0, 1, 0}, RadiansFromDegrees(0.6 * t - 12)), 1, 0.001 * t});
  }
  EXPECT_EQ(DescribeCamera(track, 25, 0, ""),
            "camera: turns by 60 degrees across, 0 up and down, 0 about its axis, +-0.1 degrees at "
            "most; its place is taken as fixed\n");
  track.views[50].zoom = 1.5;
  EXPECT_THAT(DescribeCamera(track, 25, 0, "  "), HasSubstr(", zooms from 1.00 to 1.50,"));
  for (size_t t = 0; t < track.views.size(); ++t) {
    track.views[t].place_in_first = {0.01 * static_cast<double>(t), 0, 0};
  }
  EXPECT_THAT(DescribeCamera(track, 25, 0, ""), HasSubstr("at most; walks\n"));
  Motion motion{.fps = 25, .frame_count = 101, .camera = Camera()};
  motion.camera_path.resize(101);
  EXPECT_THAT(DescribeCamera(track, 25, 0, "", &motion), HasSubstr("but no feet tell how far\n"));
  for (size_t t = 0; t <= 100; ++t) {
    motion.camera_path[t].world_from_cam.translation = {0, 0.04 * static_cast<double>(t), 0};
  }
  EXPECT_THAT(DescribeCamera(track, 25, 0, "", &motion), HasSubstr("at most; walks 4.0 m\n"));
  CameraTrack lost = track;
  for (CameraView& view : lost.views) view.sigma_deg = 5;
  EXPECT_EQ(DescribeCamera(lost, 25, 0, "", &motion),
            "camera: moves, but it is not known how: there is no common world\n");
  track.cuts = {25, 60};
  EXPECT_THAT(DescribeCamera(track, 25, 2, ""),
              HasSubstr("cut at 3.00 s, 4.40 s: 3 scenes, each in a world of its own\n"));
  track.views.clear();
  EXPECT_THAT(DescribeCamera(track, 25, 0, ""), Not(HasSubstr("camera")));
}

}  // namespace videopose::internal::describe_test
