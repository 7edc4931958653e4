// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/training_checkpoint.h"

#include <algorithm>
#include <vector>

#include "videopose/arrays/npy.h"
#include "videopose/arrays/torch_checkpoint.h"
#include "videopose/base/error.h"
#include "videopose/train/parameter_layout.h"

namespace videopose::internal {
namespace {

using Kind = PickleValue::Kind;

// numpy.random.RandomState, as NumPy pickles it since 1.17 (a dictionary) and did before (the tuple
// of get_state()).
RandomState::State ReadRandomState(const PickleValue& object, const std::string& what) {
  if (!object.is(Kind::kObject))
    Fail("{}: expected a RandomState, found {}", what, object.Describe());
  const PickleValue& state = object.state();
  const PickleValue *key = nullptr, *pos = nullptr, *has_gauss = nullptr, *gauss = nullptr;
  if (state.is(Kind::kTuple)) {
    const auto items = state.AsSequence(what);
    if (items.size() != 5) Fail("{}: expected 5 parts, found {}", what, items.size());
    key = &items[1];
    pos = &items[2];
    has_gauss = &items[3];
    gauss = &items[4];
  } else {
    const PickleValue& generator = state.At("state", what);
    key = &generator.At("key", what);
    pos = &generator.At("pos", what);
    has_gauss = &state.At("has_gauss", what);
    gauss = &state.At("gauss", what);
  }
  const std::vector<int64_t> words = ToTensor<int64_t>(key->AsArray(what), what).values;
  if (words.size() != RandomState::kWords) {
    Fail("{}: expected the {} words of MT19937, found {}", what, RandomState::kWords, words.size());
  }
  RandomState::State result;
  std::transform(words.begin(), words.end(), result.key.begin(),
                 [](int64_t word) { return static_cast<uint32_t>(word); });
  const int64_t position = pos->AsInt(what);
  if (position < 0 || position > RandomState::kWords) {
    Fail("{}: position {} is not within its {} words", what, position, RandomState::kWords);
  }
  result.pos = static_cast<int>(position);
  result.has_gauss = has_gauss->AsInt(what) != 0;
  result.cached_gaussian = gauss->AsDouble(what);
  return result;
}

std::optional<RandomState::State> ReadOptionalRandomState(const TorchCheckpoint& file,
                                                          const std::string& key) {
  const PickleValue* value = file.root().Find(key);
  if (value == nullptr || value->is_none()) return std::nullopt;
  return ReadRandomState(*value, file.name() + ": " + key);
}

TrainingCheckpoint::Continuation ReadContinuation(const PickleValue& dict,
                                                  const std::string& what) {
  TrainingCheckpoint::Continuation result{
      .momentum = dict.At("bn_momentum", what).AsDouble(what),
      .dropout_seed = dict.At("dropout_seed", what).AsInt(what),
      .semi_next_batch = dict.At("semi_next_batch", what).AsInt(what),
      .best_epoch = dict.At("best_epoch", what).AsInt(what),
      .best_error_mm = dict.At("best_error_mm", what).AsDouble(what)};
  if (const PickleValue* epochs = dict.Find("epochs")) result.epochs = epochs->AsString(what);
  const PickleValue& semi = dict.At("semi_before_epoch", what);
  if (!semi.is_none()) result.semi_before_epoch = ReadRandomState(semi, what);
  return result;
}

TrainingCheckpoint::Model ReadModel(const TorchCheckpoint& file, const PickleValue& dict,
                                    const std::string& key, const TemporalModelOptions& options) {
  const std::string what = file.name() + ": " + key;
  const StateDict state = file.ReadStateDict(dict, what);
  TrainingCheckpoint::Model model{.weights = WeightsFromStateDict(state, options, what)};
  if (const PickleValue* seen = dict.Find("expand_bn.num_batches_tracked")) {
    const auto batches = file.ReadIntegers(*seen, what);
    if (batches.size() == 1) model.batches_seen = std::max<int64_t>(0, batches.values[0]);
  }
  return model;
}

// torch.optim.Adam's state_dict()["state"]: parameter's number -> its moments.
class OptimizerReader {
 public:
  OptimizerReader(const TorchCheckpoint& file, const PickleValue& optimizer)
      : file_(file), what_(file.name() + ": optimizer"), state_(optimizer.At("state", what_)) {}

  // The parameters from number `first` on are those of `layout`.
  Adam::State Read(const ParameterLayout& layout, int64_t first) const {
    Adam::State result;
    result.mean.resize(layout.size);
    result.square.resize(layout.size);
    result.max_square.resize(layout.size);
    for (const ParameterSlot& slot : layout.InTorchOrder()) {
      const PickleValue& moments = Find(first++, slot);
      ReadMoment(moments, "exp_avg", slot, result.mean);
      ReadMoment(moments, "exp_avg_sq", slot, result.square);
      ReadMoment(moments, "max_exp_avg_sq", slot, result.max_square);
      result.step = ReadStep(moments.At("step", what_));
    }
    return result;
  }

 private:
  const PickleValue& Find(int64_t number, const ParameterSlot& slot) const {
    for (const auto& [key, value] : state_.AsDict(what_)) {
      if (key.AsInt(what_) == number) return value;
    }
    Fail("{}: no state of parameter {} ({}); it belongs to another model", what_, number,
         slot.name);
  }

  void ReadMoment(const PickleValue& moments, const std::string& name, const ParameterSlot& slot,
                  std::vector<float>& flat) const {
    const std::string what = what_ + ": " + slot.name + ": " + name;
    const Tensor tensor = file_.ReadFloats(moments.At(name, what), what);
    if (tensor.shape != slot.shape) {
      Fail("{} has the shape ({}), expected ({}); it belongs to another model", what,
           fmt::join(tensor.shape, ", "), fmt::join(slot.shape, ", "));
    }
    WriteSlot(slot, tensor, flat);
  }

  int64_t ReadStep(const PickleValue& step) const {  // a number before PyTorch 1.12
    double value = 0;
    if (TorchCheckpoint::IsTensor(step)) {
      const Tensor tensor = file_.ReadFloats(step, what_);
      if (tensor.size() != 1) Fail("{}: {} values for a step", what_, tensor.size());
      value = tensor.values[0];
    } else {
      value = step.AsDouble(what_);
    }
    if (!(value >= 0 && value < 1e15)) Fail("{}: a step of {}", what_, value);
    return static_cast<int64_t>(value);
  }

  const TorchCheckpoint& file_;
  std::string what_;
  const PickleValue& state_;
};

}  // namespace

TrainingCheckpoint ReadTrainingCheckpoint(const std::filesystem::path& path,
                                          const TemporalModelOptions& caller_options) try {
  const TorchCheckpoint file = TorchCheckpoint::Read(path);
  const LifterRecord record = ReadLifterRecord(file);
  TemporalModelOptions options = caller_options;
  options.causal = options.causal || record.causal;
  const PickleValue& root = file.root();
  TrainingCheckpoint checkpoint{
      .epoch = root.At("epoch", file.name()).AsInt(file.name() + ": epoch"),
      .learning_rate = root.At("lr", file.name()).AsDouble(file.name() + ": lr"),
      .random = ReadOptionalRandomState(file, "random_state"),
      .random_semi = ReadOptionalRandomState(file, "random_state_semi"),
      .pose = ReadModel(file, root.At("model_pos", file.name()), "model_pos", options)};
  checkpoint.input = record.input;
  checkpoint.joints = record.joints;
  const PickleValue* trajectory = root.Find("model_traj");
  if (trajectory != nullptr && !trajectory->is_none()) {
    checkpoint.trajectory = ReadModel(file, *trajectory, "model_traj", options);
  }
  const PickleValue* continuation = root.Find("videopose");
  if (continuation != nullptr) {
    checkpoint.continuation = ReadContinuation(*continuation, file.name() + ": videopose");
  }
  if (const PickleValue* trained_with = root.Find(kOptionsKey)) {
    checkpoint.options = trained_with->AsString(file.name() + ": " + kOptionsKey);
  }
  const PickleValue* optimizer = root.Find("optimizer");
  if (optimizer == nullptr || optimizer->is_none()) return checkpoint;
  const OptimizerReader reader(file, *optimizer);
  const ParameterLayout layout(checkpoint.pose.weights.architecture);
  checkpoint.pose.adam = reader.Read(layout, 0);
  if (checkpoint.trajectory) {
    checkpoint.trajectory->adam =
        reader.Read(ParameterLayout(checkpoint.trajectory->weights.architecture),
                    static_cast<int64_t>(layout.InTorchOrder().size()));
  }
  return checkpoint;
} catch (Error& error) {
  RethrowFromReading(path, error);
}

}  // namespace videopose::internal
