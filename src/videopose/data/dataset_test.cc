// SPDX-License-Identifier: Apache-2.0

#include "videopose/data/dataset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>

#include "support/error_of.h"
#include "support/test_folder.h"
#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/geometry/screen.h"

namespace videopose::internal::dataset_test {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

PickleValue Text(std::string_view text) { return PickleValue::String(text); }

PickleValue Array(const std::vector<int64_t>& shape) {
  Tensor tensor(shape);
  for (size_t i = 0; i < tensor.values.size(); ++i) {
    tensor.values[i] = static_cast<float>(i % 1009) / 7;
  }
  return PickleValue::Array(MakeNpy(std::move(tensor)));
}

PickleValue Integers(const std::vector<int>& values) {
  std::vector<PickleValue> items;
  items.reserve(values.size());
  for (const int value : values) items.push_back(PickleValue::Int(value));
  return PickleValue::List(std::move(items));
}

PickleValue Metadata(int joint_count, const std::vector<int>& left, const std::vector<int>& right) {
  return PickleValue::Dict(
      {{Text("layout_name"), Text("coco")},
       {Text("num_joints"), PickleValue::Int(joint_count)},
       {Text("keypoints_symmetry"), PickleValue::List({Integers(left), Integers(right)})}});
}

PickleValue Cameras(const std::vector<std::vector<int64_t>>& shapes) {
  std::vector<PickleValue> arrays;
  arrays.reserve(shapes.size());
  for (const auto& shape : shapes) arrays.push_back(Array(shape));
  return PickleValue::List(std::move(arrays));
}

// A folder with a small Human3.6M-like or custom data set that tests corrupt.
class SmallDataset : public testing::Test {
 protected:
  void SetUp() override { folder_ = TestFolder(); }

  void WriteKeypoints(const std::string& name, const PickleValue& positions,
                      const PickleValue& metadata) const {
    NpzWriter file(folder_ / ("data_2d_" + name + ".npz"));
    file.Add("positions_2d", MakeNpyObject(positions));
    file.Add("metadata", MakeNpyObject(metadata));
    file.Close();
  }
  void WritePositions(const std::string& name, const PickleValue& positions) const {
    NpzWriter file(folder_ / ("data_3d_" + name + ".npz"));
    file.Add("positions_3d", MakeNpyObject(positions));
    file.Close();
  }
  // S9 (not S1) first, captured for 5 and 4 frames, detected for as many or more.
  void WriteHuman36m() const {
    WritePositions("h36m",
                   PickleValue::Dict(
                       {{Text("S9"), PickleValue::Dict({{Text("Walking"), Array({5, 32, 3})},
                                                        {Text("Eating 1"), Array({4, 32, 3})}})}}));
    const PickleValue walking = Cameras({{5, 3, 2}, {6, 3, 2}, {5, 3, 2}, {7, 3, 2}});
    const PickleValue eating = Cameras({{4, 3, 2}, {4, 3, 2}, {4, 3, 2}, {4, 3, 2}});
    WriteKeypoints("h36m_gt",
                   PickleValue::Dict({{Text("S9"), PickleValue::Dict({{Text("Walking"), walking},
                                                                      {Text("Eating 1"), eating}})},
                                      {Text("S2"), PickleValue::Dict({{Text("Box"), eating}})}}),
                   Metadata(3, {1}, {2}));
  }
  DatasetOptions Options(const std::string& name = "h36m") const {
    return {.data_dir = folder_, .name = name, .keypoints = "gt"};
  }
  fs::path folder_;
};

TEST_F(SmallDataset, SequencesComeInTheOrderOfTheFileCutToTheMotionCapture) {
  WriteHuman36m();
  const Dataset dataset(Options());
  const std::vector<Sequence> sequences = dataset.Load({.subjects = {"S9"}});
  ASSERT_EQ(sequences.size(), 8);
  for (size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(sequences[i].subject, "S9");
    EXPECT_EQ(sequences[i].action, i < 4 ? "Walking" : "Eating 1");
    EXPECT_EQ(sequences[i].camera, static_cast<int>(i % 4));
    const int64_t frames = i < 4 ? 5 : 4;
    EXPECT_EQ(sequences[i].keypoints.shape, (std::vector<int64_t>{frames, 3, 2}));
    EXPECT_EQ(sequences[i].poses.shape, (std::vector<int64_t>{frames, 17, 3}));
    EXPECT_EQ(sequences[i].roots.shape, (std::vector<int64_t>{frames, 3}));
    EXPECT_TRUE(sequences[i].intrinsics);
  }
  EXPECT_EQ(dataset.fps(), 50);
  EXPECT_EQ(dataset.keypoints().layout_name, "coco");
  EXPECT_EQ(dataset.keypoints().mirrored, (std::vector<int>{0, 2, 1}));
}

TEST_F(SmallDataset, KeypointsAreOnTheScreenAndPosesInTheCamerasFrame) {
  WriteHuman36m();
  const Sequence sequence = Dataset(Options()).LoadOne("S9", "Walking", 1);
  const Vec2f expected = ScreenFromPixel({2.0F / 7, 3.0F / 7}, 1000, 1000);
  EXPECT_EQ(sequence.keypoints.values[2], expected.x);
  EXPECT_EQ(sequence.keypoints.values[3], expected.y);

  // Joint 2 of 17 is joint 2 of 32, joint 4 is joint 6.
  const DatasetCamera camera = Human36mCameras("S9")[1];
  const auto in_cam = [&](int joint) {
    const float at = 3 * joint;
    const Vec3d x_in_world{at / 7, (at + 1) / 7, (at + 2) / 7};
    return ApplyInverse(*camera.world_from_cam, x_in_world);
  };
  constexpr double kFloatRounding = 1e-6;
  EXPECT_NEAR(sequence.roots.values[2], in_cam(0).z, kFloatRounding);
  EXPECT_EQ(sequence.poses.values[0], 0);
  const Vec3d joint4 = in_cam(6) - in_cam(0);
  EXPECT_NEAR(sequence.poses.values[12], joint4.x, kFloatRounding);
  EXPECT_NEAR(sequence.poses.values[13], joint4.y, kFloatRounding);
  EXPECT_NEAR(sequence.poses.values[14], joint4.z, kFloatRounding);
}

TEST_F(SmallDataset, FiltersByActionAndFrames) {
  WriteHuman36m();
  const Dataset dataset(Options());
  const auto eating = dataset.Load({.subjects = {"S9"}, .action_prefixes = {"Eat", "Sit"}});
  ASSERT_EQ(eating.size(), 4);
  EXPECT_EQ(eating[0].action, "Eating 1");
  const auto all = dataset.Load({.subjects = {"S9"}});
  const auto half = dataset.Load({.subjects = {"S9"}, .downsample = 2});
  EXPECT_EQ(half[0].frame_count(), 3);
  const size_t frame = 3 * 2;
  EXPECT_EQ(half[0].keypoints.values[frame], all[0].keypoints.values[2 * frame]);
  EXPECT_EQ(half[0].poses.values[17 * 3 + 5], all[0].poses.values[2 * 17 * 3 + 5]);
  const auto only_2d = dataset.Load({.subjects = {"S9"}, .with_poses = false});
  EXPECT_FALSE(only_2d[1].has_poses());
  EXPECT_EQ(only_2d[1].frame_count(), 5);  // cut all the same
}

TEST_F(SmallDataset, ASubjectWithoutMotionCaptureHasKeypointsOnly) {
  WriteHuman36m();
  const Dataset dataset(Options());
  EXPECT_TRUE(dataset.HasPoses("S9"));
  EXPECT_FALSE(dataset.HasPoses("S2"));
  const auto sequences = dataset.Load({.subjects = {"S2"}});
  ASSERT_EQ(sequences.size(), 4);
  EXPECT_FALSE(sequences[0].has_poses());
}

TEST_F(SmallDataset, SaysWhatIsMissingAndWhatIsThere) {
  WriteHuman36m();
  const Dataset dataset(Options());
  EXPECT_THAT(ErrorOf([&] { (void)dataset.Load({.subjects = {"S10"}}); }),
              AllOf(HasSubstr("no subject S10"), HasSubstr("S9, S2")));
  EXPECT_THAT(
      ErrorOf([&] { (void)dataset.Load({.subjects = {"S9"}, .action_prefixes = {"Fly"}}); }),
      AllOf(HasSubstr("Fly"), HasSubstr("Walking, Eating 1")));
  EXPECT_THAT(ErrorOf([&] { (void)dataset.LoadOne("S9", "Eating", 0); }),
              AllOf(HasSubstr("no action Eating of S9"), HasSubstr("Walking, Eating 1")));
  for (const int camera : {-1, 4}) {
    EXPECT_THAT(ErrorOf([&] { (void)dataset.LoadOne("S9", "Walking", camera); }),
                HasSubstr(fmt::format("no camera {}; there are 4", camera)));
  }
  EXPECT_THAT(ErrorOf([&] { Dataset{Options("h36n")}; }), HasSubstr("did you mean h36m?"));
  DatasetOptions other = Options();
  other.keypoints = "cpn";
  EXPECT_THAT(ErrorOf([&] { Dataset{other}; }), HasSubstr("keypoints for h36m in"));
  EXPECT_THAT(ErrorOf([&] { Dataset{other}; }), HasSubstr(": gt"));
  fs::remove(folder_ / "data_3d_h36m.npz");
  EXPECT_THAT(ErrorOf([&] { Dataset{Options()}; }), HasSubstr("data_3d_h36m.npz"));
}

TEST_F(SmallDataset, DetectionsMustCoverTheMotionCapture) {
  WriteHuman36m();
  const PickleValue metadata = Metadata(3, {1}, {2});
  const PickleValue eating = Cameras({{4, 3, 2}});
  WriteKeypoints("h36m_gt",
                 PickleValue::Dict({{Text("S9"), PickleValue::Dict({{Text("Eating 1"), eating}})}}),
                 metadata);
  EXPECT_THAT(ErrorOf([&] { (void)Dataset(Options()).Load({.subjects = {"S9"}}); }),
              AllOf(HasSubstr("no action Walking of S9"), HasSubstr("Eating 1")));
  const PickleValue walking = Cameras({{5, 3, 2}, {4, 3, 2}});
  WriteKeypoints("h36m_gt",
                 PickleValue::Dict({{Text("S9"), PickleValue::Dict({{Text("Walking"), walking},
                                                                    {Text("Eating 1"), eating}})}}),
                 metadata);
  EXPECT_THAT(ErrorOf([&] { (void)Dataset(Options()).Load({.subjects = {"S9"}}); }),
              AllOf(HasSubstr("S9 Walking, camera 1"), HasSubstr("4 frames"), HasSubstr("for 5")));
  const PickleValue five = Cameras(std::vector<std::vector<int64_t>>(5, {5, 3, 2}));
  WriteKeypoints(
      "h36m_gt",
      PickleValue::Dict(
          {{Text("S9"), PickleValue::Dict({{Text("Walking"), five}, {Text("Eating 1"), eating}})}}),
      metadata);
  EXPECT_THAT(ErrorOf([&] { (void)Dataset(Options()).Load({.subjects = {"S9"}}); }),
              AllOf(HasSubstr("5 cameras"), HasSubstr("h36m has 4")));
}

TEST_F(SmallDataset, RefusesOddFiles) {
  WriteHuman36m();
  const auto with_positions = [&](const PickleValue& positions, const PickleValue& metadata) {
    WriteKeypoints("h36m_gt", positions, metadata);
    return ErrorOf([&] { Dataset{Options()}; });
  };
  const PickleValue good = PickleValue::Dict(
      {{Text("S9"), PickleValue::Dict({{Text("Walking"), Cameras({{5, 3, 2}})}})}});
  EXPECT_THAT(with_positions(good, Metadata(4, {1}, {2})),
              AllOf(HasSubstr("S9 Walking, camera 0"), HasSubstr("(frames, 4, 2)"),
                    HasSubstr("(5, 3, 2)")));
  EXPECT_THAT(with_positions(good, Metadata(3, {1}, {3})), HasSubstr("no joint 3 among 3"));
  EXPECT_THAT(with_positions(good, Metadata(3, {1}, {})), HasSubstr("1 joints on the left"));
  EXPECT_THAT(with_positions(good, Metadata(-3, {}, {})), HasSubstr("num_joints is -3"));
  EXPECT_THAT(with_positions(good, PickleValue::Dict({})), HasSubstr("num_joints"));
  EXPECT_THAT(with_positions(Text("x"), Metadata(3, {1}, {2})), HasSubstr("positions_2d"));
  EXPECT_THAT(
      with_positions(PickleValue::Dict({{Text("S9"), Array({5, 3, 2})}}), Metadata(3, {1}, {2})),
      HasSubstr("S9"));
  EXPECT_THAT(with_positions(PickleValue::Dict(
                                 {{Text("S9"), PickleValue::Dict({{Text("Walking"), Text("x")}})}}),
                             Metadata(3, {1}, {2})),
              HasSubstr("S9 Walking"));

  WriteHuman36m();
  WritePositions(
      "h36m",
      PickleValue::Dict({{Text("S9"), PickleValue::Dict({{Text("Walking"), Array({5, 17, 3})}})}}));
  EXPECT_THAT(
      ErrorOf([&] { Dataset{Options()}; }),
      AllOf(HasSubstr("S9 Walking"), HasSubstr("(frames, 32, 3)"), HasSubstr("(5, 17, 3)")));
}

TEST_F(SmallDataset, CustomVideosHaveTheirOwnSizes) {
  const auto size = [](int w, int h) {
    return PickleValue::Dict({{Text("w"), PickleValue::Int(w)}, {Text("h"), PickleValue::Int(h)}});
  };
  const PickleValue positions = PickleValue::Dict(
      {{Text("tall.mov"), PickleValue::Dict({{Text("custom"), Cameras({{6, 3, 3}})}})},
       {Text("wide.mp4"), PickleValue::Dict({{Text("custom"), Cameras({{4, 3, 3}})}})},
       {Text("lost.mp4"), PickleValue::Dict({{Text("custom"), Cameras({{4, 3, 3}})}})}});
  const PickleValue symmetry = PickleValue::List({Integers({1}), Integers({2})});
  const auto metadata = [&](const PickleValue& sizes) {
    return PickleValue::Dict({{Text("num_joints"), PickleValue::Int(3)},
                              {Text("keypoints_symmetry"), symmetry},
                              {Text("video_metadata"), sizes}});
  };
  WriteKeypoints("custom_gt", positions,
                 metadata(PickleValue::Dict(
                     {{Text("tall.mov"), size(1080, 1920)}, {Text("wide.mp4"), size(640, 360)}})));
  const Dataset dataset(Options("custom"));
  EXPECT_EQ(dataset.fps(), 0);
  EXPECT_EQ(dataset.keypoints().feature_count, 3);
  EXPECT_EQ(dataset.skeleton(), Human36m17());
  EXPECT_EQ(dataset.Cameras("tall.mov")[0].height_px, 1920);
  const auto sequences = dataset.Load({.subjects = {"wide.mp4", "tall.mov"}});
  ASSERT_EQ(sequences.size(), 2);
  EXPECT_EQ(sequences[0].frame_count(), 4);
  EXPECT_FALSE(sequences[0].has_poses());
  const Vec2f expected = ScreenFromPixel({3.0F / 7, 4.0F / 7}, 1080, 1920);
  EXPECT_EQ(sequences[1].keypoints.values[3], expected.x);
  EXPECT_EQ(sequences[1].keypoints.values[4], expected.y);
  EXPECT_EQ(sequences[1].keypoints.values[5], 5.0F / 7);  // the confidence stays as it is
  EXPECT_THAT(ErrorOf([&] { (void)dataset.Load({.subjects = {"lost.mp4"}}); }),
              AllOf(HasSubstr("lack lost.mp4"), HasSubstr("tall.mov, wide.mp4")));

  WriteKeypoints("custom_gt", positions, metadata(PickleValue::Dict({})));
  EXPECT_THAT(ErrorOf([&] { Dataset{Options("custom")}; }), HasSubstr("video_metadata"));
  WriteKeypoints("custom_gt", positions,
                 metadata(PickleValue::Dict({{Text("tall.mov"), size(0, 1920)}})));
  EXPECT_THAT(ErrorOf([&] { Dataset{Options("custom")}; }), HasSubstr("w is 0"));
}

TEST_F(SmallDataset, TakesExtensionsInAnyCase) {
  WriteHuman36m();
  fs::rename(folder_ / "data_2d_h36m_gt.npz", folder_ / "data_2d_h36m_gt.NPZ");
  EXPECT_EQ(Dataset(Options()).keypoints().path, folder_ / "data_2d_h36m_gt.NPZ");
}

TEST_F(SmallDataset, ErrorsHaveCodes) {
  const auto code_of = [&](const std::string& name) {
    return CodeOf([&] { (void)LoadSequences(Options(name), {.subjects = {"lost.mp4"}}); });
  };
  EXPECT_EQ(code_of("h36n"), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code_of("h36m"), ErrorCode::kFileNotFound);
  std::ofstream(folder_ / "data_2d_h36m_gt.npz") << "no data set";
  EXPECT_EQ(code_of("h36m"), ErrorCode::kWrongFormat);
  const PickleValue positions = PickleValue::Dict(
      {{Text("lost.mp4"), PickleValue::Dict({{Text("custom"), Cameras({{4, 3, 3}})}})}});
  const auto metadata = [](const PickleValue& sizes) {
    return PickleValue::Dict(
        {{Text("num_joints"), PickleValue::Int(3)},
         {Text("keypoints_symmetry"), PickleValue::List({Integers({1}), Integers({2})})},
         {Text("video_metadata"), sizes}});
  };
  WriteKeypoints("custom_gt", positions, metadata(PickleValue::Dict({})));
  EXPECT_EQ(code_of("custom"), ErrorCode::kWrongFormat) << "no sizes";
  const PickleValue size =
      PickleValue::Dict({{Text("w"), PickleValue::Int(9)}, {Text("h"), PickleValue::Int(9)}});
  WriteKeypoints("custom_gt", positions, metadata(PickleValue::Dict({{Text("other.mp4"), size}})));
  EXPECT_EQ(code_of("custom"), ErrorCode::kWrongFormat) << "no size of this one";
}

TEST_F(SmallDataset, CorruptFilesAreErrors) {
  WriteHuman36m();
  const fs::path path = folder_ / "data_2d_h36m_gt.npz";
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  for (size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 60) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes.substr(0, size);
    EXPECT_THROW(Dataset{Options()}, Error) << size;
  }
  for (size_t at = 0; at < bytes.size(); at += 1 + bytes.size() / 200) {
    std::string spoilt = bytes;
    spoilt[at] = static_cast<char>(spoilt[at] ^ 0x55);
    std::ofstream(path, std::ios::binary | std::ios::trunc) << spoilt;
    try {
      (void)Dataset(Options()).Load({.subjects = {"S9"}});  // what the checksum does not cover
    } catch (const Error&) {
    }
  }
}

TEST(MirrorJoints, NegatesXAndSwapsSides) {
  const Tensor joints({1, 3, 2}, {1, 2, 3, 4, 5, 6});
  const Tensor mirrored = MirrorJoints(joints, std::vector<int>{0, 2, 1});
  EXPECT_EQ(mirrored.values, (std::vector<float>{-1, 2, -5, 6, -3, 4}));
  EXPECT_EQ(MirrorJoints(mirrored, std::vector<int>{0, 2, 1}), joints);
}

}  // namespace videopose::internal::dataset_test
