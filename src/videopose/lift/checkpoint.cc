// SPDX-License-Identifier: Apache-2.0

#include "videopose/lift/checkpoint.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/lift/onnx_lifter.h"

namespace videopose::internal {
namespace {

// A minute and more at any frame rate; the paper's longest is 243.
constexpr int64_t kLongestReceptiveField = 20000;

// Hands out the tensors of a state dictionary by name, checked.
class StateReader {
 public:
  StateReader(const StateDict& state, std::string_view what) : what_(what) {
    for (const auto& [name, tensor] : state.entries) tensors_[name] = &tensor;
  }

  bool Has(const std::string& name) const { return tensors_.contains(name); }

  const Tensor& Get(const std::string& name) {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) {
      Fail("{}: no {} in it; expected a temporal model of VideoPose3D", what_, name);
    }
    used_.insert(name);
    const Tensor& tensor = *found->second;
    if (!std::all_of(tensor.values.begin(), tensor.values.end(),
                     [](float v) { return std::isfinite(v); })) {
      Fail("{}: {} holds values that are not finite: the training that wrote it failed", what_,
           name);
    }
    return tensor;
  }

  // -1 stands for any size above 0.
  const Tensor& Get(const std::string& name, const std::vector<int64_t>& shape) {
    const Tensor& tensor = Get(name);
    const bool fits = std::equal(tensor.shape.begin(), tensor.shape.end(), shape.begin(),
                                 shape.end(), [](int64_t found, int64_t expected) {
                                   return expected < 0 ? found > 0 : found == expected;
                                 });
    if (!fits) {
      Fail("{}: {} has the shape ({}), expected ({}) where -1 is any", what_, name,
           fmt::join(tensor.shape, ", "), fmt::join(shape, ", "));
    }
    return tensor;
  }

  ConvolutionWeights GetConvolution(const std::string& conv, const std::string& norm,
                                    const std::vector<int64_t>& shape) {
    ConvolutionWeights result;
    result.weight = Get(conv + ".weight", shape);
    const std::vector<int64_t> channels = {result.weight.dim(0)};
    result.norm.weight = Get(norm + ".weight", channels).values;
    result.norm.bias = Get(norm + ".bias", channels).values;
    result.norm.running_mean = Get(norm + ".running_mean", channels).values;
    result.norm.running_var = Get(norm + ".running_var", channels).values;
    const auto& variances = result.norm.running_var;
    if (std::any_of(variances.begin(), variances.end(), [](float v) { return v < 0; })) {
      Fail("{}: {}.running_var holds negative values: the file is damaged", what_, norm);
    }
    used_.insert(norm + ".num_batches_tracked");  // training's; older files do not have it
    return result;
  }

  // Tensors that no layer uses.
  void FailIfAnyLeft() const {
    for (const auto& entry : tensors_) {
      if (!used_.contains(entry.first)) {
        Fail("{}: unknown tensor {}; expected a temporal model of VideoPose3D", what_, entry.first);
      }
    }
  }

 private:
  std::string what_;
  std::map<std::string, const Tensor*> tensors_;
  std::set<std::string> used_;
};

// The width of a further block from its kernel, 0 where there is none: a dense kernel has
// (width - 1) * dilation + 1 taps.
int64_t WidthOfKernel(int64_t taps, int64_t dilation, bool dense) {
  if (!dense) return taps;
  return (taps - 1) % dilation == 0 ? (taps - 1) / dilation + 1 : 0;
}

// Nothing where the kernels fit no odd widths.
std::optional<std::vector<int>> WidthsOfKernels(const std::vector<int64_t>& kernels, bool dense) {
  std::vector<int> widths;
  int64_t receptive_field = 1;
  for (const int64_t taps : kernels) {
    const int64_t width = WidthOfKernel(taps, receptive_field, dense);
    if (width % 2 == 0 || width > kLongestReceptiveField / receptive_field) return std::nullopt;
    receptive_field *= width;
    widths.push_back(static_cast<int>(width));
  }
  return widths;
}

std::vector<int64_t> KernelsOf(const TemporalWeights& weights) {
  std::vector<int64_t> kernels = {weights.convolutions[0].weight.dim(2)};
  for (size_t i = 1; i < weights.convolutions.size(); i += 2) {
    kernels.push_back(weights.convolutions[i].weight.dim(2));
  }
  return kernels;
}

void CheckExpectations(const TemporalWeights& weights, const TemporalModelOptions& options,
                       std::string_view what) {
  const TemporalArchitecture& found = weights.architecture;
  if (options.expected_widths && *options.expected_widths != found.widths) {
    const auto otherwise = WidthsOfKernels(KernelsOf(weights), !options.dense);
    const std::string hint =
        otherwise == options.expected_widths
            ? fmt::format(", unless it is {}dense", options.dense ? "not " : "")
            : "";
    Fail(ErrorCode::kMismatch, "{}: has widths {}{}, but {} were asked for", what,
         WidthsText(found.widths), hint, WidthsText(*options.expected_widths));
  }
  if (options.expected_channels && *options.expected_channels != found.channels) {
    Fail(ErrorCode::kMismatch, "{}: has {} channels, but {} were asked for", what, found.channels,
         *options.expected_channels);
  }
}

std::string DescribeArchitecture(const TemporalWeights& weights, LifterInput input) {
  const TemporalArchitecture& a = weights.architecture;
  const auto dense = WidthsOfKernels(KernelsOf(weights), true);
  const std::string hint =
      dense && *dense != a.widths ? fmt::format("; {} if it is dense", WidthsText(*dense)) : "";
  // A person's last point is where it is and how large.
  const int joints = input == LifterInput::kScreen ? a.input_channels / 2 : kPersonInputPoints - 1;
  return fmt::format("widths {} ({} frames{}), {} channels, {} joints in, {} out, {} parameters",
                     WidthsText(a.widths), a.receptive_field(), hint, a.channels, joints,
                     a.output_joints(), a.parameter_count());
}

std::string DescribeModel(const TorchCheckpoint& file, const std::string& key, LifterInput input) {
  const PickleValue* model = file.root().Find(key);
  if (model == nullptr || model->is_none()) return "none";
  const std::string what = file.name() + ": " + key;
  std::string text =
      DescribeArchitecture(WeightsFromStateDict(file.ReadStateDict(*model, what), {}, what), input);
  for (const auto& [name, tensor] : model->AsDict(what)) {
    const TorchTensorInfo info = TorchCheckpoint::InfoOf(tensor, what);
    text +=
        fmt::format("\n  {} {} ({})", name.AsString(what), info.dtype, fmt::join(info.shape, ", "));
  }
  return text;
}

std::string DescribeNumber(const TorchCheckpoint& file, const std::string& key) {
  const PickleValue* value = file.root().Find(key);
  if (value == nullptr) return "not stored";
  if (value->is(PickleValue::Kind::kInt)) return fmt::format("{}", value->AsInt(key));
  if (value->is(PickleValue::Kind::kFloat)) return fmt::format("{:.6g}", value->AsDouble(key));
  return value->Describe();
}

std::string DescribePresence(const TorchCheckpoint& file, const std::string& key) {
  const PickleValue* value = file.root().Find(key);
  return value == nullptr || value->is_none() ? "none" : "stored";
}

}  // namespace

TemporalWeights WeightsFromStateDict(const StateDict& state, const TemporalModelOptions& options,
                                     std::string_view what) {
  StateReader reader(state, what);
  TemporalWeights weights;
  weights.convolutions.push_back(reader.GetConvolution("expand_conv", "expand_bn", {-1, -1, -1}));
  const Tensor& expand = weights.convolutions[0].weight;
  const int64_t channels = expand.dim(0), input_channels = expand.dim(1);
  for (int i = 0; reader.Has(fmt::format("layers_conv.{}.weight", i)); ++i) {
    const int64_t taps = i % 2 == 0 ? -1 : 1;
    weights.convolutions.push_back(reader.GetConvolution(fmt::format("layers_conv.{}", i),
                                                         fmt::format("layers_bn.{}", i),
                                                         {channels, channels, taps}));
  }
  if (weights.convolutions.size() % 2 == 0) {
    reader.Get(fmt::format("layers_conv.{}.weight", weights.convolutions.size() - 1));
  }
  weights.shrink_weight = reader.Get("shrink.weight", {-1, channels, 1});
  const int64_t output_channels = weights.shrink_weight.dim(0);
  weights.shrink_bias = reader.Get("shrink.bias", {output_channels}).values;
  reader.FailIfAnyLeft();

  const std::vector<int64_t> kernels = KernelsOf(weights);
  const auto widths = WidthsOfKernels(kernels, options.dense);
  if (!widths) {
    Fail(
        "{}: kernels of {} frames make no {} temporal model: widths are odd, of at most {} frames "
        "together",
        what, fmt::join(kernels, ", "), options.dense ? "dense" : "dilated",
        kLongestReceptiveField);
  }
  if (output_channels % 3 != 0) {
    Fail("{}: {} outputs are no 3D joints", what, output_channels);
  }
  weights.architecture = {.widths = *widths,
                          .channels = static_cast<int>(channels),
                          .input_channels = static_cast<int>(input_channels),
                          .output_channels = static_cast<int>(output_channels),
                          .causal = options.causal,
                          .dense = options.dense};
  CheckExpectations(weights, options, what);
  return weights;
}

std::string_view NameOf(LifterInput input) {
  return std::ranges::find(kLifterInputNames, input, &LifterInputName::input)->name;
}

LifterInput LifterInputNamed(const std::string& name, std::string_view what) {
  const auto known = std::ranges::find(kLifterInputNames, name, &LifterInputName::name);
  if (known == kLifterInputNames.end()) {
    Fail("{}: input '{:.40}': this version knows 'rays', 'person' and 'screen'; use a newer one",
         what, name);
  }
  return known->input;
}

LifterRecord ReadLifterRecord(const TorchCheckpoint& file) {
  const PickleValue* record = file.root().Find(kLifterRecordKey);
  if (record == nullptr) return {};
  const std::string what = file.name() + ": " + kLifterRecordKey;
  const std::string input = record->At("input", what).AsString(what + ": input");
  const PickleValue* definition = record->Find("joints");
  return {.input = LifterInputNamed(input, what),
          .causal = record->At("causal", what).AsBool(what + ": causal"),
          .joints = definition == nullptr ? std::string(kRigJoints)
                                          : definition->AsString(what + ": joints")};
}

namespace {

LiftCheckpoint ReadTorchLifter(const std::filesystem::path& path,
                               const TemporalModelOptions& caller_options) {
  const TorchCheckpoint file = TorchCheckpoint::Read(path);
  const LifterRecord record = ReadLifterRecord(file);
  TemporalModelOptions options = caller_options;
  options.causal = options.causal || record.causal;
  const auto read = [&](const PickleValue& model, const std::string& key) {
    const std::string what = file.name() + ": " + key;
    return WeightsFromStateDict(file.ReadStateDict(model, what), options, what);
  };
  LiftCheckpoint checkpoint{.pose = read(file.root().At("model_pos", file.name()), "model_pos"),
                            .input = record.input,
                            .joints = record.joints};
  const PickleValue* trajectory = file.root().Find("model_traj");
  if (trajectory != nullptr && !trajectory->is_none()) {
    checkpoint.trajectory = read(*trajectory, "model_traj");
  }
  return checkpoint;
}

// That the parts belong together.
void CheckParts(const LiftCheckpoint& checkpoint, const std::string& name) {
  const TemporalArchitecture& pose = checkpoint.pose.architecture;
  if (checkpoint.input != LifterInput::kScreen && pose.input_channels != kPersonInputValues) {
    Fail("{}: input '{}' is {} values a frame, model_pos takes {}", name, NameOf(checkpoint.input),
         kPersonInputValues, pose.input_channels);
  }
  if (!checkpoint.trajectory) return;
  TemporalArchitecture expected = pose;
  expected.output_channels = 3;
  expected.channels = checkpoint.trajectory->architecture.channels;
  if (checkpoint.trajectory->architecture != expected) {
    Fail(
        "{}: model_traj does not fit model_pos: expected one output joint, widths {} and {} inputs",
        name, WidthsText(expected.widths), expected.input_channels);
  }
}

}  // namespace

LiftCheckpoint ReadLiftCheckpoint(const std::filesystem::path& path,
                                  const TemporalModelOptions& options) try {
  const bool is_onnx = LowerCaseExtension(path) == ".onnx";
  LiftCheckpoint checkpoint =
      is_onnx ? ReadOnnxLifter(path, options) : ReadTorchLifter(path, options);
  CheckParts(checkpoint, path.string());
  return checkpoint;
} catch (Error& error) {
  RethrowFromReading(path, error);
}

std::string DescribeCheckpoint(const std::filesystem::path& path) {
  const TorchCheckpoint file = TorchCheckpoint::Read(path);
  const bool is_zip = file.format() == TorchCheckpoint::Format::kZip;
  (void)file.root().At("model_pos", file.name());
  std::string text = fmt::format("checkpoint of a temporal model, written by torch.save ({})\n",
                                 is_zip ? "zip archive" : "legacy format, before PyTorch 1.6");
  text += fmt::format("epoch: {}\n", DescribeNumber(file, "epoch"));
  text += fmt::format("learning rate: {}\n", DescribeNumber(file, "lr"));
  text += fmt::format("optimizer state: {}\n", DescribePresence(file, "optimizer"));
  text += fmt::format("random state: {}\n", DescribePresence(file, "random_state"));
  const LifterRecord record = ReadLifterRecord(file);
  if (file.root().Find(kLifterRecordKey) != nullptr) {
    const auto known = std::ranges::find(kLifterInputNames, record.input, &LifterInputName::input);
    text += fmt::format("input: {}\n", known->description);
    text += fmt::format("joints: {}\n", record.joints == kHuman36mJoints
                                            ? "spine, thorax, nose and head as Human3.6M has them"
                                            : "spine at the chest, nose and head high");
    text += fmt::format("causal: {}\n", record.causal ? "yes, sees the past only" : "no");
  } else {
    text += "causal: not stored, both are possible\n";
  }
  text += fmt::format("pose model: {}\n", DescribeModel(file, "model_pos", record.input));
  text += fmt::format("trajectory model: {}\n", DescribeModel(file, "model_traj", record.input));
  return text;
}

}  // namespace videopose::internal
