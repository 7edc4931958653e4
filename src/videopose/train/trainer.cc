// SPDX-License-Identifier: Apache-2.0

#include "videopose/train/trainer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numeric>

#include "videopose/base/atomic_file.h"
#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/base/ordered_pipeline.h"
#include "videopose/config/options_file.h"
#include "videopose/train/epoch_evaluation.h"
#include "videopose/train/epoch_record.h"
#include "videopose/train/mocap_source.h"
#include "videopose/train/parameter_layout.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

// The seeds of the reference's two streams of batches.
constexpr uint32_t kLabeledSeed = 1234, kUnlabeledSeed = 4321;
constexpr double kFirstMomentum = 0.1, kLastMomentum = 0.001;

// Told apart from the seed itself, so that two networks drop different values.
constexpr uint64_t kTrajectoryDropout = 0x9E3779B97F4A7C15U;

// Pavllo et al., section 5: exponential, from the first to the last.
double MomentumAfter(int64_t epoch, int epochs) {
  const double part = static_cast<double>(epoch) / epochs;
  return kFirstMomentum * std::exp(-part * std::log(kFirstMomentum / kLastMomentum));
}

bool IsFinite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

// Running statistics, too: they may overflow while losses look fine.
bool IsFinite(const TemporalWeights& weights) {
  return IsFinite(weights.shrink_weight.values) && IsFinite(weights.shrink_bias) &&
         std::all_of(weights.convolutions.begin(), weights.convolutions.end(),
                     [](const ConvolutionWeights& c) {
                       return IsFinite(c.weight.values) && IsFinite(c.norm.weight) &&
                              IsFinite(c.norm.bias) && IsFinite(c.norm.running_mean) &&
                              IsFinite(c.norm.running_var);
                     });
}

// RandomState takes 32 bits.
uint32_t Fold(uint64_t seed) { return static_cast<uint32_t>(seed ^ (seed >> 32)); }

TrainingCheckpoint::Model ModelOf(const TrainableModel& model, const Adam& adam) {
  return {.weights = model.Weights(), .batches_seen = model.batches_seen(), .adam = adam.state()};
}

void CheckFits(const TemporalArchitecture& network, const TemporalArchitecture& wanted,
               const fs::path& path) {
  if (network.input_channels == wanted.input_channels &&
      network.output_channels == wanted.output_channels) {
    return;
  }
  Fail(ErrorCode::kMismatch,
       "{}: made for {} values a frame and {} joints; the data have {} and {}", path.string(),
       network.input_channels, network.output_joints(), wanted.input_channels,
       wanted.output_joints());
}

// Weights tell widths and channels, not which frames they were trained to see. Checkpoints of
// others and of earlier versions do not say it either: then the options count.
void CheckAgrees(const TrainingCheckpoint& checkpoint, const NetworkOptions& network,
                 const fs::path& path) {
  if (checkpoint.options.empty()) return;
  TrainerOptions trained;
  ReadKnownOptions(checkpoint.options, path.string() + ": options", OptionTable(trained));
  const auto compare = [&](const char* key, bool was, bool is) {
    if (was != is) {
      throw OptionError(key, is ? "true" : "false",
                        fmt::format("{} was trained with {}", path.string(), was));
    }
  };
  // A causal checkpoint says so itself and is resumed as one.
  if (network.causal) compare("network.causal", trained.network.causal, true);
  compare("network.dense", trained.network.dense, network.dense);
}

}  // namespace

Trainer::Trainer(TrainingData data, const TrainerOptions& options, Communicator& processes,
                 Device& device)
    : data_(std::move(data)),
      options_(options),
      processes_(processes),
      device_(device),
      learning_rate_(options.optimisation.learning_rate) {
  options.Check();
  if (options_.record.empty()) {
    TrainerOptions kept = options_;
    kept.checkpoints = options_.checkpoints.WithoutRun();
    options_.record = WriteOptions(OptionTable(kept), /*with_help=*/false);
  }
  CheckTrainingData(data_);
  if (options.checkpoints.evaluate_epochs && CountFrames(data_.test) == 0) {
    Fail(ErrorCode::kInvalidArgument, {.option = "checkpoints.evaluate_epochs"},
         "there are no test sequences to evaluate epochs on");
  }
  std::error_code error;
  const fs::path& folder = options.checkpoints.folder;
  fs::create_directories(folder, error);
  if (error) {
    FailAt(folder, ErrorCode::kCannotWrite, "cannot make this folder: {}", error.message());
  }
  // Known before the long work, not after its first epochs.
  if (processes_.is_first()) const AtomicFile attempt(folder / "epoch_1.bin");

  const std::optional<TrainingCheckpoint> checkpoint = ReadResumed();
  continuation_.dropout_seed = static_cast<int64_t>(options.optimisation.seed);
  if (checkpoint) {
    epoch_ = checkpoint->epoch;
    learning_rate_ = options_.checkpoints.resumed_learning_rate.value_or(checkpoint->learning_rate);
    if (checkpoint->continuation) continuation_ = *checkpoint->continuation;
    history_ = EpochsFromText(continuation_.epochs, last_checkpoint_.string());
  }
  MakeLearner(checkpoint);
  MakeSamplers(checkpoint);
  CheckProcessesAgree();
}

std::optional<TrainingCheckpoint> Trainer::ReadResumed() {
  const CheckpointOptions& checkpoints = options_.checkpoints;
  if (checkpoints.resume.empty()) return std::nullopt;
  last_checkpoint_ = checkpoints.folder / checkpoints.resume;
  TrainingCheckpoint checkpoint =
      ReadTrainingCheckpoint(last_checkpoint_, options_.network.Expected());
  CheckAgrees(checkpoint, options_.network, last_checkpoint_);
  return checkpoint;
}

void Trainer::MakeLearner(const std::optional<TrainingCheckpoint>& checkpoint) {
  const Sequence& any = data_.train.front();
  TemporalArchitecture network{
      .widths = options_.network.widths.value_or(std::vector<int>{3, 3, 3}),
      .channels = options_.network.channels.value_or(1024),
      .input_channels = static_cast<int>(any.keypoints.dim(1) * any.keypoints.dim(2)),
      .output_channels = static_cast<int>(any.poses.dim(1) * 3),
      .causal = options_.network.causal,
      .dense = options_.network.dense};
  if (checkpoint) {
    const TemporalArchitecture& resumed = checkpoint->pose.weights.architecture;
    CheckFits(resumed, network, last_checkpoint_);
    network = resumed;
  }
  const auto seed = static_cast<uint64_t>(continuation_.dropout_seed);
  const OptimisationOptions& optimisation = options_.optimisation;
  TrainableModelOptions model{
      .strided = optimisation.optimized && optimisation.stride == 1 && !options_.network.dense,
      .dropout = static_cast<float>(options_.network.dropout),
      .dropout_seed = seed,
      .precision = optimisation.precision,
      .processes = &processes_,
      .local_statistics = optimisation.batch_norm == BatchNormOver::kPart,
      .device = &device_};
  RandomState random(Fold(optimisation.seed));
  const auto make = [&](const TrainingCheckpoint::Model* from) {
    TrainableModel made(from != nullptr ? from->weights : InitialWeights(network, random), model);
    if (from != nullptr) made.set_batches_seen(from->batches_seen);
    return made;
  };
  TrainableModel pose = make(checkpoint ? &checkpoint->pose : nullptr);
  std::optional<TrainableModel> trajectory;
  const TrainingCheckpoint::Model* resumed_trajectory =
      checkpoint && checkpoint->trajectory ? &*checkpoint->trajectory : nullptr;
  if (is_semi_supervised()) {
    network.output_channels = 3;
    model.dropout_seed = seed ^ kTrajectoryDropout;
    trajectory.emplace(make(resumed_trajectory));
  }
  const SemiSupervisedOptions& semi = options_.semi_supervised;
  learner_.emplace(std::move(pose), std::move(trajectory),
                   LearnerOptions{.project = semi.projection_term,
                                  .linear_projection = semi.linear_projection,
                                  .compare_bones = semi.bone_length_term,
                                  .parents = data_.parents,
                                  .mirrored = data_.symmetry.joints,
                                  .joint_keypoints = data_.joint_keypoints,
                                  .keypoint_values = static_cast<int>(any.keypoints.dim(2)),
                                  .motion_losses = optimisation.losses,
                                  .processes = &processes_});
  learner_->SetMomentum(continuation_.momentum);
  if (!checkpoint) return;
  if (checkpoint->pose.adam) learner_->pose_adam().SetState(*checkpoint->pose.adam);
  if (is_semi_supervised() && resumed_trajectory != nullptr && resumed_trajectory->adam) {
    learner_->trajectory_adam()->SetState(*resumed_trajectory->adam);
  }
}

void Trainer::MakeSamplers(const std::optional<TrainingCheckpoint>& checkpoint) {
  const TemporalArchitecture& network = architecture();
  const OptimisationOptions& optimisation = options_.optimisation;
  const auto make = [&](const std::vector<Sequence>& sequences, const RandomState& random) {
    return WindowSampler(sequences, data_.symmetry,
                         {.batch_size = optimisation.batch_size,
                          .stride = optimisation.stride,
                          .pad = network.pad(),
                          .causal_shift = network.causal_shift(),
                          .mirror = optimisation.mirror,
                          .random = random});
  };
  RandomState random(kLabeledSeed), unlabeled_random(kUnlabeledSeed);
  if (checkpoint && checkpoint->random) random = RandomState(*checkpoint->random);
  if (checkpoint && checkpoint->random_semi) {
    unlabeled_random = RandomState(*checkpoint->random_semi);
  }
  sampler_.emplace(make(data_.train, random));
  if (data_.source) {
    constexpr int64_t kPair = 2;
    CheckEachHasAPart(optimisation.batch_size, kPair);
    return;
  }
  const int64_t per_batch = optimisation.batch_size / optimisation.stride;
  const int64_t windows_in_last = (sampler_->windows_per_epoch() - 1) % per_batch + 1;
  if (windows_in_last * optimisation.stride < 2) {
    Fail(ErrorCode::kInvalidArgument,
         "the last batch of an epoch would be a single frame, of which batch norm can learn "
         "nothing; {} windows in batches of {}: choose another batch size",
         sampler_->windows_per_epoch(), per_batch);
  }
  CheckEachHasAPart(windows_in_last, 1);
  if (!is_semi_supervised()) return;
  unlabeled_sampler_.emplace(make(data_.unlabeled, unlabeled_random));
  CheckEachHasAPart((unlabeled_sampler_->windows_per_epoch() - 1) % per_batch + 1, 1);
  if (continuation_.semi_before_epoch) {
    unlabeled_sampler_->SetPosition({.random = unlabeled_random.state(),
                                     .random_before_epoch = *continuation_.semi_before_epoch,
                                     .next_batch = continuation_.semi_next_batch});
  }
}

void Trainer::CheckEachHasAPart(int64_t windows, int64_t unit) const {
  // Local statistics are of two frames at least.
  const bool is_local = options_.optimisation.batch_norm == BatchNormOver::kPart;
  const int64_t frames = options_.optimisation.stride * (windows / unit / processes_.size()) * unit;
  if (frames >= (is_local && !processes_.is_alone() ? 2 : 1)) return;
  Fail(
      ErrorCode::kInvalidArgument,
      "{} windows in the last batch of an epoch are too few for {} processes: choose another batch "
      "size",
      windows, processes_.size());
}

void Trainer::CheckProcessesAgree() {
  if (processes_.is_alone()) return;
  const auto sum_of = [](std::span<const float> values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
  };
  double own = sum_of(device_.Downloaded(learner_->pose().parameters()));
  for (const ConvolutionWeights& layer : learner_->pose().Weights().convolutions) {
    own += sum_of(layer.norm.running_mean) + sum_of(layer.norm.running_var);
  }
  if (is_semi_supervised()) own += sum_of(device_.Downloaded(learner_->trajectory()->parameters()));
  for (const Sequence& sequence : data_.train) own += sum_of(sequence.keypoints.values);
  std::vector<double> all(static_cast<size_t>(processes_.size()));
  all[static_cast<size_t>(processes_.rank())] = own;
  processes_.Sum(all);
  if (std::ranges::all_of(all, [&](double value) { return value == all[0]; })) return;
  if (!std::isfinite(own)) return;  // told elsewhere
  Fail(ErrorCode::kMismatch,
       "the processes differ in data or weights, {}: all need the same files, options, program and "
       "kind of processor",
       epoch_ == 0 ? "from the start" : fmt::format("after epoch {}", epoch_));
}

void Trainer::Run(const std::function<void(const EpochRecord&)>& on_epoch,
                  const WorkMonitor& monitor) {
  using Clock = std::chrono::steady_clock;
  while (epoch_ < options_.optimisation.epochs) {
    const Clock::time_point start = Clock::now();
    EpochRecord record{.epoch = epoch_ + 1, .learning_rate = learning_rate_};
    record.train_mm = data_.source ? TrainSynthesizedEpoch(monitor) : TrainEpoch(monitor);
    TrainingCheckpoint checkpoint = CheckpointAfterEpoch();
    if (options_.checkpoints.evaluate_epochs) Evaluate(checkpoint, monitor, record);
    history_.push_back(record);
    Keep(std::move(checkpoint), record);
    record.minutes = std::chrono::duration<double>(Clock::now() - start).count() / 60;
    history_.back() = record;
    on_epoch(record);
  }
}

double Trainer::TrainEpoch(const WorkMonitor& monitor) {
  struct Windows {
    std::vector<WindowSampler::Window> labeled, unlabeled;
  };
  struct Batch {
    WindowBatch labeled, unlabeled;
  };
  const bool with_unlabeled =
      is_semi_supervised() && epoch_ >= options_.semi_supervised.warmup_epochs;
  const std::string stage = fmt::format("epoch {}", epoch_ + 1);
  const int64_t frames_per_epoch = FramesPerEpoch();
  double error_sum = 0;
  int64_t frames = 0, batches = 0;
  monitor.Report(stage, 0, frames_per_epoch, "samples/s");

  OrderedPipeline<Windows, Batch> pipeline;
  pipeline.produce = [&](Windows& windows) {
    const auto labeled = sampler_->Next();
    if (labeled.empty()) return false;
    windows.labeled.assign(labeled.begin(), labeled.end());
    if (is_semi_supervised()) {  // in the warmup, too, the stream goes on
      const auto unlabeled = unlabeled_sampler_->NextEndless();
      windows.unlabeled.assign(unlabeled.begin(), unlabeled.end());
    }
    return true;
  };
  const auto fill = [&](const WindowSampler& sampler,
                        const std::vector<WindowSampler::Window>& windows, WindowBatch& batch) {
    const Communicator::Part part = processes_.OwnPart(std::ssize(windows));
    sampler.Fill(std::span(windows).subspan(static_cast<size_t>(part.first),
                                            static_cast<size_t>(part.count)),
                 batch);
    batch.first_window = part.first;
    batch.whole_windows = processes_.is_alone() ? 0 : std::ssize(windows);
  };
  pipeline.transform = [&](Windows& windows, Batch& batch) {
    fill(*sampler_, windows.labeled, batch.labeled);
    if (with_unlabeled) fill(*unlabeled_sampler_, windows.unlabeled, batch.unlabeled);
  };
  pipeline.consume = [&](Batch& batch) {
    const StepLosses losses = with_unlabeled
                                  ? learner_->Step(batch.labeled, batch.unlabeled, learning_rate_)
                                  : learner_->Step(batch.labeled, learning_rate_);
    CheckLoss(losses, ++batches);
    const int64_t batch_frames = batch.labeled.InWhole(static_cast<size_t>(batch.labeled.windows)) *
                                 options_.optimisation.stride;
    error_sum += losses.pose * static_cast<double>(batch_frames);
    frames += batch_frames;
    monitor.Report(stage, frames, frames_per_epoch, "samples/s");
  };
  pipeline.Run();
  return 1000 * error_sum / static_cast<double>(frames);
}

double Trainer::TrainSynthesizedEpoch(const WorkMonitor& monitor) {
  const MocapSource& source = *data_.source;
  const TemporalArchitecture& network = architecture();
  const std::string stage = fmt::format("epoch {}", epoch_ + 1);
  const int64_t batches = BatchesPerEpoch();
  constexpr int64_t kPair = 2;
  const Communicator::Part part = processes_.is_alone()
                                      ? Communicator::Part()
                                      : processes_.OwnPart(options_.optimisation.batch_size, kPair);
  double error_sum = 0;
  int64_t produced = 0, consumed = 0;
  OrderedPipeline<int64_t, WindowBatch> pipeline;
  pipeline.produce = [&](int64_t& batch_index) {
    batch_index = produced++;
    return batch_index < batches;
  };
  pipeline.transform = [&](int64_t& batch_index, WindowBatch& batch) {
    source.Fill(epoch_, batch_index, options_.optimisation.batch_size, network.receptive_field(),
                network.pad_before(), batch, part);
  };
  pipeline.consume = [&](WindowBatch& batch) {
    const StepLosses losses = learner_->Step(batch, learning_rate_);
    CheckLoss(losses, ++consumed);
    error_sum += losses.pose;
    monitor.Report(stage, consumed * options_.optimisation.batch_size, FramesPerEpoch(),
                   "samples/s");
  };
  pipeline.Run();
  return 1000 * error_sum / static_cast<double>(batches);
}

int64_t Trainer::BatchesPerEpoch() const {
  return data_.source ? std::max<int64_t>(
                            1, data_.source->windows_per_epoch() / options_.optimisation.batch_size)
                      : sampler_->batches_per_epoch();
}

int64_t Trainer::FramesPerEpoch() const {
  return data_.source ? BatchesPerEpoch() * options_.optimisation.batch_size
                      : sampler_->windows_per_epoch() * options_.optimisation.stride;
}

void Trainer::CheckLoss(const StepLosses& losses, int64_t batches) const {
  const double loss =
      losses.pose + losses.trajectory + losses.projection + losses.bones + losses.motion;
  if (std::isfinite(loss)) return;
  FailDiverged(fmt::format("batch {} of {}: the loss is not finite", batches, BatchesPerEpoch()));
}

TrainingCheckpoint Trainer::CheckpointAfterEpoch() {
  ++epoch_;
  learning_rate_ *= options_.optimisation.lr_decay;
  continuation_.momentum = MomentumAfter(epoch_, options_.optimisation.epochs);
  learner_->SetMomentum(continuation_.momentum);
  if (!processes_.is_alone()) ShareStatistics();
  TrainingCheckpoint checkpoint{.epoch = epoch_,
                                .learning_rate = learning_rate_,
                                .random = sampler_->position().random,
                                .pose = ModelOf(learner_->pose(), learner_->pose_adam())};
  if (data_.source) {
    checkpoint.input = data_.source->input();
    checkpoint.joints = kHuman36mJoints;
  }
  bool is_finite = IsFinite(checkpoint.pose.weights);
  if (is_semi_supervised()) {
    checkpoint.trajectory = ModelOf(*learner_->trajectory(), *learner_->trajectory_adam());
    is_finite = is_finite && IsFinite(checkpoint.trajectory->weights);
    const WindowSampler::Position position = unlabeled_sampler_->position();
    checkpoint.random_semi = position.random;
    continuation_.semi_before_epoch = position.random_before_epoch;
    continuation_.semi_next_batch = position.next_batch;
  }
  if (!is_finite) {
    --epoch_;  // it is not done
    FailDiverged(fmt::format("batch {0} of {0}: weights are not finite", BatchesPerEpoch()));
  }
  return checkpoint;
}

void Trainer::ShareStatistics() {
  if (options_.optimisation.batch_norm == BatchNormOver::kPart) {
    learner_->pose().ShareRunningStatistics();
    if (is_semi_supervised()) learner_->trajectory()->ShareRunningStatistics();
  }
  CheckProcessesAgree();
}

// Each process measures some of the sequences.
SequenceLosses Trainer::MeasureTogether(
    std::span<const Sequence> sequences,
    const std::function<SequenceLosses(std::span<const Sequence> sequences)>& measure) const {
  if (processes_.is_alone()) return measure(sequences);
  const Communicator::Part part = processes_.OwnPart(std::ssize(sequences));
  const std::span<const Sequence> own =
      sequences.subspan(static_cast<size_t>(part.first), static_cast<size_t>(part.count));
  const SequenceLosses losses = measure(own);
  const auto frames = static_cast<double>(CountFrames(own));
  std::array<double, 4> sums = {frames, frames * losses.pose_mm, frames * losses.root_mm,
                                frames * losses.screen};
  processes_.Sum(sums);
  if (sums[0] == 0) return {};
  return {sums[1] / sums[0], sums[2] / sums[0], sums[3] / sums[0]};
}

void Trainer::Evaluate(const TrainingCheckpoint& models, const WorkMonitor& monitor,
                       EpochRecord& record) const {
  const TemporalModel pose(models.pose.weights, device_);
  std::optional<TemporalModel> trajectory;
  if (models.trajectory) trajectory.emplace(models.trajectory->weights, device_);
  const auto measure = [&](const std::vector<Sequence>& all) {
    return MeasureTogether(all, [&](std::span<const Sequence> sequences) {
      return MeasureSequences(pose, trajectory ? &*trajectory : nullptr, data_.symmetry, sequences,
                              monitor, data_.joint_keypoints);
    });
  };
  const SequenceLosses train = measure(data_.train), valid = measure(data_.test);
  record.poses = {.train_mm = train.pose_mm, .valid_mm = valid.pose_mm};
  if (!trajectory) return;
  record.semi = {.train_root_mm = train.root_mm,
                 .valid_root_mm = valid.root_mm,
                 .train_screen = train.screen,
                 .unlabeled_screen = measure(data_.unlabeled).screen,
                 .valid_screen = valid.screen};
}

void Trainer::Keep(TrainingCheckpoint checkpoint, const EpochRecord& record) {
  const bool is_best = record.poses && (continuation_.best_epoch == 0 ||
                                        record.poses->valid_mm < continuation_.best_error_mm);
  if (is_best) {
    continuation_.best_epoch = epoch_;
    continuation_.best_error_mm = record.poses->valid_mm;
  }
  if (!processes_.is_first()) return;
  continuation_.epochs = TextOf(history_);
  checkpoint.continuation = continuation_;
  checkpoint.options = options_.record;
  const CheckpointOptions& checkpoints = options_.checkpoints;
  // The best one first: a run that goes on from a checkpoint finds the best one that it tells of,
  // or writes it again. The other way round, after a kill between the two, it would keep an older.
  if (is_best && checkpoints.keep_best) {
    WriteTrainingCheckpoint(checkpoints.folder / "epoch_best.bin", checkpoint);
  }
  if (epoch_ % checkpoints.frequency == 0 || epoch_ == options_.optimisation.epochs) {
    last_checkpoint_ = checkpoints.folder / fmt::format("epoch_{}.bin", epoch_);
    WriteTrainingCheckpoint(last_checkpoint_, checkpoint);
  }
}

void Trainer::FailDiverged(const std::string& where) const {
  Fail(ErrorCode::kInvalidArgument, {.option = "optimisation.learning_rate"},
       "training diverged in epoch {}, {}; {}; try a lower learning rate", epoch_ + 1, where,
       last_checkpoint_.empty()
           ? "no checkpoint was written yet"
           : fmt::format("the last good checkpoint is {}", last_checkpoint_.string()));
}

}  // namespace videopose::internal
