// SPDX-License-Identifier: Apache-2.0

#include "videopose/prepare/prepare_detections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <random>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/data/test_golden_set.h"
#include "videopose/prepare/test_mat.h"
#include "videopose/scientific/test_archive.h"

namespace videopose::internal::prepare_detections_test {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const fs::path kGolden = TestData("golden_raw");
// The reference took the actions in directory order, which is arbitrary.
const std::vector<GoldenTolerance> kExact = {{}, {.any_order = true}, {}};

// Values 100 t + 2 j + c, and 7 as a third one.
NpyArray Cpn(int frames) {
  Tensor keypoints({frames, 17, 3});
  for (int i = 0; i < frames * 17; ++i) {
    const float first = 100 * (i / 17) + 2 * (i % 17);
    keypoints.values[i * 3] = first;
    keypoints.values[i * 3 + 1] = first + 1;
    keypoints.values[i * 3 + 2] = 7;
  }
  return MakeNpy(std::move(keypoints));
}

void WriteKeypoints(const fs::path& path, const NpyArray& keypoints) {
  fs::create_directories(path.parent_path());
  NpzWriter writer(path);
  writer.Add("keypoints", keypoints);
  writer.Close();
}

class PrepareDetectionsTest : public testing::Test {
 protected:
  void SetUp() override {
    options_.input = EmptyFolder("detections_raw");
    options_.data_dir = EmptyFolder("detections_data");
    options_.partial = true;  // one take is enough
    for (const char* camera : {"54138969", "55011271", "58860488", "60457274"}) {
      WriteKeypoints(FileOf("WalkingDog 1", camera), Cpn(2));
    }
    WriteKeypoints(options_.input / "S1/_ALL.mp4.npz", Cpn(9));
  }
  fs::path FileOf(std::string_view take, std::string_view camera) const {
    return options_.input / "S1" / fmt::format("{}.{}.mp4.npz", take, camera);
  }
  std::string Message(const std::string& name = "cpn_ft_h36m_dbb") const {
    try {
      PrepareH36mDetections(options_, name);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  PrepareOptions options_;
};

TEST_F(PrepareDetectionsTest, KeepsXAndY) {
  const PreparedSet set = PrepareH36mDetections(options_, "cpn_ft_h36m_dbb");
  const PickleValue positions = NpzReader(set.written.at(0)).ReadObject("positions_2d");
  const auto cameras = positions.At("S1", "").At("WalkDog 1", "").AsSequence("");
  ASSERT_EQ(cameras.size(), 4U);
  const Tensor poses = ToTensor<float>(cameras[3].AsArray(""), "poses");
  EXPECT_EQ(poses.shape, (std::vector<int64_t>{2, 17, 2}));
  EXPECT_EQ(poses.values[34 + 5], 105);
}

TEST_F(PrepareDetectionsTest, MissingAndSurplusFilesAreNamed) {
  options_.partial = false;
  WriteKeypoints(FileOf("Juggling", "54138969"), Cpn(2));
  WriteKeypoints(FileOf("Eating", "12345678"), Cpn(2));
  EXPECT_THAT(Message(), AllOf(HasSubstr("S1 Directions (both takes missing)"),
                               HasSubstr("S1 WalkDog (a take missing)"), HasSubstr("S5 (missing)"),
                               HasSubstr("Eating.12345678.mp4.npz (no such camera)"),
                               HasSubstr("S1 Juggling of camera 55011271 (missing)")));
  for (const char* camera : {"55011271", "58860488", "60457274"}) {
    WriteKeypoints(FileOf("Juggling", camera), Cpn(2));
  }
  EXPECT_THAT(Message(), HasSubstr("S1 Juggling (no such action)"));
  EXPECT_TRUE(fs::is_empty(options_.data_dir));
  options_.partial = true;
  const PreparedSet set = PrepareH36mDetections(options_, "cpn_ft_h36m_dbb");
  const PickleValue positions = NpzReader(set.written.at(0)).ReadObject("positions_2d");
  EXPECT_THAT(KeysOf(positions.At("S1", "")), ElementsAre("WalkDog 1"));
}

TEST_F(PrepareDetectionsTest, ErrorsNameTheFile) {
  EXPECT_THAT(Message("mine"), HasSubstr("none of mpii, coco, h36m"));
  NpyArray broken = Cpn(2);
  Tensor values = ToTensor<float>(broken, "");
  values.values[17 * 3 + 1] = NAN;
  WriteKeypoints(FileOf("WalkingDog 1", "58860488"), MakeNpy(values));
  EXPECT_THAT(Message(), AllOf(HasSubstr("WalkingDog 1.58860488"), HasSubstr("frame 1: nan")));
  WriteKeypoints(FileOf("WalkingDog 1", "58860488"), MakeNpy(Tensor({2, 16, 2})));
  EXPECT_THAT(Message(), HasSubstr("expected (T, 17, 2 or more), found (2, 16, 2)"));
  for (float& value : values.values) value = 0.5F;
  WriteKeypoints(FileOf("WalkingDog 1", "58860488"), MakeNpy(values));
  EXPECT_THAT(Message(), AllOf(HasSubstr("WalkingDog 1.58860488"), HasSubstr("are no pixels")));
  values.values[17 * 3] = INFINITY;
  WriteKeypoints(FileOf("WalkingDog 1", "58860488"), MakeNpy(values));
  EXPECT_THAT(Message(), AllOf(HasSubstr("WalkingDog 1.58860488"), HasSubstr("frame 1: inf")));
  options_.partial = false;
  fs::remove(FileOf("WalkingDog 1", "58860488"));
  EXPECT_THAT(Message(), HasSubstr("S1 WalkDog 1 of camera 58860488 (missing)"));
}

// Detectron's: no person in frame 0, one person in frames 1 and 2, with six rows of 17.
class DetectronTest : public PrepareDetectionsTest {
 protected:
  static Tensor Person(int64_t rows = 6, int64_t joints = 17) {
    Tensor points({1, rows, joints});
    for (size_t i = 0; i < points.values.size(); ++i) points.values[i] = 10 * i;
    return points;
  }
  std::string MessageOf(const Tensor& person, const Tensor& box = Tensor({1, 5})) const {
    const PickleValue none = PickleValue::List({});
    const auto frames_of = [&](const Tensor& found) {
      NpyArray frames{.dtype = {'O', 8}, .shape = {3}};
      const PickleValue people = PickleValue::Array(MakeNpy(found));
      for (const PickleValue& of_frame : {none, people, people}) {
        frames.objects.push_back(PickleValue::List({none, of_frame}));
      }
      return frames;
    };
    NpzWriter writer(FileOf("WalkingDog 1", "58860488"));
    writer.Add("boxes", frames_of(box));
    writer.Add("keypoints", frames_of(person));
    writer.Close();
    return Message("detectron_pt_coco");
  }
};

TEST_F(DetectronTest, FramesWithoutAPersonTakeTheNextPose) {
  ASSERT_EQ(MessageOf(Person()), "");
  const PickleValue positions = NpzReader(options_.data_dir / "data_2d_h36m_detectron_pt_coco.npz")
                                    .ReadObject("positions_2d");
  const auto cameras = positions.At("S1", "").At("WalkDog 1", "").AsSequence("");
  const Tensor poses = ToTensor<float>(cameras[2].AsArray(""), "poses");
  ASSERT_EQ(poses.shape, (std::vector<int64_t>{3, 17, 2}));
  EXPECT_EQ(poses.values[0], 10 * 4 * 17);
  EXPECT_EQ(poses.values[1], 10 * 5 * 17);
}

TEST_F(DetectronTest, WhatIsNoPoseIsNamed) {
  const auto is_named = [](const char* what) {
    return AllOf(HasSubstr("WalkingDog 1.58860488.mp4.npz: frame"), HasSubstr(what));
  };
  for (const float value : {NAN, INFINITY}) {
    Tensor person = Person();
    person.values[4 * 17 + 3] = value;
    EXPECT_THAT(MessageOf(person), is_named("frame 0: "));
    EXPECT_THAT(MessageOf(person), is_named("is no coordinate"));
  }
  for (const float scale : {1e-4F, 1e4F}) {
    Tensor person = Person();
    for (float& value : person.values) value *= scale;
    EXPECT_THAT(MessageOf(person), is_named("are no pixels"));
  }
  EXPECT_THAT(MessageOf(Person(6, 16)), is_named("frame 1: boxes"));
  EXPECT_THAT(MessageOf(Person(5)), is_named("expected (M, 5) and (M, 4 or 6, 17)"));
  EXPECT_THAT(MessageOf(Person(), Tensor({2, 5})), is_named("boxes float32 (2, 5)"));
}

TEST_F(DetectronTest, CorruptFilesAreNamedOrRead) {
  ASSERT_EQ(MessageOf(Person()), "");
  options_.force = true;
  const fs::path file = FileOf("WalkingDog 1", "58860488");
  std::ifstream in(file, std::ios::binary);
  const std::string whole(std::istreambuf_iterator<char>(in), {});
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    std::string bytes = whole;
    bytes[random() % bytes.size()] = static_cast<char>(random());
    std::ofstream(file, std::ios::binary) << bytes;
    const std::string message = Message("detectron_pt_coco");
    EXPECT_THAT(message, testing::AnyOf("", HasSubstr("WalkingDog 1.58860488.mp4.npz")));
  }
}

TEST_F(PrepareDetectionsTest, TruncatedFilesAreNamed) {
  const fs::path file = FileOf("WalkingDog 1", "58860488");
  const auto size = fs::file_size(file);
  for (const unsigned part : {9U, 5U, 1U, 0U}) {
    fs::resize_file(file, size * part / 10);
    EXPECT_THAT(Message(), AllOf(HasSubstr("WalkingDog 1.58860488"), Not(HasSubstr("\n"))));
  }
}

TEST_F(PrepareDetectionsTest, ExistingFilesStayWithoutForce) {
  EXPECT_EQ(Message(), "");
  EXPECT_THAT(Message(), HasSubstr("data_2d_h36m_cpn_ft_h36m_dbb.npz: is there already"));
  options_.force = true;
  EXPECT_EQ(Message(), "");
}

// Stacked Hourglass, tuned to Human3.6M: a tar.gz with 120 files a subject, S11 has 119.
class FineTunedHourglassTest : public testing::Test {
 protected:
  void SetUp() override {
    options_.input = EmptyFolder("hourglass_raw") / "stacked_hourglass_fined_tuned_240.tar.gz";
    options_.data_dir = EmptyFolder("hourglass_data");
    const std::string poses = MakeHdf5("poses", Poses(0));
    for (const std::string_view subject : Human36mSubjects()) {
      for (const std::string_view action : Human36mActions()) {
        for (const char* take : {"", "_1"}) {
          for (const char* camera : kCameras) {
            files_[FileOf(subject, fmt::format("{}{}", action, take), camera)] = poses;
          }
        }
      }
    }
    files_.erase(FileOf("S11", "Directions", kCameras[0]));
  }
  // (2, 16, 2): 100 t + 2 j + c + first
  static BasicTensor<double> Poses(double first) {
    BasicTensor<double> poses({2, 16, 2});
    for (size_t i = 0; i < 64; ++i) {
      poses.values[i] = first + static_cast<double>(i / 32 * 100 + i % 32);
    }
    return poses;
  }
  static std::string FileOf(std::string_view subject, std::string_view take,
                            std::string_view camera) {
    return fmt::format("{}/StackedHourglassFineTuned240/{}.{}.h5", subject, take, camera);
  }
  std::string Message() const {
    WriteArchive(options_.input, files_);
    try {
      PrepareStackedHourglass(options_);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  static constexpr std::array<const char*, 4> kCameras = {"54138969", "55011271", "58860488",
                                                          "60457274"};
  PrepareOptions options_;
  std::map<std::string, std::string> files_;
};

TEST_F(FineTunedHourglassTest, BecomesADataSet) {
  files_[FileOf("S5", "Photo_1", kCameras[2])] = MakeHdf5("poses", Poses(7));
  WriteArchive(options_.input, files_);
  const PreparedSet set = PrepareStackedHourglass(options_);
  EXPECT_THAT(set.left_out, ElementsAre());
  EXPECT_THAT(set.written, ElementsAre(options_.data_dir / "data_2d_h36m_sh_ft_h36m.npz"));
  const NpzReader npz(set.written.at(0));
  const PickleValue positions = npz.ReadObject("positions_2d");
  EXPECT_THAT(KeysOf(positions), ElementsAre("S1", "S5", "S6", "S7", "S8", "S9", "S11"));
  EXPECT_EQ(KeysOf(positions.At("S1", "")).size(), 30U);
  EXPECT_EQ(KeysOf(positions.At("S11", "")).size(), 29U);
  EXPECT_EQ(positions.At("S11", "").Find("Directions"), nullptr);
  const auto cameras = positions.At("S5", "").At("Photo 1", "").AsSequence("");
  ASSERT_EQ(cameras.size(), 4U);
  const Tensor poses = ToTensor<float>(cameras[2].AsArray(""), "poses");
  EXPECT_EQ(poses.shape, (std::vector<int64_t>{2, 16, 2}));
  EXPECT_EQ(poses.values[32 + 5], 112);
  EXPECT_EQ(ToTensor<float>(cameras[1].AsArray(""), "poses").values[32 + 5], 105);
  EXPECT_EQ(npz.ReadObject("metadata").At("num_joints", "").AsInt(""), 16);
}

TEST_F(FineTunedHourglassTest, MissingAndSurplusFilesAreNamed) {
  const std::string poses = files_.begin()->second;
  for (const char* camera : kCameras) files_[FileOf("S6", "Juggling", camera)] = poses;
  files_[FileOf("S7", "Eating", "12345678")] = poses;
  files_[FileOf("S77", "Eating", kCameras[0])] = poses;
  files_["copy/" + FileOf("S8", "Eating", kCameras[0])] = poses;
  files_.erase(FileOf("S9", "Eating_1", kCameras[3]));
  const std::string message = Message();
  EXPECT_THAT(message, AllOf(HasSubstr("S6 Juggling (no such action)"),
                             HasSubstr("Eating.12345678.h5 (no such camera)"),
                             HasSubstr("S77/StackedHourglassFineTuned240/Eating.54138969.h5 (no "),
                             HasSubstr("there is another one of that name")));
  EXPECT_THAT(message, AllOf(HasSubstr("S9 Eating 1 of camera 60457274 (missing)")));
  EXPECT_TRUE(fs::is_empty(options_.data_dir));
  options_.partial = true;
  const PreparedSet set = PrepareStackedHourglass(options_);
  const PickleValue positions = NpzReader(set.written.at(0)).ReadObject("positions_2d");
  EXPECT_EQ(positions.At("S6", "").Find("Juggling"), nullptr);
  EXPECT_EQ(KeysOf(positions.At("S6", "")).size(), 30U);
  EXPECT_EQ(KeysOf(positions.At("S9", "")).size(), 29U);
}

TEST_F(FineTunedHourglassTest, WhatIsNoPoseIsNamed) {
  const std::string file = FileOf("S6", "Eating", kCameras[1]);
  for (const double value : {NAN, INFINITY}) {
    BasicTensor<double> broken = Poses(0);
    broken.values[40] = value;
    files_[file] = MakeHdf5("poses", broken);
    EXPECT_THAT(Message(), AllOf(HasSubstr(file + ": frame 1: "), HasSubstr("is no coordinate")));
  }
  for (const double scale : {1e-4, 1e4}) {
    BasicTensor<double> scaled = Poses(0);
    for (double& value : scaled.values) value *= scale;
    files_[file] = MakeHdf5("poses", scaled);
    EXPECT_THAT(Message(), AllOf(HasSubstr(file + ": frame "), HasSubstr("are no pixels")));
  }
  files_[file] = MakeHdf5("poses", BasicTensor<double>({2, 17, 2}));
  EXPECT_THAT(Message(), AllOf(HasSubstr(file), HasSubstr("found (2, 17, 2)")));
  files_[file] = MakeHdf5("poses", Poses(0)).substr(0, 700);
  EXPECT_THAT(Message(), HasSubstr(file));
}

TEST_F(FineTunedHourglassTest, ExistingFilesStayWithoutForce) {
  std::ofstream(options_.data_dir / "data_2d_h36m_sh_ft_h36m.npz") << "mine";
  EXPECT_THAT(Message(), HasSubstr("data_2d_h36m_sh_ft_h36m.npz: is there already"));
  options_.force = true;
  EXPECT_EQ(Message(), "");
}

TEST(PrepareDetectionsGoldenTest, DetectronAndCpn) {
  PrepareOptions options;
  options.data_dir = EmptyFolder("detections_golden");
  options.partial = true;  // two takes of two subjects
  for (const auto& [folder, name] : {std::pair{"detectron_h36m", "detectron_pt_coco"},
                                     std::pair{"cpn_h36m", "cpn_ft_h36m_dbb"}}) {
    options.input = kGolden / folder;
    const PreparedSet set = PrepareH36mDetections(options, name);
    ExpectGoldenSet(set.written.at(0),
                    kGolden / "out/generic" / fmt::format("data_2d_h36m_{}.npz", name), kExact);
  }
}

TEST(PrepareDetectionsGoldenTest, StackedHourglass) {
  PrepareOptions options;
  options.input = kGolden / "h36m.zip";
  options.data_dir = EmptyFolder("hourglass_golden");
  const PreparedSet set = PrepareStackedHourglass(options);
  ExpectGoldenSet(set.written.at(0), kGolden / "out/sh/data_2d_h36m_sh_pt_mpii.npz", kExact);
}

}  // namespace videopose::internal::prepare_detections_test
