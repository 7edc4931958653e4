// SPDX-License-Identifier: Apache-2.0

// The tables of this module against the constants of the reference, and its projection.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/test_data.h"
#include "videopose/arrays/npz.h"
#include "videopose/data/cameras.h"
#include "videopose/data/skeletons.h"
#include "videopose/prepare/humaneva_frames.h"

namespace videopose::internal::constants_golden_test {

using nlohmann::json;

class GoldenConstants : public testing::Test {
 protected:
  void SetUp() override {
    constants_ = json::parse(std::ifstream(TestData("golden/constants.json")));
  }

  static void ExpectPose(const DatasetCamera& camera, const json& expected) {
    ASSERT_EQ(camera.world_from_cam.has_value(), expected.contains("orientation"));
    if (!camera.world_from_cam) return;
    const auto& [q, position_in_world] = *camera.world_from_cam;
    EXPECT_EQ((std::vector<double>{q.w, q.x, q.y, q.z}), expected["orientation"]);
    const Vec3d mm = 1000.0 * position_in_world;
    for (size_t i = 0; i < 3; ++i) {
      const double value = i == 0 ? mm.x : i == 1 ? mm.y : mm.z;
      EXPECT_NEAR(value, expected["translation"][i].get<double>(), 1e-9);
    }
  }

  static void ExpectSides(const Skeleton& skeleton, const json& left, const json& right) {
    ASSERT_EQ(left.size(), right.size());
    for (size_t i = 0; i < left.size(); ++i) {
      EXPECT_EQ(skeleton.side(left[i]), Side::kLeft);
      EXPECT_EQ(skeleton.mirrored(left[i]), right[i]);
      EXPECT_EQ(skeleton.mirrored(right[i]), left[i]);
    }
    const std::vector<int> mirrored = MirroredJoints(skeleton);
    const auto centre = std::count_if(mirrored.begin(), mirrored.end(),
                                      [&, j = 0](int other) mutable { return other == j++; });
    EXPECT_EQ(static_cast<size_t>(centre) + 2 * left.size(), mirrored.size());
  }

  json constants_;
};

TEST_F(GoldenConstants, Human36mCameras) {
  const json& h36m = constants_["h36m"];
  for (const auto& [subject, poses] : h36m["extrinsics"].items()) {
    const std::vector<DatasetCamera> cameras = Human36mCameras(subject);
    ASSERT_EQ(cameras.size(), 4);
    for (size_t i = 0; i < 4; ++i) {
      ExpectPose(cameras[i], poses[i]);
      const json& lens = h36m["intrinsics"][i];
      EXPECT_EQ(cameras[i].id, lens["id"]);
      EXPECT_EQ(cameras[i].width_px, lens["res_w"]);
      EXPECT_EQ(cameras[i].height_px, lens["res_h"]);
      EXPECT_EQ(cameras[i].azimuth_deg, lens["azimuth"]);
      const ScreenIntrinsics& found = cameras[i].intrinsics.value();
      const double width = lens["res_w"], height = lens["res_h"];
      constexpr double kFloatRounding = 2e-7;
      EXPECT_NEAR(found.cx, lens["center"][0].get<double>() / width * 2 - 1, kFloatRounding);
      EXPECT_NEAR(found.cy, lens["center"][1].get<double>() / width * 2 - height / width,
                  kFloatRounding);
      EXPECT_NEAR(found.fx, lens["focal_length"][0].get<double>() / width * 2, kFloatRounding);
      EXPECT_NEAR(found.fy, lens["focal_length"][1].get<double>() / width * 2, kFloatRounding);
      EXPECT_EQ(found.k1, lens["radial_distortion"][0].get<float>());
      EXPECT_EQ(found.k2, lens["radial_distortion"][1].get<float>());
      EXPECT_EQ(found.k3, lens["radial_distortion"][2].get<float>());
      EXPECT_EQ(found.p1, lens["tangential_distortion"][0].get<float>());
      EXPECT_EQ(found.p2, lens["tangential_distortion"][1].get<float>());
    }
  }
}

TEST_F(GoldenConstants, HumanEvaCameras) {
  const json& humaneva = constants_["humaneva15"];
  for (const auto& [subject, poses] : humaneva["extrinsics"].items()) {
    for (const std::string& name : {subject, "Train/" + subject, "Unlabeled/" + subject}) {
      const std::vector<DatasetCamera> cameras = HumanEvaCameras(name);
      ASSERT_EQ(cameras.size(), 3);
      for (size_t i = 0; i < 3; ++i) {
        ExpectPose(cameras[i], poses[i]);
        const json& lens = humaneva["intrinsics"][i];
        EXPECT_EQ(cameras[i].id, lens["id"]);
        EXPECT_EQ(cameras[i].width_px, lens["res_w"]);
        EXPECT_EQ(cameras[i].height_px, lens["res_h"]);
        EXPECT_EQ(cameras[i].azimuth_deg, lens["azimuth"]);
        EXPECT_FALSE(cameras[i].intrinsics);
      }
    }
  }
}

TEST_F(GoldenConstants, CustomCamera) {
  const DatasetCamera camera = CustomCamera(1080, 1920);
  ExpectPose(camera, constants_["custom"]["camera"]);
  EXPECT_EQ(camera.azimuth_deg, constants_["custom"]["camera"]["azimuth"]);
  EXPECT_EQ(camera.width_px, 1080);
  EXPECT_EQ(camera.height_px, 1920);
}

// Removes joints and attaches their children to the nearest kept ancestor.
TEST_F(GoldenConstants, Human36m17IsWhatIsLeftOf32) {
  const json& h36m = constants_["h36m"];
  const std::vector<int> parents = h36m["skeleton_32"]["parents"];
  const std::vector<int> removed = h36m["removed_for_17"];
  const auto kept = Human36m17Of32();
  for (const int joint : kept) EXPECT_EQ(std::count(removed.begin(), removed.end(), joint), 0);
  EXPECT_EQ(kept.size() + removed.size(), parents.size());
  for (size_t j = 0; j < kept.size(); ++j) {
    int parent = parents[kept[j]];
    while (parent >= 0 && std::find(kept.begin(), kept.end(), parent) == kept.end()) {
      parent = parents[parent];
    }
    const auto at = std::find(kept.begin(), kept.end(), parent);
    int expected = parent < 0 ? -1 : static_cast<int>(at - kept.begin());
    const json& moved = h36m["shoulder_parents_after_removal"];
    if (moved.contains(std::to_string(j))) expected = moved[std::to_string(j)];
    EXPECT_EQ(Human36m17().parents[j], expected) << j;
  }
}

TEST_F(GoldenConstants, SkeletonsAndLayouts) {
  const json& skeleton = constants_["humaneva15"]["skeleton"];
  EXPECT_EQ(HumanEva15().parents, skeleton["parents"].get<std::vector<int>>());
  ExpectSides(HumanEva15(), skeleton["left"], skeleton["right"]);
  const json& layouts = constants_["keypoint_layouts"];
  const json& of_h36m = layouts["h36m"]["keypoints_symmetry"];
  ExpectSides(Human36m17(), of_h36m[0], of_h36m[1]);
  const json& of_20 = layouts["humaneva20"]["keypoints_symmetry"];
  ExpectSides(HumanEva20(), of_20[0], of_20[1]);
  const json& of_mpii = layouts["mpii"];
  EXPECT_EQ(Mpii16().joint_count(), of_mpii["num_joints"]);
  for (const int joint : of_mpii["keypoints_symmetry"][0]) {
    EXPECT_EQ(Mpii16().side(joint), Side::kLeft);
  }
  for (const int joint : of_mpii["keypoints_symmetry"][1]) {
    EXPECT_EQ(Mpii16().side(joint), Side::kRight);
  }
}

TEST_F(GoldenConstants, HumanEvaRecordings) {
  const json& humaneva = constants_["humaneva15"];
  size_t count = 0;
  for (const auto& [subject, actions] : humaneva["video_sync_frames"].items()) {
    for (const auto& [action, sync] : actions.items()) {
      const HumanEvaRecording* recording = FindHumanEvaRecording(subject, action);
      ASSERT_NE(recording, nullptr) << subject << action;
      ++count;
      EXPECT_EQ(recording->video_sync_frame, (sync.get<std::array<int, 3>>()));
      const json& train = humaneva["frame_ranges"]["Train/" + subject][action];
      const json& validate = humaneva["frame_ranges"]["Validate/" + subject][action];
      EXPECT_EQ(recording->train, (HumanEvaFrameRange{train[0], train[1]}));
      EXPECT_EQ(recording->validate, (HumanEvaFrameRange{validate[0], validate[1]}));
    }
  }
  EXPECT_EQ(HumanEvaRecordings().size(), count);
  EXPECT_EQ(FindHumanEvaRecording("S4", "Box 1"), nullptr);
}

const std::filesystem::path kGeometry = TestData("golden/expected/geometry.npz");

TEST(GoldenGeometry, Projection) {
  const NpzReader file(kGeometry);
  const Tensor points = file.ReadTensor<float>("points"),
               cameras = file.ReadTensor<float>("camera");
  const Tensor distorted = file.ReadTensor<float>("project");
  const Tensor linear = file.ReadTensor<float>("project_linear");
  const size_t points_per_camera = points.values.size() / 3 / static_cast<size_t>(cameras.dim(0));
  for (size_t i = 0; i < points.values.size() / 3; ++i) {
    const float* c = cameras.data() + i / points_per_camera * 9;
    const ScreenIntrinsics camera{c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8]};
    const float* x = points.data() + 3 * i;
    const auto expect_near = [&](Vec2d found, const Tensor& expected) {
      constexpr double kFloatRounding = 2e-6;  // of some ten float operations
      EXPECT_NEAR(found.x, expected.values[2 * i], kFloatRounding * (1 + std::abs(found.x)));
      EXPECT_NEAR(found.y, expected.values[2 * i + 1], kFloatRounding * (1 + std::abs(found.y)));
    };
    expect_near(ScreenFromCam(camera, {x[0], x[1], x[2]}), distorted);
    expect_near(ScreenFromCamLinear(camera, {x[0], x[1], x[2]}), linear);
  }
}

TEST(GoldenGeometry, WorldToCameraAndBack) {
  const NpzReader file(kGeometry);
  const Tensor q = file.ReadTensor<float>("q"), t = file.ReadTensor<float>("t");
  const Tensor points = file.ReadTensor<float>("P");
  const Tensor to_camera = file.ReadTensor<float>("world_to_camera");
  const Tensor to_world = file.ReadTensor<float>("camera_to_world");
  const Quaternion world_from_cam{q.values[0], q.values[1], q.values[2], q.values[3]};
  const Vec3d position{t.values[0], t.values[1], t.values[2]};
  for (size_t i = 0; i < points.values.size(); i += 3) {
    const Vec3d x{points.values[i], points.values[i + 1], points.values[i + 2]};
    const Vec3d in_cam = Rotate(Inverse(world_from_cam), x - position);
    const Vec3d in_world = Rotate(world_from_cam, x) + position;
    constexpr double kFloatRounding = 3e-6;  // metres, at some metres from the origin
    const auto expect_near = [&](const Vec3d& found, const Tensor& expected) {
      EXPECT_NEAR(found.x, expected.values[i], kFloatRounding);
      EXPECT_NEAR(found.y, expected.values[i + 1], kFloatRounding);
      EXPECT_NEAR(found.z, expected.values[i + 2], kFloatRounding);
    };
    expect_near(in_cam, to_camera);
    expect_near(in_world, to_world);
  }
}

TEST(ScreenIntrinsics, MirroredIntrinsicsProjectAMirroredPointToTheMirroredPixel) {
  const ScreenIntrinsics camera{2, 2.1F, 0.05F, -0.03F, -0.2F, 0.24F, -0.003F, -0.001F, -0.0014F};
  const Vec2d direct = ScreenFromCam(camera, {0.4, -0.3, 4});
  const Vec2d mirrored = ScreenFromCam(Mirrored(camera), {-0.4, -0.3, 4});
  EXPECT_NEAR(mirrored.x, -direct.x, 1e-12);
  EXPECT_NEAR(mirrored.y, direct.y, 1e-12);
}

}  // namespace videopose::internal::constants_golden_test
