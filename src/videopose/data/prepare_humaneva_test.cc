#include "videopose/data/prepare_humaneva.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "videopose/base/error.h"
#include "videopose/data/golden_set.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const fs::path kGolden = fs::path(VIDEOPOSE_SHARED_DIR) / "golden_raw";
// The reference took recordings, and in the detections subjects too, in the folders' own order.
const std::vector<GoldenTolerance> kExact = {{}, {.any_order = true}, {}};
const std::vector<GoldenTolerance> kAnyOrder = {{.any_order = true}, {.any_order = true}, {}};

class PrepareHumanEvaTest : public testing::Test {
 protected:
  void SetUp() override {
    options_.input = kGolden / "humaneva";
    options_.data_dir = NewFolder("humaneva_data");
  }
  static fs::path NewFolder(std::string_view name) {
    const fs::path path = fs::path(testing::TempDir()) / name;
    fs::remove_all(path);
    fs::create_directories(path);
    return path;
  }
  std::string Message() const {
    try {
      PrepareHumanEva(options_, {});
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  PrepareOptions options_;
};

TEST_F(PrepareHumanEvaTest, GoldenSets) {
  if (!fs::exists(kGolden)) GTEST_SKIP() << "needs " << kGolden;
  const PreparedSet set =
      PrepareHumanEva(options_, {.folder = kGolden / "humaneva_2d", .name = "cpn_pt_coco"});
  EXPECT_THAT(set.left_out, testing::Contains("Train/S3 Jog 1 (missing)"));
  const fs::path expected = kGolden / "out/humaneva";
  for (const char* name : {"data_3d_humaneva15.npz", "data_2d_humaneva15_gt.npz"}) {
    ExpectGoldenSet(options_.data_dir / name, expected / name, kExact);
  }
  const char* detections = "data_2d_humaneva15_cpn_pt_coco.npz";
  ExpectGoldenSet(options_.data_dir / detections, expected / detections, kAnyOrder);
}

TEST_F(PrepareHumanEvaTest, RecordingsOfAnotherLengthAreErrors) {
  if (!fs::exists(kGolden)) GTEST_SKIP() << "needs " << kGolden;
  options_.input = NewFolder("humaneva_raw");
  fs::create_directories(options_.input / "Train/S1");
  fs::copy(kGolden / "humaneva/Train/S1/Box_1.mat", options_.input / "Train/S1/Jog_1.mat");
  EXPECT_THAT(Message(), HasSubstr("expected poses_3d (373, J, 3)"));
}

TEST_F(PrepareHumanEvaTest, OtherFoldersAreErrors) {
  options_.input = NewFolder("humaneva_raw");
  EXPECT_THAT(Message(), HasSubstr("has no Train/S1"));
  fs::create_directories(options_.input / "Train/S1");
  std::ofstream(options_.input / "Train/S1/Jumping_1.mat") << "text";
  EXPECT_THAT(Message(), HasSubstr("Jumping_1.mat (no such recording)"));
  std::ofstream(options_.input / "Train/S1/Jog_1.mat") << "text";
  EXPECT_THAT(Message(), HasSubstr("Jog_1.mat: is not a MATLAB file"));
}

}  // namespace
}  // namespace videopose
