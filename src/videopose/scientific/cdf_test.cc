// SPDX-License-Identifier: Apache-2.0

#include "videopose/scientific/cdf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "support/test_data.h"
#include "videopose/base/error.h"
#include "videopose/scientific/cdf_values.h"

namespace videopose::internal::cdf_test {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using std::string_literals::operator""s;

const fs::path kFixtures = TestData("fixtures/cdf");

std::string ReadAll(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Big-endian records, as a small file of version 3 needs them.
class CdfBuilder {
 public:
  CdfBuilder& Int(int32_t value) { return Number(static_cast<uint32_t>(value), 4); }
  CdfBuilder& Offset(int64_t value) { return Number(static_cast<uint64_t>(value), 8); }
  CdfBuilder& Raw(std::string_view raw) {
    bytes += raw;
    return *this;
  }
  CdfBuilder& Float(float value) {  // little-endian, as encoding 6
    return Raw({reinterpret_cast<const char*>(&value), 4});
  }
  int64_t at() const { return std::ssize(bytes); }

  std::string bytes;

 private:
  CdfBuilder& Number(uint64_t value, int count) {
    for (int i = count - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i));
    return *this;
  }
};

struct SmallCdf {
  int32_t encoding = 6;
  int32_t flags = 3;  // row-major, one file
  int32_t type = 44;
  int32_t sparse = 0;
  int32_t last_record = 3;
  int64_t next_index = 0;  // of the index record: 0 none, -1 itself
  int32_t second_first = 3;
};

// Variable "v" of two floats a record: records 0 and 3 are there. Pad: 9.
std::string MakeCdf(const SmallCdf& of) {
  constexpr int64_t kHeader = 8, kHeaderSize = 56, kGlobals = kHeader + kHeaderSize,
                    kGlobalsSize = 84, kVariable = kGlobals + kGlobalsSize,
                    kVariableSize = 8 + 4 + 8 + 4 + 4 + 8 + 8 + 4 + 4 + 12 + 4 + 4 + 8 + 4 + 256 +
                                    4 + 4 + 4 + 4,
                    kIndex = kVariable + kVariableSize,
                    kIndexSize = 8 + 4 + 8 + 4 + 4 + 2 * (4 + 4 + 8), kFirst = kIndex + kIndexSize,
                    kValuesSize = 8 + 4 + 8, kSecond = kFirst + kValuesSize;
  CdfBuilder cdf;
  cdf.Raw("\xCD\xF3\x00\x01\x00\x00\xFF\xFF"s);
  cdf.Offset(kHeaderSize).Int(1).Offset(kGlobals).Int(3).Int(3).Int(of.encoding).Int(of.flags);
  cdf.Int(0).Int(0).Int(0).Int(0).Int(0);
  cdf.Offset(kGlobalsSize).Int(2).Offset(0).Offset(kVariable).Offset(0).Offset(0);
  cdf.Int(0).Int(0).Int(-1).Int(0).Int(1).Offset(0).Int(0).Int(0).Int(0);
  cdf.Offset(kVariableSize).Int(8).Offset(0).Int(of.type).Int(of.last_record);
  cdf.Offset(kIndex).Offset(kIndex).Int(1 | 2).Int(of.sparse).Int(0).Int(0).Int(0).Int(1).Int(0);
  cdf.Offset(-1).Int(0).Raw("v" + std::string(255, '\0')).Int(1).Int(2).Int(-1).Float(9);
  cdf.Offset(kIndexSize).Int(6).Offset(of.next_index == -1 ? kIndex : of.next_index).Int(2).Int(2);
  cdf.Int(0).Int(of.second_first).Int(0).Int(3).Offset(kFirst).Offset(kSecond);
  cdf.Offset(kValuesSize).Int(7).Float(1).Float(2);
  cdf.Offset(kValuesSize).Int(7).Float(3).Float(4);
  EXPECT_EQ(cdf.at(), kSecond + kValuesSize);
  return cdf.bytes;
}

CdfReader Parse(std::string bytes) { return {SharedBytes::Own(std::move(bytes)), "x.cdf"}; }

std::string MessageOf(const std::string& bytes) {
  try {
    Parse(bytes).Read("v");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(CdfTest, RecordsThatASparseVariableLeavesOutArePad) {
  const Tensor values = Parse(MakeCdf({.sparse = 1})).ReadTensor<float>("v");
  EXPECT_EQ(values, Tensor({4, 2}, {1, 2, 9, 9, 9, 9, 3, 4}));
}

TEST(CdfTest, OrRepeatTheOneBefore) {
  const Tensor values = Parse(MakeCdf({.sparse = 2, .last_record = 4})).ReadTensor<float>("v");
  EXPECT_EQ(values, Tensor({5, 2}, {1, 2, 1, 2, 1, 2, 3, 4, 3, 4}));
}

TEST(CdfTest, RecordsPastTheLastAreOnlyRoom) {
  EXPECT_EQ(Parse(MakeCdf({.last_record = 0})).ReadTensor<float>("v"), Tensor({1, 2}, {1, 2}));
  EXPECT_EQ(Parse(MakeCdf({.last_record = -1})).Read("v").shape, (std::vector<int64_t>{0, 2}));
}

TEST(CdfTest, WhatIsNotReadIsNamed) {
  EXPECT_THAT(MessageOf("This is not a CDF at all"), HasSubstr("is not a CDF file"));
  EXPECT_THAT(MessageOf(MakeCdf({.encoding = 3})), HasSubstr("VAX"));
  EXPECT_THAT(MessageOf(MakeCdf({.encoding = 77})), HasSubstr("encoding 77 is unknown"));
  EXPECT_THAT(MessageOf(MakeCdf({.flags = 1})), HasSubstr("files of their own"));
  EXPECT_THAT(MessageOf(MakeCdf({.type = 99})), HasSubstr("CDF type 99"));
  EXPECT_THAT(MessageOf(MakeCdf({.sparse = 3})), HasSubstr("sparse records of kind 3"));
  EXPECT_THAT(MessageOf(MakeCdf({.last_record = 1 << 30})), HasSubstr("too much for a file"));
  EXPECT_THAT(MessageOf(MakeCdf({.next_index = -1})), HasSubstr("leads back to itself"));
  EXPECT_THAT(MessageOf(MakeCdf({.second_first = 0})), HasSubstr("come after"));
  EXPECT_THROW(
      {
        try {
          Parse(MakeCdf({})).Read("Pose");
        } catch (const Error& error) {
          EXPECT_THAT(error.what(), HasSubstr("has no variable Pose, but v"));
          throw;
        }
      },
      Error);
}

// Nothing but Error may come of any of these, and nothing may hang.
void ReadDamaged(std::string bytes) {
  try {
    const CdfReader cdf = Parse(std::move(bytes));
    for (const CdfVariable& variable : cdf.variables()) cdf.Read(variable.name);
  } catch (const Error&) {
  }
}

TEST(CdfTest, EveryTruncationIsAnError) {
  const std::string whole = MakeCdf({});
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(MessageOf(whole.substr(0, size)), "") << size;
  }
}

TEST(CdfTest, DamagedFilesAreErrorsAtMost) {
  const std::string whole = MakeCdf({});
  for (size_t i = 0; i < whole.size(); ++i) {
    for (const char flip : {'\x01', '\x80', '\xFF'}) {
      std::string bytes = whole;
      bytes[i] = static_cast<char>(bytes[i] ^ flip);
      ReadDamaged(std::move(bytes));
    }
  }
}

TEST(CdfTest, ColumnMajorRecordsAreTurned) {
  std::string records = "abcdefABCDEF";
  ReorderToRowMajor({2, 3}, 1, records);
  EXPECT_EQ(records, "acebdfACEBDF");
}

TEST(CdfTest, RunsOfZerosAreExpandedToTheirSizeOnly) {
  EXPECT_EQ(UnpackCdf(1, "a\0\2b\0\0"s, 6, "x"), "a\0\0\0b\0"s);
  EXPECT_THROW(UnpackCdf(1, "a\0\xFF"s, 3, "x"), Error);
  EXPECT_THROW(UnpackCdf(1, "a\0"s, 3, "x"), Error);
  EXPECT_THROW(UnpackCdf(2, "a", 1, "x"), Error);
  EXPECT_THROW(UnpackCdf(5, "not gzip", 10, "x"), Error);
}

// Reads what the folder's expected.json states, and says how many variables that are.
int ExpectStatedValues(const fs::path& folder) {
  const auto expected = nlohmann::json::parse(ReadAll(folder / "expected.json"));
  int variables = 0;
  for (const auto& [file, stated] : expected.items()) {
    SCOPED_TRACE(file);
    if (stated.contains("error")) {
      EXPECT_THROW(CdfReader{folder / file}, Error);
      continue;
    }
    const CdfReader cdf(folder / file);
    EXPECT_EQ(cdf.row_major(), stated["majority"] == "row");
    for (const auto& [name, variable] : stated["variables"].items()) {
      SCOPED_TRACE(name);
      ++variables;
      std::vector<int64_t> shape = variable["dims"];
      shape.insert(shape.begin(), variable["records"].get<int64_t>());
      const NpyArray array = cdf.Read(name);
      EXPECT_EQ(array.shape, shape);
      EXPECT_EQ(cdf.Find(name)->type, variable["type_code"]);
      // Stated as doubles, what a float can hold exactly and an int64 to 2^-53.
      const auto values = ToTensor<double>(array, name).values;
      EXPECT_EQ(values.size(), variable["count"].get<size_t>());
      if (values.size() != variable["count"].get<size_t>()) continue;
      const auto& first = variable["first_row_major"];
      for (size_t i = 0; i < first.size(); ++i) {
        if (first[i].is_null()) {
          EXPECT_TRUE(std::isnan(values[i])) << i;
        } else {
          const double value = first[i].get<double>();
          EXPECT_NEAR(values[i], value, std::abs(value) * 1e-7) << i;
        }
      }
      double sum = 0, absolute_sum = 0;
      for (const double value : values) {
        if (!std::isfinite(value)) continue;
        sum += value;
        absolute_sum += std::abs(value);
      }
      EXPECT_NEAR(sum, variable["finite_sum"].get<double>(), absolute_sum * 1e-9 + 1e-9);
    }
  }
  return variables;
}

TEST(CdfFixtureTest, ReadsRealFilesToTheirStatedValues) {
  EXPECT_EQ(ExpectStatedValues(kFixtures), 79);
}

TEST(CdfFixtureTest, ReadsFilesOfMoreVersions) {
  SKIP_WITHOUT_SHARED("fixtures/cdf");
  EXPECT_EQ(ExpectStatedValues(SharedFile("fixtures/cdf")), 229);
}

TEST(CdfFixtureTest, DamagedRealFilesAreErrorsAtMost) {
  std::mt19937 random(1);
  for (const char* name : {"synthetic_h36m_layout/pose_rowmajor.cdf",
                           "synthetic_h36m_layout/pose_colmajor_gzipvar.cdf",
                           "synthetic_h36m_layout/pose_colmajor_wholefile_gzip.cdf"}) {
    const std::string whole = ReadAll(kFixtures / name);
    for (size_t size = 0; size < whole.size(); size += 97) ReadDamaged(whole.substr(0, size));
    for (int i = 0; i < 300; ++i) {
      std::string bytes = whole;
      bytes[random() % bytes.size()] = static_cast<char>(random());
      ReadDamaged(std::move(bytes));
    }
  }
}

}  // namespace videopose::internal::cdf_test
