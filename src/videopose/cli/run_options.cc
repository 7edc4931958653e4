#include "videopose/cli/run_options.h"

#include <algorithm>

#include "videopose/base/error.h"
#include "videopose/cli/usage_error.h"
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
  const bool has_target = !options.picture.output.empty() || !options.export_path.empty() ||
                          !options.exports.poses.empty() || !options.exports.angles.empty();
  if (!options.render) {
    if (has_target) Refuse("--viz-output, --viz-export, --export and --angles go with --render");
    return;
  }
  if (options.clip.subject.empty()) Refuse("--render: which --viz-subject?");
  if (options.clip.action.empty()) Refuse("--render: which --viz-action?");
  if (!has_target) Refuse("--render: where to? Give --viz-output, --viz-export or --export");
  if (options.evaluate.empty()) Refuse("--render: which checkpoint? Give --evaluate");
  if (options.clip.camera < 0) Refuse("--viz-camera {}: at least 0", options.clip.camera);
  if (options.picture.skip_frames < 0)
    Refuse("--viz-skip {}: at least 0", options.picture.skip_frames);
  if (options.picture.downsample < 1) {
    Refuse("--viz-downsample {}: at least 1", options.picture.downsample);
  }
}

void CheckMocap(const RunOptions& options) {
  if (!options.is_mocap()) {
    if (!options.mocap_dir.empty()) Refuse("--mocap-dir goes with -d mocap");
    return;
  }
  if (options.mocap_dir.empty()) Refuse("-d mocap: where are the .bvh files? Give --mocap-dir");
  if (!options.evaluate.empty()) {
    Refuse("-d mocap trains; measure a model with: videopose bench lift-accuracy FILE --lifter X");
  }
  if (options.stride != 1) Refuse("-d mocap: --stride {} is for recorded data", options.stride);
  if (options.batch_size % 2 != 0) {
    Refuse("-d mocap: windows come in pairs, --batch-size {} is odd", options.batch_size);
  }
  if (options.mocap_windows < options.batch_size) {
    Refuse("--mocap-windows {}: at least one batch of {}", options.mocap_windows,
           options.batch_size);
  }
  if (options.mocap_input != "person" && options.mocap_input != "screen") {
    Refuse("--mocap-input {}: person or screen", options.mocap_input);
  }
  if (!options.unlabeled_keypoints.empty() || !options.unlabeled_subjects.empty()) {
    Refuse("-d mocap is supervised alone");
  }
  const MixerOptions& motion = options.synthesis.motion;
  for (const double share : {motion.combine, motion.straighten, motion.bend, motion.free_arms,
                             motion.free_legs, motion.free_trunk, motion.tilt,
                             options.synthesis.detection.conventions, options.mocap_edges}) {
    if (!(share >= 0 && share <= 1)) Refuse("--mocap-...: {} is no share from 0 to 1", share);
  }
  if (!(options.synthesis.detection.level >= 0 && options.synthesis.detection.level <= 10)) {
    Refuse("--mocap-noise {}: from 0 to 10", options.synthesis.detection.level);
  }
  if (!(options.synthesis.detection.white >= 0 && options.synthesis.detection.white <= 0.2)) {
    Refuse("--mocap-jitter {}: from 0 to 0.2", options.synthesis.detection.white);
  }
  const MotionLossWeights& weights = options.motion_losses;
  if (!(weights.velocity >= 0 && weights.bones >= 0 && weights.symmetry >= 0)) {
    Refuse("--velocity-weight, --bone-weight and --symmetry-weight are not below 0");
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
  if (!(options.resumed_learning_rate >= 0)) Refuse("--resume-lr is not below 0");
  if (options.resumed_learning_rate > 0 && options.resume.empty()) {
    Refuse("--resume-lr goes with --resume");
  }
  if (options.precision != "f32" && options.precision != "bf16") {
    Refuse("--precision {}: f32 or bf16", options.precision);
  }
  CheckNetwork(options);
  CheckTraining(options);
  CheckMocap(options);
  CheckRendering(options);
}

}  // namespace videopose
