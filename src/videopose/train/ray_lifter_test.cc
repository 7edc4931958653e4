// SPDX-License-Identifier: Apache-2.0

// Lifters that see rays (LifterInput::kRays), from a checkpoint that training writes to poses.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/test_folder.h"
#include "videopose/lift.h"
#include "videopose/lift/checkpoint.h"
#include "videopose/train/parameter_layout.h"
#include "videopose/train/training_checkpoint.h"

namespace videopose::internal::ray_lifter_test {

std::filesystem::path RandomRayLifter() {
  const std::filesystem::path path = TestFolder() / "rays.bin";
  RandomState random(3);
  const TemporalArchitecture architecture{.widths = {3, 3},
                                          .channels = 32,
                                          .input_channels = kPersonInputValues,
                                          .output_channels = 51};
  WriteLifter(path, {.pose = {.weights = InitialWeights(architecture, random)},
                     .input = LifterInput::kRays,
                     .joints = std::string(kHuman36mJoints)});
  return path;
}

// Points that sway about a middle that goes to and fro, so that the view turns from frame to frame.
KeypointSequence Walk() {
  KeypointSequence keypoints{
      .layout = Coco17(), .fps = 25, .width_px = 1280, .height_px = 720, .frame_count = 50};
  PersonKeypoints person{.id = 1, .keypoints = {keypoints.frame_count, Coco17().joint_count()}};
  for (int64_t t = 0; t < keypoints.frame_count; ++t) {
    const auto time = static_cast<float>(t);
    for (int k = 0; k < Coco17().joint_count(); ++k) {
      const auto place = static_cast<float>(k);
      person.at(t, k) = {
          640 + 400 * std::sin(0.1F * time) + 60 * std::sin(2.4F * place),
          360 + 150 * std::sin(0.07F * time) + 20 * (place - 8) + 5 * std::sin(0.3F * time + place),
          0.9F};
    }
  }
  keypoints.people.push_back(std::move(person));
  return keypoints;
}

double LargestDifference_m(const Motion& a, const Motion& b) {
  const JointTrack<Vec3f>& x = a.people.at(0).joints_in_cam;
  const JointTrack<Vec3f>& y = b.people.at(0).joints_in_cam;
  EXPECT_EQ(x.size(), y.size());
  double largest = 0;
  for (size_t i = 0; i < x.size(); ++i) largest = std::max<double>(largest, Norm(x[i] - y[i]));
  return largest;
}

TEST(RayLifter, IsRecordedInTheCheckpoint) {
  const std::filesystem::path path = RandomRayLifter();
  const LiftCheckpoint checkpoint = ReadLiftCheckpoint(path);
  EXPECT_EQ(checkpoint.input, LifterInput::kRays);
  EXPECT_EQ(checkpoint.joints, kHuman36mJoints);
  EXPECT_EQ(ReadTrainingCheckpoint(path).joints, kHuman36mJoints);
  EXPECT_NE(DescribeCheckpoint(path).find("rays"), std::string::npos);
}

// Each pose is turned back by what its own frame was turned by, however late it comes.
TEST(RayLifter, IsTheSameFrameByFrame) {
  const std::filesystem::path path = RandomRayLifter();
  const Lifter lifter = Lifter::Load(path);
  KeypointSequence keypoints = Walk();
  for (const double focal_px : {0.0, 700.0}) {
    keypoints.focal_px = focal_px;
    for (const bool flip : {true, false}) {
      StreamingLifter streaming =
          StreamingLifter::Load(path, {.width_px = 1280, .height_px = 720, .average_flip = flip});
      EXPECT_LT(LargestDifference_m(streaming.Lift(keypoints),
                                    lifter.Lift(keypoints, {.average_flip = flip})),
                1e-5);
    }
  }
}

// With the same lens, what is beside the person in the image does not matter.
TEST(RayLifter, GivesTheSamePosesInAPaddedFrame) {
  const Lifter lifter = Lifter::Load(RandomRayLifter());
  KeypointSequence keypoints = Walk();
  keypoints.focal_px = 1000;
  const Motion expected = lifter.Lift(keypoints);
  for (const int width_px : {1700, 2560}) {
    KeypointSequence padded = keypoints;
    padded.width_px = width_px;
    for (Keypoint& point : padded.people[0].keypoints) {
      point.x_px += 0.5F * static_cast<float>(width_px - keypoints.width_px);
    }
    EXPECT_LT(LargestDifference_m(lifter.Lift(padded), expected), 1e-4);
  }
}

// A camera that turns sees the same person turned the other way.
TEST(RayLifter, TurnsWithTheCamera) {
  const Lifter lifter = Lifter::Load(RandomRayLifter());
  KeypointSequence keypoints = Walk();
  keypoints.focal_px = 1000;
  const Motion straight = lifter.Lift(keypoints);
  // A rotation about the vertical axis, as a homography of the image.
  const Quaternion turn = FromAxisAngle({0, 1, 0}, 0.2);
  KeypointSequence turned = keypoints;
  for (Keypoint& point : turned.people[0].keypoints) {
    const Vec3d ray = Rotate(turn, {(point.x_px - 640) / 1000, (point.y_px - 360) / 1000, 1});
    point.x_px = static_cast<float>(640 + 1000 * ray.x / ray.z);
    point.y_px = static_cast<float>(360 + 1000 * ray.y / ray.z);
  }
  Motion back = lifter.Lift(turned);
  for (Vec3f& joint : back.people[0].joints_in_cam) {
    joint = Rotate(Inverse(turn), joint.Cast<double>()).Cast<float>();
  }
  // But for the small roll between the two views and the centre, which is a mean of image points.
  double size_m = 0;
  for (const Vec3f& joint : straight.people[0].joints_in_cam) {
    size_m = std::max<double>(size_m, Norm(joint));
  }
  EXPECT_LT(LargestDifference_m(back, straight), 0.05 * size_m);
}

}  // namespace videopose::internal::ray_lifter_test
