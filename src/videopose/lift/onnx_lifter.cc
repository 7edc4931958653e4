// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/onnx_lifter.h"

#include <algorithm>
#include <limits>
#include <string>

#include "videopose/arrays/onnx_file.h"
#include "videopose/base/error.h"

namespace videopose::internal {
namespace {

constexpr std::string_view kTrajectory = "trajectory.";
constexpr int64_t kToTheEnd = std::numeric_limits<int64_t>::max();

// Adds one network to a graph. Activations are (batch, channels, frames).
class NetworkWriter {
 public:
  // Names begin with `prefix`: "" or "trajectory.".
  NetworkWriter(const TemporalWeights& weights, std::string prefix, OnnxKind kind, OnnxGraph& graph)
      : weights_(weights),
        architecture_(weights.architecture),
        prefix_(std::move(prefix)),
        is_whole_(kind == OnnxKind::kWholeSequence),
        graph_(graph) {}

  // Of the graph's input `columns`; gives `output`.
  void Add(const std::string& columns, const std::string& output) {
    std::string x = columns;
    for (size_t block = 0; block < architecture_.widths.size(); ++block) x = AddBlock(block, x);
    graph_.AddConstant(prefix_ + "shrink.weight", weights_.shrink_weight);
    graph_.AddConstant(
        prefix_ + "shrink.bias",
        Tensor({static_cast<int64_t>(weights_.shrink_bias.size())}, weights_.shrink_bias));
    x = graph_.AddNode("Conv", {x, prefix_ + "shrink.weight", prefix_ + "shrink.bias"},
                       prefix_ + "shrink");
    const int64_t joints = architecture_.output_joints();
    if (is_whole_) x = graph_.AddNode("Transpose", {x}, x + ".rows", {{"perm", kSwapLastAxes}});
    const std::string shape = prefix_ + "shape";
    graph_.AddConstant(shape, is_whole_ ? std::vector<int64_t>{0, 0, joints, 3}
                                        : std::vector<int64_t>{0, joints, 3});
    graph_.AddNode("Reshape", {x, shape}, output);
    graph_.AddOutput(output, is_whole_ ? std::vector<OnnxGraph::Axis>{"batch", "poses", joints, 3}
                                       : std::vector<OnnxGraph::Axis>{"batch", joints, 3});
  }

  static const std::vector<int64_t> kSwapLastAxes;

 private:
  std::string AddBlock(size_t block, std::string x) {
    const int64_t span = architecture_.span(block);
    if (!is_whole_ && span > 0) x = AddState(block, x);
    std::string y = block == 0 ? AddConvolution(0, "expand_conv", "expand_bn", 0, x)
                               : AddLayer(2 * block - 1, block, x);
    if (block == 0) return y;
    y = AddLayer(2 * block, block, y);
    const int64_t offset = architecture_.residual_offset(block);
    const int64_t end = offset - span;  // from the back
    const std::string name = prefix_ + "block_" + std::to_string(block);
    const std::string residual =
        AddSlice(x, offset, end == 0 ? kToTheEnd : end, name + ".residual");
    return graph_.AddNode("Add", {residual, y}, name);
  }

  // Of a further block: the dilated convolution, then the one of width 1.
  std::string AddLayer(size_t convolution, size_t block, const std::string& x) {
    const std::string number = std::to_string(convolution - 1);
    const bool is_dilated = convolution % 2 == 1;
    return AddConvolution(convolution, "layers_conv." + number, "layers_bn." + number,
                          is_dilated ? block : 0, x);
  }

  std::string AddConvolution(size_t index, const std::string& conv, const std::string& norm,
                             size_t dilated_as, const std::string& x) {
    const ConvolutionWeights& weights = weights_.convolutions[index];
    const std::string at = prefix_ + conv, norm_at = prefix_ + norm;
    const auto channels = [](const std::vector<float>& values) {
      return Tensor({static_cast<int64_t>(values.size())}, values);
    };
    graph_.AddConstant(at + ".weight", weights.weight);
    graph_.AddConstant(norm_at + ".weight", channels(weights.norm.weight));
    graph_.AddConstant(norm_at + ".bias", channels(weights.norm.bias));
    graph_.AddConstant(norm_at + ".running_mean", channels(weights.norm.running_mean));
    graph_.AddConstant(norm_at + ".running_var", channels(weights.norm.running_var));
    const std::vector<int64_t> dilation = {architecture_.kernel_dilation(dilated_as)};
    std::string y = graph_.AddNode(
        "Conv", {x, at + ".weight"}, at,
        {{"kernel_shape", std::vector<int64_t>{weights.weight.dim(2)}}, {"dilations", dilation}});
    y = graph_.AddNode("BatchNormalization",
                       {y, norm_at + ".weight", norm_at + ".bias", norm_at + ".running_mean",
                        norm_at + ".running_var"},
                       norm_at, {{"epsilon", 1e-5F}});
    return graph_.AddNode("Relu", {y}, norm_at + ".relu");
  }

  // The columns before the newest one, which the caller keeps.
  std::string AddState(size_t block, const std::string& newest) {
    std::string name = prefix_ + "state_" + std::to_string(block);
    std::ranges::replace(name, '.', '_');
    const int64_t channels =
        block == 0 ? architecture_.input_channels : int64_t{architecture_.channels};
    const std::vector<OnnxGraph::Axis> shape = {"batch", channels, architecture_.span(block)};
    graph_.AddInput(name, shape);
    const std::string all =
        graph_.AddNode("Concat", {name, newest}, name + ".all", {{"axis", int64_t{2}}});
    graph_.AddOutput(AddSlice(all, 1, kToTheEnd, "next_" + name), shape);
    return all;
  }

  std::string AddSlice(const std::string& x, int64_t begin, int64_t end, const std::string& name) {
    graph_.AddConstant(name + ".begin", std::vector<int64_t>{begin});
    graph_.AddConstant(name + ".end", std::vector<int64_t>{end});
    graph_.AddConstant(name + ".axis", std::vector<int64_t>{2});
    return graph_.AddNode("Slice", {x, name + ".begin", name + ".end", name + ".axis"}, name);
  }

  const TemporalWeights& weights_;
  const TemporalArchitecture& architecture_;
  std::string prefix_;
  bool is_whole_;
  OnnxGraph& graph_;
};

const std::vector<int64_t> NetworkWriter::kSwapLastAxes = {0, 2, 1};

std::string AddRows(int64_t values, OnnxKind kind, OnnxGraph& graph) {
  if (kind == OnnxKind::kWholeSequence) {
    graph.AddInput("rows", {"batch", "frames", values});
    return graph.AddNode("Transpose", {"rows"}, "columns",
                         {{"perm", NetworkWriter::kSwapLastAxes}});
  }
  graph.AddInput("rows", {"batch", values});
  graph.AddConstant("columns.axis", std::vector<int64_t>{2});
  return graph.AddNode("Unsqueeze", {"rows", "columns.axis"}, "columns");
}

}  // namespace

void WriteOnnxLifter(const std::filesystem::path& path, const LiftCheckpoint& checkpoint,
                     OnnxKind kind) {
  const TemporalArchitecture& architecture = checkpoint.pose.architecture;
  OnnxGraph graph("lifter");
  graph.AddNote("input", std::string(NameOf(checkpoint.input)));
  graph.AddNote("joints", checkpoint.joints);
  graph.AddNote("causal", architecture.causal ? "true" : "false");
  graph.AddNote("dense", architecture.dense ? "true" : "false");
  graph.AddNote("receptive_field", std::to_string(architecture.receptive_field()));
  graph.AddNote("frames_after", std::to_string(architecture.pad_after()));
  const std::string columns = AddRows(architecture.input_channels, kind, graph);
  NetworkWriter(checkpoint.pose, "", kind, graph).Add(columns, "poses");
  if (checkpoint.trajectory) {
    NetworkWriter(*checkpoint.trajectory, std::string(kTrajectory), kind, graph)
        .Add(columns, "roots");
  }
  graph.Write(path);
}

LiftCheckpoint ReadOnnxLifter(const std::filesystem::path& path,
                              const TemporalModelOptions& caller_options) {
  const OnnxContent content = ReadOnnx(path);
  const auto note = [&](const std::string& key) {
    const auto found = content.notes.find(key);
    if (found == content.notes.end()) {
      FailAt(path, ErrorCode::kWrongFormat, "no note \"{}\" in it; expected a lifter of videopose",
             key);
    }
    return found->second;
  };
  TemporalModelOptions options = caller_options;
  options.causal = options.causal || note("causal") == "true";
  options.dense = options.dense || note("dense") == "true";
  StateDict pose, trajectory;
  for (const auto& [name, tensor] : content.tensors.entries) {
    if (name.starts_with(kTrajectory)) {
      trajectory.entries.emplace_back(name.substr(kTrajectory.size()), tensor);
    } else {
      pose.entries.emplace_back(name, tensor);
    }
  }
  LiftCheckpoint checkpoint{.pose = WeightsFromStateDict(pose, options, path.string()),
                            .input = LifterInputNamed(note("input"), path.string()),
                            .joints = note("joints")};
  if (!trajectory.entries.empty()) {
    checkpoint.trajectory =
        WeightsFromStateDict(trajectory, options, path.string() + ": trajectory");
  }
  return checkpoint;
}

}  // namespace videopose::internal
