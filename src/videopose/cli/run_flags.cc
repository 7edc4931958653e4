#include "videopose/cli/run_flags.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>

#include "videopose/base/error.h"
#include "videopose/cli/import_flags.h"
#include "videopose/cli/options.h"
#include "videopose/cli/parse.h"
#include "videopose/cli/run_words.h"

namespace videopose {
namespace {

constexpr int kPixelsPerSize = 100;

// Names VideoPose3D's single-dash words beside the long ones, and the defaults.
class RunFormatter : public CLI::Formatter {
 public:
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    const std::string name = Formatter::make_option_name(option, is_positional);
    for (const RunWord& known : RunWords()) {
      if (option->check_lname(std::string(known.option.substr(2)))) {
        return fmt::format("{},{}", known.word, name);
      }
    }
    return name;
  }
};

// Adds options of one group.
class Group {
 public:
  Group(CLI::App& app, std::string name) : app_(app), name_(std::move(name)) {}

  // `value` holds the default.
  template <typename T>
  void Value(const std::string& names, T& value, const std::string& type, const std::string& help) {
    Finish(app_.add_option(names, value, help + Default(value)), type);
  }
  void Flag(const std::string& names, bool& value, bool value_if_given, const std::string& help) {
    app_.add_flag_callback(
            names, [&value, value_if_given] { value = value_if_given; }, help)
        ->group(name_);
  }
  void Names(const std::string& names, std::vector<std::string>& values, const std::string& type,
             const std::string& help) {
    Finish(app_.add_option_function<std::string>(
               names,
               [&values](const std::string& text) {
                 values =
                     text.empty() || text == "*" ? std::vector<std::string>() : SplitAtCommas(text);
               },
               help + (values.empty() ? "" : fmt::format(" ({})", fmt::join(values, ",")))),
           type);
  }
  template <typename F>
  void Parsed(const std::string& names, const std::string& type, const std::string& help,
              F function) {
    Finish(app_.add_option_function<std::string>(names, function, help), type);
  }

 private:
  void Finish(CLI::Option* option, const std::string& type) const {
    option->type_name(type)->group(name_);
  }
  static std::string Default(const std::string& value) {
    return value.empty() ? "" : fmt::format(" ({})", value);
  }
  static std::string Default(const std::filesystem::path& value) { return Default(value.string()); }
  template <typename T>
  static std::string Default(T value) {
    return fmt::format(" ({})", value);
  }

  CLI::App& app_;
  std::string name_;
};

int ParseInt(const std::string& option, const std::string& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw CLI::ValidationError(option, fmt::format("'{}' is not a whole number", text));
  }
  return value;
}

void AddDataFlags(CLI::App& app, RunOptions& options) {
  Group group(app, "Data");
  group.Value("-d,--dataset", options.data.name, "NAME",
              "h36m, humaneva15, humaneva20, custom: your own videos, or mocap: BVH files");
  group.Value(
      "-k,--keypoints", options.data.keypoints, "NAME",
      "the 2D detections, data_2d_<dataset>_<NAME>.npz; of custom also a file of keypoints");
  group.Value("--data-dir", options.data.data_dir, "DIR", "where the data are");
  group.Names("--subjects-train", options.train_subjects, "LIST", "to learn from");
  group.Names("--subjects-test", options.test_subjects, "LIST", "to evaluate on");
  group.Names("--subjects-unlabeled", options.unlabeled_subjects, "LIST",
              "to learn from without ground truth, semi-supervised (none)");
  group.Names("-a,--actions", options.action_prefixes, "LIST",
              "only actions that begin like one of these, * for all (*)");
  group.Value("--subset", options.subset, "PART", "of each training sequence");
  group.Value("--downsample", options.downsample, "N", "use every N-th frame");
  AddImportOptions(app, options.data.import);
}

void AddTaskFlags(CLI::App& app, RunOptions& options) {
  Group group(app, "Task");
  group.Value("-c,--checkpoint", options.checkpoint_dir, "DIR", "where checkpoints are");
  group.Value("--evaluate", options.evaluate, "NAME",
              "evaluate this checkpoint of the folder, do not train");
  group.Value("-r,--resume", options.resume, "NAME", "go on training from this checkpoint");
  group.Value("--resume-lr", options.resumed_learning_rate, "RATE",
              "with this learning rate; 0: the checkpoint's");
  group.Flag("--by-subject", options.by_subject, true, "evaluate each test subject by itself");
  group.Flag("--no-test-time-augmentation", options.test_augmentation, false,
             "do not average with what the mirrored input gives");
  group.Value("--report", options.report, "FILE.json", "write the numbers there, too");
}

void AddNetworkFlags(CLI::App& app, RunOptions& options) {
  Group group(app, "Network");
  group.Parsed(
      "--architecture", "WIDTHS",
      "kernel widths, odd; their product is the frames seen (3,3,3; evaluating: the file's)",
      [&options](const std::string& text) {
        options.widths.clear();
        options.widths_given = true;
        for (const std::string& width : SplitAtCommas(text)) {
          options.widths.push_back(ParseInt("--architecture", width));
        }
      });
  group.Parsed("--channels", "N", "of each layer (1024; evaluating: the file's)",
               [&options](const std::string& text) {
                 options.channels = ParseInt("--channels", text);
                 options.channels_given = true;
               });
  group.Flag("--causal", options.causal, true, "see the past only, for real-time use");
  group.Flag("--dense", options.dense, true, "dense instead of dilated convolutions");
  group.Value("--dropout", options.dropout, "P", "probability");
}

void AddTrainingFlags(CLI::App& app, RunOptions& options) {
  Group group(app, "Training");
  group.Value("-e,--epochs", options.epochs, "N", "passes over the data");
  group.Value("-b,--batch-size", options.batch_size, "N", "predicted frames in a batch");
  group.Value("-s,--stride", options.stride, "N", "predicted frames in a chunk");
  group.Value("--learning-rate", options.learning_rate, "RATE", "at the start");
  group.Value("--lr-decay", options.lr_decay, "FACTOR", "of the learning rate, after each epoch");
  group.Flag("--no-data-augmentation", options.train_augmentation, false,
             "do not train on mirrored copies");
  group.Value("--checkpoint-frequency", options.checkpoint_frequency, "N",
              "write a checkpoint every N epochs");
  group.Flag("--keep-best", options.keep_best, true,
             "keep the best epoch, too: epoch_best.bin, by the test subjects' error");
  group.Flag("--no-eval", options.evaluate_epochs, false, "do not evaluate after each epoch");
  group.Flag("--export-training-curves", options.export_training_curves, true,
             "plots of the losses, beside the checkpoints");
  group.Flag("--disable-optimizations", options.optimized, false,
             "dilated convolutions also where strided ones give the same");
  group.Value("--precision", options.precision, "KIND",
              "of the hidden layers' products in training: f32, or bf16, nearly twice as fast "
              "where the processor has AVX512_BF16");
  group.Value("--seed", options.seed, "N", "of weights and dropout");

  Group semi(app, "Semi-supervised training (with --subjects-unlabeled or --unlabeled-keypoints)");
  semi.Value("--unlabeled-keypoints", options.unlabeled_keypoints, "NAME",
             "learn from your own videos, too: data_2d_custom_<NAME>.npz, of which "
             "--subjects-unlabeled then chooses (all)");
  semi.Value("--unlabeled-focal", options.unlabeled_focal_px, "PIXELS",
             "their cameras' focal length; 0: as of 30 mm on 35 mm film");
  semi.Value("--warmup", options.warmup_epochs, "N", "epochs with labelled data alone");
  semi.Flag("--linear-projection", options.linear_projection, true, "no lens distortion");
  semi.Flag("--no-proj", options.projection_term, false, "no projection term in the loss");
  semi.Flag("--no-bone-length", options.bone_length_term, false, "no bone length term in the loss");
}

void AddMocapFlags(CLI::App& app, RunOptions& options) {
  Group group(app, "Motion capture (-d mocap): windows are synthesised, no two alike");
  MixerOptions& motion = options.synthesis.motion;
  group.Value("--mocap-dir", options.mocap_dir, "DIR", "with .bvh files, and the folders in it");
  group.Value("--mocap-map", options.mocap_map, "FILE.json",
              "which of their joints is what (known: CMU's and DeepMimic's)");
  group.Names("--mocap-test", options.mocap_test_clips, "LIST",
              "clips to test on, not to train on (every eighth)");
  group.Value("--mocap-windows", options.mocap_windows, "N", "in an epoch");
  group.Value("--mocap-input", options.mocap_input, "KIND",
              "person: keypoints relative to the person; screen: as the reference has them");
  group.Value("--mocap-combine", motion.combine, "SHARE", "of clips with another clip's trunk");
  group.Value("--mocap-straighten", motion.straighten, "SHARE", "of clips with straighter knees");
  group.Value("--mocap-bend", motion.bend, "SHARE", "of clips with joints turned a little");
  group.Value("--mocap-arms", motion.free_arms, "SHARE", "of arms whose motion is made up");
  group.Value("--mocap-legs", motion.free_legs, "SHARE", "of legs likewise");
  group.Value("--mocap-trunk", motion.free_trunk, "SHARE", "of trunks likewise");
  group.Value("--mocap-tilt", motion.tilt, "SHARE", "of people lying, leaning, upside down");
  group.Value("--mocap-shape", motion.shape, "FACTOR", "of the variety of bodies");
  group.Value("--mocap-noise", options.synthesis.detection.level, "FACTOR",
              "of the detector's errors");
  group.Value("--mocap-conventions", options.synthesis.detection.conventions, "SHARE",
              "of clips whose keypoints lie beside the joints, as detectors see hips");
  group.Value("--mocap-jitter", options.synthesis.detection.white, "SHARE",
              "of the person's size by which keypoints jump from frame to frame");
  group.Value("--mocap-edges", options.mocap_edges, "SHARE",
              "of windows in which the video begins or ends");
  group.Value("--velocity-weight", options.motion_losses.velocity, "W",
              "of the error in velocity, beside the MPJPE");
  group.Value("--bone-weight", options.motion_losses.bones, "W", "of the error in bone lengths");
  group.Value("--symmetry-weight", options.motion_losses.symmetry, "W",
              "of the difference in length between left and right bones");
}

void AddRenderingFlags(CLI::App& app, RunOptions& options) {
  Group group(app, "Rendering");
  RenderDatasetOptions& picture = options.picture;
  group.Flag("--render", options.render, true, "draw or export one sequence, with --evaluate");
  group.Value("--viz-subject", options.clip.subject, "NAME", "of the sequence");
  group.Value("--viz-action", options.clip.action, "NAME", "of the sequence, in full");
  group.Value("--viz-camera", options.clip.camera, "N", "of the sequence, from 0");
  group.Value("--viz-video", picture.video, "FILE", "the video it was found in (black without)");
  group.Value("--viz-skip", picture.skip_frames, "N",
              "leave out the first N frames of video and keypoints");
  group.Value("--viz-output", picture.output, "FILE", ".mp4 or .gif");
  group.Value("--viz-export", options.export_path, "FILE.npy", "the predicted 3D joints");
  AddExportOption(app, options.exports);
  AddAnglesOption(app, options.exports);
  for (const char* name : {"--export", "--angles"}) app.get_option(name)->group("Rendering");
  group.Parsed("--viz-bitrate", "KBPS",
               fmt::format("of an .mp4, kbit/s ({})", picture.bitrate_kbps),
               [&picture](const std::string& text) {
                 picture.bitrate_kbps = ParseInt("--viz-bitrate", text);
                 if (picture.bitrate_kbps < 16 || picture.bitrate_kbps > 1'000'000) {
                   throw CLI::ValidationError("--viz-bitrate", text + " is not in 16 to 1000000");
                 }
               });
  group.Flag("--viz-no-ground-truth", picture.ground_truth, false, "no panel for the truth");
  group.Parsed("--viz-limit", "N", "write at most N frames (-1: all)",
               [&picture](const std::string& text) {
                 const int limit = ParseInt("--viz-limit", text);
                 if (limit >= 1) picture.limit_frames = limit;
               });
  group.Value("--viz-downsample", picture.downsample, "N",
              "average N frames to one, at 1/N of the frame rate");
  group.Parsed("--viz-size", "N", "height of the panels in 100 pixels (5)",
               [&picture](const std::string& text) {
                 const int size = ParseInt("--viz-size", text);
                 if (size < 1 || size > 43) {
                   throw CLI::ValidationError("--viz-size", text + " is not in 1 to 43");
                 }
                 picture.height_px = size * kPixelsPerSize;
               });
}

}  // namespace

void AddRunFlags(CLI::App& app, RunOptions& options) {
  auto formatter = std::make_shared<RunFormatter>();
  formatter->column_width(46);
  app.formatter(formatter);
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  AddDataFlags(app, options);
  AddTaskFlags(app, options);
  AddNetworkFlags(app, options);
  AddTrainingFlags(app, options);
  AddMocapFlags(app, options);
  AddRenderingFlags(app, options);
  AddGeneralOptions(app, options.quiet);
}

}  // namespace videopose
