// SPDX-License-Identifier: Apache-2.0

#include "videopose/data/prepare_custom.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "support/error_of.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/arrays/npz.h"
#include "videopose/base/error.h"
#include "videopose/data/dataset.h"

namespace videopose::internal::prepare_custom_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const fs::path kRaw = TestData("golden_raw");

class PrepareCustomTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = TestFolder();
    fs::create_directories(folder_ / "in");
  }

  // Frame t of person p: all at (10 p + t, 2 t); seen where the text has an x.
  fs::path WriteDetected(const std::string& name, const std::vector<std::string>& seen) const {
    const auto people = std::ssize(seen);
    const auto frames = std::ssize(seen[0]);
    Tensor keypoints({people, frames, 17, 2}), scores({people, frames, 17});
    for (int64_t i = 0; i < people * frames * 17; ++i) {
      const int64_t p = i / 17 / frames, t = i / 17 % frames;
      if (seen[p][t] != 'x') continue;
      keypoints.data()[2 * i] = 10 * p + t;
      keypoints.data()[2 * i + 1] = 2 * t;
      scores.data()[i] = 0.5F;
    }
    fs::path path = folder_ / "in" / name;
    NpzWriter file(path);
    file.Add("keypoints", MakeNpy(keypoints));
    file.Add("scores", MakeNpy(scores));
    file.Add("width_px", MakeNpy(int64_t{640}));
    file.Add("height_px", MakeNpy(int64_t{360}));
    file.Close();
    return path;
  }
  static std::string ErrorOfReading(const fs::path& path) {
    return ErrorOf([&] { (void)ReadCustomTracks(path); });
  }

  fs::path folder_;
};

TEST_F(PrepareCustomTest, MakesOfDetectronsFilesWhatTheReferenceMakes) {
  const fs::path path = PrepareCustom(
      {.inputs = {kRaw / "custom_in"}, .name = "myvideos", .data_dir = folder_ / "data"});
  EXPECT_EQ(path, folder_ / "data" / "data_2d_custom_myvideos.npz");
  const KeypointFile found = KeypointFile::Read(path);
  const KeypointFile expected =
      KeypointFile::Read(kRaw / "out" / "custom" / "data_2d_custom_myvideos.npz");
  EXPECT_EQ(found.layout_name, expected.layout_name);
  EXPECT_EQ(found.mirrored, expected.mirrored);
  ASSERT_EQ(found.subjects.size(), expected.subjects.size());
  for (const auto& [video, actions] : expected.subjects) {
    const auto* of_video = FindNamed(found.subjects, video);
    ASSERT_NE(of_video, nullptr) << video;
    EXPECT_EQ(*FindNamed(found.video_sizes, video), *FindNamed(expected.video_sizes, video));
    const Tensor x = ToTensor<float>(FindNamed(*of_video, "custom")->at(0), video);
    const Tensor y = ToTensor<float>(FindNamed(actions, "custom")->at(0), video);
    ASSERT_EQ(x.shape, y.shape);
    constexpr float kFloatRoundingPx = 1e-3F;  // of interpolated pixels
    for (size_t i = 0; i < y.values.size(); ++i) {
      ASSERT_NEAR(x.values[i], y.values[i], kFloatRoundingPx) << video << " " << i;
    }
  }
}

TEST_F(PrepareCustomTest, FillsGapsAndEnds) {
  const auto tracks = ReadCustomTracks(WriteDetected("clip.mp4.npz", {".xx..x."}));
  ASSERT_EQ(tracks.size(), 1);
  EXPECT_EQ(tracks[0].name, "clip.mp4");
  EXPECT_EQ(tracks[0].size, (ImageSize{640, 360}));
  const std::vector<float> expected_x = {1, 1, 2, 3, 4, 5, 5};
  for (size_t t = 0; t < 7; ++t) {
    EXPECT_FLOAT_EQ(tracks[0].keypoints.values[t * 34], expected_x[t]);
    EXPECT_FLOAT_EQ(tracks[0].keypoints.values[t * 34 + 33], 2 * expected_x[t]);
  }
}

TEST_F(PrepareCustomTest, EveryPersonInAVideoIsASubject) {
  WriteDetected("a.npz", {".x..", "....", "xxxx"});
  WriteDetected("b.npz", {"xx"});
  PrepareCustom({.inputs = {folder_ / "in"}, .name = "x", .data_dir = folder_});
  const Dataset dataset({.data_dir = folder_, .name = "custom", .keypoints = "x"});
  ASSERT_EQ(NamesText(dataset.keypoints().subjects), "a, a#2, b");
  const auto sequences = dataset.Load({.subjects = {"a", "a#2"}});
  EXPECT_FLOAT_EQ(sequences[0].keypoints.values[0], 20.0F / 640 * 2 - 1);
  EXPECT_FLOAT_EQ(sequences[1].keypoints.values[0], 1.0F / 640 * 2 - 1);
}

TEST_F(PrepareCustomTest, SaysWhatIsWrong) {
  EXPECT_THAT(ErrorOfReading(WriteDetected("empty.npz", {"...."})),
              HasSubstr("there is no person in it"));
  const fs::path other = folder_ / "other.npz";
  {
    NpzWriter file(other);
    file.Add("poses", MakeNpy(Tensor({2, 17, 3})));
    file.Add("root", MakeNpy(Tensor({2, 3})));
    file.Close();
  }
  EXPECT_THAT(ErrorOfReading(other), HasSubstr("it is NumPy arrays called poses, root; known are"));
  {
    NpzWriter file(other);
    file.Add("boxes", MakeNpy(Tensor({2, 5})));
    file.Add("keypoints", MakeNpy(Tensor({2, 17, 3})));
    file.Close();
  }
  EXPECT_THAT(ErrorOfReading(other), HasSubstr("expected objects"));
  const fs::path clip = WriteDetected("clip.npz", {"x"});
  EXPECT_EQ(CodeOf([&] {
              PrepareCustom({.inputs = {clip, clip}, .name = "x", .data_dir = folder_});
            }),
            ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf([&] { (void)ReadCustomTracks(other); }), ErrorCode::kWrongFormat);
  EXPECT_EQ(CodeOf([&] {
              PrepareCustom({.inputs = {EmptyFolder("no_keypoints")}, .data_dir = folder_});
            }),
            ErrorCode::kWrongFormat);
  EXPECT_THROW(PrepareCustom({.inputs = {folder_ / "nothing"}, .name = "x", .data_dir = folder_}),
               Error);
  fs::create_directories(folder_ / "bare");
  EXPECT_THROW(PrepareCustom({.inputs = {folder_ / "bare"}, .name = "x", .data_dir = folder_}),
               Error);
  EXPECT_FALSE(fs::exists(folder_ / "data_2d_custom_x.npz"));
}

TEST_F(PrepareCustomTest, DetectronsPairsMayBeColumnsOfOneArray) {
  Tensor points({2, 4, 17});
  for (size_t i = 0; i < points.values.size(); ++i) points.values[i] = i;
  const PickleValue none = PickleValue::List({});
  NpyArray boxes{.dtype = {'O', 8}, .shape = {2, 2}};
  boxes.objects = {none,
                   PickleValue::Array(MakeNpy(Tensor({2, 5}, {0, 0, 9, 9, 0.2F,  //
                                                              0, 0, 9, 9, 0.9F}))),
                   none, none};
  NpyArray keypoints{.dtype = {'O', 8}, .shape = {2, 2}};
  keypoints.objects = {none, PickleValue::Array(MakeNpy(points)), none, none};
  const fs::path path = folder_ / "v.npz";
  NpzWriter file(path);
  file.Add("boxes", boxes);
  file.Add("keypoints", keypoints);
  file.Add("metadata",
           MakeNpyObject(PickleValue::Dict({{PickleValue::String("w"), PickleValue::Int(100)},
                                            {PickleValue::String("h"), PickleValue::Int(50)}})));
  file.Close();
  const auto tracks = ReadCustomTracks(path);
  EXPECT_EQ(tracks[0].keypoints.values[0], 68);       // the second person's x
  EXPECT_EQ(tracks[0].keypoints.values[34 + 1], 85);  // and y, repeated in the second frame
}

}  // namespace videopose::internal::prepare_custom_test
