// SPDX-License-Identifier: Apache-2.0

// MATLAB's .mat files (versions 4 to 7.3), through matio in a child process (in_child.h).

#ifndef VIDEOPOSE_SCIENTIFIC_MAT_FILE_H_
#define VIDEOPOSE_SCIENTIFIC_MAT_FILE_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "videopose/base.h"

namespace videopose::internal {

class MatFile {
 public:
  struct Variable {
    std::string name;
    std::string kind;  // "double", "cell", ...
    std::vector<int64_t> shape;
  };

  // Throws Error: missing, not a .mat file, damaged.
  explicit MatFile(std::filesystem::path path);

  const std::vector<Variable>& variables() const { return variables_; }
  bool Has(const std::string& name) const;

  // Real numbers of any type, row-major with MATLAB's shape; of a cell array, its first cell.
  // Throws Error: no such variable (naming those there are), something else in it, damaged, or
  // absurdly large for its file.
  BasicTensor<double> Read(const std::string& name) const;

 private:
  std::filesystem::path path_;
  double byte_count_ = 0;
  std::vector<Variable> variables_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SCIENTIFIC_MAT_FILE_H_
