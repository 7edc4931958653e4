// SPDX-License-Identifier: Apache-2.0

// Runs a TensorFlow Lite model on XNNPACK, the engine that TensorFlow Lite itself uses.

#ifndef VIDEOPOSE_TFLITE_XNN_NETWORK_H_
#define VIDEOPOSE_TFLITE_XNN_NETWORK_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "videopose/base/worker_pool.h"
#include "videopose/tflite/tflite_model.h"

namespace videopose::internal {

class XnnNetwork {
 public:
  // Builds only what `wanted_outputs` (names of the model's outputs) need. A wanted output may be a
  // CONCATENATION along the first dimension that is not 1, or a RESHAPE of one; elsewhere that
  // operator is not supported. `pool` must outlive the network. Throws Error, naming the model's
  // file, on what cannot be built: unknown operators or types, shapes that do not fit each other.
  XnnNetwork(TfliteModel model, const std::vector<std::string>& wanted_outputs, WorkerPool& pool);
  ~XnnNetwork();
  XnnNetwork(XnnNetwork&&) noexcept;
  XnnNetwork& operator=(XnnNetwork&&) noexcept;

  // (1, height, width, channels), float32; write here before Run.
  std::span<float> input();
  const std::vector<int64_t>& input_shape() const;

  void Run();

  // In the order of `wanted_outputs`; the values of the last Run.
  std::span<const float> output(size_t index) const;
  const std::vector<int64_t>& output_shape(size_t index) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TFLITE_XNN_NETWORK_H_
