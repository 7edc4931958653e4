// SPDX-License-Identifier: Apache-2.0

#include "videopose/prepare/prepare_h36m.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/data/test_golden_set.h"
#include "videopose/prepare/test_cdf.h"
#include "videopose/prepare/test_mat.h"
#include "videopose/scientific/test_archive.h"

namespace videopose::internal::prepare_h36m_test {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const fs::path kGolden = TestData("golden_raw");

// A person 1.5 m high, in millimetres.
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
    options_.input = EmptyFolder("h36m_raw");
    options_.data_dir = EmptyFolder("h36m_data");
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

TEST_F(PrepareH36mTest, TakesExtensionsInAnyCase) {
  fs::rename(FileOf("S5", "Photo"), FileOf("S5", "Photo").replace_extension(".CDF"));
  const PreparedSet set = PrepareH36m(options_);
  const PickleValue positions = NpzReader(set.written[0]).ReadObject("positions_3d");
  EXPECT_EQ(KeysOf(positions.At("S5", "")).size(), 30U);
}

TEST_F(PrepareH36mTest, ExistingFilesStayWithoutForce) {
  std::ofstream(options_.data_dir / "data_2d_h36m_gt.npz") << "mine";
  EXPECT_THAT(Message(), HasSubstr("is there already"));
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
                    HasSubstr("S8 Sitting 2 (a third take)"), HasSubstr("S9 (missing)")));
  EXPECT_FALSE(fs::exists(options_.data_dir / "data_3d_h36m.npz"));
  options_.partial = true;
  const PreparedSet set = PrepareH36m(options_);
  EXPECT_EQ(set.left_out.size(), 4U);
  const PickleValue positions = NpzReader(set.written[0]).ReadObject("positions_3d");
  EXPECT_EQ(positions.Find("S9"), nullptr);
  EXPECT_EQ(positions.At("S7", "").Find("Juggling"), nullptr);
}

// Rows of numbers, one for each frame, as "Eating 1" of S6 in each of the formats.
class PrepareH36mFormatTest : public PrepareH36mTest,
                              public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    PrepareH36mTest::SetUp();
    fs::remove(FileOf("S6", "Eating 1"));
    file_ = GetParam() == std::string(".h5")
                ? options_.input / "S6/MyPoses/3D_positions/Eating 1.h5"
                : FileOf("S6", "Eating 1").replace_extension(GetParam());
  }
  std::string MessageOf(const BasicTensor<double>& rows) const {
    const int64_t frames = rows.dim(0), numbers = rows.dim(1);
    if (GetParam() == std::string(".cdf")) {
      Write(file_,
            MakePoseCdf(static_cast<int32_t>(frames), {rows.values.begin(), rows.values.end()},
                        static_cast<int32_t>(numbers)));
    } else if (GetParam() == std::string(".cdf.mat")) {
      WriteMat(file_, {{"data", rows}}, true);
    } else {
      BasicTensor<double> columns({numbers, frames});
      for (int64_t i = 0; i < numbers * frames; ++i) {
        columns.data()[i % numbers * frames + i / numbers] = rows.data()[i];
      }
      Write(file_, MakeHdf5("3D_positions", columns));
    }
    return Message();
  }
  static BasicTensor<double> Rows(double scale = 1) {
    const std::vector<float> body = Body(3, static_cast<float>(scale));
    return {{3, 96}, {body.begin(), body.end()}};
  }

  fs::path file_;
};

TEST_P(PrepareH36mFormatTest, WhatIsNoPersonInMillimetresIsNamed) {
  EXPECT_EQ(MessageOf(Rows()), "");
  options_.force = true;
  const std::string name = file_.filename().string() + ": ";
  for (const double value : {NAN, INFINITY, -INFINITY}) {
    BasicTensor<double> rows = Rows();
    rows.values[96 + 7] = value;
    EXPECT_THAT(MessageOf(rows),
                AllOf(HasSubstr(name + "frame 1: "), HasSubstr("is no coordinate")));
  }
  for (const double scale : {0.001, 0.1, 1000.0}) {
    EXPECT_THAT(MessageOf(Rows(scale)),
                AllOf(HasSubstr(name + "frame 0: "), HasSubstr("no joints in millimetres")));
  }
  for (const int64_t numbers : {51, 97, 192}) {
    EXPECT_THAT(MessageOf(BasicTensor<double>({3, numbers})),
                AllOf(HasSubstr(name + "expected 32 joints"), HasSubstr("found (")));
  }
}

TEST_P(PrepareH36mFormatTest, TruncatedFilesAreNamed) {
  MessageOf(Rows());
  options_.force = true;
  std::ifstream file(file_, std::ios::binary);
  const std::string whole(std::istreambuf_iterator<char>(file), {});
  for (const size_t part : {0, 1, 5, 9}) {
    Write(file_, whole.substr(0, whole.size() * part / 10));
    EXPECT_THAT(Message(), AllOf(HasSubstr(file_.filename().string()), Not(HasSubstr("\n"))));
  }
  Write(file_, "no recording");
  EXPECT_THAT(Message(), HasSubstr(file_.filename().string()));
}

INSTANTIATE_TEST_SUITE_P(Formats, PrepareH36mFormatTest, testing::Values(".cdf", ".cdf.mat", ".h5"),
                         [](const auto& format) {
                           const std::string ending = format.param;
                           return ending.substr(ending.rfind('.') + 1);
                         });

TEST_F(PrepareH36mTest, SubjectsWithoutCaptureAreSurplus) {
  Write(FileOf("S2", "Eating"), MakePoseCdf(2, Body(2)));
  EXPECT_THAT(Message(), AllOf(HasSubstr("S2/"), HasSubstr("no subject with motion capture")));
  options_.partial = true;
  EXPECT_THAT(PrepareH36m(options_).left_out, ElementsAre(HasSubstr("S2/MyPoseFeatures")));
}

TEST_F(PrepareH36mTest, IfOneOutputCannotBeWrittenNeitherIs) {
  fs::create_directories(options_.data_dir / "data_2d_h36m_gt.npz");
  options_.force = true;
  EXPECT_THAT(Message(), HasSubstr("data_2d_h36m_gt.npz: cannot write"));
  EXPECT_FALSE(fs::exists(options_.data_dir / "data_3d_h36m.npz"));
}

TEST_F(PrepareH36mTest, ArchivesThatAreNoneAreNamedInOneLine) {
  const fs::path raw = EmptyFolder("h36m_archives");
  const std::string name = "h36m/S1/MyPoses/3D_positions/Eating.h5";
  const auto message_of = [&](const char* archive) {
    options_.input = raw / archive;
    const std::string message = Message();
    EXPECT_THAT(message, AllOf(HasSubstr(archive), Not(HasSubstr("\n"))));
    return message;
  };
  WriteArchive(raw / "slip.zip", {{"../" + name, "x"}});
  EXPECT_THAT(message_of("slip.zip"), HasSubstr("leads out of it"));
  WriteArchive(raw / "cut.zip", {{name, std::string(999, 'x')}});
  fs::resize_file(raw / "cut.zip", fs::file_size(raw / "cut.zip") / 2);
  EXPECT_THAT(message_of("cut.zip"), HasSubstr("truncated or damaged"));
  WriteArchive(raw / "other.zip", {{"readme.txt", "x"}});
  EXPECT_THAT(message_of("other.zip"), HasSubstr("has no .../S1/MyPoses/3D_positions/*.h5"));
  options_.partial = true;
  for (const char* content : {"", "x"}) {
    WriteArchive(raw / "no_hdf5.zip", {{name, content}});
    EXPECT_THAT(message_of("no_hdf5.zip"), HasSubstr(name + ": is not an HDF5 file"));
  }
  WriteArchive(raw / "bomb.zip", {{name, std::string(17 << 20, '\0')}});
  options_.max_unpacked_gib = 1;
  EXPECT_THAT(message_of("bomb.zip"), HasSubstr("more than 1 GiB come out of the archive"));
  EXPECT_TRUE(fs::is_empty(options_.data_dir));
}

TEST_F(PrepareH36mTest, OtherFoldersAreErrors) {
  options_.input = options_.data_dir;
  EXPECT_THAT(Message(), HasSubstr("has no S1/MyPoseFeatures"));
}

// The reference took the actions in directory order, which is arbitrary.
const std::vector<GoldenTolerance> kExact = {{}, {.any_order = true}, {}};
// Its projection is in float32 (the brief's tolerance).
const std::vector<GoldenTolerance> kPixels = {{}, {.any_order = true}, {.absolute = 2e-3}};

class PrepareH36mGoldenTest : public testing::Test {
 protected:
  static void Compare(const fs::path& input, const fs::path& expected) {
    PrepareOptions options;
    options.input = input;
    options.data_dir = EmptyFolder("h36m_golden");
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

}  // namespace videopose::internal::prepare_h36m_test
