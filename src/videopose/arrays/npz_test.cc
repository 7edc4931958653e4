// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/npz.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>

#include "support/damaged.h"
#include "support/error_of.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"

namespace videopose::internal::npz_test {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using std::string_literals::operator""s;

fs::path TestPath(std::string_view name) { return TestFolder() / name; }

std::string ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void WriteAll(const fs::path& path, std::string_view bytes) {
  fs::remove(path);  // some file systems flush a file that is overwritten, which takes milliseconds
  std::ofstream(path, std::ios::binary) << bytes;
}

PickleValue PositionsByAction() {
  const PickleValue walk = PickleValue::Array(MakeNpy(Tensor({2, 1, 3}, {1, 2, 3, 4, 5, 6})));
  return PickleValue::Dict(
      {{PickleValue::String("S9"), PickleValue::Dict({{PickleValue::String("Walking"), walk}})},
       {PickleValue::String("S1"),
        PickleValue::Dict({{PickleValue::String("Photo 1"), PickleValue::List({walk, walk})}})}});
}

void WriteExample(const fs::path& path, NpzOptions options = {}) {
  NpzWriter file(path, options);
  file.Add("keypoints", MakeNpy(Tensor({1, 2, 2}, {0.5F, 1, 2, 3})));
  file.Add("fps", MakeNpy(29.97));
  file.Add("width_px", MakeNpy(int64_t{1920}));
  file.Add("keypoint_names", MakeNpy(std::vector<std::string>{"nose", "œil"}));
  file.Add("layout", MakeNpy(std::string_view("coco")));
  file.Add("positions", MakeNpyObject(PositionsByAction()));
  file.Close();
}

void ReadAllArrays(const fs::path& path) {
  const NpzReader file(path);
  for (const std::string& name : file.names()) (void)file.Read(name);
}

std::string ReadError(const fs::path& path) {
  return ErrorOf([&] { ReadAllArrays(path); });
}

TEST(Npz, IsReadBack) {
  for (const bool deflate : {false, true}) {
    const fs::path path = TestPath("example.npz");
    WriteExample(path, {.deflate = deflate});
    const NpzReader file(path);
    EXPECT_THAT(file.names(), ElementsAre("keypoints", "fps", "width_px", "keypoint_names",
                                          "layout", "positions"));
    EXPECT_TRUE(file.Has("fps"));
    EXPECT_FALSE(file.Has("fps.npy"));
    EXPECT_EQ(file.ReadTensor<float>("keypoints"), Tensor({1, 2, 2}, {0.5F, 1, 2, 3}));
    EXPECT_EQ(file.ReadScalar<double>("fps"), 29.97);
    EXPECT_EQ(file.ReadScalar<int64_t>("width_px"), 1920);
    EXPECT_THAT(file.ReadStrings("keypoint_names"), ElementsAre("nose", "œil"));
    EXPECT_THAT(file.ReadStrings("layout"), ElementsAre("coco"));
    const PickleValue positions = file.ReadObject("positions");
    EXPECT_EQ(positions.AsDict("")[0].key.AsString(""), "S9") << "the order is kept";
    const PickleValue& photo = positions.At("S1", "").At("Photo 1", "");
    EXPECT_EQ(ToTensor<float>(photo.AsSequence("")[1].AsArray(""), ""),
              Tensor({2, 1, 3}, {1, 2, 3, 4, 5, 6}));
  }
}

TEST(Npz, IsTheSameFileForTheSameArrays) {
  WriteExample(TestPath("once.npz"));
  WriteExample(TestPath("again.npz"));
  EXPECT_EQ(ReadAll(TestPath("once.npz")), ReadAll(TestPath("again.npz")));
}

TEST(Npz, LeavesTheOldFileUnlessClosed) {
  const fs::path folder = TestPath("npz_unfinished");
  fs::create_directory(folder);
  WriteExample(folder / "file.npz");
  const std::string before = ReadAll(folder / "file.npz");
  { NpzWriter(folder / "file.npz").Add("x", MakeNpy(1.0)); }
  EXPECT_EQ(ReadAll(folder / "file.npz"), before);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
  EXPECT_THROW(NpzWriter(folder / "no_such_folder" / "file.npz"), Error);
}

TEST(Npz, ReadsZip64) {
  if (std::system("python3 -c 'import zipfile' 2>/dev/null") != 0) {
    GTEST_SKIP() << "no python3 here to write a zip64 archive";
  }
  const fs::path array = TestPath("zip64.npy"), archive = TestPath("zip64.npz");
  const fs::path program = TestPath("zip64.py");
  WriteAll(array, EncodeNpy(MakeNpy(Tensor({2, 2}, {1, 2, 3, 4}))));
  WriteAll(program, R"(
import sys, zipfile
with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED) as archive:
    with archive.open('x.npy', 'w', force_zip64=True) as member:
        member.write(open(sys.argv[1], 'rb').read())
)");
  const std::string command =
      "python3 " + program.string() + " " + array.string() + " " + archive.string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_THAT(NpzReader(archive).ReadTensor<float>("x").values, ElementsAre(1, 2, 3, 4));
}

TEST(Npz, IsReadByNumpy) {
  if (std::system("/usr/bin/python3 -c 'import numpy' 2>/dev/null") != 0) {
    GTEST_SKIP() << "no NumPy for /usr/bin/python3 here (apt-get install python3-numpy)";
  }
  const fs::path path = TestPath("for_numpy.npz");
  const fs::path program = TestPath("for_numpy.py");
  WriteAll(program, R"(
import sys, numpy as np
plain = np.load(sys.argv[1])
assert plain['keypoints'].dtype == np.float32 and plain['keypoints'].shape == (1, 2, 2)
assert plain['keypoints'].tolist() == [[[0.5, 1], [2, 3]]]
assert plain['fps'].dtype == np.float64 and plain['fps'].shape == () and plain['fps'] == 29.97
assert plain['width_px'].dtype == np.int64 and plain['width_px'] == 1920
assert plain['keypoint_names'].tolist() == ['nose', '\u0153il']
assert plain['layout'].item() == 'coco'
positions = np.load(sys.argv[1], allow_pickle=True)['positions'].item()
assert list(positions) == ['S9', 'S1']
walk = positions['S9']['Walking']
assert walk.dtype == np.float32 and walk.dtype.isnative and walk.flags.c_contiguous
assert (walk == np.arange(1, 7).reshape(2, 1, 3)).all()
walk += 1
assert positions['S1']['Photo 1'][0] is positions['S1']['Photo 1'][1]
np.save(sys.argv[1] + '.npy', np.array([walk, 'text', np.str_('x')], dtype=object))
)");
  for (const bool deflate : {false, true}) {
    WriteExample(path, {.deflate = deflate});
    const std::string command = "/usr/bin/python3 " + program.string() + " " + path.string();
    EXPECT_EQ(std::system(command.c_str()), 0);
  }
  const NpyArray back = ReadNpy(path.string() + ".npy");
  EXPECT_THAT(ToTensor<float>(back.objects[0].AsArray(""), "").values,
              ElementsAre(2, 3, 4, 5, 6, 7));
  EXPECT_EQ(back.objects[2].AsString(""), "x");
}

TEST(Npz, SaysWhatIsWrong) {
  const fs::path path = TestPath("wrong.npz");
  WriteExample(path);
  const NpzReader file(path);
  EXPECT_THAT([&] { file.Read("pose"); },
              testing::ThrowsMessage<Error>(
                  path.string() + ": has no array 'pose'; it has keypoints, fps, width_px, "
                                  "keypoint_names, layout, positions"));
  EXPECT_THAT(
      [&] { file.ReadTensor<float>("layout"); },
      testing::ThrowsMessage<Error>(path.string() + ": layout: expected numbers, found text ()"));
  EXPECT_THAT(ReadError(TestPath("no_such_file.npz")), HasSubstr("there is no such file"));
  WriteAll(path, "not a zip archive");
  EXPECT_THAT(ReadError(path), HasSubstr("is not an .npz file"));
  WriteAll(path, "");
  EXPECT_THAT(ReadError(path), HasSubstr("is not an .npz file"));
  EXPECT_THAT(ReadError(TestFolder()), HasSubstr(TestFolder().string()));
}

// A member's fields in the central directory, by their offset from its signature (APPNOTE 4.3.12).
template <typename T>
void PatchDirectory(const fs::path& path, size_t offset, T value) {
  std::string bytes = ReadAll(path);
  std::memcpy(&bytes[bytes.find("PK\x01\x02") + offset], &value, sizeof(value));
  WriteAll(path, bytes);
}

TEST(Npz, RefusesWhatNumpyNeverWrites) {
  const fs::path path = TestPath("odd.npz");
  const auto write_one = [&](const NpyArray& array, bool deflate) {
    NpzWriter file(path, {.deflate = deflate});
    file.Add("aa", array);
    file.Close();
  };
  constexpr size_t kFlags = 8, kMethod = 10, kSize = 24;
  write_one(MakeNpy(1.0), false);
  PatchDirectory<uint16_t>(path, kFlags, 1);
  EXPECT_EQ(ReadError(path), path.string() + ": aa: is encrypted");
  write_one(MakeNpy(1.0), false);
  PatchDirectory<uint16_t>(path, kMethod, 12);
  EXPECT_THAT(ReadError(path), HasSubstr("compressed by method 12"));
  write_one(MakeNpy(1.0), false);
  PatchDirectory<uint32_t>(path, kSize, 100'000'000U);
  EXPECT_THAT(ReadError(path), HasSubstr("100000000 bytes cannot come from"));

  // Noise, so that its size in the file is known: 2 MB that claim to be 2 GB.
  std::mt19937 random(3);
  BasicTensor<int32_t> noise({500'000});
  for (int32_t& value : noise.values) value = random();
  write_one(MakeNpy(noise), true);
  PatchDirectory<uint32_t>(path, kSize, 2'020'000'000U);
  EXPECT_THAT(ReadError(path), HasSubstr("refused"));

  NpzWriter file(path, {.deflate = false});
  file.Add("aa", MakeNpy(1.0));
  file.Add("ab", MakeNpy(1.0));
  file.Close();
  std::string bytes = ReadAll(path);
  for (size_t at; (at = bytes.find("ab.npy")) != std::string::npos;) bytes[at + 1] = 'a';
  WriteAll(path, bytes);
  EXPECT_THAT(ReadError(path), HasSubstr("two arrays named aa"));
}

// Each of them alone would pass.
TEST(Npz, ManyArraysHaveOneBudget) {
  const fs::path path = TestPath("many.npz");
  NpzWriter file(path, {.deflate = true});
  for (int i = 0; i < 9; ++i) {
    file.Add("a" + std::to_string(i), MakeNpy(Tensor({4 << 20})));  // 16 MiB of zeros
  }
  file.Close();
  EXPECT_LT(fs::file_size(path), 1'000'000U);
  EXPECT_THAT(ErrorOf([&] { NpzReader reader(path); }),
              testing::AllOf(HasSubstr("many.npz: refused"), HasSubstr("150996")));
}

TEST(Npz, SurvivesEveryTruncationAndManyFlips) {
  const fs::path path = TestPath("damaged.npz");
  for (const bool deflate : {false, true}) {
    WriteExample(path, {.deflate = deflate});
    const std::string good = ReadAll(path);
    for (size_t length = 0; length < good.size(); length += 3) {
      WriteAll(path, good.substr(0, length));
      EXPECT_NE(ReadError(path), "no error") << length;
    }
    std::mt19937 random(4);
    int rejected = 0;
    for (int trial = 0; trial < 1000; ++trial) {
      const std::string bad = Damaged(good, 3, random);
      WriteAll(path, bad);
      rejected += ReadError(path) != "no error" ? 1 : 0;
    }
    EXPECT_GT(rejected, 500);
  }
}

// The numbers below are what NumPy 1.24 reads from the same files.

TEST(NpzOfOthers, ReadsPositions3d) {
  const NpzReader file(TestData("golden/data/data_3d_h36m.npz"));
  const PickleValue positions = file.ReadObject("positions_3d");
  std::vector<std::string> subjects;
  for (const auto& [subject, actions] : positions.AsDict("")) {
    subjects.push_back(subject.AsString(""));
    for (const auto& [action, joints_in_world] : actions.AsDict("")) {
      EXPECT_EQ(ToTensor<float>(joints_in_world.AsArray(""), "").dim(1), 32);
    }
  }
  EXPECT_THAT(subjects, ElementsAre("S1", "S5", "S6", "S7", "S8", "S9", "S11"));
  const Tensor walk = ToTensor<float>(positions.At("S1", "").At("Walking", "").AsArray(""), "");
  EXPECT_THAT(walk.shape, ElementsAre(45, 32, 3));
  const float* const joint = walk.data() + (3 * 32 + 2) * 3;
  EXPECT_THAT(std::vector<float>(joint, joint + 3),
              ElementsAre(-0x1.09b7a4p-4F, 0x1.4c039cp-7F, 0x1.e63714p-2F));
}

TEST(NpzOfOthers, ReadsMetadataWithNumpysNumbers) {
  const NpzReader file(TestData("golden/data/data_2d_h36m_gt.npz"));
  const PickleValue metadata = file.ReadObject("metadata");
  EXPECT_EQ(metadata.At("num_joints", "").AsInt(""), 17);
  std::vector<int64_t> left;
  for (const PickleValue& joint :
       metadata.At("keypoints_symmetry", "").AsSequence("")[0].AsSequence("")) {
    left.push_back(joint.AsInt(""));
  }
  EXPECT_THAT(left, ElementsAre(4, 5, 6, 11, 12, 13));
  const PickleValue cameras = file.ReadObject("positions_2d").At("S1", "").At("Walking", "");
  EXPECT_EQ(cameras.AsSequence("").size(), 4U);
}

TEST(NpzOfOthers, ReadsPlainArrays) {
  const NpzReader file(TestData("golden/lift_eval.npz"));
  const Tensor keypoints = file.ReadTensor<float>("keypoints_noisy");
  EXPECT_THAT(keypoints.shape, ElementsAre(48, 120, 17, 2));
  EXPECT_EQ(keypoints.values.back(), 0x1.d20eeep+9F);
  EXPECT_EQ(file.ReadStrings("name").back(), "walking_extra_10");
  EXPECT_EQ(file.ReadTensor<int64_t>("width_px").values[1], 1920);
}

TEST(NpzOfOthers, ReadsEveryNumpyFileThereIs) {
  int count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(TestData(""))) {
    if (entry.path().extension() == ".npz") {
      EXPECT_EQ(ReadError(entry.path()), "no error") << entry.path();
      ++count;
    } else if (entry.path().extension() == ".npy") {
      EXPECT_NO_THROW(ReadNpy(entry.path())) << entry.path();
      ++count;
    }
  }
  EXPECT_GT(count, 50);
}

}  // namespace videopose::internal::npz_test
