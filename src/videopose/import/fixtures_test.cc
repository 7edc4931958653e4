// SPDX-License-Identifier: Apache-2.0

// Real files of other programs; tests/data/README.md says where each comes from. Numbers are those
// that stand in the files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_data.h"
#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/files.h"

namespace videopose::internal::fixtures_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const fs::path kFixtures = TestData("fixtures");

class FixturesTest : public testing::Test {
 protected:
  void SetUp() override {}
  static Keypoint At(const KeypointSequence& keypoints, size_t person, int64_t frame,
                     const char* joint) {
    const int j = keypoints.layout.IndexOf(joint);
    return keypoints.people.at(person).frame(frame)[j];
  }
  static std::string ErrorOf(const fs::path& path, const ImportOptions& options = {}) {
    try {
      (void)Import(kFixtures / path, options);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }
};

MATCHER_P3(IsPoint, x_px, y_px, score, "") {
  constexpr float kPrinted = 6e-3F;  // how far the expected numbers are written out
  return std::abs(arg.x_px - x_px) < kPrinted && std::abs(arg.y_px - y_px) < kPrinted &&
         std::abs(arg.score - score) < kPrinted;
}

TEST_F(FixturesTest, OpenPoseBody25bOfOnePerson) {
  const ImportedKeypoints found = Import(kFixtures / "openpose" / "body25b_single_static_cam01");
  EXPECT_EQ(found.format, "OpenPose JSON folder, body25b");
  const KeypointSequence& keypoints = found.keypoints;
  EXPECT_EQ(keypoints.frame_count, 10);
  ASSERT_THAT(keypoints.people, SizeIs(1));
  EXPECT_EQ(keypoints.people[0].id, 1);
  for (const int64_t t : {0, 9}) {
    EXPECT_THAT(At(keypoints, 0, t, "nose"), IsPoint(1021.326F, 602.371F, 1.0F));
    EXPECT_THAT(At(keypoints, 0, t, "left_shoulder"), IsPoint(825.918F, 673.153F, 1.0F));
    EXPECT_THAT(At(keypoints, 0, t, "right_ankle"), IsPoint(735.763F, 1482.842F, 1.0F));
    EXPECT_THAT(At(keypoints, 0, t, "left_eye"), IsPoint(0.0F, 0.0F, 0.0F));  // not detected
  }
  // The images are 1080 x 1920, which OpenPose does not write.
  EXPECT_EQ(keypoints.width_px, 1080);
  EXPECT_EQ(keypoints.height_px, 1920);
  EXPECT_THAT(found.assumptions, SizeIs(2));
}

TEST_F(FixturesTest, OpenPosePeopleInAnyOrderKeepTheirNumbers) {
  const KeypointSequence keypoints =
      ImportKeypoints(kFixtures / "openpose" / "body25b_multi_cam01", {.fps = 60});
  EXPECT_EQ(keypoints.frame_count, 10);
  EXPECT_EQ(keypoints.fps, 60);
  ASSERT_THAT(keypoints.people, SizeIs(3));
  // In the file of frame 0 they stand first and second, later in any order; the third comes with
  // frame 2. Noses where they were detected (x is 0 in some frames of the third).
  constexpr float kFewPx = 12;
  for (int64_t t = 0; t < 10; ++t) {
    const Keypoint low = At(keypoints, 0, t, "nose"), high = At(keypoints, 1, t, "nose");
    EXPECT_NEAR(low.x_px, 57, 2) << t;
    EXPECT_NEAR(low.y_px, 472 - 2.2F * static_cast<float>(t), 4) << t;  // goes up steadily
    EXPECT_NEAR(high.x_px, 79.4F, 2) << t;
    EXPECT_NEAR(high.y_px, 332, 6) << t;
    const Keypoint late = At(keypoints, 2, t, "left_shoulder");
    if (t < 2) {
      EXPECT_EQ(late.score, 0) << t;
    } else {
      EXPECT_NEAR(late.x_px, 542, 5 * kFewPx) << t;
    }
  }
  EXPECT_EQ(At(keypoints, 2, 4, "nose").score, 0);
}

TEST_F(FixturesTest, OpenPoseEdgeCases) {
  const fs::path folder = kFixtures / "openpose" / "body25b_edge_cases";
  const KeypointSequence two =
      ImportKeypoints(folder / "multi_cam01.0001_first_person_empty_keypoints.json");
  ASSERT_THAT(two.people, SizeIs(2));
  EXPECT_THAT(At(two, 0, 0, "nose"), IsPoint(79.383F, 331.754F, 0.450F));
  EXPECT_THAT(ErrorOf(folder / "pose_associated_cam03.0052_person_is_empty_object.json"),
              HasSubstr("there is no person in it"));
  EXPECT_THAT(ErrorOf(folder), HasSubstr("one folder for each"));
  EXPECT_FALSE(IsFolderOfFrames(folder));
  EXPECT_TRUE(IsFolderOfFrames(kFixtures / "openpose" / "halpe26_rtmpose_cam03"));
}

TEST_F(FixturesTest, RtmposesHalpe26InOpenPosesForm) {
  const ImportedKeypoints found = Import(kFixtures / "openpose" / "halpe26_rtmpose_cam03");
  EXPECT_EQ(found.format, "OpenPose JSON folder, halpe26");
  EXPECT_EQ(found.keypoints.frame_count, 5);  // files 1 to 5
  EXPECT_THAT(At(found.keypoints, 0, 4, "nose"), IsPoint(547.787F, 528.091F, 0.970F));
  EXPECT_THAT(At(found.keypoints, 0, 4, "left_wrist"), IsPoint(489.220F, 955.807F, 0.912F));
  EXPECT_THAT(At(found.keypoints, 0, 4, "right_ankle"), IsPoint(707.515F, 1264.614F, 0.931F));
}

TEST_F(FixturesTest, AlphaPoseWithAndWithoutTracker) {
  const ImportedKeypoints tracked =
      Import(kFixtures / "alphapose" / "halpe26_idx_int_first40.json");
  EXPECT_EQ(tracked.format, "AlphaPose JSON, halpe26");
  EXPECT_EQ(tracked.keypoints.frame_count, 40);
  ASSERT_THAT(tracked.keypoints.people, SizeIs(1));
  EXPECT_EQ(tracked.keypoints.people[0].id, 1);  // idx
  EXPECT_THAT(At(tracked.keypoints, 0, 0, "nose"), IsPoint(460.872F, 107.165F, 0.844F));
  EXPECT_THAT(At(tracked.keypoints, 0, 39, "right_ankle"), IsPoint(534.842F, 352.461F, 0.934F));

  const ImportedKeypoints not_tracked =
      Import(kFixtures / "alphapose" / "halpe26_idx_list_44frames.json",
             {.width_px = 1920, .height_px = 1080});
  EXPECT_EQ(not_tracked.keypoints.frame_count, 44);
  ASSERT_THAT(not_tracked.keypoints.people, SizeIs(1));
  EXPECT_EQ(not_tracked.keypoints.people[0].id, 1);
  EXPECT_EQ(not_tracked.keypoints.width_px, 1920);
  EXPECT_THAT(At(not_tracked.keypoints, 0, 43, "left_shoulder"),
              IsPoint(1054.009F, 512.281F, 0.954F));
  EXPECT_THAT(not_tracked.assumptions, SizeIs(1));  // the frame rate
}

TEST_F(FixturesTest, CocoResults) {
  const ImportedKeypoints found =
      Import(kFixtures / "coco" / "person_keypoints_val2014_fakekeypoints100_results.json");
  EXPECT_EQ(found.format, "COCO keypoint results, coco");
  // The first entry, of image 136: [36, 181, 2], left eye not labelled; frames are counted from it.
  bool is_there = false;
  for (size_t p = 0; p < found.keypoints.people.size(); ++p) {
    const Keypoint nose = At(found.keypoints, p, 0, "nose");
    is_there = is_there || nose == Keypoint{36, 181, 1};
  }
  EXPECT_TRUE(is_there);
}

TEST_F(FixturesTest, CocoAnnotations) {
  const ImportedKeypoints found = Import(kFixtures / "coco" / "mmpose_test_coco.json");
  EXPECT_EQ(found.format, "COCO annotations, joints by name");
  EXPECT_EQ(found.keypoints.frame_count, 4);
  EXPECT_EQ(found.keypoints.width_px, 640);
  EXPECT_EQ(found.keypoints.height_px, 429);
  EXPECT_THAT(At(found.keypoints, 0, 0, "nose"), IsPoint(367.0F, 81.0F, 1.0F));
  EXPECT_THAT(At(found.keypoints, 0, 0, "left_shoulder"), IsPoint(399.0F, 108.0F, 1.0F));
  const ImportedKeypoints alone = Import(kFixtures / "images" / "coco_000000000785.gt.json");
  EXPECT_THAT(alone.keypoints.people, SizeIs(1));
}

TEST_F(FixturesTest, Mmpose) {
  const ImportedKeypoints found =
      Import(kFixtures / "mmpose" / "CONSTRUCTED_topdown_demo_video.json");
  EXPECT_EQ(found.format, "MMPose predictions, joints by name");
  EXPECT_EQ(found.keypoints.frame_count, 3);
  ASSERT_THAT(found.keypoints.people, SizeIs(2));
  EXPECT_THAT(At(found.keypoints, 0, 0, "nose"), IsPoint(505.232F, 431.63F, 0.664F));
  EXPECT_EQ(At(found.keypoints, 0, 1, "nose").score, 0);  // no person in frame 2 of the file
  EXPECT_THAT(At(found.keypoints, 0, 2, "left_ankle"), IsPoint(415.878F, 1083.52F, 0.666F));
  EXPECT_THAT(At(found.keypoints, 1, 2, "nose"), IsPoint(79.383F, 331.754F, 0.450F));
  EXPECT_THAT(ErrorOf("mmpose/inferencer_image_hezhexi2002_test.json"),
              HasSubstr("5 points to a person is the number of no layout"));
}

TEST_F(FixturesTest, MoveNetAndMediaPipe) {
  const ImportedKeypoints movenet = Import(kFixtures / "tfjs_mediapipe" / "pose_1.json");
  EXPECT_EQ(movenet.format, "points by frame (MoveNet), joints by name");
  EXPECT_EQ(movenet.keypoints.frame_count, 120);
  EXPECT_THAT(At(movenet.keypoints, 0, 0, "nose"), IsPoint(287.772F, 203.767F, 1.0F));
  EXPECT_THAT(At(movenet.keypoints, 0, 119, "left_ankle"), IsPoint(306.201F, 439.149F, 1.0F));

  const ImportedKeypoints mediapipe =
      Import(kFixtures / "tfjs_mediapipe" / "pose_squats.full.json");
  EXPECT_EQ(mediapipe.format, "MediaPipe landmarks, mediapipe");
  EXPECT_EQ(mediapipe.keypoints.frame_count, 65);
  EXPECT_EQ(mediapipe.keypoints.width_px, 720);  // as the video has
  EXPECT_EQ(mediapipe.keypoints.height_px, 1280);
  EXPECT_THAT(At(mediapipe.keypoints, 0, 0, "left_shoulder"), IsPoint(411.961F, 343.437F, 1.0F));
  EXPECT_THAT(At(mediapipe.keypoints, 0, 64, "right_ankle"), IsPoint(259.832F, 958.539F, 1.0F));

  EXPECT_THAT(ErrorOf("tfjs_mediapipe/pose_squats_3d.full.json"), HasSubstr("world landmarks"));
}

TEST_F(FixturesTest, WhatIsNoKeypointsIsNamed) {
  EXPECT_THAT(ErrorOf("coco/mmpose_test_coco_det_AP_H_56.json"),
              AllOf(HasSubstr("a list of 118, the first an object with bbox, category_id"),
                    HasSubstr("OpenPose (.json)")));
  EXPECT_THAT(ErrorOf("c3d/pycgm_ROM_Sample_Static.c3d"), HasSubstr("bytes that are no text"));
  EXPECT_THAT(ErrorOf("images/tfjs_pose.jpg"), HasSubstr("no text"));
  EXPECT_THAT(ErrorOf("trc/pose2sim_static_0-12.trc"), HasSubstr("PathFileType"));
  EXPECT_THAT(ErrorOf("coco"), HasSubstr("one folder for each"));
  EXPECT_THAT(ErrorOf("nothing.json"), HasSubstr("no such file"));
}

// Files whose licences forbid some uses, so that they are no part of the project.
TEST_F(FixturesTest, RestrictedFilesAreReadToo) {
  SKIP_WITHOUT_SHARED("fixtures");
  const fs::path restricted = SharedFile("fixtures");
  // Halpe's 136 points begin with COCO's; it has no names.
  const ImportedKeypoints halpe = Import(restricted / "coco/mmpose_test_halpe.json");
  EXPECT_EQ(halpe.format, "COCO annotations, halpe136");
  EXPECT_THAT(At(halpe.keypoints, 0, 0, "nose"), IsPoint(367.0F, 81.0F, 1.0F));

  // CrowdPose has no face. Image 103319 is the first by number; its first person: top of the head
  // (351, 163), neck (364, 198): the nose is between, with score 0.
  const KeypointSequence crowd = ImportKeypoints(restricted / "coco/mmpose_test_crowdpose.json");
  EXPECT_THAT(At(crowd, 0, 0, "left_shoulder"), IsPoint(388.0F, 205.0F, 1.0F));
  EXPECT_THAT(At(crowd, 0, 0, "nose"), IsPoint(357.5F, 180.5F, 0.0F));
  EXPECT_EQ(At(crowd, 0, 0, "left_eye").score, 0) << "the stage fill places it";

  // PoseTrack has an ID and no eyes.
  const ImportedKeypoints track = Import(restricted / "coco/mmpose_003418_mpii_test.json");
  EXPECT_EQ(track.format, "PoseTrack annotations, joints by name");
  ASSERT_THAT(track.keypoints.people, SizeIs(1));
  EXPECT_EQ(track.keypoints.people[0].id, 0);  // track_id
  EXPECT_EQ(track.keypoints.width_px, 1920);
  EXPECT_THAT(At(track.keypoints, 0, 0, "nose"), IsPoint(621.0F, 471.0F, 1.0F));
  EXPECT_THAT(At(track.keypoints, 0, 0, "left_shoulder"), IsPoint(371.0F, 737.0F, 1.0F));
  EXPECT_EQ(At(track.keypoints, 0, 0, "left_eye").score, 0);

  // Detectron2's keypoints as VideoPose3D saves them.
  const ImportedKeypoints squats =
      Import(restricted / "videopose3d/squats_single_iteration.mp4.npz");
  EXPECT_EQ(squats.format, "Detectron .npz, coco");
  EXPECT_EQ(squats.keypoints.frame_count, 37);
  EXPECT_THAT(squats.keypoints.people, SizeIs(1));
  EXPECT_GT(At(squats.keypoints, 0, 0, "left_shoulder").score, 0);
  const KeypointSequence bear = ImportKeypoints(restricted / "videopose3d/bear_crawl.mp4.npz");
  EXPECT_EQ(bear.frame_count, 392);
  int64_t empty = 0, two = 0;
  for (int64_t t = 0; t < bear.frame_count; ++t) {
    const auto seen = std::count_if(bear.people.begin(), bear.people.end(),
                                    [&](const auto& person) { return IsSeen(person.frame(t)); });
    empty += seen == 0 ? 1 : 0;
    two += seen == 2 ? 1 : 0;
  }
  EXPECT_EQ(empty, 120);  // as its source counts them
  EXPECT_EQ(two, 9);

  // Arrays that Python 2 pickled.
  const PickleValue positions =
      NpzReader(restricted / "videopose3d/vp3d_pr_data_2d_detections_c.npz")
          .ReadObject("positions_2d");
  const Tensor of_python2 =
      ToTensor<float>(positions.At("S1", "").At("Directions", "").AsArray(""), "");
  EXPECT_EQ(of_python2.shape, (std::vector<int64_t>{1, 591, 17, 3}));
  EXPECT_EQ(of_python2.values.back(), 0x1.614a02p-8F);

  EXPECT_THAT(ErrorOf(restricted / "coco/mmpose_body3DScene_00000168.json"),
              HasSubstr("bodies, fpsType"));
  EXPECT_THAT(ErrorOf(restricted / "videopose3d/data_2d_custom_trimmed.npz"),
              HasSubstr("a data set to train and evaluate on"));
  EXPECT_THAT(ErrorOf(restricted / "videopose3d/vp3d_pr_out_3D_vp3d_c.npz"),
              HasSubstr("neither pixels nor"));
  EXPECT_THAT(ErrorOf(restricted / "bvh/bvh11_cmu_131_01_first60.bvh"),
              HasSubstr("begins with 'HIERARCHY'"));
}

}  // namespace videopose::internal::fixtures_test
