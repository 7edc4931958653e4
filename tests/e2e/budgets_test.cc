// SPDX-License-Identifier: Apache-2.0

// Small files that claim or unpack to a lot: none of less than 3 MB takes more than 300 MB or 3 s.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zip.h>

#include <cstring>
#include <fstream>

#include "program.h"
#include "support/test_folder.h"
#include "support/zip_file.h"
#include "videopose/arrays/npz.h"
#include "videopose/arrays/torch_checkpoint_writer.h"
#include "videopose/prepare/test_cdf.h"

namespace videopose::internal::budgets_test {

namespace fs = std::filesystem;
using ::testing::StartsWith;

constexpr double kMostBytes = 300e6, kMost_s = 3;
constexpr size_t kLargest = 3'000'000;

// `is_refused`: with an error line; else what it holds is told.
void ExpectCheap(const fs::path& file, bool is_refused) {
  SCOPED_TRACE(file.filename());
  ASSERT_LT(fs::file_size(file), kLargest);
  const ProgramOutcome result = RunVideopose({"info", file});
  EXPECT_EQ(result.exit_code, is_refused ? 1 : 0) << result.out << result.err;
  EXPECT_EQ(result.error_line_count(), result.exit_code) << result.err;
  if (is_refused) {
    EXPECT_THAT(result.err, StartsWith("videopose: "));
  }
#ifndef __SANITIZE_ADDRESS__
  EXPECT_LT(result.peak_bytes, kMostBytes) << result.err;
  EXPECT_LT(result.cpu_s, kMost_s) << result.err;
#endif
}

class BudgetsTest : public testing::Test {
 protected:
  fs::path Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return folder_ / name;
  }
  fs::path Npz(const std::string& name, int arrays, int64_t values) const {
    NpzWriter writer(folder_ / name);
    const NpyArray array = MakeNpy(BasicTensor<float>({values}));
    for (int i = 0; i < arrays; ++i) writer.Add("a" + std::to_string(i), array);
    writer.Close();
    return folder_ / name;
  }

  // Compressed, unlike ZipFile().
  fs::path Zip(const std::string& name, const std::string& member, const std::string& bytes) const {
    zip_t* const zip = zip_open((folder_ / name).c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    zip_file_add(zip, member.c_str(), zip_source_buffer(zip, bytes.data(), bytes.size(), 0), 0);
    EXPECT_EQ(zip_close(zip), 0);
    return folder_ / name;
  }

  const fs::path folder_ = EmptyFolder("budgets");
};

std::string Repeated(const std::string& text, size_t bytes) {
  std::string all;
  while (all.size() + text.size() < bytes) all += text;
  return all;
}

TEST_F(BudgetsTest, Arrays) {
  ExpectCheap(Npz("fits.npz", 1, 30'000'000), false);  // 120 MB
  ExpectCheap(Npz("many.npz", 2, 20'000'000), true);   // 160 MB
  const std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (400000000,), }";
  std::string npy("\x93NUMPY\x01\x00\x76\x00", 10);
  npy += header + std::string(0x76 - header.size() - 1, ' ') + "\n";
  ExpectCheap(Write("claims.npy", npy), true);
  const std::string array = EncodeNpy(MakeNpy(BasicTensor<float>({500'000})));
  std::vector<std::string> aliases;
  for (int i = 0; i < 3000; ++i) aliases.push_back("b" + std::to_string(i) + ".npy");
  ExpectCheap(Write("overlap.npz", ZipFile({{"a.npy", array}}, aliases)), true);
}

TEST_F(BudgetsTest, Checkpoints) {
  TorchCheckpointWriter writer;
  std::vector<std::pair<PickleValue, PickleValue>> state;
  const PickleValue tensor = writer.AddTensor(Tensor({600'000}));
  for (int i = 0; i < 3000; ++i) {
    state.emplace_back(PickleValue::String("x" + std::to_string(i)), tensor);
  }
  const PickleValue model = PickleValue::Dict(state);
  writer.Write(folder_ / "shared.bin",
               PickleValue::Dict({{PickleValue::String("model_pos"), model}}));
  ExpectCheap(folder_ / "shared.bin", true);
}

// A value takes many times the byte that it is in a pickle, which in turn may be compressed.
TEST_F(BudgetsTest, Pickles) {
  const std::string lists = "\x80\x02" + std::string(2'900'000, ']') + ".";
  ExpectCheap(Write("lists.bin", lists), true);
  std::string header = "{'descr': '|O', 'fortran_order': False, 'shape': (), }";
  header.resize(0x76 - 1, ' ');
  const std::string npy = std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + "\n\x80\x02";
  for (const auto& [name, values] :
       {std::pair("objects.npz", std::string(60'000'000, ']')),
        std::pair("numbers.npz", "]" + Repeated("K\x01", 80'000'000))}) {
    ExpectCheap(Zip(name, "positions_2d.npy", npy + values + "."), true);
  }
}

TEST_F(BudgetsTest, Scientific) {
  // What it claims is told and not read.
  ExpectCheap(Write("claims.cdf", MakePoseCdf(20'000'000, std::vector<float>(96))), false);
  // Version 4 of MATLAB: doubles, rows, columns, real, the length of the name.
  std::string mat;
  for (const int32_t number : {0, 18'000, 18'000, 0, 2}) {
    mat.append(reinterpret_cast<const char*>(&number), sizeof(number));
  }
  ExpectCheap(Write("claims.mat", mat + std::string("x\0", 2)), true);
}

TEST_F(BudgetsTest, Motion) {
  ExpectCheap(Write("frames.bvh",
                    "HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\nCHANNELS 3 Xposition Yposition "
                    "Zposition\nEnd Site\n{\nOFFSET 0 1 0\n}\n}\nMOTION\nFrames: "
                    "999999999\nFrame Time: 0.04\n1 2 3\n"),
              true);
  std::string c3d(1024, '\0');  // 255 markers in 65535 frames
  c3d[0] = 2, c3d[1] = 0x50, c3d[2] = '\xFF', c3d[6] = 1, c3d[8] = '\xFF', c3d[9] = '\xFF';
  c3d[16] = 3, c3d[515] = 84;  // an Intel's
  ExpectCheap(Write("frames.c3d", c3d), true);
}

TEST_F(BudgetsTest, Json) {
  ExpectCheap(Write("deep.json", std::string(2'900'000, '[')), true);
  ExpectCheap(Write("wide.json", "[" + Repeated("[],", 2'900'000) + "0]"), true);
  ExpectCheap(Write("objects.json", "[" + Repeated("{\"a\":0},", 2'900'000) + "0]"), true);
  ExpectCheap(Write("wide.csv", Repeated("nose_x,nose_y,", 2'900'000) + "\n1,2\n"), true);
}

}  // namespace videopose::internal::budgets_test
