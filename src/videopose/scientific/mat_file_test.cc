// SPDX-License-Identifier: Apache-2.0

#include "videopose/scientific/mat_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <matio.h>

#include <fstream>
#include <random>

#include "support/error_of.h"
#include "support/test_data.h"
#include "support/test_folder.h"
#include "videopose/base/error.h"
#include "videopose/scientific/hdf5_file.h"

namespace videopose::internal::mat_file_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const fs::path kFixtures = TestData("fixtures/mat");

fs::path TestPath(std::string_view name) { return TestFolder() / name; }

std::string ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Column-major, as MATLAB stores: a(f, c) = 10 f + c, alone and in a cell.
fs::path MakeMat(std::string_view name, mat_ft version, matio_compression compression) {
  const fs::path path = TestPath(name);
  const Hdf5Lock lock;
  mat_t* file = Mat_CreateVer(path.c_str(), nullptr, version);
  size_t dims[] = {2, 3}, one[] = {1, 1};
  double values[] = {0, 10, 1, 11, 2, 12};
  matvar_t* array =
      Mat_VarCreate("a", MAT_C_DOUBLE, MAT_T_DOUBLE, 2, dims, values, MAT_F_DONT_COPY_DATA);
  Mat_VarWrite(file, array, compression);
  Mat_VarFree(array);
  matvar_t* cell = Mat_VarCreate("data", MAT_C_CELL, MAT_T_CELL, 2, one, nullptr, 0);
  Mat_VarSetCell(cell, 0, Mat_VarCreate("", MAT_C_DOUBLE, MAT_T_DOUBLE, 2, dims, values, 0));
  Mat_VarWrite(file, cell, compression);
  Mat_VarFree(cell);
  Mat_Close(file);
  return path;
}

const BasicTensor<double> kExpected({2, 3}, {0, 1, 2, 10, 11, 12});

TEST(MatFileTest, ReadsNumbersAndTheFirstCellRowMajor) {
  for (const auto compression : {MAT_COMPRESSION_NONE, MAT_COMPRESSION_ZLIB}) {
    const MatFile file(MakeMat("v5.mat", MAT_FT_MAT5, compression));
    EXPECT_EQ(file.Read("a"), kExpected);
    EXPECT_EQ(file.Read("data"), kExpected);
  }
}

TEST(MatFileTest, ReadsVersion73) {
  const MatFile file(MakeMat("v73.mat", MAT_FT_MAT73, MAT_COMPRESSION_NONE));
  EXPECT_EQ(file.Read("a"), kExpected);
  EXPECT_EQ(file.Read("data"), kExpected);
}

TEST(MatFileTest, NamesWhatIsThere) {
  const MatFile file(MakeMat("names.mat", MAT_FT_MAT5, MAT_COMPRESSION_ZLIB));
  ASSERT_EQ(file.variables().size(), 2U);
  EXPECT_EQ(file.variables()[1].kind, "cell");
  try {
    file.Read("poses_3d");
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("has no variable poses_3d, but a, data"));
  }
}

TEST(MatFileTest, OtherFilesAreErrors) {
  EXPECT_THROW(MatFile(TestPath("none.mat")), Error);
  std::ofstream(TestPath("text.mat")) << "This is no MATLAB file. " << std::string(200, 'x');
  EXPECT_THROW(MatFile(TestPath("text.mat")), Error);
  std::ofstream(TestPath("empty.mat")).flush();
  EXPECT_THROW(MatFile(TestPath("empty.mat")), Error);
}

TEST(MatFileTest, TruncatedFilesAreErrors) {
  const std::string whole = ReadAll(MakeMat("whole.mat", MAT_FT_MAT5, MAT_COMPRESSION_ZLIB));
  for (size_t size = 0; size < whole.size(); size += 7) {
    const fs::path path = TestPath("truncated.mat");
    std::ofstream(path, std::ios::binary) << whole.substr(0, size);
    EXPECT_THROW(MatFile(path).Read("data"), Error) << size;
  }
}

// Reads all that is in it; errors are as good as values.
void ReadDamaged(const std::string& bytes) {
  const fs::path path = TestPath("damaged.mat");
  std::ofstream(path, std::ios::binary) << bytes;
  try {
    const MatFile file(path);
    for (const MatFile::Variable& variable : file.variables()) file.Read(variable.name);
  } catch (const Error&) {
  }
}

TEST(MatFileTest, DamagedFilesAreErrorsAtMost) {
  for (const auto compression : {MAT_COMPRESSION_NONE, MAT_COMPRESSION_ZLIB}) {
    const std::string whole = ReadAll(MakeMat("whole.mat", MAT_FT_MAT5, compression));
    for (size_t i = 100; i < whole.size(); ++i) {
      for (const char flip : {'\x01', '\x80', '\xFF'}) {
        std::string bytes = whole;
        bytes[i] = static_cast<char>(bytes[i] ^ flip);
        ReadDamaged(bytes);
      }
    }
  }
}

TEST(MatFileTest, DamagedFilesOfVersion73AreErrorsAtMost) {
  const std::string whole = ReadAll(MakeMat("whole73.mat", MAT_FT_MAT73, MAT_COMPRESSION_NONE));
  std::mt19937 random(1);
  for (int i = 0; i < 150; ++i) {
    std::string bytes = whole;
    bytes[random() % bytes.size()] = static_cast<char>(random());
    ReadDamaged(bytes);
  }
  for (size_t size = 0; size < whole.size(); size += 61) ReadDamaged(whole.substr(0, size));
}

// Where MATLAB stores the 2 x 3 of the array, of the cell's array, and the 1 x 1 of the cell.
TEST(MatFileTest, AbsurdSizesAreErrorsAtOnce) {
  const std::string whole = ReadAll(MakeMat("sizes.mat", MAT_FT_MAT5, MAT_COMPRESSION_NONE));
  const auto bytes_of = [](const std::vector<int32_t>& numbers) {
    return std::string(reinterpret_cast<const char*>(numbers.data()), numbers.size() * 4);
  };
  constexpr int32_t kInts = 5;
  for (const std::string& dims : {bytes_of({kInts, 8, 2, 3}), bytes_of({kInts, 8, 1, 1})}) {
    int found = 0;
    for (size_t at = whole.find(dims); at != std::string::npos; at = whole.find(dims, at + 1)) {
      std::string bytes = whole;
      bytes.replace(at + 8, 8, bytes_of({1 << 30, 1 << 20}));
      const fs::path path = TestPath("absurd.mat");
      std::ofstream(path, std::ios::binary) << bytes;
      EXPECT_THROW(MatFile{path}, Error) << at;
      ++found;
    }
    EXPECT_GE(found, 1);
  }
}

// 22 bytes that claim 2.7 GB.
TEST(MatFileTest, AMatrixOfVersion4HasToBeThere) {
  const auto bytes_of = [](std::vector<uint32_t> numbers) {
    return std::string(reinterpret_cast<const char*>(numbers.data()), numbers.size() * 4);
  };
  const fs::path path = TestPath("v4.mat");
  const auto write = [&](const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  };
  const std::string name("a\0", 2), value("\0\0\0\0\0\0\xF0\x3F", 8);
  const std::string named_value = name + value;
  EXPECT_EQ(MatFile(write(bytes_of({0, 1, 1, 0, 2}) + named_value)).Read("a").values,
            std::vector<double>{1});
  for (const std::string& bytes :
       {bytes_of({0, 20'000, 17'000, 0, 2}) + name, bytes_of({0, 1, 1, 0, 2}) + name,
        bytes_of({0, 1, 1, 1, 2}) + named_value, bytes_of({0, 1, 1, 0, 0xFFFFFFFF}) + name,
        bytes_of({90, 1, 1, 0, 2}) + named_value}) {
    EXPECT_THAT(ErrorOf([&] { MatFile(write(bytes)).Read("a"); }), HasSubstr("damaged"));
  }
}

TEST(MatFileTest, StructsAreNoNumbers) {
  for (const auto& entry : fs::directory_iterator(kFixtures)) {
    if (!entry.path().filename().string().starts_with("teststruct")) continue;
    const MatFile file(entry.path());
    ASSERT_FALSE(file.variables().empty());
    EXPECT_THROW(file.Read(file.variables()[0].name), Error) << entry.path();
  }
}

}  // namespace videopose::internal::mat_file_test
