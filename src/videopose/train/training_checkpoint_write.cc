// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <utility>
#include <vector>

#include "videopose/arrays/npy.h"
#include "videopose/arrays/torch_checkpoint_writer.h"
#include "videopose/base/check.h"
#include "videopose/train/parameter_layout.h"
#include "videopose/train/training_checkpoint.h"

namespace videopose::internal {
namespace {

using Entries = std::vector<std::pair<PickleValue, PickleValue>>;

PickleValue Text(std::string_view text) { return PickleValue::String(text); }

// As NumPy >= 1.17 pickles a RandomState.
PickleValue PickleOf(const RandomState::State& state) {
  NpyArray key{.dtype = {'u', 4}, .shape = {RandomState::kWords}};
  key.data = SharedBytes::Own(std::vector<uint32_t>(state.key.begin(), state.key.end()));
  const PickleValue generator =
      PickleValue::Dict({{Text("key"), PickleValue::Array(std::move(key))},
                         {Text("pos"), PickleValue::Int(state.pos)}});
  return PickleValue::Object(
      PickleValue::Global("numpy.random._pickle", "__randomstate_ctor"),
      PickleValue::Tuple({Text("MT19937")}),
      PickleValue::Dict({{Text("bit_generator"), Text("MT19937")},
                         {Text("state"), generator},
                         {Text("has_gauss"), PickleValue::Int(state.has_gauss ? 1 : 0)},
                         {Text("gauss"), PickleValue::Float(state.cached_gaussian)}}));
}

PickleValue PickleOf(const std::optional<RandomState::State>& state) {
  return state ? PickleOf(*state) : PickleValue();
}

PickleValue PickleOf(const TrainingCheckpoint::Continuation& c) {
  return PickleValue::Dict({{Text("bn_momentum"), PickleValue::Float(c.momentum)},
                            {Text("dropout_seed"), PickleValue::Int(c.dropout_seed)},
                            {Text("semi_before_epoch"), PickleOf(c.semi_before_epoch)},
                            {Text("semi_next_batch"), PickleValue::Int(c.semi_next_batch)},
                            {Text("best_epoch"), PickleValue::Int(c.best_epoch)},
                            {Text("best_error_mm"), PickleValue::Float(c.best_error_mm)},
                            {Text("epochs"), Text(c.epochs)}});
}

// state_dict() in the reference's order.
PickleValue StateDictOf(const TrainingCheckpoint::Model& model, TorchCheckpointWriter& writer,
                        bool half_weights = false) {
  const TemporalWeights& weights = model.weights;
  Entries entries;
  const auto add = [&](const std::string& name, const Tensor& tensor) {
    entries.emplace_back(Text(name),
                         half_weights ? writer.AddHalfTensor(tensor) : writer.AddTensor(tensor));
  };
  // Few and of any size, variances above all: always single precision.
  const auto add_vector = [&](const std::string& name, const std::vector<float>& values) {
    entries.emplace_back(Text(name),
                         writer.AddTensor(Tensor({static_cast<int64_t>(values.size())}, values)));
  };
  const auto add_norm = [&](const std::string& name, const BatchNormWeights& norm) {
    add_vector(name + ".weight", norm.weight);
    add_vector(name + ".bias", norm.bias);
    add_vector(name + ".running_mean", norm.running_mean);
    add_vector(name + ".running_var", norm.running_var);
    entries.emplace_back(Text(name + ".num_batches_tracked"),
                         writer.AddTensor(BasicTensor<int64_t>({}, {model.batches_seen})));
  };
  add_norm("expand_bn", weights.convolutions[0].norm);
  add("shrink.weight", weights.shrink_weight);
  add_vector("shrink.bias", weights.shrink_bias);
  add("expand_conv.weight", weights.convolutions[0].weight);
  for (size_t i = 1; i < weights.convolutions.size(); ++i) {
    add(fmt::format("layers_conv.{}.weight", i - 1), weights.convolutions[i].weight);
  }
  for (size_t i = 1; i < weights.convolutions.size(); ++i) {
    add_norm(fmt::format("layers_bn.{}", i - 1), weights.convolutions[i].norm);
  }
  return PickleValue::OrderedDict(entries);
}

// Appends the state of a model's parameters to what torch.optim.Adam's state_dict() calls "state".
void AddMoments(const TrainingCheckpoint::Model& model, TorchCheckpointWriter& writer,
                Entries& state) {
  const Adam::State& adam = *model.adam;
  const ParameterLayout layout(model.weights.architecture);
  VP_CHECK(adam.mean.size() == layout.size, "{} moments for {} parameters", adam.mean.size(),
           layout.size);
  for (const ParameterSlot& slot : layout.InTorchOrder()) {
    const PickleValue moments = PickleValue::Dict(
        {{Text("step"), writer.AddTensor(Tensor({}, {static_cast<float>(adam.step)}))},
         {Text("exp_avg"), writer.AddTensor(ReadSlot(slot, adam.mean))},
         {Text("exp_avg_sq"), writer.AddTensor(ReadSlot(slot, adam.square))},
         {Text("max_exp_avg_sq"), writer.AddTensor(ReadSlot(slot, adam.max_square))}});
    state.emplace_back(PickleValue::Int(static_cast<int64_t>(state.size())), moments);
  }
}

PickleValue OptimizerOf(const TrainingCheckpoint& checkpoint, TorchCheckpointWriter& writer) {
  if (!checkpoint.pose.adam) return {};
  Entries state;
  AddMoments(checkpoint.pose, writer, state);
  if (checkpoint.trajectory) AddMoments(*checkpoint.trajectory, writer, state);
  std::vector<PickleValue> numbers;
  for (const auto& entry : state) numbers.push_back(entry.first);
  const Adam::Options options;
  const PickleValue group = PickleValue::Dict(
      {{Text("lr"), PickleValue::Float(checkpoint.learning_rate)},
       {Text("betas"),
        PickleValue::Tuple({PickleValue::Float(options.beta1), PickleValue::Float(options.beta2)})},
       {Text("eps"), PickleValue::Float(options.epsilon)},
       {Text("weight_decay"), PickleValue::Int(0)},
       {Text("amsgrad"), PickleValue::Bool(true)},
       {Text("maximize"), PickleValue::Bool(false)},
       {Text("foreach"), PickleValue()},
       {Text("capturable"), PickleValue::Bool(false)},
       {Text("differentiable"), PickleValue::Bool(false)},
       {Text("fused"), PickleValue::Bool(false)},
       {Text("params"), PickleValue::List(std::move(numbers))}});
  return PickleValue::Dict({{Text("state"), PickleValue::Dict(state)},
                            {Text("param_groups"), PickleValue::List({group})}});
}

// Adds nothing if the file says the same without it.
void AddRecord(const TrainingCheckpoint& checkpoint, Entries& entries) {
  const bool is_causal = checkpoint.pose.weights.architecture.causal;
  if (checkpoint.input == LifterInput::kScreen && !is_causal) return;
  Entries record = {{Text("input"), Text(std::string(NameOf(checkpoint.input)))},
                    {Text("causal"), PickleValue::Bool(is_causal)}};
  if (checkpoint.joints != kRigJoints) record.emplace_back(Text("joints"), Text(checkpoint.joints));
  entries.emplace_back(Text(kLifterRecordKey), PickleValue::Dict(record));
}

}  // namespace

void WriteTrainingCheckpoint(const std::filesystem::path& path,
                             const TrainingCheckpoint& checkpoint) {
  VP_CHECK(!checkpoint.trajectory ||
               checkpoint.trajectory->adam.has_value() == checkpoint.pose.adam.has_value(),
           "one of two models has an optimiser's state");
  TorchCheckpointWriter writer;
  Entries entries = {
      {Text("epoch"), PickleValue::Int(checkpoint.epoch)},
      {Text("lr"), PickleValue::Float(checkpoint.learning_rate)},
      {Text("random_state"), PickleOf(checkpoint.random)},
      {Text("optimizer"), OptimizerOf(checkpoint, writer)},
      {Text("model_pos"), StateDictOf(checkpoint.pose, writer)},
      {Text("model_traj"),
       checkpoint.trajectory ? StateDictOf(*checkpoint.trajectory, writer) : PickleValue()},
      {Text("random_state_semi"), PickleOf(checkpoint.random_semi)}};
  if (checkpoint.continuation) {
    entries.emplace_back(Text("videopose"), PickleOf(*checkpoint.continuation));
  }
  if (!checkpoint.options.empty()) {
    entries.emplace_back(Text(kOptionsKey), Text(checkpoint.options));
  }
  AddRecord(checkpoint, entries);
  writer.Write(path, PickleValue::Dict(entries));
}

void WriteLifter(const std::filesystem::path& path, const TrainingCheckpoint& checkpoint) {
  TorchCheckpointWriter writer;
  Entries entries = {
      {Text("epoch"), PickleValue::Int(checkpoint.epoch)},
      {Text("lr"), PickleValue::Float(checkpoint.learning_rate)},
      {Text("random_state"), PickleValue()},
      {Text("optimizer"), PickleValue()},
      {Text("model_pos"), StateDictOf(checkpoint.pose, writer, /*half_weights=*/true)},
      {Text("model_traj"), checkpoint.trajectory
                               ? StateDictOf(*checkpoint.trajectory, writer, /*half_weights=*/true)
                               : PickleValue()}};
  AddRecord(checkpoint, entries);
  writer.Write(path, PickleValue::Dict(entries));
}

}  // namespace videopose::internal
