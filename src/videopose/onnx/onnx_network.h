// SPDX-License-Identifier: Apache-2.0

// A network in an ONNX file that takes one image, run by ONNX Runtime.

#ifndef VIDEOPOSE_ONNX_ONNX_NETWORK_H_
#define VIDEOPOSE_ONNX_ONNX_NETWORK_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace videopose::internal {

// Whole numbers, as of classes, come as floats.
struct OnnxOutput {
  std::vector<int64_t> shape;
  std::vector<float> values;
};

class OnnxNetwork {
 public:
  // threads: 0: as WorkerPool. Throws Error: kUnsupported where videopose was built without ONNX
  // Runtime; kWrongFormat where it cannot load the file; kMismatch where the network does not take
  // one image (N, 3, height, width) of fixed height and width.
  OnnxNetwork(const std::filesystem::path& file, int threads);
  ~OnnxNetwork();
  OnnxNetwork(OnnxNetwork&&) noexcept;
  OnnxNetwork& operator=(OnnxNetwork&&) noexcept;

  int width_px() const;
  int height_px() const;
  // image: (3, height, width). All outputs, in the file's order. Throws Error.
  std::vector<OnnxOutput> Run(std::span<const float> image) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_ONNX_ONNX_NETWORK_H_
