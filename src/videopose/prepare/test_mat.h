// SPDX-License-Identifier: Apache-2.0

// For tests: MATLAB files of one or more arrays of doubles, given row-major; and HDF5 files with
// one, for which MATLAB's version 7.3 is taken.

#ifndef VIDEOPOSE_PREPARE_TEST_MAT_H_
#define VIDEOPOSE_PREPARE_TEST_MAT_H_

#include <gtest/gtest.h>
#include <matio.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "support/test_folder.h"
#include "videopose/base.h"
#include "videopose/scientific/hdf5_file.h"

namespace videopose::internal {

using NamedTensors = std::vector<std::pair<std::string, BasicTensor<double>>>;

// As MATLAB stores it, the first index runs fastest.
inline std::vector<double> ColumnMajor(const BasicTensor<double>& tensor) {
  std::vector<double> values(tensor.values.size());
  std::vector<int64_t> index(tensor.shape.size(), 0);
  for (const double value : tensor.values) {
    int64_t at = 0;
    for (size_t d = index.size(); d-- > 0;) at = at * tensor.shape[d] + index[d];
    values[at] = value;
    for (size_t d = index.size(); d-- > 0;) {
      if (++index[d] < tensor.shape[d]) break;
      index[d] = 0;
    }
  }
  return values;
}

// `in_cell`: each array in a cell of its own, as data{1}.
inline void WriteMat(const std::filesystem::path& path, const NamedTensors& arrays,
                     bool in_cell = false) {
  std::filesystem::create_directories(path.parent_path());
  mat_t* const file = Mat_CreateVer(path.c_str(), nullptr, MAT_FT_MAT5);
  ASSERT_NE(file, nullptr);
  for (const auto& [name, tensor] : arrays) {
    std::vector<size_t> dims(tensor.shape.begin(), tensor.shape.end()), one = {1, 1};
    std::vector<double> values = ColumnMajor(tensor);
    matvar_t* array = Mat_VarCreate(in_cell ? "" : name.c_str(), MAT_C_DOUBLE, MAT_T_DOUBLE,
                                    static_cast<int>(dims.size()), dims.data(), values.data(), 0);
    if (in_cell) {
      matvar_t* const cell =
          Mat_VarCreate(name.c_str(), MAT_C_CELL, MAT_T_CELL, 2, one.data(), nullptr, 0);
      Mat_VarSetCell(cell, 0, array);
      array = cell;
    }
    Mat_VarWrite(file, array, MAT_COMPRESSION_NONE);
    Mat_VarFree(array);
  }
  Mat_Close(file);
}

// An HDF5 file with this data set.
inline std::string MakeHdf5(const std::string& name, const BasicTensor<double>& tensor) {
  const auto path = TestFolder() / "videopose_test_hdf5.mat";
  const Hdf5Lock lock;
  mat_t* const file = Mat_CreateVer(path.c_str(), nullptr, MAT_FT_MAT73);
  EXPECT_NE(file, nullptr);
  // HDF5 has the last index run fastest, so MATLAB's dimensions come the other way round.
  std::vector<size_t> dims(tensor.shape.rbegin(), tensor.shape.rend());
  std::vector<double> values = tensor.values;
  matvar_t* const array =
      Mat_VarCreate(name.c_str(), MAT_C_DOUBLE, MAT_T_DOUBLE, static_cast<int>(dims.size()),
                    dims.data(), values.data(), 0);
  Mat_VarWrite(file, array, MAT_COMPRESSION_NONE);
  Mat_VarFree(array);
  Mat_Close(file);
  constexpr int64_t kOfMatlab = 512;  // bytes before the HDF5 file
  std::ifstream in(path, std::ios::binary);
  in.seekg(kOfMatlab);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace videopose::internal

#endif  // VIDEOPOSE_PREPARE_TEST_MAT_H_
