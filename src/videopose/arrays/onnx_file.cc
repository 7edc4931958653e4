// SPDX-License-Identifier: Apache-2.0

#include "videopose/arrays/onnx_file.h"

#include <bit>
#include <cstring>
#include <limits>

// As Debian's libonnx_proto was built.
#define ONNX_ML 1
#define ONNX_NAMESPACE onnx
#include <onnx/onnx_pb.h>

#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"
#include "videopose/base/read_file.h"

static_assert(std::endian::native == std::endian::little,
              "raw_data is read and written as it lies");

namespace videopose::internal {
namespace {

constexpr int64_t kIrVersion = 7;

void SetShape(const std::vector<OnnxGraph::Axis>& shape, const std::string& name,
              onnx::ValueInfoProto& value) {
  value.set_name(name);
  onnx::TypeProto::Tensor& type = *value.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  for (const OnnxGraph::Axis& axis : shape) {
    auto& dim = *type.mutable_shape()->add_dim();
    if (const auto* size = std::get_if<int64_t>(&axis)) {
      dim.set_dim_value(*size);
    } else {
      dim.set_dim_param(std::get<std::string>(axis));
    }
  }
}

template <typename T>
void SetTensor(const std::string& name, const std::vector<int64_t>& shape,
               const std::vector<T>& values, onnx::TensorProto::DataType type,
               onnx::TensorProto& tensor) {
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (const int64_t size : shape) tensor.add_dims(size);
  tensor.set_raw_data(values.data(), values.size() * sizeof(T));
}

struct AttributeSetter {
  onnx::AttributeProto& attribute;

  void operator()(float value) const {
    attribute.set_type(onnx::AttributeProto::FLOAT);
    attribute.set_f(value);
  }
  void operator()(int64_t value) const {
    attribute.set_type(onnx::AttributeProto::INT);
    attribute.set_i(value);
  }
  void operator()(const std::vector<int64_t>& values) const {
    attribute.set_type(onnx::AttributeProto::INTS);
    for (const int64_t value : values) attribute.add_ints(value);
  }
};

Tensor TensorOf(const onnx::TensorProto& proto, const std::filesystem::path& path) {
  const auto size = static_cast<double>(
      proto.raw_data().empty() ? proto.float_data_size() : proto.raw_data().size() / sizeof(float));
  double expected = 1;  // of any shape, without overflow
  for (const int64_t dim : proto.dims()) expected *= static_cast<double>(dim);
  if (expected != size || proto.has_data_location()) {
    FailAt(path, ErrorCode::kWrongFormat,
           "tensor {:.60}: expected {} values in the file itself, found {}", proto.name(), expected,
           size);
  }
  Tensor tensor(std::vector<int64_t>(proto.dims().begin(), proto.dims().end()));
  if (proto.raw_data().empty()) {
    std::copy(proto.float_data().begin(), proto.float_data().end(), tensor.values.begin());
  } else {
    std::memcpy(tensor.data(), proto.raw_data().data(), tensor.values.size() * sizeof(float));
  }
  return tensor;
}

}  // namespace

class OnnxGraph::Impl {
 public:
  onnx::ModelProto model;
  onnx::GraphProto& graph() { return *model.mutable_graph(); }
};

OnnxGraph::OnnxGraph(const std::string& name) : impl_(std::make_unique<Impl>()) {
  onnx::ModelProto& model = impl_->model;
  model.set_ir_version(kIrVersion);
  model.set_producer_name("videopose");
  model.set_producer_version(std::string(Version()));
  model.add_opset_import()->set_version(kOpset);
  impl_->graph().set_name(name);
}

OnnxGraph::~OnnxGraph() = default;
OnnxGraph::OnnxGraph(OnnxGraph&&) noexcept = default;
OnnxGraph& OnnxGraph::operator=(OnnxGraph&&) noexcept = default;

void OnnxGraph::AddInput(const std::string& name, const std::vector<Axis>& shape) {
  SetShape(shape, name, *impl_->graph().add_input());
}

void OnnxGraph::AddOutput(const std::string& name, const std::vector<Axis>& shape) {
  SetShape(shape, name, *impl_->graph().add_output());
}

void OnnxGraph::AddConstant(const std::string& name, const Tensor& tensor) {
  SetTensor(name, tensor.shape, tensor.values, onnx::TensorProto::FLOAT,
            *impl_->graph().add_initializer());
}

void OnnxGraph::AddConstant(const std::string& name, const std::vector<int64_t>& values) {
  SetTensor(name, {static_cast<int64_t>(values.size())}, values, onnx::TensorProto::INT64,
            *impl_->graph().add_initializer());
}

std::string OnnxGraph::AddNode(const std::string& type, const std::vector<std::string>& inputs,
                               const std::string& output,
                               const std::vector<Attribute>& attributes) {
  onnx::NodeProto& node = *impl_->graph().add_node();
  node.set_op_type(type);
  node.set_name(output);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  for (const Attribute& attribute : attributes) {
    onnx::AttributeProto& proto = *node.add_attribute();
    proto.set_name(attribute.name);
    std::visit(AttributeSetter{proto}, attribute.value);
  }
  return output;
}

void OnnxGraph::AddNote(const std::string& key, const std::string& value) {
  auto& entry = *impl_->model.add_metadata_props();
  entry.set_key(key);
  entry.set_value(value);
}

void OnnxGraph::Write(const std::filesystem::path& path) const {
  WriteFileAtomically(path, impl_->model.SerializeAsString());
}

OnnxContent ReadOnnx(const std::filesystem::path& path) {
  const std::string bytes = ReadFile(path);
  onnx::ModelProto model;
  if (bytes.size() > std::numeric_limits<int>::max() ||
      !model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || !model.has_graph()) {
    FailAt(path, ErrorCode::kWrongFormat, "no ONNX model, or a damaged one");
  }
  OnnxContent content;
  for (const onnx::TensorProto& tensor : model.graph().initializer()) {
    if (tensor.data_type() != onnx::TensorProto::FLOAT) continue;
    content.tensors.entries.emplace_back(tensor.name(), TensorOf(tensor, path));
  }
  for (const auto& note : model.metadata_props()) content.notes[note.key()] = note.value();
  return content;
}

}  // namespace videopose::internal
