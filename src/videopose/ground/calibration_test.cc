// SPDX-License-Identifier: Apache-2.0

#include "videopose/ground/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "support/damaged.h"
#include "support/error_of.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/ground.h"

namespace videopose::internal::calibration_test {

using testing::HasSubstr;
using Model = Lens::Model;

// As OpenCV's sample calibration.cpp writes it.
constexpr char kOpenCvYaml[] = R"(%YAML:1.0
---
calibration_time: "Fri 03 May 2024 10:11:12"
nframes: 13
image_width: 640
image_height: 480
board_width: 9
square_size: 1.
flags: 0
camera_matrix: !!opencv-matrix
   rows: 3
   cols: 3
   dt: d
   data: [ 5.3591573396163199e+02, 0., 3.4228315473308373e+02, 0.,
       5.3591573396163199e+02, 2.3557082909788173e+02, 0., 0., 1. ]
distortion_coefficients: !!opencv-matrix
   rows: 5
   cols: 1
   dt: d
   data: [ -2.6637260909660682e-01, -3.8588898922304653e-02,
       1.7831947042852964e-03, -2.8122100441115472e-04,
       2.3839153080878486e-01 ]
avg_reprojection_error: 3.9259109564815858e-01
)";

constexpr char kOpenCvJson[] = R"({
    "image_width": 1920, "image_height": 1080,
    "camera_matrix": {
        "type_id": "opencv-matrix", "rows": 3, "cols": 3, "dt": "d",
        "data": [ 1400.5, 0.0, 960.0, 0.0, 1402.5, 540.0, 0.0, 0.0, 1.0 ]
    },
    "distortion_coefficients": {
        "type_id": "opencv-matrix", "rows": 1, "cols": 4, "dt": "d", "data": [ 0.1, -0.2, 0.001, 0.002 ]
    }
})";

constexpr char kRosYaml[] = R"(image_width: 752
image_height: 480
camera_name: narrow_stereo   # the left one
camera_matrix:
  rows: 3
  cols: 3
  data: [458.654, 0, 367.215, 0, 457.296, 248.375, 0, 0, 1]
distortion_model: equidistant
distortion_coefficients:
  rows: 1
  cols: 4
  data:
  - -0.01
  - 0.02
  - -0.003
  - 0.0004
)";

TEST(ReadCalibration, OpenCvYaml) {
  const std::filesystem::path path = TestFolder() / "camera.yml";
  std::ofstream(path) << kOpenCvYaml;
  const Lens lens = ReadCalibration(path);
  EXPECT_EQ(lens.width_px, 640);
  EXPECT_EQ(lens.height_px, 480);
  EXPECT_EQ(lens.focal_px, (Vec2d{5.3591573396163199e+02, 5.3591573396163199e+02}));
  EXPECT_EQ(lens.centre_px, (Vec2d{3.4228315473308373e+02, 2.3557082909788173e+02}));
  EXPECT_EQ(lens.model, Model::kBrown);
  EXPECT_EQ(lens.distortion[1], -3.8588898922304653e-02);
  EXPECT_EQ(lens.distortion[4], 2.3839153080878486e-01);
  EXPECT_EQ(lens.distortion[5], 0);
}

TEST(ReadCalibration, OpenCvJson) {
  const Lens lens = ParseCalibration(kOpenCvJson, "a");
  EXPECT_EQ(lens.focal_px, (Vec2d{1400.5, 1402.5}));
  EXPECT_EQ(lens.distortion[3], 0.002);
  EXPECT_EQ(lens.height_px, 1080);
}

TEST(ReadCalibration, RosYamlOfAFisheye) {
  const Lens lens = ParseCalibration(kRosYaml, "a");
  EXPECT_EQ(lens.model, Model::kFisheye);
  EXPECT_EQ(lens.centre_px, (Vec2d{367.215, 248.375}));
  EXPECT_EQ(lens.distortion[0], -0.01);
  EXPECT_EQ(lens.distortion[3], 0.0004);
}

TEST(ReadCalibration, PlainJson) {
  const Lens nested = ParseCalibration(
      R"({"mtx": [[800, 0, 320], [0, 810, 240], [0, 0, 1]], "dist": [[0.1, 0.2, 0, 0, 0.3]]})",
      "a");
  EXPECT_EQ(nested.focal_px, (Vec2d{800, 810}));
  EXPECT_EQ(nested.distortion[4], 0.3);
  EXPECT_EQ(nested.width_px, 0);
  const Lens named =
      ParseCalibration(R"({"camera": {"fx": 700, "cx": 10, "cy": 20, "k1": -0.1}})", "a");
  EXPECT_EQ(named.focal_px, (Vec2d{700, 700}));
  EXPECT_EQ(named.distortion[0], -0.1);
  // Coefficients of thin prisms that are all 0 are accepted.
  EXPECT_EQ(
      ParseCalibration("K: [5,0,1,0,5,2,0,0,1]\nD: [1,2,3,4,5,6,7,8,0,0,0,0]", "a").distortion[7],
      8);
}

// Pretty-printers indent with tabs, too.
TEST(ReadCalibration, JsonOfAllKinds) {
  const Lens lens = ParseCalibration(
      "{\n\t\"K\":[[800,0,320],[0,810,240],[0,0,1]],\r\n\t\"image_size\":[640,480]\n}", "a");
  EXPECT_EQ(lens.focal_px, (Vec2d{800, 810}));
  EXPECT_EQ(lens.width_px, 640);
}

TEST(ReadCalibration, OpenCvXml) {
  const std::string path = TestFolder() / "camera.xml";
  std::ofstream(path) << R"(<?xml version="1.0"?>
<opencv_storage>
<image_width>640</image_width>
<image_height>480</image_height>
<camera_matrix type_id="opencv-matrix">
  <rows>3</rows>
  <cols>3</cols>
  <dt>d</dt>
  <data>
    5.3591573396163199e+02 0. 3.4228315473308373e+02 0.
    5.3591573396163199e+02 2.3557082909788173e+02 0. 0. 1.</data></camera_matrix>
<distortion_coefficients type_id="opencv-matrix">
  <rows>5</rows>
  <cols>1</cols>
  <dt>d</dt>
  <data>
    -2.6637260909660682e-01 -3.8588898922304653e-02
    1.7831947042852964e-03 -2.8122100441115472e-04
    2.3839153080878486e-01</data></distortion_coefficients>
</opencv_storage>
)";
  EXPECT_EQ(ReadCalibration(path), ParseCalibration(kOpenCvYaml, "a"));
}

// As Pose2Sim writes it.
constexpr char kToml[] = R"([cam_01]
name = "left"
size = [ 1088.0, 1920.0]
matrix = [ [ 1681.25, 0.0, 532.5], [ 0.0, 1681.5, 948.25], [ 0.0, 0.0, 1.0]]
distortions = [ -0.0007, 0.002, 9.5e-06, 1.0e-05]
rotation = [ 1.7, 1.0, -0.4]
translation = [ 0.3, 0.95, 2.9]
fisheye = false

[cam_02]
name = "right"
size = [ 1088.0, 1920.0]
matrix = [ [ 1600, 0, 534], [ 0, 1600, 963], [ 0, 0, 1]]
distortions = [ 0.01, 0.0, 0.0, 0.0]
fisheye = true

[metadata]
adjusted = false
error = 0.0
)";

TEST(ReadCalibration, TomlOfSeveralCameras) {
  const Lens left = ParseCalibration(kToml, "a.toml", "left");
  EXPECT_EQ(left.width_px, 1088);
  EXPECT_EQ(left.focal_px, (Vec2d{1681.25, 1681.5}));
  EXPECT_EQ(left.centre_px, (Vec2d{532.5, 948.25}));
  EXPECT_EQ(left.distortion[2], 9.5e-06);
  EXPECT_EQ(left.model, Model::kBrown);
  EXPECT_EQ(ParseCalibration(kToml, "a.toml", "cam_01"), left) << "by its table";
  EXPECT_EQ(ParseCalibration(kToml, "a.toml", "right").model, Model::kFisheye);
  const std::string one = std::string(kToml).substr(0, std::string(kToml).find("[cam_02]"));
  EXPECT_EQ(ParseCalibration(one, "a.toml"), left) << "the only one";
}

TEST(ReadCalibration, NamesTheCamerasThatThereAre) {
  const auto error = [](const std::string& text, const std::string& name,
                        const std::string& camera) -> std::string {
    try {
      ParseCalibration(text, name, camera);
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_THAT(error(kToml, "a.toml", ""), HasSubstr("a.toml: which camera? It has left, right"));
  EXPECT_THAT(error(kToml, "a.toml", "front"),
              HasSubstr("a.toml: has no camera 'front'; it has left, right"));
  EXPECT_THAT(error(kRosYaml, "a.yaml", "front"), HasSubstr("no cameras by name"));
}

TEST(ReadCalibration, SaysWhatIsWrong) {
  const auto error = [](const std::string& text) -> std::string {
    try {
      ParseCalibration(text, "cam.yml");
    } catch (const Error& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_THAT(error(""), HasSubstr("cam.yml: no camera_matrix"));
  EXPECT_THAT(error("hello"), HasSubstr("no camera_matrix"));
  EXPECT_THAT(error("K: [1, 2, 3]"), HasSubstr("3 numbers, expected 9"));
  EXPECT_THAT(error("K: [-5,0,1,0,5,2,0,0,1]"), HasSubstr("is no camera"));
  EXPECT_THAT(error("K: [5,7,1,0,5,2,0,0,1]"), HasSubstr("not of the form"));
  EXPECT_THAT(error("K: [5,x,1,0,5,2,0,0,1]"), HasSubstr("expected a number, found 'x'"));
  EXPECT_THAT(error("K: [5,.Nan,1,0,5,2,0,0,1]"), HasSubstr("expected a number"));
  EXPECT_THAT(error("K: [5,0,1,0,5,2,0,0,1]\nD: [1, 2, 3]"), HasSubstr("3 distortion"));
  EXPECT_THAT(error("K: [5,0,1,0,5,2,0,0,1]\nD: [1,2,3,4,5,6,7,8,9,1,2,3]"),
              HasSubstr("12 distortion"));
  EXPECT_THAT(error("K: [5,0,1,0,5,2,0,0,1]\nimage_size: [0, -4]"), HasSubstr("0 x -4"));
  EXPECT_THAT(error("a: 1\nK: [5,0"), HasSubstr("line 2"));
  EXPECT_THROW(ReadCalibration(TestFolder()), Error);
  EXPECT_THROW(ReadCalibration(TestFolder() / "no_such_file.yml"), Error);
}

TEST(ReadCalibration, ErrorsHaveCodes) {
  const std::filesystem::path folder = TestFolder();
  const auto code_of = [&](const std::string& text, const std::string& camera = "") {
    const std::filesystem::path path = folder / "a.toml";
    std::ofstream(path) << text;
    const ErrorCode code = CodeOf([&] { ReadCalibration(path, camera); });
    if (camera.empty()) {
      EXPECT_EQ(CodeOf([&] { ReadCalibratedCameras(path); }), code);
      EXPECT_EQ(CodeOf([&] { ParseCalibration(text, "a.toml"); }), code);
    }
    return code;
  };
  EXPECT_EQ(CodeOf([&] { ReadCalibration(folder / "none.yml"); }), ErrorCode::kFileNotFound);
  EXPECT_EQ(code_of("a = ["), ErrorCode::kWrongFormat);
  EXPECT_EQ(code_of("a = 1"), ErrorCode::kWrongFormat) << "no camera";
  EXPECT_EQ(code_of("K = [1]"), ErrorCode::kWrongFormat);
  EXPECT_EQ(code_of("<a>"), ErrorCode::kWrongFormat);
  EXPECT_EQ(code_of("a = 1", "left"), ErrorCode::kInvalidArgument);
  std::ofstream(folder / "large.yml") << std::string(1 << 20, '#');
  EXPECT_EQ(CodeOf([&] { ReadCalibration(folder / "large.yml"); }), ErrorCode::kLimit);
}

// Whatever the bytes: a calibration or one Error, in little time.
TEST(ReadCalibration, SurvivesHostileFiles) {
  std::mt19937 random(1);
  for (const std::string text : {kOpenCvYaml, kOpenCvJson, kRosYaml, kToml}) {
    const std::string name = text == kToml ? "a.toml" : "a";
    const auto parse = [&](const std::string& bytes) {
      try {
        const Lens lens = ParseCalibration(bytes, name, text == kToml ? "left" : "");
        EXPECT_GT(lens.focal_px.x, 0);
      } catch (const Error&) {
      }
    };
    for (size_t length = 0; length <= text.size(); ++length) parse(text.substr(0, length));
    for (int i = 0; i < 3000; ++i) parse(Damaged(text, 3, random));
  }
  for (const char* piece :
       {"[", "{", "{a: ", "- ", "a:\n ", "!", "\"", "'", ":", "- - [", "#", "\n"}) {
    std::string text;
    for (int i = 0; i < 20000; ++i) text += piece;
    EXPECT_THROW(ParseCalibration(text, "a"), Error) << piece;
  }
  const std::filesystem::path path = TestFolder() / "large.yml";
  std::ofstream(path) << std::string(1 << 20, '#');
  EXPECT_THROW(ReadCalibration(path), Error);
}

TEST(ReadCalibratedCameras, NamesLensesAndPlaces) {
  // A quarter turn about z, once as a vector and once as a matrix.
  const std::vector<CalibratedCamera> cameras = ParseCalibratedCameras(R"(
[cam_01]
name = "left"
size = [ 640.0, 480.0 ]
matrix = [ [ 500.0, 0.0, 320.0 ], [ 0.0, 501.0, 240.0 ], [ 0.0, 0.0, 1.0 ] ]
distortions = [ 0.0, 0.0, 0.0, 0.0 ]
rotation = [ 0.0, 0.0, 1.5707963267948966 ]
translation = [ 1.0, 2.0, 3.0 ]

[cam_02]
matrix = [ [ 500.0, 0.0, 320.0 ], [ 0.0, 501.0, 240.0 ], [ 0.0, 0.0, 1.0 ] ]
rotation = [ [ 0.0, -1.0, 0.0 ], [ 1.0, 0.0, 0.0 ], [ 0.0, 0.0, 1.0 ] ]
translation = [ 0.0, 0.0, 5.0 ]

[metadata]
error = 0.0
)",
                                                                       "a.toml");
  ASSERT_EQ(cameras.size(), 2U);
  EXPECT_EQ(cameras[0].name, "left");
  EXPECT_EQ(cameras[1].name, "cam_02") << "its table's, where it has none of its own";
  EXPECT_EQ(cameras[0].lens.focal_px, (Vec2d{500, 501}));
  for (const CalibratedCamera& camera : cameras) {
    ASSERT_TRUE(camera.cam_from_world.has_value());
    const Vec3d y = Rotate(camera.cam_from_world->rotation, {1, 0, 0});
    EXPECT_NEAR(Norm(y - Vec3d{0, 1, 0}), 0, 1e-9) << camera.name;
  }
  EXPECT_EQ(cameras[0].cam_from_world->translation, (Vec3d{1, 2, 3}));
}

TEST(ReadCalibratedCameras, OfOneCameraInAnyFormat) {
  const std::vector<CalibratedCamera> none = ParseCalibratedCameras(kOpenCvYaml, "a");
  ASSERT_EQ(none.size(), 1U);
  EXPECT_EQ(none[0].name, "");
  EXPECT_FALSE(none[0].cam_from_world.has_value());
  for (const char* place :
       {"rvec: [0, 0, 0]\ntvec: [1, 2, 3]\n",
        "R: [1, 0, 0, 0, 1, 0, 0, 0, 1]\nT: [[1], [2], [3]]\n",
        "extrinsics: [[1, 0, 0, 1], [0, 1, 0, 2], [0, 0, 1, 3], [0, 0, 0, 1]]\n"}) {
    const std::vector<CalibratedCamera> cameras = ParseCalibratedCameras(
        std::string("K: [500, 0, 320, 0, 500, 240, 0, 0, 1]\n") + place, "a");
    ASSERT_TRUE(cameras[0].cam_from_world.has_value()) << place;
    EXPECT_EQ(cameras[0].cam_from_world->rotation, Quaternion{}) << place;
    EXPECT_EQ(cameras[0].cam_from_world->translation, (Vec3d{1, 2, 3})) << place;
  }
}

TEST(ReadCalibratedCameras, RefusesWhatIsNoPlace) {
  const auto error = [](const std::string& place) {
    const std::string text = "K: [500, 0, 320, 0, 500, 240, 0, 0, 1]\n" + place;
    return ErrorOf([&] { ParseCalibratedCameras(text, "a.yaml"); });
  };
  EXPECT_THAT(error("R: [2, 0, 0, 0, 1, 0, 0, 0, 1]\nT: [1, 2, 3]"), HasSubstr("three axes"));
  EXPECT_THAT(error("R: [1, 0, 0, 0, 1, 0, 0, 0, -1]\nT: [1, 2, 3]"), HasSubstr("three axes"));
  EXPECT_THAT(error("R: [1, 0]\nT: [1, 2, 3]"), HasSubstr("rotation has 2 numbers"));
  EXPECT_THAT(error("R: [0, 0, 0]\nT: [1, 2]"), HasSubstr("translation has 2 numbers"));
  EXPECT_THAT(error("extrinsics: [1, 2]"), HasSubstr("extrinsics has 2 numbers"));
}

}  // namespace videopose::internal::calibration_test
