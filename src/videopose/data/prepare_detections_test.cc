#include "videopose/data/prepare_detections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "videopose/base/error.h"
#include "videopose/data/golden_set.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

const fs::path kGolden = fs::path(VIDEOPOSE_SHARED_DIR) / "golden_raw";
// The reference took the actions in the folder's own order, which is no order.
const std::vector<GoldenTolerance> kExact = {{}, {.any_order = true}, {}};

fs::path NewFolder(std::string_view name) {
  const fs::path path = fs::path(testing::TempDir()) / name;
  fs::remove_all(path);
  fs::create_directories(path);
  return path;
}

// Values 100 t + 2 j + c, and 7 as a third one.
NpyArray Cpn(int frames) {
  Tensor keypoints({frames, 17, 3});
  for (int i = 0; i < frames * 17; ++i) {
    const auto first = static_cast<float>(100 * (i / 17) + 2 * (i % 17));
    keypoints.values[static_cast<size_t>(i) * 3] = first;
    keypoints.values[static_cast<size_t>(i) * 3 + 1] = first + 1;
    keypoints.values[static_cast<size_t>(i) * 3 + 2] = 7;
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
    options_.input = NewFolder("detections_raw");
    options_.data_dir = NewFolder("detections_data");
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

TEST_F(PrepareDetectionsTest, ErrorsNameTheFile) {
  EXPECT_THAT(Message("mine"), HasSubstr("none of mpii, coco, h36m"));
  NpyArray broken = Cpn(2);
  Tensor values = ToTensor<float>(broken, "");
  values.values[17 * 3 + 1] = NAN;
  WriteKeypoints(FileOf("WalkingDog 1", "58860488"), MakeNpy(values));
  EXPECT_THAT(Message(), AllOf(HasSubstr("WalkingDog 1.58860488"), HasSubstr("frame 1: nan")));
  WriteKeypoints(FileOf("WalkingDog 1", "58860488"), MakeNpy(Tensor({2, 16, 2})));
  EXPECT_THAT(Message(), HasSubstr("expected (T, 17, 2 or more), found (2, 16, 2)"));
  fs::remove(FileOf("WalkingDog 1", "58860488"));
  EXPECT_THAT(Message(), HasSubstr("S1 WalkDog 1 of camera 58860488 (missing)"));
}

TEST(PrepareDetectionsGoldenTest, DetectronAndCpn) {
  if (!fs::exists(kGolden)) GTEST_SKIP() << "needs " << kGolden;
  PrepareOptions options;
  options.data_dir = NewFolder("detections_golden");
  for (const auto& [folder, name] : {std::pair{"detectron_h36m", "detectron_pt_coco"},
                                     std::pair{"cpn_h36m", "cpn_ft_h36m_dbb"}}) {
    options.input = kGolden / folder;
    const PreparedSet set = PrepareH36mDetections(options, name);
    ExpectGoldenSet(set.written.at(0),
                    kGolden / "out/generic" / fmt::format("data_2d_h36m_{}.npz", name), kExact);
  }
}

TEST(PrepareDetectionsGoldenTest, StackedHourglass) {
  if (!fs::exists(kGolden)) GTEST_SKIP() << "needs " << kGolden;
  PrepareOptions options;
  options.input = kGolden / "h36m.zip";
  options.data_dir = NewFolder("hourglass_golden");
  const PreparedSet set = PrepareStackedHourglass(options);
  ExpectGoldenSet(set.written.at(0), kGolden / "out/sh/data_2d_h36m_sh_pt_mpii.npz", kExact);
}

}  // namespace
}  // namespace videopose
