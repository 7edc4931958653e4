// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/bench_video_accuracy.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "videopose/app/check_outputs.h"
#include "videopose/base/atomic_file.h"
#include "videopose/base/error.h"
#include "videopose/cli/options.h"
#include "videopose/cli/progress_line.h"
#include "videopose/detect.h"
#include "videopose/lift.h"
#include "videopose/research/trial.h"
#include "videopose/research/video_accuracy.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

const char* LensName(const VideoAccuracyRow& row) {
  return row.lens_is_given ? "given" : "default";
}

// Not measured: a dash, and null.
std::string Number(double value, int width, int digits) {
  return std::isfinite(value) ? fmt::format("{:>{}.{}f}", value, width, digits)
                              : fmt::format("{:>{}}", "-", width);
}
Json JsonNumber(double value) { return std::isfinite(value) ? Json(value) : Json(); }

void PrintRow(const VideoAccuracyRow& row) {
  const PoseErrors& joints = row.body.joints;
  fmt::print("{:<14}{:<8}{:>9}{}{}  {}{}{}{}{}{:>7}\n", row.camera.empty() ? "mean" : row.camera,
             LensName(row), fmt::format("{}/{}", row.matched_frames, row.frames),
             Number(1e3 * joints.mpjpe, 8, 1), Number(1e3 * joints.p_mpjpe, 8, 1),
             LimbErrorText(row.body), Number(1e3 * joints.mpjve, 10, 1), Number(row.root_m, 8, 2),
             Number(100 * row.keypoints_share, 7, 1), Number(100 * row.pose_share, 7, 1),
             row.swapped_frames);
}

void PrintTable(const VideoAccuracy& accuracy) {
  fmt::print("{:<14}{:<8}{:>9}{:>8}{:>8}  {}{:>10}{:>8}{:>7}{:>7}{:>7}\n", "camera", "lens",
             "frames", "MPJPE", "PA", LimbErrorHeading(), "velocity", "root m", "2D %", "pose %",
             "swaps");
  for (const VideoAccuracyRow& mean : accuracy.means) {
    for (const VideoAccuracyRow& row : accuracy.rows) {
      if (row.lens_is_given == mean.lens_is_given) PrintRow(row);
    }
    PrintRow(mean);
  }
}

Json ToJson(const VideoAccuracyRow& row) {
  const BodyErrors& body = row.body;
  Json json;
  json["camera"] = row.camera.empty() ? Json() : Json(row.camera);
  json["lens"] = LensName(row);
  json["frames"] = row.frames;
  json["matched_frames"] = row.matched_frames;
  json["mpjpe_mm"] = JsonNumber(1e3 * body.joints.mpjpe);
  json["pa_mpjpe_mm"] = JsonNumber(1e3 * body.joints.p_mpjpe);
  json["limb_mpjpe_mm"] = JsonNumber(1e3 * body.limb_mpjpe);
  json["limb_pa_mpjpe_mm"] = JsonNumber(1e3 * body.limb_p_mpjpe);
  json["knee_deg"] = JsonNumber(body.knee_deg);
  json["elbow_deg"] = JsonNumber(body.elbow_deg);
  json["hip_deg"] = JsonNumber(body.hip_deg);
  json["shoulder_deg"] = JsonNumber(body.shoulder_deg);
  json["bones_deg"] = JsonNumber(body.bones_deg);
  json["velocity_mm"] = JsonNumber(1e3 * body.joints.mpjve);
  json["root_m"] = JsonNumber(row.root_m);
  json["keypoints_percent"] = JsonNumber(100 * row.keypoints_share);
  json["pose_percent"] = JsonNumber(100 * row.pose_share);
  json["swapped_frames"] = row.swapped_frames;
  return json;
}

struct BenchVideoCommand {
  fs::path trial, lifter, report;
  std::optional<double> delay_frames;
  std::optional<AxisOrder> axes;
  VideoAccuracyOptions options;
  bool quiet = false;

  int Run() {
    if (!report.empty()) const AtomicFile attempt(report);
    CheckOutputs({trial, lifter}, {report});
    Trial read = ReadTrial(trial);
    if (delay_frames) read.delay_frames = *delay_frames;
    if (axes) read.axes = axes;
    const Lifter loaded = Lifter::Load(lifter.empty() ? DefaultLifter() : lifter);
    if (options.detector.models_dir.empty()) options.detector.models_dir = DefaultModelsDir();
    if (!options.exact_keypoints) EnsureModels(options.detector, quiet);
    VideoAccuracy accuracy;
    {
      ProgressLine progress(quiet);
      accuracy = MeasureVideoAccuracy(read, loaded, options, progress.monitor());
    }
    Print(read, accuracy);
    if (!report.empty()) WriteReport(read, accuracy);
    return 0;
  }

 private:
  static void Print(const Trial& read, const VideoAccuracy& accuracy) {
    fmt::print("{}: {} frames at {} a second, {} frames late, axes {}{}\n",
               read.truth_file.string(), read.joints_in_file.frame_count(), read.rate_hz,
               read.delay_frames, accuracy.axes.Text(),
               read.axes ? "" : " (found: with these it fits the images)");
    if (accuracy.better_delay_frames) {
      fmt::print("it fits the images better with --truth-delay {}\n",
                 *accuracy.better_delay_frames);
    }
    PrintTable(accuracy);
  }

  void WriteReport(const Trial& read, const VideoAccuracy& accuracy) const {
    Json json;
    json["truth"] = read.truth_file.string();
    json["axes"] = accuracy.axes.Text();
    json["delay_frames"] = read.delay_frames;
    json["rows"] = Json::array();
    for (const VideoAccuracyRow& row : accuracy.rows) json["rows"].push_back(ToJson(row));
    json["means"] = Json::array();
    for (const VideoAccuracyRow& row : accuracy.means) json["means"].push_back(ToJson(row));
    WriteFileAtomically(report, json.dump(1) + "\n");
    if (!quiet) fmt::print("wrote {}\n", report.string());
  }
};

}  // namespace

std::string LimbErrorHeading() {
  return fmt::format("{:>8}{:>8}{:>7}{:>7}{:>7}{:>10}{:>7}", "limb", "PA", "knee", "elbow", "hip",
                     "shoulder", "bones");
}

std::string LimbErrorText(const BodyErrors& errors) {
  return Number(1e3 * errors.limb_mpjpe, 8, 1) + Number(1e3 * errors.limb_p_mpjpe, 8, 1) +
         Number(errors.knee_deg, 7, 1) + Number(errors.elbow_deg, 7, 1) +
         Number(errors.hip_deg, 7, 1) + Number(errors.shoulder_deg, 10, 1) +
         Number(errors.bones_deg, 7, 1);
}

std::string JointErrorTable(const NamedErrors& rows) {
  struct Column {
    const char* heading;
    std::vector<const char*> joints;
  };
  static const std::vector<Column> kColumns = {{"hips", {"left_hip", "right_hip"}},
                                               {"knees", {"left_knee", "right_knee"}},
                                               {"ankles", {"left_ankle", "right_ankle"}},
                                               {"spine", {"spine"}},
                                               {"thorax", {"thorax"}},
                                               {"neck", {"neck_base"}},
                                               {"head", {"head"}},
                                               {"shoulders", {"left_shoulder", "right_shoulder"}},
                                               {"elbows", {"left_elbow", "right_elbow"}},
                                               {"wrists", {"left_wrist", "right_wrist"}}};
  std::string text = fmt::format("{:<12}", "MPJPE mm");
  for (const Column& column : kColumns) text += fmt::format("{:>10}", column.heading);
  for (const auto& [name, errors] : rows) {
    text += fmt::format("\n{:<12}", name);
    for (const Column& column : kColumns) {
      double sum = 0;
      for (const char* joint : column.joints) {
        sum += errors.joint_mpjpe.at(static_cast<size_t>(Human36m17().IndexOf(joint)));
      }
      text += Number(1e3 * sum / static_cast<double>(column.joints.size()), 10, 1);
    }
  }
  return text + "\n";
}

std::string FlexionBiasTable(const NamedErrors& rows) {
  std::string text = fmt::format("{:<22}", "too bent by, degrees");
  for (size_t band = 0; band + 2 < kFlexionBands_deg.size(); ++band) {
    text += fmt::format(
        "{:>10}", fmt::format("{:g}-{:g}", kFlexionBands_deg[band], kFlexionBands_deg[band + 1]));
  }
  text += fmt::format("{:>10}", fmt::format("over {:g}", kFlexionBands_deg.end()[-2]));
  for (const auto& [name, errors] : rows) {
    for (const auto& [joint, biases] :
         {std::pair("knee", errors.knee_bias), std::pair("elbow", errors.elbow_bias)}) {
      text += fmt::format("\n{:<22}", fmt::format("{}, {}", name, joint));
      for (const FlexionBias& bias : biases) {
        text +=
            bias.count > 0 ? fmt::format("{:>+10.1f}", bias.mean_deg) : fmt::format("{:>10}", "-");
      }
    }
  }
  return text + "\n";
}

std::function<int()> ConfigureBenchVideo(CLI::App& app) {
  auto command = std::make_shared<BenchVideoCommand>();
  app.add_option("trial", command->trial,
                 "folder with videos, calibration and truth (.trc, .c3d), or its trial.yaml")
      ->required()
      ->type_name("FOLDER");
  const std::string group = "Truth";
  app.add_option_function<double>(
         "--truth-delay", [command](double frames) { command->delay_frames = frames; },
         "frames of the video that the truth is late (default: what trial.yaml says, else 0)")
      ->type_name("FRAMES")
      ->check(CLI::Range(-1e6, 1e6))
      ->group(group);
  app.add_option_function<std::string>(
         "--truth-axes",
         [command](const std::string& text) {
           try {
             command->axes = AxisOrder::Parse(text);
           } catch (const Error& error) {
             throw CLI::ValidationError("--truth-axes", error.what());
           }
         },
         "the truth's axes that are the world's x, y and z, such as zxy or x-zy (default: what "
         "trial.yaml says, else those with which it fits the images)")
      ->type_name("AXES")
      ->group(group);
  AddDetectorOptions(app, command->options.detector);
  app.add_flag("--exact-keypoints", command->options.exact_keypoints,
               "no detector: the truth's joints as the camera sees them")
      ->group("2D detector");
  AddLifterOption(app, command->lifter);
  app.add_flag_callback(
         "--no-flip", [command] { command->options.average_flip = false; },
         "no average with the mirrored input")
      ->group("Lifting");
  app.add_option_function<std::string>(
         "--lens",
         [command](const std::string& text) {
           command->options.with_given_lens = text != "default";
           command->options.with_default_lens = text != "given";
         },
         "lift with the calibration's lens, without it, or both, one after the other (default: "
         "both)")
      ->check(CLI::IsMember({"given", "default", "both"}, CLI::ignore_case))
      ->type_name("given|default|both")
      ->group("World grounding");
  AddPersonHeightOption(app, command->options.height_m);
  app.add_option("--report", command->report, "also write the numbers to this file")
      ->type_name("FILE.json")
      ->group("Output");
  AddGeneralOptions(app, command->quiet);
  return [command] { return command->Run(); };
}

}  // namespace videopose::internal
