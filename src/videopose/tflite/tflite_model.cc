// SPDX-License-Identifier: Apache-2.0

#include "videopose/tflite/tflite_model.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>
#include <utility>

#include "videopose/arrays/half.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"
#include "videopose/tflite/flatbuffer.h"
#include "videopose/tflite/sparse_tensor.h"

namespace videopose::internal {
namespace {

// Far above what BlazePose needs (heavy: 14 M weights), far below what would exhaust the memory.
constexpr int64_t kMaxTensorElements = int64_t{1} << 25;
constexpr int64_t kMaxConstantElements = int64_t{1} << 27;
constexpr uintmax_t kMaxFileBytes = uintmax_t{1} << 29;

// Field numbers of the schema's tables.
namespace model {
constexpr int kVersion = 0, kOperatorCodes = 1, kSubgraphs = 2, kBuffers = 4;
}
namespace operator_code {
constexpr int kByteCode = 0, kCode = 3;
}
namespace subgraph {
constexpr int kTensors = 0, kInputs = 1, kOutputs = 2, kOperators = 3;
}
namespace tensor {
constexpr int kShape = 0, kType = 1, kBuffer = 2, kName = 3, kSparsity = 6;
}
namespace op {
constexpr int kCodeIndex = 0, kInputs = 1, kOutputs = 2, kOptions = 4;
}
namespace buffer {
constexpr int kData = 0;
}
namespace sparsity_parameters {
constexpr int kTraversalOrder = 0, kBlockMap = 1, kLevels = 2;
}
namespace dimension_metadata {
constexpr int kFormat = 0, kDenseSize = 1, kSegmentsType = 2, kSegments = 3, kIndicesType = 4,
              kIndices = 5;
}

enum class TensorType : int8_t { kFloat32 = 0, kFloat16 = 1, kInt32 = 2 };

template <typename To, typename From>
std::vector<To> Converted(const std::vector<From>& from) {
  return {from.begin(), from.end()};
}

// A union of vectors of int32, uint16 or uint8, each a table whose field 0 is the vector.
std::vector<int64_t> IndexVector(const FlatTable& owner, int type_field, int value_field) {
  const auto table = owner.Table(value_field);
  if (!table) return {};
  switch (owner.Scalar<uint8_t>(type_field, 0)) {
    case 1:
      return Converted<int64_t>(table->Values<int32_t>(0));
    case 2:
      return Converted<int64_t>(table->Values<uint16_t>(0));
    case 3:
      return Converted<int64_t>(table->Values<uint8_t>(0));
    default:
      return {};
  }
}

Sparsity ReadSparsity(const FlatTable& table) {
  Sparsity sparsity;
  sparsity.traversal_order =
      Converted<int64_t>(table.Values<int32_t>(sparsity_parameters::kTraversalOrder));
  sparsity.block_map = Converted<int64_t>(table.Values<int32_t>(sparsity_parameters::kBlockMap));
  for (const FlatTable& level : table.Tables(sparsity_parameters::kLevels)) {
    namespace field = dimension_metadata;
    sparsity.levels.push_back(
        {.is_sparse = level.Scalar<int8_t>(field::kFormat, 0) != 0,
         .dense_size = level.Scalar<int32_t>(field::kDenseSize, 0),
         .segments = IndexVector(level, field::kSegmentsType, field::kSegments),
         .indices = IndexVector(level, field::kIndicesType, field::kIndices)});
  }
  return sparsity;
}

TfliteOptions ReadOptions(TfliteOp op, const FlatTable& table) {
  TfliteOptions options;
  const auto activation = [&](int field) {
    options.activation = static_cast<TfliteActivation>(table.Scalar<int8_t>(field, 0));
  };
  const auto window = [&] {
    options.padding = static_cast<TflitePadding>(table.Scalar<int8_t>(0, 0));
    options.stride_width = table.Scalar<int32_t>(1, 0);
    options.stride_height = table.Scalar<int32_t>(2, 0);
  };
  switch (op) {
    case TfliteOp::kConv2d:
      window();
      activation(3);
      options.dilation_width = table.Scalar<int32_t>(4, 1);
      options.dilation_height = table.Scalar<int32_t>(5, 1);
      break;
    case TfliteOp::kDepthwiseConv2d:
      window();
      options.depth_multiplier = table.Scalar<int32_t>(3, 0);
      activation(4);
      options.dilation_width = table.Scalar<int32_t>(5, 1);
      options.dilation_height = table.Scalar<int32_t>(6, 1);
      break;
    case TfliteOp::kMaxPool2d:
      window();
      options.pool_width = table.Scalar<int32_t>(3, 0);
      options.pool_height = table.Scalar<int32_t>(4, 0);
      activation(5);
      break;
    case TfliteOp::kAdd:
      activation(0);
      break;
    case TfliteOp::kConcatenation:
      options.axis = table.Scalar<int32_t>(0, 0);
      activation(1);
      break;
    case TfliteOp::kResizeBilinear:
      options.align_corners = table.Scalar<uint8_t>(2, 0) != 0;
      options.half_pixel_centers = table.Scalar<uint8_t>(3, 0) != 0;
      break;
    case TfliteOp::kDepthToSpace:
      options.block_size = table.Scalar<int32_t>(0, 0);
      break;
    default:
      break;
  }
  return options;
}

// Turns one file into a TfliteModel; lives only as long as that takes.
class Parser {
 public:
  explicit Parser(const FlatBytes& bytes)
      : file_(bytes.file), root_(FlatTable::Root(bytes, "TFL3")) {
    if (const auto version = root_.Scalar<uint32_t>(model::kVersion, 0); version != 3) {
      Fail("{}: TensorFlow Lite schema version {}, can read version 3", file_, version);
    }
    const std::vector<FlatTable> subgraphs = root_.Tables(model::kSubgraphs);
    if (subgraphs.size() != 1) Fail("{}: {} graphs in the model, not 1", file_, subgraphs.size());
    buffers_ = root_.Tables(model::kBuffers);
    result_.file = file_;
    tensor_tables_ = subgraphs[0].Tables(subgraph::kTensors);
    for (const FlatTable& table : tensor_tables_) AddTensor(table);
    for (const FlatTable& table : subgraphs[0].Tables(subgraph::kOperators)) AddOperator(table);
    result_.inputs = TensorIndices(subgraphs[0], subgraph::kInputs, 0);
    result_.outputs = TensorIndices(subgraphs[0], subgraph::kOutputs, 0);
  }

  TfliteModel Take() { return std::move(result_); }

 private:
  std::vector<int> TensorIndices(const FlatTable& table, int field, int smallest) const {
    std::vector<int> indices = table.Values<int32_t>(field);
    for (const int index : indices) {
      if (index < smallest || index >= static_cast<int>(result_.tensors.size())) {
        Fail("{}: damaged model file: tensor {} of {}; fetch it again", file_, index,
             result_.tensors.size());
      }
    }
    return indices;
  }

  std::span<const uint8_t> ConstantBytes(const FlatTable& table) const {
    const auto index = table.Scalar<uint32_t>(tensor::kBuffer, 0);
    if (index >= buffers_.size()) {
      Fail("{}: damaged model file: buffer {} of {}; fetch it again", file_, index,
           buffers_.size());
    }
    return buffers_[index].Bytes(buffer::kData);
  }

  void AddTensor(const FlatTable& table) {
    TfliteTensor result;
    result.name = table.String(tensor::kName);
    int64_t count = 1;
    for (const int32_t size : table.Values<int32_t>(tensor::kShape)) {
      if (size < 1 || count > kMaxTensorElements / size) {
        Fail("{}: tensor '{}' has size {} in one dimension; fetch the file again", file_,
             result.name, size);
      }
      count *= size;
      result.shape.push_back(size);
    }
    const std::span<const uint8_t> bytes = ConstantBytes(table);
    if (!bytes.empty() && !table.Table(tensor::kSparsity)) ReadConstant(table, bytes, result);
    result_.tensors.push_back(std::move(result));
  }

  void CountConstants(int64_t elements) {
    constant_elements_ += elements;
    if (constant_elements_ > kMaxConstantElements) Fail("{}: too many weights to be true", file_);
  }

  // Checks that there are `count` elements of type T and gives them.
  template <typename T>
  std::vector<T> Elements(std::span<const uint8_t> bytes, int64_t count, const std::string& name) {
    CountConstants(count);
    if (bytes.size() != static_cast<size_t>(count) * sizeof(T)) {
      Fail("{}: tensor '{}' has {} bytes of values, not {}; fetch the file again", file_, name,
           bytes.size(), static_cast<size_t>(count) * sizeof(T));
    }
    std::vector<T> values(static_cast<size_t>(count));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }

  std::vector<float> HalfElements(std::span<const uint8_t> bytes, int64_t count,
                                  const std::string& name) {
    const std::vector<uint16_t> halves = Elements<uint16_t>(bytes, count, name);
    std::vector<float> values(halves.size());
    for (size_t i = 0; i < halves.size(); ++i) values[i] = FloatFromHalf(halves[i]);
    return values;
  }

  void ReadConstant(const FlatTable& table, std::span<const uint8_t> bytes, TfliteTensor& result) {
    const int64_t count = result.element_count();
    switch (static_cast<TensorType>(table.Scalar<int8_t>(tensor::kType, 0))) {
      case TensorType::kFloat32:
        result.values = Elements<float>(bytes, count, result.name);
        break;
      case TensorType::kFloat16:
        result.values = HalfElements(bytes, count, result.name);
        break;
      case TensorType::kInt32:
        result.ints = Elements<int32_t>(bytes, count, result.name);
        break;
      default:
        break;  // an operator that needs it finds no values
    }
  }

  // The dense values of a sparse constant.
  std::vector<float> Densified(int index) {
    const FlatTable& table = tensor_tables_[index];
    const TfliteTensor& sparse = result_.tensors[index];
    const auto sparsity = table.Table(tensor::kSparsity);
    if (!sparsity) return sparse.values;
    const std::string what = fmt::format("{}: tensor '{}'", file_, sparse.name);
    const std::vector<int64_t> positions =
        DensePositions(ReadSparsity(*sparsity), sparse.shape, what);
    const bool is_half =
        table.Scalar<int8_t>(tensor::kType, 0) == static_cast<int8_t>(TensorType::kFloat16);
    const auto count = static_cast<int64_t>(positions.size());
    const std::span<const uint8_t> bytes = ConstantBytes(table);
    const std::vector<float> stored = is_half ? HalfElements(bytes, count, sparse.name)
                                              : Elements<float>(bytes, count, sparse.name);
    CountConstants(sparse.element_count());
    std::vector<float> dense(static_cast<size_t>(sparse.element_count()));
    for (size_t i = 0; i < stored.size(); ++i) dense[positions[i]] = stored[i];
    return dense;
  }

  void AddOperator(const FlatTable& table) {
    const std::vector<FlatTable> codes = root_.Tables(model::kOperatorCodes);
    const auto code_index = table.Scalar<uint32_t>(op::kCodeIndex, 0);
    if (code_index >= codes.size()) {
      Fail("{}: damaged model file: operator {} of {}; fetch it again", file_, code_index,
           codes.size());
    }
    TfliteOperator result;
    // Newer files have the code as an int; older ones, and all for small codes, as a byte.
    result.op = static_cast<TfliteOp>(
        std::max<int32_t>(codes[code_index].Scalar<int8_t>(operator_code::kByteCode, 0),
                          codes[code_index].Scalar<int32_t>(operator_code::kCode, 0)));
    result.inputs = TensorIndices(table, op::kInputs, -1);
    result.outputs = TensorIndices(table, op::kOutputs, 0);
    if (result.op == TfliteOp::kDensify || result.op == TfliteOp::kDequantize) {
      ResolveConstant(result);
      return;
    }
    if (const auto options = table.Table(op::kOptions)) {
      result.options = ReadOptions(result.op, *options);
    }
    result_.operators.push_back(std::move(result));
  }

  void ResolveConstant(const TfliteOperator& conversion) {
    const std::string name = TfliteOpName(conversion.op);
    if (conversion.inputs.size() != 1 || conversion.inputs[0] < 0 ||
        conversion.outputs.size() != 1 || conversion.inputs[0] == conversion.outputs[0]) {
      Fail("{}: {} without one input and one output; fetch the file again", file_, name);
    }
    TfliteTensor& input = result_.tensors[conversion.inputs[0]];
    TfliteTensor& output = result_.tensors[conversion.outputs[0]];
    std::vector<float> values =
        conversion.op == TfliteOp::kDensify ? Densified(conversion.inputs[0]) : input.values;
    if (values.empty() || input.shape != output.shape) {
      Fail("{}: {} of '{}', which is no constant of real numbers", file_, name, input.name);
    }
    CountConstants(input.element_count());
    output.values = std::move(values);
  }

  const std::string file_;
  const FlatTable root_;
  std::vector<FlatTable> buffers_, tensor_tables_;
  int64_t constant_elements_ = 0;
  TfliteModel result_;
};

}  // namespace

std::string TfliteOpName(TfliteOp op) {
  switch (op) {
    case TfliteOp::kAdd:
      return "ADD";
    case TfliteOp::kConcatenation:
      return "CONCATENATION";
    case TfliteOp::kConv2d:
      return "CONV_2D";
    case TfliteOp::kDepthwiseConv2d:
      return "DEPTHWISE_CONV_2D";
    case TfliteOp::kDepthToSpace:
      return "DEPTH_TO_SPACE";
    case TfliteOp::kDequantize:
      return "DEQUANTIZE";
    case TfliteOp::kLogistic:
      return "LOGISTIC";
    case TfliteOp::kMaxPool2d:
      return "MAX_POOL_2D";
    case TfliteOp::kReshape:
      return "RESHAPE";
    case TfliteOp::kResizeBilinear:
      return "RESIZE_BILINEAR";
    case TfliteOp::kPad:
      return "PAD";
    case TfliteOp::kDensify:
      return "DENSIFY";
  }
  return fmt::format("operator {}", static_cast<int32_t>(op));
}

int64_t TfliteTensor::element_count() const {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

TfliteModel ParseTfliteModel(std::span<const uint8_t> bytes, const std::string& file) {
  const FlatBytes flat{bytes, file};
  return Parser(flat).Take();
}

TfliteModel ReadTfliteModel(const std::filesystem::path& path, int64_t offset) try {
  std::error_code error;
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (error) Fail("{}: cannot read: {}", path.string(), error.message());
  if (size > kMaxFileBytes) {
    Fail(ErrorCode::kLimit, "{}: {} bytes are too many for a model", path.string(), size);
  }
  const std::string bytes = ReadFile(path);
  const auto begin = std::min(static_cast<size_t>(offset), bytes.size());
  return ParseTfliteModel(
      std::span(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()).subspan(begin),
      path.string());
} catch (Error& error) {
  RethrowFromReading(path, error);
}

}  // namespace videopose::internal
