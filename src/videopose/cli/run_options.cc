#include "videopose/cli/run_options.h"

#include <algorithm>

#include "videopose/base/error.h"
#include "videopose/lift/architecture.h"

namespace videopose {
namespace {

template <typename... Args>
[[noreturn]] void Refuse(fmt::format_string<Args...> format, Args&&... args) {
  throw UsageError("videopose run: " + fmt::format(format, std::forward<Args>(args)...));
}

void CheckNetwork(const RunOptions& options) {
  if (options.widths.empty()) Refuse("--architecture: expected widths such as 3,3,3");
  for (const int width : options.widths) {
    if (width < 1 || width % 2 == 0) {
      Refuse("--architecture {}: widths are odd, so that a middle frame exists; {} is not",
             WidthsText(options.widths), width);
    }
  }
  if (options.channels < 1) Refuse("--channels {}: at least 1", options.channels);
  if (!(options.dropout >= 0 && options.dropout < 1)) {
    Refuse("--dropout {}: at least 0 and below 1", options.dropout);
  }
}

void CheckTraining(const RunOptions& options) {
  const auto at_least = [](const char* name, int value, int least) {
    if (value < least) Refuse("{} {}: at least {}", name, value, least);
  };
  at_least("--stride", options.stride, 1);
  at_least("--epochs", options.epochs, 1);
  at_least("--batch-size", options.batch_size, 1);
  at_least("--checkpoint-frequency", options.checkpoint_frequency, 1);
  at_least("--downsample", options.downsample, 1);
  at_least("--warmup", options.warmup_epochs, 0);
  if (options.batch_size < options.stride) {
    Refuse("--batch-size {}: no chunk of --stride {} frames fits in", options.batch_size,
           options.stride);
  }
  if (!(options.learning_rate > 0)) Refuse("--learning-rate {}: above 0", options.learning_rate);
  if (!(options.lr_decay > 0)) Refuse("--lr-decay {}: above 0", options.lr_decay);
  if (!(options.unlabeled_focal_px >= 0 && options.unlabeled_focal_px < 1e6)) {
    Refuse("--unlabeled-focal {}: a focal length in pixels", options.unlabeled_focal_px);
  }
  if (options.unlabeled_focal_px > 0 && options.unlabeled_keypoints.empty()) {
    Refuse("--unlabeled-focal goes with --unlabeled-keypoints");
  }
  if (!(options.subset > 0 && options.subset <= 1)) {
    Refuse("--subset {}: above 0, at most 1", options.subset);
  }
}

void CheckRendering(const RunOptions& options) {
  const bool has_target = !options.picture.output.empty() || !options.export_path.empty();
  if (!options.render) {
    if (has_target) Refuse("--viz-output and --viz-export go with --render");
    return;
  }
  if (options.clip.subject.empty()) Refuse("--render: which --viz-subject?");
  if (options.clip.action.empty()) Refuse("--render: which --viz-action?");
  if (!has_target) Refuse("--render: where to? Give --viz-output or --viz-export");
  if (options.evaluate.empty()) Refuse("--render: which checkpoint? Give --evaluate");
  if (options.clip.camera < 0) Refuse("--viz-camera {}: at least 0", options.clip.camera);
  if (options.picture.skip_frames < 0)
    Refuse("--viz-skip {}: at least 0", options.picture.skip_frames);
  if (options.picture.downsample < 1) {
    Refuse("--viz-downsample {}: at least 1", options.picture.downsample);
  }
}

}  // namespace

void CheckRunOptions(const RunOptions& options) {
  if (!options.resume.empty() && !options.evaluate.empty()) {
    Refuse("--resume goes on with training, --evaluate does not train; give one of them");
  }
  if (options.export_training_curves && !options.evaluate_epochs) {
    Refuse("--export-training-curves plots what --no-eval leaves out; give one of them");
  }
  if (options.keep_best && !options.evaluate_epochs) {
    Refuse("--keep-best needs what --no-eval leaves out; give one of them");
  }
  CheckNetwork(options);
  CheckTraining(options);
  CheckRendering(options);
}

}  // namespace videopose
