// SPDX-License-Identifier: Apache-2.0

#include "videopose/tflite/xnn_network.h"

#include <xnnpack.h>

#include <algorithm>
#include <utility>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/tflite/xnn_graph.h"

namespace videopose::internal {
namespace {

// XNNPACK's kernels may read a little past the end of what they are given.
constexpr size_t kExtraFloats = XNN_EXTRA_BYTES / sizeof(float);

struct RuntimeDeleter {
  void operator()(xnn_runtime_t runtime) const { xnn_delete_runtime(runtime); }
};

}  // namespace

class XnnNetwork::Impl {
 public:
  Impl(TfliteModel model, const std::vector<std::string>& wanted_outputs, WorkerPool& pool)
      : model_(std::move(model)) {
    if (model_.inputs.size() != 1) {
      Fail(ErrorCode::kWrongFormat, "{}: {} inputs, not 1", model_.file, model_.inputs.size());
    }
    input_.resize(static_cast<size_t>(input_tensor().element_count()) + kExtraFloats);

    std::vector<int> parts;
    std::vector<xnn_external_value> externals = {{0, input_.data()}};
    for (const std::string& name : wanted_outputs) {
      const int tensor = FindOutput(name);
      Output& output = outputs_.emplace_back();
      output.tensor = tensor;
      output.values.resize(static_cast<size_t>(OutputTensor(output).element_count()) +
                           kExtraFloats);
      float* place = output.values.data();
      for (const int part : Parts(tensor)) {
        parts.push_back(part);
        externals.push_back({static_cast<uint32_t>(parts.size()), place});
        place += model_.tensors[part].element_count();
      }
    }

    const XnnSubgraph subgraph = BuildXnnSubgraph(model_, model_.inputs, parts);
    xnn_runtime_t runtime = nullptr;
    // Without this flag the workers spin on after the last operator and take the processor from
    // the decoder's threads.
    CheckXnn(xnn_create_runtime_v2(subgraph.get(), pool.get(), XNN_FLAG_YIELD_WORKERS, &runtime),
             model_, "create the network");
    runtime_.reset(runtime);
    CheckXnn(xnn_setup_runtime(runtime, externals.size(), externals.data()), model_,
             "set the network up");
  }

  const TfliteTensor& input_tensor() const { return model_.tensors[model_.inputs[0]]; }
  std::span<float> input() {
    return {input_.data(), static_cast<size_t>(input_tensor().element_count())};
  }
  void Run() { CheckXnn(xnn_invoke_runtime(runtime_.get()), model_, "run the network"); }
  std::span<const float> output(size_t index) const {
    const Output& output = outputs_.at(index);
    return {output.values.data(), static_cast<size_t>(OutputTensor(output).element_count())};
  }
  const TfliteTensor& output_tensor(size_t index) const { return OutputTensor(outputs_.at(index)); }

 private:
  struct Output {
    int tensor = -1;
    std::vector<float> values;
  };

  const TfliteTensor& OutputTensor(const Output& output) const {
    return model_.tensors[output.tensor];
  }

  int FindOutput(const std::string& name) const {
    const auto found = std::find_if(model_.outputs.begin(), model_.outputs.end(),
                                    [&](int t) { return model_.tensors[t].name == name; });
    if (found == model_.outputs.end()) {
      Fail(ErrorCode::kWrongFormat, "{}: has no output '{}'; is this BlazePose's model?",
           model_.file, name);
    }
    return *found;
  }

  // The tensors that, one after the other, make up an output. XNNPACK of Debian 12 has no
  // concatenation, but where nothing varies before the joined dimension, joining means to lie side
  // by side.
  std::vector<int> Parts(int tensor) const {
    const auto operator_for = [&](int output) {
      return std::find_if(
          model_.operators.begin(), model_.operators.end(),
          [&](const TfliteOperator& op) { return op.outputs == std::vector<int>{output}; });
    };
    auto found = operator_for(tensor);
    // A new shape changes nothing about what lies where.
    if (found != model_.operators.end() && found->op == TfliteOp::kReshape &&
        !found->inputs.empty()) {
      found = operator_for(found->inputs[0]);
    }
    if (found == model_.operators.end() || found->op != TfliteOp::kConcatenation) return {tensor};
    const TfliteTensor& whole = model_.tensors[found->outputs[0]];
    const int axis = found->options.axis;
    const auto reject = [&](bool is_wrong) {
      if (is_wrong) {
        Fail(ErrorCode::kWrongFormat, "{}: '{}' joins what cannot be joined here", model_.file,
             whole.name);
      }
    };
    reject(whole.element_count() != model_.tensors[tensor].element_count());
    reject(axis < 0 || axis >= static_cast<int>(whole.shape.size()));
    reject(std::any_of(whole.shape.begin(), whole.shape.begin() + axis,
                       [](int64_t size) { return size != 1; }));
    reject(found->options.activation != TfliteActivation::kNone);
    int64_t joined = 0;
    for (const int part : found->inputs) {
      reject(part < 0);
      std::vector<int64_t> shape = model_.tensors[part].shape;
      reject(shape.size() != whole.shape.size());
      joined += std::exchange(shape[axis], whole.shape[axis]);
      reject(shape != whole.shape);
    }
    reject(joined != whole.shape[axis]);
    return found->inputs;
  }

  const TfliteModel model_;
  std::vector<float> input_;
  std::vector<Output> outputs_;
  std::unique_ptr<xnn_runtime, RuntimeDeleter> runtime_;
};

XnnNetwork::XnnNetwork(TfliteModel model, const std::vector<std::string>& wanted_outputs,
                       WorkerPool& pool)
    : impl_(std::make_unique<Impl>(std::move(model), wanted_outputs, pool)) {}
XnnNetwork::~XnnNetwork() = default;
XnnNetwork::XnnNetwork(XnnNetwork&&) noexcept = default;
XnnNetwork& XnnNetwork::operator=(XnnNetwork&&) noexcept = default;

std::span<float> XnnNetwork::input() { return impl_->input(); }
const std::vector<int64_t>& XnnNetwork::input_shape() const { return impl_->input_tensor().shape; }
void XnnNetwork::Run() { impl_->Run(); }
std::span<const float> XnnNetwork::output(size_t index) const { return impl_->output(index); }
const std::vector<int64_t>& XnnNetwork::output_shape(size_t index) const {
  return impl_->output_tensor(index).shape;
}

}  // namespace videopose::internal
