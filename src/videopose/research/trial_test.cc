// SPDX-License-Identifier: Apache-2.0

#include "videopose/research/trial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/error_of.h"
#include "support/test_folder.h"
#include "videopose/motion_files/c3d.h"
#include "videopose/pose/h36m17.h"

namespace videopose::internal::trial_test {

namespace fs = std::filesystem;
using namespace h36m17;
using testing::HasSubstr;

TEST(AxisOrder, TurnsAndNeverMirrors) {
  const AxisOrder order = AxisOrder::Parse("zxy");
  EXPECT_EQ(order.WorldFromFile({1, 2, 3}), (Vec3f{3, 1, 2}));
  EXPECT_EQ(AxisOrder::Parse("x-zy").WorldFromFile({1, 2, 3}), (Vec3f{1, -3, 2}));
  EXPECT_EQ(AxisOrder::Parse("x-zy").Text(), "x-zy");
  for (const char* wrong : {"", "xy", "xxy", "xyzx", "x y z", "xy-", "--xyz", "abc"}) {
    EXPECT_THAT(ErrorOf([&] { AxisOrder::Parse(wrong); }), HasSubstr("such as zxy")) << wrong;
  }
  for (const char* mirrored : {"yxz", "-xyz", "xzy", "-x-y-z"}) {
    EXPECT_THAT(ErrorOf([&] { AxisOrder::Parse(mirrored); }), HasSubstr("mirror")) << mirrored;
  }
}

TEST(AxisOrder, AllAreTheRotationsByRightAngles) {
  const std::vector<AxisOrder> all = AxisOrder::All();
  EXPECT_EQ(all.size(), 24U);
  EXPECT_EQ(all[0].Text(), "xyz");
  for (const AxisOrder& order : all) {
    const auto world = [&](Vec3f x) { return order.WorldFromFile(x); };
    EXPECT_EQ(Cross(world({1, 0, 0}), world({0, 1, 0})), world({0, 0, 1})) << order.Text();
    EXPECT_EQ(AxisOrder::Parse(order.Text()).Text(), order.Text());
  }
}

constexpr char kCamera[] =
    "K: [500, 0, 320, 0, 500, 240, 0, 0, 1]\nR: [0, 0, 0]\nT: [1000, 2000, 3000]\n";

TEST(ReadTrial, PutsAFolderTogether) {
  const fs::path folder = EmptyFolder("trial");
  for (const char* name : {"front.yaml", "back.yaml", "spare.yaml"}) {
    std::ofstream(folder / name) << kCamera;
  }
  for (const char* name : {"walk-front.mp4", "walk-back.mov"}) std::ofstream(folder / name) << "x";
  // A .c3d in millimetres with other words for the joints, markers left and right of one knee, and
  // something that is no joint.
  MarkerTrial markers{.rate_hz = 100,
                      .units = "mm",
                      .labels = {"hip_left", "hip_right", "KneeL", "KneeL2", "shoulder_left",
                                 "shoulder_right", "sword"}};
  markers.points = Tensor({2, 7, 3});
  for (int64_t i = 0; i < markers.points.size(); ++i) {
    markers.points.values[static_cast<size_t>(i)] = static_cast<float>(1000 * (i / 3 % 7));
  }
  WriteC3d(folder / "truth.c3d", markers, false);
  std::ofstream(folder / "trial.yaml")
      << "calibration_units: mm\ndelay: -1.5\njoints:\n  left_knee: [KneeL, KneeL2]\n";

  const Trial trial = ReadTrial(folder);
  EXPECT_EQ(trial.truth_file, folder / "truth.c3d");
  EXPECT_EQ(trial.rate_hz, 100);
  EXPECT_EQ(trial.delay_frames, -1.5);
  EXPECT_FALSE(trial.axes.has_value());
  ASSERT_EQ(trial.cameras.size(), 2U) << "those that have a video";
  EXPECT_EQ(trial.cameras[0].calibrated.name, "back");
  EXPECT_EQ(trial.cameras[0].video, folder / "walk-back.mov");
  EXPECT_EQ(trial.cameras[1].calibrated.cam_from_world->translation, (Vec3d{1, 2, 3}));
  ASSERT_EQ(trial.joints_in_file.frame_count(), 2);
  const auto x = [&](int joint) { return trial.joints_in_file.at(1, joint).x; };
  EXPECT_FLOAT_EQ(x(kLeftHip), 0);
  EXPECT_FLOAT_EQ(x(kRightHip), 1);
  EXPECT_FLOAT_EQ(x(kHip), 0.5F);
  EXPECT_FLOAT_EQ(x(kLeftKnee), 2.5F);
  EXPECT_FLOAT_EQ(x(kThorax), 4.5F);
  EXPECT_FALSE(IsFinite(trial.joints_in_file.at(1, kRightKnee)));
  EXPECT_TRUE(trial.nose_in_file.empty());

  std::ofstream(folder / "back.yaml") << "K: [500, 0, 320, 0, 500, 240, 0, 0, 1]\n";
  EXPECT_THAT(ErrorOf([&] { ReadTrial(folder); }), HasSubstr("camera back has no place"));
  EXPECT_THAT(ErrorOf([&] { ReadTrial(folder / "none"); }), HasSubstr("no such file or folder"));
}

}  // namespace videopose::internal::trial_test
