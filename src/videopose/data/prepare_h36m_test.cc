#include "videopose/data/prepare_h36m.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "videopose/base/error.h"
#include "videopose/data/golden_set.h"
#include "videopose/data/test_cdf.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const fs::path kGolden = fs::path(VIDEOPOSE_SHARED_DIR) / "golden_raw";

fs::path NewFolder(std::string_view name) {
  const fs::path path = fs::path(testing::TempDir()) / name;
  fs::remove_all(path);
  fs::create_directories(path);
  return path;
}

// Somebody 1.5 m high, in millimetres.
std::vector<float> Body(int frames, float scale = 1) {
  std::vector<float> values;
  for (int i = 0; i < frames * 96; ++i) {
    values.push_back(scale * (static_cast<float>(i % 96) * 15 + static_cast<float>(i / 96)));
  }
  return values;
}

class PrepareH36mTest : public testing::Test {
 protected:
  void SetUp() override {
    options_.input = NewFolder("h36m_raw");
    options_.data_dir = NewFolder("h36m_data");
    for (const std::string_view subject : Human36mSubjects()) {
      for (const std::string_view action : Human36mActions()) {
        for (const char* take : {"", " 1"}) {
          Write(FileOf(subject, fmt::format("{}{}", action, take)), MakePoseCdf(2, Body(2)));
        }
      }
    }
    fs::rename(FileOf("S5", "Photo 1"), FileOf("S5", "TakingPhoto 1"));
  }

  fs::path FileOf(std::string_view subject, std::string_view take) const {
    return options_.input / subject / "MyPoseFeatures/D3_Positions" / fmt::format("{}.cdf", take);
  }
  static void Write(const fs::path& path, const std::string& bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
  }
  std::string Message() const {
    try {
      PrepareH36m(options_);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  PrepareOptions options_;
};

TEST_F(PrepareH36mTest, ReadsCdf) {
  const PreparedSet set = PrepareH36m(options_);
  ASSERT_EQ(set.written.size(), 2U);
  const PickleValue positions = NpzReader(set.written[0]).ReadObject("positions_3d");
  EXPECT_THAT(KeysOf(positions), ElementsAre("S1", "S5", "S6", "S7", "S8", "S9", "S11"));
  EXPECT_EQ(KeysOf(positions.At("S5", "")).size(), 30U);
  EXPECT_EQ(KeysOf(positions.At("S11", "")).size(), 29U);
  const Tensor joints =
      ToTensor<float>(positions.At("S5", "").At("Photo 1", "").AsArray(""), "joints");
  EXPECT_EQ(joints.shape, (std::vector<int64_t>{2, 32, 3}));
  EXPECT_FLOAT_EQ(joints.values[96 + 5], 0.076F);
}

TEST_F(PrepareH36mTest, ExistingFilesStayWithoutForce) {
  std::ofstream(options_.data_dir / "data_2d_h36m_gt.npz") << "mine";
  EXPECT_THAT(Message(), HasSubstr("is there already; --force"));
  options_.force = true;
  EXPECT_EQ(Message(), "");
}

TEST_F(PrepareH36mTest, MissingAndSurplusFilesAreNamed) {
  fs::remove(FileOf("S6", "Eating 1"));
  Write(FileOf("S7", "Juggling"), MakePoseCdf(1, Body(1)));
  Write(FileOf("S8", "Sitting 2"), MakePoseCdf(1, Body(1)));
  fs::remove_all(options_.input / "S9");
  EXPECT_THAT(Message(),
              AllOf(HasSubstr("S6 Eating (a take missing)"), HasSubstr("S7 Juggling (no such"),
                    HasSubstr("S8 Sitting 2 (a third take)"), HasSubstr("S9 (missing)"),
                    HasSubstr("--partial")));
  EXPECT_FALSE(fs::exists(options_.data_dir / "data_3d_h36m.npz"));
  options_.partial = true;
  const PreparedSet set = PrepareH36m(options_);
  EXPECT_EQ(set.left_out.size(), 4U);
  const PickleValue positions = NpzReader(set.written[0]).ReadObject("positions_3d");
  EXPECT_EQ(positions.Find("S9"), nullptr);
  EXPECT_EQ(positions.At("S7", "").Find("Juggling"), nullptr);
}

TEST_F(PrepareH36mTest, WhatIsNoPersonInMillimetresIsNamed) {
  const fs::path file = FileOf("S6", "Eating 1");
  std::vector<float> body = Body(3);
  body[96 + 7] = NAN;
  Write(file, MakePoseCdf(3, body));
  EXPECT_THAT(Message(), AllOf(HasSubstr("Eating 1.cdf"), HasSubstr("frame 1: nan")));
  Write(file, MakePoseCdf(3, Body(3, 0.001F)));
  EXPECT_THAT(Message(), AllOf(HasSubstr("Eating 1.cdf: frame 0"), HasSubstr("millimetres")));
  Write(file, MakePoseCdf(3, Body(3)).substr(0, 900));
  EXPECT_THAT(Message(), HasSubstr("Eating 1.cdf"));
  Write(file, "no recording");
  EXPECT_THAT(Message(), HasSubstr("Eating 1.cdf"));
}

TEST_F(PrepareH36mTest, OtherFoldersAreErrors) {
  options_.input = options_.data_dir;
  EXPECT_THAT(Message(), HasSubstr("has no S1/MyPoseFeatures"));
}

// The reference took the actions in the folder's own order, which is no order.
const std::vector<GoldenTolerance> kExact = {{}, {.any_order = true}, {}};
// Its projection is in float32 (the brief's tolerance).
const std::vector<GoldenTolerance> kPixels = {{}, {.any_order = true}, {.absolute = 2e-3}};

class PrepareH36mGoldenTest : public testing::Test {
 protected:
  static void Compare(const fs::path& input, const fs::path& expected) {
    if (!fs::exists(input)) GTEST_SKIP() << "needs " << input;
    PrepareOptions options;
    options.input = input;
    options.data_dir = NewFolder("h36m_golden");
    PrepareH36m(options);
    ExpectGoldenSet(options.data_dir / "data_3d_h36m.npz", expected / "data_3d_h36m.npz", kExact);
    ExpectGoldenSet(options.data_dir / "data_2d_h36m_gt.npz", expected / "data_2d_h36m_gt.npz",
                    kPixels);
  }
};

TEST_F(PrepareH36mGoldenTest, FromMat) { Compare(kGolden / "h36m_mat", kGolden / "out/from_mat"); }
TEST_F(PrepareH36mGoldenTest, FromArchive) {
  Compare(kGolden / "h36m.zip", kGolden / "out/from_archive");
}

}  // namespace
}  // namespace videopose
