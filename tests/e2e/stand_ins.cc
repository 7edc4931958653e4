// SPDX-License-Identifier: Apache-2.0

#include "stand_ins.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "videopose/arrays/npz.h"
#include "videopose/data/cameras.h"
#include "videopose/data/skeletons.h"
#include "videopose/geometry/screen.h"
#include "videopose/media.h"
#include "videopose/render/frame_rate.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;
using Entries = std::vector<std::pair<PickleValue, PickleValue>>;

PickleValue Text(std::string_view text) { return PickleValue::String(text); }

std::vector<BodyPose> Walk(int64_t frames, double fps) {
  const SyntheticMotion motion(Choreography(SyntheticKind::kWalkInCircle));
  std::vector<BodyPose> poses;
  for (int64_t t = 0; t < frames; ++t) {
    poses.push_back(motion.At(1 + static_cast<double>(t) / fps));
  }
  return poses;
}

PickleValue Array(std::span<const std::vector<Vec3d>> frames) {
  Tensor tensor({static_cast<int64_t>(frames.size()), static_cast<int64_t>(frames[0].size()), 3});
  float* out = tensor.data();
  for (const std::vector<Vec3d>& joints : frames) {
    for (const Vec3d& joint : joints) {
      for (const double value : {joint.x, joint.y, joint.z}) *out++ = static_cast<float>(value);
    }
  }
  return PickleValue::Array(MakeNpy(std::move(tensor)));
}

// COCO's keypoints in pixels, by a pinhole camera without distortion.
PickleValue Detections(const std::vector<BodyPose>& poses, const DatasetCamera& camera,
                       const Rigid3d& world_from_cam) {
  const ScreenIntrinsics lens =
      camera.intrinsics.value_or(ScreenIntrinsics{.fx = 1.2F, .fy = 1.2F});
  Tensor keypoints({static_cast<int64_t>(poses.size()), 17, 2});
  float* out = keypoints.data();
  for (const BodyPose& pose : poses) {
    for (const Vec3d& joint : CocoJoints(pose)) {
      const Vec3d in_cam = ApplyInverse(world_from_cam, joint);
      const Vec2f px = PixelFromScreen(
          {static_cast<float>(lens.fx * in_cam.x / in_cam.z + lens.cx),
           static_cast<float>(lens.fy * in_cam.y / in_cam.z + lens.cy)},
          static_cast<float>(camera.width_px), static_cast<float>(camera.height_px));
      *out++ = px.x;
      *out++ = px.y;
    }
  }
  return PickleValue::Array(MakeNpy(std::move(keypoints)));
}

PickleValue AllCameras(const std::vector<BodyPose>& poses,
                       const std::vector<DatasetCamera>& cameras,
                       const std::vector<DatasetCamera>& calibrated) {
  std::vector<PickleValue> arrays;
  for (size_t i = 0; i < cameras.size(); ++i) {
    arrays.push_back(Detections(poses, cameras[i], *calibrated[i].world_from_cam));
  }
  return PickleValue::List(std::move(arrays));
}

PickleValue CocoMetadata() {
  const auto list = [](std::initializer_list<int> joints) {
    std::vector<PickleValue> items;
    for (const int joint : joints) items.push_back(PickleValue::Int(joint));
    return PickleValue::List(std::move(items));
  };
  return PickleValue::Dict(
      {{Text("layout_name"), Text("coco")},
       {Text("num_joints"), PickleValue::Int(17)},
       {Text("keypoints_symmetry"), PickleValue::List({list({1, 3, 5, 7, 9, 11, 13, 15}),
                                                       list({2, 4, 6, 8, 10, 12, 14, 16})})}});
}

void WriteFiles(const fs::path& data_dir, const std::string& dataset, const std::string& keypoints,
                const Entries& positions_3d, const Entries& positions_2d) {
  fs::create_directories(data_dir);
  NpzWriter in_world(data_dir / ("data_3d_" + dataset + ".npz"));
  in_world.Add("positions_3d", MakeNpyObject(PickleValue::Dict(positions_3d)));
  in_world.Close();
  NpzWriter detected(data_dir / ("data_2d_" + dataset + "_" + keypoints + ".npz"));
  detected.Add("positions_2d", MakeNpyObject(PickleValue::Dict(positions_2d)));
  detected.Add("metadata", MakeNpyObject(CocoMetadata()));
  detected.Close();
}

std::vector<Vec3d> HumanEvaJoints(const BodyPose& pose) {
  std::vector<Vec3d> joints;
  for (const BodyJoint joint :
       {BodyJoint::kPelvis, BodyJoint::kThorax, BodyJoint::kLeftShoulder, BodyJoint::kLeftElbow,
        BodyJoint::kLeftWrist, BodyJoint::kRightShoulder, BodyJoint::kRightElbow,
        BodyJoint::kRightWrist, BodyJoint::kLeftHip, BodyJoint::kLeftKnee, BodyJoint::kLeftAnkle,
        BodyJoint::kRightHip, BodyJoint::kRightKnee, BodyJoint::kRightAnkle, BodyJoint::kHeadTop}) {
    joints.push_back(pose[joint]);
  }
  return joints;
}

}  // namespace

void WriteHuman36mStandIn(const fs::path& data_dir, int64_t frames) {
  const std::vector<BodyPose> poses = Walk(frames, 50);
  std::vector<std::vector<Vec3d>> joints(poses.size(), std::vector<Vec3d>(32));
  for (size_t t = 0; t < poses.size(); ++t) {
    const std::array<Vec3d, 17> kept = Human36mJoints(poses[t]);
    for (size_t j = 0; j < kept.size(); ++j) {
      joints[t][static_cast<size_t>(Human36m17Of32()[j])] = kept[j];
    }
  }
  const std::vector<DatasetCamera> cameras = Human36mCameras("S11");
  WriteFiles(
      data_dir, "h36m", "cpn_ft_h36m_dbb",
      {{Text("S11"), PickleValue::Dict({{Text("Walking"), Array(joints)}})}},
      {{Text("S11"), PickleValue::Dict({{Text("Walking"), AllCameras(poses, cameras, cameras)}})}});
}

void WriteHumanEvaStandIn(const fs::path& data_dir, int64_t frames) {
  const std::vector<BodyPose> poses = Walk(frames, 60);
  std::vector<std::vector<Vec3d>> joints;
  joints.reserve(poses.size());
  for (const BodyPose& pose : poses) joints.push_back(HumanEvaJoints(pose));
  Entries positions_3d, positions_2d;
  for (const auto& [subject, action] :
       {std::pair{"Train/S1", "Walking 1 chunk0"}, std::pair{"Validate/S2", "Walking 1 chunk0"},
        std::pair{"Unlabeled/S4", "Box 2"}}) {
    const std::vector<DatasetCamera> cameras = HumanEvaCameras(subject);
    const bool is_labelled = cameras[0].world_from_cam.has_value();
    if (is_labelled) {
      positions_3d.emplace_back(Text(subject), PickleValue::Dict({{Text(action), Array(joints)}}));
    }
    const auto calibrated = is_labelled ? cameras : HumanEvaCameras("S1");
    positions_2d.emplace_back(
        Text(subject), PickleValue::Dict({{Text(action), AllCameras(poses, cameras, calibrated)}}));
  }
  WriteFiles(data_dir, "humaneva15", "detectron_pt_coco", positions_3d, positions_2d);
}

void WriteVideoStandIn(const fs::path& path, int width_px, int height_px, double fps,
                       int64_t frames) {
  fs::create_directories(path.parent_path());
  const fs::path mp4 = path.parent_path() / "stand_in.mp4";
  VideoWriter writer(
      mp4, {.width_px = width_px, .height_px = height_px, .frame_rate = FrameRateOf(fps)});
  Image image(width_px, height_px);
  for (int64_t t = 0; t < frames; ++t) {
    std::fill(image.bgrx.begin(), image.bgrx.end(), static_cast<uint8_t>(20 + 5 * (t % 40)));
    writer.Write(image);
  }
  writer.Close();
  fs::rename(mp4, path);
}

void WriteSwingingBvh(const std::filesystem::path& path, double pace) {
  std::ofstream file(path);
  const auto limb = [&](const char* upper, const char* lower, const char* end, double x, double y,
                        double z, double length, bool has_end_joint) {
    file << "JOINT " << upper << "\n{\nOFFSET " << x << ' ' << y << ' ' << z
         << "\nCHANNELS 3 Zrotation Xrotation Yrotation\nJOINT " << lower << "\n{\nOFFSET 0 "
         << -length << " 0\nCHANNELS 3 Zrotation Xrotation Yrotation\n";
    if (has_end_joint) {
      file << "JOINT " << end << "\n{\nOFFSET 0 " << -length
           << " 0\nCHANNELS 3 Zrotation Xrotation Yrotation\nEnd Site\n{\nOFFSET 12 -3 0\n}\n}\n";
    } else {
      file << "End Site\n{\nOFFSET 0 " << -length << " 0\n}\n";
    }
    file << "}\n}\n";
  };
  file << "HIERARCHY\nROOT Hips\n{\nOFFSET 0 0 0\nCHANNELS 6 Xposition Yposition Zposition "
          "Zrotation Xrotation Yrotation\nJOINT Chest\n{\nOFFSET 0 23 0\nCHANNELS 3 Zrotation "
          "Xrotation Yrotation\nJOINT Neck\n{\nOFFSET 0 22 0\nCHANNELS 3 Zrotation Xrotation "
          "Yrotation\nEnd Site\n{\nOFFSET 0 17 0\n}\n}\n";
  limb("RightShoulder", "RightElbow", "", 0, 24, 18, 27, false);
  limb("LeftShoulder", "LeftElbow", "", 0, 24, -18, 27, false);
  file << "}\n";
  limb("RightHip", "RightKnee", "RightAnkle", 0, 0, 9, 42, true);
  limb("LeftHip", "LeftKnee", "LeftAnkle", 0, 0, -9, 42, true);
  // Hips 6, Chest, Neck, two arms of two, two legs of three joints.
  constexpr int kFrames = 60, kJoints = 12;
  file << "}\nMOTION\nFrames: " << kFrames << "\nFrame Time: 0.033333\n";
  for (int t = 0; t < kFrames; ++t) {
    file << "0 90 " << t;
    for (int j = 0; j <= kJoints; ++j) {
      file << ' ' << 30 * std::sin(0.1 * pace * t + j) * (j > 2 ? 1 : 0.1) << " 0 0";
    }
    file << '\n';
  }
}

}  // namespace videopose::internal
