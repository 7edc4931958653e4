// SPDX-License-Identifier: Apache-2.0

#include "videopose/tflite/xnn_graph.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <span>
#include <utility>

#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

using Shape = std::vector<int64_t>;

const char* StatusText(xnn_status status) {
  switch (status) {
    case xnn_status_unsupported_hardware:
      return "this processor is not supported";
    case xnn_status_out_of_memory:
      return "out of memory";
    case xnn_status_unsupported_parameter:
      return "unsupported parameter";
    default:
      return "invalid parameter";
  }
}

// XNNPACK trusts the shapes it is told and would write past its buffers where they do not fit, so
// every operator's output shape is computed here from its inputs and compared with the declared
// one.
class Builder {
 public:
  Builder(const TfliteModel& model, const std::vector<int>& inputs, const std::vector<int>& outputs)
      : model_(model), inputs_(inputs), outputs_(outputs) {
    CheckXnn(xnn_initialize(nullptr), model_, "start");
    xnn_subgraph_t subgraph = nullptr;
    const auto external_count = static_cast<uint32_t>(inputs.size() + outputs.size());
    CheckXnn(xnn_create_subgraph(external_count, 0, &subgraph), model_, "create a graph");
    subgraph_.reset(subgraph);
    for (const int tensor : inputs) DefineExternal(tensor, XNN_VALUE_FLAG_EXTERNAL_INPUT);
    for (const int tensor : outputs) DefineExternal(tensor, XNN_VALUE_FLAG_EXTERNAL_OUTPUT);
  }

  XnnSubgraph Build() {
    const std::vector<bool> needed = NeededOperators();
    std::vector<bool> known(model_.tensors.size(), false);
    for (const int input : inputs_) known[input] = true;
    for (size_t i = 0; i < needed.size(); ++i) {
      if (!needed[i]) continue;
      const TfliteOperator& op = model_.operators[i];
      if (op.outputs.size() != 1) Reject(op, "has {} outputs", op.outputs.size());
      for (const int input : op.inputs) {
        if (input < 0 || !(known[input] || IsConstant(input))) {
          Reject(op, "needs tensor {}, which nothing computes", input);
        }
      }
      if (known[op.outputs[0]] || IsConstant(op.outputs[0])) Reject(op, "has a known output");
      Add(op);
      known[op.outputs[0]] = true;
    }
    for (const int output : outputs_) {
      if (!known[output]) {
        Fail(ErrorCode::kWrongFormat, "{}: nothing computes '{}'", model_.file,
             model_.tensors[output].name);
      }
    }
    return std::move(subgraph_);
  }

 private:
  // The window of a convolution or pooling; index 0 is the height, 1 the width.
  struct Window {
    std::array<int64_t, 2> size, stride, dilation;
  };
  struct Bounds {
    float low, high;
  };

  template <typename... Args>
  [[noreturn]] void Reject(const TfliteOperator& op, fmt::format_string<Args...> why,
                           Args&&... args) const {
    const std::string name = op.outputs.empty() ? "" : model_.tensors[op.outputs[0]].name;
    Fail(ErrorCode::kWrongFormat, "{}: {} '{}' {}; is this BlazePose's model?", model_.file,
         TfliteOpName(op.op), name, fmt::format(why, std::forward<Args>(args)...));
  }

  bool IsConstant(int tensor) const {
    return !model_.tensors[tensor].values.empty() || !model_.tensors[tensor].ints.empty();
  }

  std::vector<bool> NeededOperators() const {
    std::vector<bool> wanted(model_.tensors.size(), false);
    for (const int output : outputs_) wanted[output] = true;
    std::vector<bool> needed(model_.operators.size(), false);
    for (size_t i = needed.size(); i-- > 0;) {
      const TfliteOperator& op = model_.operators[i];
      needed[i] =
          std::any_of(op.outputs.begin(), op.outputs.end(), [&](int t) { return wanted[t]; });
      if (!needed[i]) continue;
      for (const int input : op.inputs) {
        if (input >= 0) wanted[input] = true;
      }
    }
    return needed;
  }

  // XNNPACK's id of a tensor.
  uint32_t DefineValue(int tensor, uint32_t external_id, uint32_t flags) {
    const TfliteTensor& t = model_.tensors[tensor];
    const std::vector<size_t> dims(t.shape.begin(), t.shape.end());
    uint32_t id = XNN_INVALID_VALUE_ID;
    CheckXnn(xnn_define_tensor_value(subgraph_.get(), xnn_datatype_fp32, dims.size(), dims.data(),
                                     t.values.empty() ? nullptr : t.values.data(), external_id,
                                     flags, &id),
             model_, fmt::format("define '{}'", t.name));
    ids_[tensor] = id;
    return id;
  }
  void DefineExternal(int tensor, uint32_t flags) {
    if (ids_.contains(tensor) || IsConstant(tensor)) {
      Fail(ErrorCode::kWrongFormat, "{}: '{}' is no output", model_.file,
           model_.tensors[tensor].name);
    }
    DefineValue(tensor, static_cast<uint32_t>(ids_.size()), flags);
  }
  uint32_t Id(int tensor) {
    const auto found = ids_.find(tensor);
    return found != ids_.end() ? found->second : DefineValue(tensor, XNN_INVALID_VALUE_ID, 0);
  }
  uint32_t InputId(const TfliteOperator& op, size_t index = 0) { return Id(op.inputs[index]); }
  uint32_t OutputId(const TfliteOperator& op) { return Id(op.outputs[0]); }

  void ExpectInputs(const TfliteOperator& op, size_t count) const {
    if (op.inputs.size() != count) Reject(op, "has {} inputs, not {}", op.inputs.size(), count);
  }
  const Shape& InputShape(const TfliteOperator& op, size_t index = 0) const {
    return model_.tensors[op.inputs[index]].shape;
  }
  // (batch, height, width, channels)
  const Shape& ImageShape(const TfliteOperator& op) const {
    const Shape& shape = InputShape(op);
    if (shape.size() != 4) Reject(op, "has an input of shape {}", shape);
    return shape;
  }
  void ExpectOutput(const TfliteOperator& op, const Shape& shape) const {
    const Shape& declared = model_.tensors[op.outputs[0]].shape;
    if (declared != shape) Reject(op, "has shape {}, not {}", declared, shape);
  }
  const Shape& WeightShape(const TfliteOperator& op, size_t index) const {
    const TfliteTensor& weights = model_.tensors[op.inputs[index]];
    if (weights.values.empty()) Reject(op, "has weights that are not constant");
    return weights.shape;
  }
  std::span<const int32_t> Ints(const TfliteOperator& op, size_t index, size_t count) const {
    const std::vector<int32_t>& ints = model_.tensors[op.inputs[index]].ints;
    if (ints.size() != count) Reject(op, "has {} whole numbers, not {}", ints.size(), count);
    return ints;
  }

  Bounds ActivationBounds(const TfliteOperator& op) const {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    switch (op.options.activation) {
      case TfliteActivation::kNone:
        return {-kInfinity, kInfinity};
      case TfliteActivation::kRelu:
        return {0, kInfinity};
      case TfliteActivation::kReluN1To1:
        return {-1, 1};
      case TfliteActivation::kRelu6:
        return {0, 6};
    }
    Reject(op, "has activation {}", static_cast<int>(op.options.activation));
  }

  // valid: out = floor((in - (dilation * (size - 1) + 1)) / stride) + 1; same: ceil(in / stride)
  void ExpectWindowedOutput(const TfliteOperator& op, const Window& window,
                            int64_t channels) const {
    const Shape& in = ImageShape(op);
    Shape out = {in[0], 0, 0, channels};
    for (size_t axis = 0; axis < 2; ++axis) {
      const int64_t size = window.size[axis], stride = window.stride[axis];
      // A kernel wider than a thousand pixels is an error, and the limit rules out overflow.
      for (const int64_t value : {size, stride, window.dilation[axis]}) {
        if (value < 1 || value > 1000) Reject(op, "has a window of {}", value);
      }
      const int64_t reach = window.dilation[axis] * (size - 1) + 1;
      const int64_t length = in[axis + 1];
      switch (op.options.padding) {
        case TflitePadding::kSame:
          out[axis + 1] = (length + stride - 1) / stride;
          break;
        case TflitePadding::kValid:
          if (reach > length) Reject(op, "has a window of {} for {} pixels", reach, length);
          out[axis + 1] = (length - reach) / stride + 1;
          break;
        default:
          Reject(op, "has padding {}", static_cast<int>(op.options.padding));
      }
    }
    ExpectOutput(op, out);
  }
  static Window ConvWindow(const TfliteOperator& op, const Shape& filter) {
    const TfliteOptions& o = op.options;
    return {{filter[1], filter[2]},
            {o.stride_height, o.stride_width},
            {o.dilation_height, o.dilation_width}};
  }
  static uint32_t PaddingFlag(const TfliteOperator& op) {
    return op.options.padding == TflitePadding::kSame ? XNN_FLAG_TENSORFLOW_SAME_PADDING : 0;
  }

  void Check(xnn_status status, const TfliteOperator& op) const {
    CheckXnn(status, model_, fmt::format("build {}", TfliteOpName(op.op)));
  }

  void Add(const TfliteOperator& op) {
    switch (op.op) {
      case TfliteOp::kConv2d:
        return AddConv(op);
      case TfliteOp::kDepthwiseConv2d:
        return AddDepthwiseConv(op);
      case TfliteOp::kMaxPool2d:
        return AddMaxPool(op);
      case TfliteOp::kAdd:
        return AddSum(op);
      case TfliteOp::kPad:
        return AddPad(op);
      case TfliteOp::kResizeBilinear:
        return AddResize(op);
      case TfliteOp::kReshape:
        return AddReshape(op);
      case TfliteOp::kDepthToSpace:
        return AddDepthToSpace(op);
      case TfliteOp::kLogistic:
        return AddLogistic(op);
      default:
        Reject(op, "is not supported");
    }
  }

  // Filter (out channels, height, width, in channels), bias (out channels).
  void AddConv(const TfliteOperator& op) {
    ExpectInputs(op, 3);
    const Shape& in = ImageShape(op);
    const Shape& filter = WeightShape(op, 1);
    if (filter.size() != 4 || filter[3] != in[3] || WeightShape(op, 2) != Shape{filter[0]}) {
      Reject(op, "has weights {} for an input {}", filter, in);
    }
    const Window window = ConvWindow(op, filter);
    ExpectWindowedOutput(op, window, filter[0]);
    const Bounds bounds = ActivationBounds(op);
    Check(xnn_define_convolution_2d(subgraph_.get(), 0, 0, 0, 0, window.size[0], window.size[1],
                                    window.stride[0], window.stride[1], window.dilation[0],
                                    window.dilation[1], 1, in[3], filter[0], bounds.low,
                                    bounds.high, InputId(op), InputId(op, 1), InputId(op, 2),
                                    OutputId(op), PaddingFlag(op)),
          op);
  }

  // Filter (1, height, width, out channels), bias (out channels).
  void AddDepthwiseConv(const TfliteOperator& op) {
    ExpectInputs(op, 3);
    const Shape& in = ImageShape(op);
    const Shape& filter = WeightShape(op, 1);
    const int64_t multiplier = op.options.depth_multiplier;
    if (filter.size() != 4 || filter[0] != 1 || multiplier < 1 || filter[3] != in[3] * multiplier ||
        WeightShape(op, 2) != Shape{filter[3]}) {
      Reject(op, "has weights {} for an input {}", filter, in);
    }
    const Window window = ConvWindow(op, filter);
    ExpectWindowedOutput(op, window, filter[3]);
    const Bounds bounds = ActivationBounds(op);
    Check(xnn_define_depthwise_convolution_2d(
              subgraph_.get(), 0, 0, 0, 0, window.size[0], window.size[1], window.stride[0],
              window.stride[1], window.dilation[0], window.dilation[1],
              static_cast<uint32_t>(multiplier), in[3], bounds.low, bounds.high, InputId(op),
              InputId(op, 1), InputId(op, 2), OutputId(op), PaddingFlag(op)),
          op);
  }

  void AddMaxPool(const TfliteOperator& op) {
    ExpectInputs(op, 1);
    const TfliteOptions& o = op.options;
    const Window window = {
        {o.pool_height, o.pool_width}, {o.stride_height, o.stride_width}, {1, 1}};
    ExpectWindowedOutput(op, window, ImageShape(op)[3]);
    const Bounds bounds = ActivationBounds(op);
    Check(xnn_define_max_pooling_2d(subgraph_.get(), 0, 0, 0, 0, window.size[0], window.size[1],
                                    window.stride[0], window.stride[1], 1, 1, bounds.low,
                                    bounds.high, InputId(op), OutputId(op), PaddingFlag(op)),
          op);
  }

  void AddSum(const TfliteOperator& op) {
    ExpectInputs(op, 2);
    if (InputShape(op, 0) != InputShape(op, 1)) {
      Reject(op, "adds {} and {}", InputShape(op, 0), InputShape(op, 1));
    }
    ExpectOutput(op, InputShape(op));
    const Bounds bounds = ActivationBounds(op);
    Check(xnn_define_add2(subgraph_.get(), bounds.low, bounds.high, InputId(op), InputId(op, 1),
                          OutputId(op), 0),
          op);
  }

  // XNNPACK itself folds zero padding of an image into a convolution that follows.
  void AddPad(const TfliteOperator& op) {
    ExpectInputs(op, 2);
    Shape shape = InputShape(op);
    const std::span<const int32_t> margins = Ints(op, 1, 2 * shape.size());
    std::vector<size_t> before, after;
    for (size_t d = 0; d < shape.size(); ++d) {
      const int32_t low = margins[2 * d], high = margins[2 * d + 1];
      if (low < 0 || high < 0) Reject(op, "pads by {} and {}", low, high);
      before.push_back(static_cast<size_t>(low));
      after.push_back(static_cast<size_t>(high));
      shape[d] += int64_t{low} + high;
    }
    ExpectOutput(op, shape);
    Check(xnn_define_static_constant_pad(subgraph_.get(), before.data(), after.data(), 0.0F,
                                         InputId(op), OutputId(op), 0),
          op);
  }

  void AddResize(const TfliteOperator& op) {
    ExpectInputs(op, 2);
    const Shape& in = ImageShape(op);
    const std::span<const int32_t> size = Ints(op, 1, 2);
    ExpectOutput(op, {in[0], size[0], size[1], in[3]});
    const TfliteOptions& o = op.options;
    if (o.align_corners && o.half_pixel_centers) Reject(op, "has two alignments");
    const uint32_t flags = o.align_corners        ? XNN_FLAG_ALIGN_CORNERS
                           : o.half_pixel_centers ? 0
                                                  : XNN_FLAG_TENSORFLOW_LEGACY_MODE;
    Check(xnn_define_static_resize_bilinear_2d(subgraph_.get(), size[0], size[1], InputId(op),
                                               OutputId(op), flags),
          op);
  }

  // The new shape is the output's; what else the file says of it is the same or -1.
  void AddReshape(const TfliteOperator& op) {
    if (op.inputs.empty()) Reject(op, "has no input");
    const TfliteTensor& in = model_.tensors[op.inputs[0]];
    const TfliteTensor& out = model_.tensors[op.outputs[0]];
    if (in.element_count() != out.element_count()) {
      Reject(op, "turns {} into {}", in.shape, out.shape);
    }
    const std::vector<size_t> dims(out.shape.begin(), out.shape.end());
    Check(xnn_define_static_reshape(subgraph_.get(), dims.size(), dims.data(), InputId(op),
                                    OutputId(op), 0),
          op);
  }

  void AddDepthToSpace(const TfliteOperator& op) {
    ExpectInputs(op, 1);
    const Shape& in = ImageShape(op);
    const int64_t block = op.options.block_size;
    if (block < 2 || block > 64 || in[3] % (block * block) != 0) Reject(op, "has block {}", block);
    ExpectOutput(op, {in[0], in[1] * block, in[2] * block, in[3] / (block * block)});
    Check(xnn_define_depth_to_space(subgraph_.get(), InputId(op), OutputId(op),
                                    static_cast<uint32_t>(block), 0),
          op);
  }

  void AddLogistic(const TfliteOperator& op) {
    ExpectInputs(op, 1);
    ExpectOutput(op, InputShape(op));
    Check(xnn_define_sigmoid(subgraph_.get(), InputId(op), OutputId(op), 0), op);
  }

  const TfliteModel& model_;
  const std::vector<int>&inputs_, &outputs_;
  XnnSubgraph subgraph_;
  std::map<int, uint32_t> ids_;
};

}  // namespace

void CheckXnn(xnn_status status, const TfliteModel& model, const std::string& what) {
  if (status == xnn_status_success) return;
  Fail(ErrorCode::kUnsupported, "{}: XNNPACK cannot {}: {}", model.file, what, StatusText(status));
}

XnnSubgraph BuildXnnSubgraph(const TfliteModel& model, const std::vector<int>& inputs,
                             const std::vector<int>& outputs) {
  return Builder(model, inputs, outputs).Build();
}

}  // namespace videopose::internal
