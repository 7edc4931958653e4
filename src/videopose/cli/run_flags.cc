// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/run_flags.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "videopose/base/error.h"
#include "videopose/cli/help_formatter.h"
#include "videopose/cli/import_flags.h"
#include "videopose/cli/options.h"
#include "videopose/cli/run_arguments.h"
#include "videopose/cli/usage_error.h"
#include "videopose/config/options_file.h"

namespace videopose::internal {
namespace {

// An option (a key of RunOptions' table) that has a flag.
struct RunFlag {
  const char* names;
  const char* key;
  const char* type = "";                                  // of its value; empty: it takes none
  const char* help = nullptr;                             // null: the option's, with the default
  const char* value = nullptr;                            // of a flag that takes none; null: "true"
  bool many = false;                                      // may be given several times
  ConfigNode (*read)(const std::string& text) = nullptr;  // null: as it stands
};

struct FlagGroup {
  const char* name;
  std::vector<RunFlag> flags;
};

// "-1": all.
ConfigNode ReadLimit(const std::string& text) {
  int64_t limit = 0;
  ReadValue(ConfigNode::Scalar(text), limit);
  return limit < 1 ? ConfigNode() : ConfigNode::Scalar(text);
}

// In 100 pixels, from 1 to 43.
ConfigNode ReadSize(const std::string& text) {
  constexpr int kPixelsPerSize = 100, kLargest = 43;
  int size = 0;
  ReadValue(ConfigNode::Scalar(text), size);
  if (size < 1 || size > kLargest) RefuseValue(ConfigNode::Scalar(text), "1 to 43");
  return ConfigNode::Scalar(fmt::to_string(size * kPixelsPerSize));
}

// "0": none.
ConfigNode ReadRate(const std::string& text) {
  double rate = 0;
  ReadValue(ConfigNode::Scalar(text), rate);
  return rate == 0 ? ConfigNode() : ConfigNode::Scalar(text);
}

const std::vector<FlagGroup>& FlagGroups() {
  static const std::vector<FlagGroup> groups = {
      {"Data",
       {{"-d,--dataset", "data.dataset", "NAME"},
        {"-k,--keypoints", "data.keypoints", "NAME"},
        {"--data-dir", "data.folder", "DIR"},
        {"--subjects-train", "data.train_subjects", "LIST"},
        {"--subjects-test", "data.test_subjects", "LIST"},
        {"--subjects-unlabeled", "data.unlabeled_subjects", "LIST"},
        {"-a,--actions", "data.actions", "LIST"},
        {"--subset", "data.subset", "PART"},
        {"--downsample", "data.downsample", "N"}}},
      {"Task",
       {{"-c,--checkpoint", "checkpoints.folder", "DIR"},
        {"--evaluate", "evaluation.checkpoint", "NAME"},
        {"-r,--resume", "checkpoints.resume", "NAME"},
        {"--resume-lr", "checkpoints.resume_learning_rate", "RATE",
         "learning rate to resume with; 0: the checkpoint's", nullptr, false, ReadRate},
        {"--by-subject", "evaluation.by_subject"},
        {"--no-test-time-augmentation", "evaluation.average_flip", "",
         "no average with the mirrored input", "false"},
        {"--report", "evaluation.report", "FILE.json"}}},
      {"Network",
       {{"--architecture", "network.architecture", "WIDTHS"},
        {"--channels", "network.channels", "N"},
        {"--causal", "network.causal"},
        {"--dense", "network.dense"},
        {"--dropout", "network.dropout", "P"}}},
      {"Training",
       {{"-e,--epochs", "optimisation.epochs", "N"},
        {"-b,--batch-size", "optimisation.batch_size", "N"},
        {"-s,--stride", "optimisation.stride", "N"},
        {"--learning-rate", "optimisation.learning_rate", "RATE"},
        {"--lr-decay", "optimisation.learning_rate_decay", "FACTOR"},
        {"--no-data-augmentation", "optimisation.mirror", "", "no training on mirrored copies",
         "false"},
        {"--checkpoint-frequency", "checkpoints.frequency", "N"},
        {"--keep-best", "checkpoints.keep_best"},
        {"--no-eval", "checkpoints.evaluate_epochs", "", "no evaluation after each epoch", "false"},
        {"--export-training-curves", "evaluation.training_curves"},
        {"--disable-optimizations", "optimisation.optimized", "",
         "dilated convolutions also where strided ones give the same", "false"},
        {"--precision", "optimisation.precision", "KIND"},
        {"--local-batch-norm", "optimisation.batch_norm", "",
         "under mpirun: statistics of each process's part of a batch, with less to send", "part"},
        {"--seed", "optimisation.seed", "N"}}},
      {"Semi-supervised training (with --subjects-unlabeled or --unlabeled-keypoints)",
       {{"--unlabeled-keypoints", "semi_supervised.keypoints", "NAME"},
        {"--unlabeled-focal", "semi_supervised.focal_px", "PIXELS"},
        {"--warmup", "semi_supervised.warmup_epochs", "N"},
        {"--linear-projection", "semi_supervised.linear_projection"},
        {"--no-proj", "semi_supervised.projection_term", "", "no projection term in the loss",
         "false"},
        {"--no-bone-length", "semi_supervised.bone_length_term", "",
         "no bone length term in the loss", "false"}}},
      {"Motion capture (-d mocap): windows are synthesised",
       {{"--mocap-dir", "augmentation.mocap", "DIR[:WEIGHT]",
         "with motion capture, and the folders in it; may be given several times", nullptr, true},
        {"--mocap-map", "augmentation.mocap_map", "FILE.json",
         "map of their joints (built in: CMU's and DeepMimic's)"},
        {"--mocap-test", "augmentation.test_clips", "LIST"},
        {"--mocap-windows", "augmentation.windows", "N"},
        {"--mocap-input", "augmentation.input", "KIND"},
        {"--mocap-combine", "augmentation.motion.combine", "SHARE"},
        {"--mocap-straighten", "augmentation.motion.straighten", "SHARE"},
        {"--mocap-bend", "augmentation.motion.bend", "SHARE"},
        {"--mocap-arms", "augmentation.motion.free_arms", "SHARE"},
        {"--mocap-legs", "augmentation.motion.free_legs", "SHARE"},
        {"--mocap-trunk", "augmentation.motion.free_trunk", "SHARE"},
        {"--mocap-tilt", "augmentation.motion.tilt", "SHARE"},
        {"--mocap-shape", "augmentation.motion.body.variation", "FACTOR"},
        {"--mocap-noise", "augmentation.detection.level", "FACTOR"},
        {"--mocap-conventions", "augmentation.detection.conventions", "SHARE"},
        {"--mocap-jitter", "augmentation.detection.white", "SHARE"},
        {"--mocap-edges", "augmentation.edges", "SHARE"},
        {"--velocity-weight", "optimisation.velocity_weight", "W"},
        {"--bone-weight", "optimisation.bone_weight", "W"},
        {"--symmetry-weight", "optimisation.symmetry_weight", "W"},
        {"--flexion-weight", "optimisation.flexion_weight", "W"}}},
      {"Rendering",
       {{"--render", "rendering.render"},
        {"--viz-subject", "rendering.subject", "NAME"},
        {"--viz-action", "rendering.action", "NAME"},
        {"--viz-camera", "rendering.camera", "N"},
        {"--viz-video", "rendering.video", "FILE"},
        {"--viz-skip", "rendering.skip_frames", "N"},
        {"--viz-output", "rendering.output", "FILE"},
        {"--viz-export", "rendering.export_npy", "FILE.npy"},
        {"--viz-bitrate", "rendering.bitrate_kbps", "KBPS"},
        {"--viz-no-ground-truth", "rendering.ground_truth", "", "no panel for the ground truth",
         "false"},
        {"--viz-limit", "rendering.limit_frames", "N", "write at most N frames (-1: all)", nullptr,
         false, ReadLimit},
        {"--viz-downsample", "rendering.downsample", "N"},
        {"--viz-size", "rendering.height_px", "N", "height of the panels in 100 pixels (5)",
         nullptr, false, ReadSize}}},
  };
  return groups;
}

// Adds VideoPose3D's single-dash flags to the names of the long ones, and the defaults.
class RunFormatter : public HelpFormatter {
 public:
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    const std::string name = Formatter::make_option_name(option, is_positional);
    for (const ShortFlag& known : ShortFlags()) {
      if (option->check_lname(std::string(known.option.substr(2)))) {
        return fmt::format("{},{}", known.word, name);
      }
    }
    return name;
  }
};

// "-d,--dataset" -> "--dataset".
std::string LongName(const RunFlag& flag) {
  const std::string names = flag.names;
  return names.substr(names.find("--"));
}

using Table = std::shared_ptr<const OptionTable>;

void SetByFlag(const OptionTable& table, const RunFlag& flag, const std::string& text) {
  try {
    table.Get(flag.key).Set(flag.read != nullptr ? flag.read(text) : ConfigNode::Scalar(text));
  } catch (const OptionError& error) {
    throw CLI::ValidationError(error.Named(LongName(flag)));
  }
}

void AddFlag(CLI::App& app, const Table& table, const RunFlag& flag, const std::string& group) {
  const OptionTable::Row& row = table->Get(flag.key);
  if (flag.type[0] == '\0') {
    const std::string value = flag.value != nullptr ? flag.value : "true";
    app.add_flag_callback(
           flag.names, [table, flag, value] { SetByFlag(*table, flag, value); },
           flag.help != nullptr ? flag.help : row.help())
        ->group(group);
    return;
  }
  const std::string now = row.Text();
  const std::string help = flag.help != nullptr ? flag.help
                           : now.empty()        ? row.help()
                                                : fmt::format("{} ({})", row.help(), now);
  CLI::Option* option = nullptr;
  if (flag.many) {
    option = app.add_option_function<std::vector<std::string>>(
                    flag.names,
                    [table, flag](const std::vector<std::string>& texts) {
                      try {
                        table->Get(flag.key).Set(ConfigNode::List(texts));
                      } catch (const OptionError& error) {
                        throw CLI::ValidationError(error.Named(LongName(flag)));
                      }
                    },
                    help)
                 ->take_all()
                 ->expected(1);
  } else {
    option = app.add_option_function<std::string>(
        flag.names, [table, flag](const std::string& text) { SetByFlag(*table, flag, text); },
        help);
  }
  option->type_name(flag.type)->group(group);
}

// "network.channels=512".
void SetByKey(const OptionTable& table, const std::string& assignment) {
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos) {
    throw CLI::ValidationError("--set", fmt::format("'{}' is not like KEY=VALUE", assignment));
  }
  try {
    const ConfigNode value = ParseYaml(assignment.substr(equals + 1), "--set");
    table.Get(assignment.substr(0, equals)).Set(value);
  } catch (const OptionError& error) {
    throw CLI::ValidationError("--set", error.what());
  }
}

// Options are set in the order in which they are added: the file first.
void AddConfigFlags(CLI::App& app, const Table& table, bool& print_config) {
  constexpr const char* kGroup = "Configuration";
  app.add_option_function<std::string>(
         "--config",
         [table](const std::string& path) { ReadOptions(ReadConfigFile(path), path, *table); },
         "options from a file (docs/training.md); flags win")
      ->type_name("FILE.yaml")
      ->group(kGroup);
  app.add_option_function<std::vector<std::string>>(
         "--set",
         [table](const std::vector<std::string>& assignments) {
           for (const std::string& assignment : assignments) SetByKey(*table, assignment);
         },
         "any option by its name in the file; may be given several times")
      ->take_all()
      ->expected(1)
      ->type_name("KEY=VALUE")
      ->group(kGroup);
  app.add_flag("--print-config", print_config, "print all options as such a file, do nothing else")
      ->group(kGroup);
}

}  // namespace

void AddRunFlags(CLI::App& app, RunOptions& options) {
  auto formatter = std::make_shared<RunFormatter>();
  formatter->column_width(46);
  app.formatter(formatter);
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  const auto table = std::make_shared<const OptionTable>(options);
  AddConfigFlags(app, table, options.print_config);
  for (const FlagGroup& group : FlagGroups()) {
    for (const RunFlag& flag : group.flags) AddFlag(app, table, flag, group.name);
  }
  AddImportOptions(app, options.data.dataset.import);
  AddExportOption(app, options.rendering.exports);
  AddAnglesOption(app, options.rendering.exports);
  for (const char* name : {"--export", "--angles"}) app.get_option(name)->group("Rendering");
  AddGeneralOptions(app, options.quiet);
}

std::string DescribeForRun(const OptionError& error) {
  for (const FlagGroup& group : FlagGroups()) {
    for (const RunFlag& flag : group.flags) {
      if (flag.key == error.key()) {
        return fmt::format("videopose run: {} ({})", error.Named(LongName(flag)), error.key());
      }
    }
  }
  return fmt::format("videopose run: {}", error.what());
}

void CheckRunOptions(const RunOptions& options) {
  try {
    options.Check();
  } catch (const OptionError& error) {
    throw UsageError(DescribeForRun(error));
  }
}

}  // namespace videopose::internal
