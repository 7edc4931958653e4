// SPDX-License-Identifier: Apache-2.0

// Reads TensorFlow Lite model files (.tflite) into plain values.
//
// Field numbers and codes are those of the published schema (tensorflow/lite/schema/schema.fbs,
// version 3). Weights come out as float32: sparse and half-precision constants are resolved here,
// so the operators DENSIFY and DEQUANTIZE never appear in the result.

#ifndef VIDEOPOSE_TFLITE_TFLITE_MODEL_H_
#define VIDEOPOSE_TFLITE_TFLITE_MODEL_H_

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace videopose::internal {

enum class TfliteOp : int32_t {
  kAdd = 0,
  kConcatenation = 2,
  kConv2d = 3,
  kDepthwiseConv2d = 4,
  kDepthToSpace = 5,
  kDequantize = 6,
  kLogistic = 14,
  kMaxPool2d = 17,
  kReshape = 22,
  kResizeBilinear = 23,
  kPad = 34,
  kDensify = 124,
};

// "CONV_2D"; "operator 77" for those not listed above.
std::string TfliteOpName(TfliteOp op);

enum class TflitePadding : int8_t { kSame = 0, kValid = 1 };
enum class TfliteActivation : int8_t { kNone = 0, kRelu = 1, kReluN1To1 = 2, kRelu6 = 3 };

struct TfliteTensor {
  std::string name;
  std::vector<int64_t> shape;  // each at least 1; NHWC for images
  std::vector<float> values;   // of a constant of real numbers, else empty
  std::vector<int32_t> ints;   // of a constant of whole numbers, else empty

  int64_t element_count() const;
};

// What the options of all operators we know say; each operator uses a few.
struct TfliteOptions {
  TflitePadding padding = TflitePadding::kSame;
  TfliteActivation activation = TfliteActivation::kNone;
  int32_t stride_width = 1, stride_height = 1;
  int32_t dilation_width = 1, dilation_height = 1;
  int32_t pool_width = 1, pool_height = 1;
  int32_t depth_multiplier = 1;
  int32_t block_size = 1;  // DEPTH_TO_SPACE
  int32_t axis = 0;        // CONCATENATION
  bool align_corners = false, half_pixel_centers = false;
};

struct TfliteOperator {
  TfliteOp op = TfliteOp::kAdd;
  std::vector<int> inputs, outputs;  // indices of tensors; an input may be -1: not there
  TfliteOptions options;
};

struct TfliteModel {
  std::string file;  // for messages
  std::vector<TfliteTensor> tensors;
  std::vector<TfliteOperator> operators;  // in an order in which they can run
  std::vector<int> inputs, outputs;
};

// Throws Error with one line if the file is missing, damaged or unsupported.
// Operators we do not know are kept; a network that needs them rejects them.
// `offset`: where in the file the model begins, after whatever it is packed with.
TfliteModel ReadTfliteModel(const std::filesystem::path& path, int64_t offset = 0);
TfliteModel ParseTfliteModel(std::span<const uint8_t> bytes, const std::string& file);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_TFLITE_TFLITE_MODEL_H_
