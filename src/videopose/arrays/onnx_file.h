// SPDX-License-Identifier: Apache-2.0

// ONNX files (onnx.ai): a graph is written node by node; of a file the tensors and notes that it
// holds by name are read, not its nodes.

#ifndef VIDEOPOSE_ARRAYS_ONNX_FILE_H_
#define VIDEOPOSE_ARRAYS_ONNX_FILE_H_

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "videopose/arrays/torch_checkpoint.h"
#include "videopose/base.h"

namespace videopose::internal {

class OnnxGraph {
 public:
  // A size, or the name of one that a run decides.
  using Axis = std::variant<int64_t, std::string>;
  struct Attribute {
    std::string name;
    std::variant<float, int64_t, std::vector<int64_t>> value;
  };

  // The operators are those of this version.
  static constexpr int64_t kOpset = 13;

  explicit OnnxGraph(const std::string& name);
  ~OnnxGraph();
  OnnxGraph(OnnxGraph&&) noexcept;
  OnnxGraph& operator=(OnnxGraph&&) noexcept;

  // Values of single precision.
  void AddInput(const std::string& name, const std::vector<Axis>& shape);
  void AddOutput(const std::string& name, const std::vector<Axis>& shape);
  void AddConstant(const std::string& name, const Tensor& tensor);
  void AddConstant(const std::string& name, const std::vector<int64_t>& values);
  // Gives the output's name.
  std::string AddNode(const std::string& type, const std::vector<std::string>& inputs,
                      const std::string& output, const std::vector<Attribute>& attributes = {});
  void AddNote(const std::string& key, const std::string& value);

  void Write(const std::filesystem::path& path) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

struct OnnxContent {
  StateDict tensors;  // those of single precision
  std::map<std::string, std::string> notes;
};

// Throws Error for a file that is no ONNX, and where a tensor has not as many values as its shape
// says.
OnnxContent ReadOnnx(const std::filesystem::path& path);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ARRAYS_ONNX_FILE_H_
