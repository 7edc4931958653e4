// SPDX-License-Identifier: Apache-2.0

#include "videopose/cli/options.h"

#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>

#include "videopose/app/angle_formats.h"
#include "videopose/base/error.h"
#include "videopose/base/extension.h"
#include "videopose/base/parallel.h"
#include "videopose/cli/fetch_models.h"
#include "videopose/cli/parse.h"
#include "videopose/cli/stop.h"
#include "videopose/cli/usage_error.h"
#include "videopose/detect.h"
#include "videopose/files.h"
#include "videopose/pose/joint_counts.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPeopleGroup = "People";
constexpr const char* kGroundGroup = "World grounding";

// CLI11 shows what a callback throws as its own error, so that the option is named.
template <typename F>
auto Parsed(const std::string& name, F parse) {
  return [name, parse](const std::string& text) {
    try {
      parse(text);
    } catch (const UsageError& error) {
      throw CLI::ValidationError(name, error.what());
    }
  };
}

template <typename Value>
void AddChoice(CLI::App& app, const std::string& name, Value& value,
               const std::map<std::string, Value>& choices, const std::string& description,
               const std::string& group) {
  std::string names;
  for (const auto& [choice, unused] : choices) names += (names.empty() ? "" : "|") + choice;
  app.add_option_function<std::string>(
         name,
         Parsed(name,
                [&value, choices, names](const std::string& text) {
                  const auto found = choices.find(text);
                  if (found == choices.end()) {
                    throw UsageError(fmt::format("'{}' is not one of {}", text, names));
                  }
                  value = found->second;
                }),
         description)
      ->type_name(names)
      ->group(group);
}

}  // namespace

CLI::Validator AboveZero() {
  return {[](const std::string& text) {
            double number = 0;
            const bool is_right = CLI::detail::lexical_cast(text, number) && number > 0;
            return is_right ? "" : fmt::format("'{}' is not a number above 0", text);
          },
          "POSITIVE"};
}

CLI::Validator ZeroOrMore() {
  return {[](const std::string& text) {
            double number = 0;
            const bool is_right = CLI::detail::lexical_cast(text, number) && number >= 0;
            return is_right ? "" : fmt::format("'{}' is not 0 or more", text);
          },
          "NONNEGATIVE"};
}

void AddReadOptions(CLI::App& app, VideoReaderOptions& options) {
  const std::string group = "Input";
  app.add_option_function<std::string>(
         "--start",
         Parsed("--start", [&](const std::string& text) { options.start_s = ParseTime(text); }),
         "skip what comes before (12.5 or 1:05)")
      ->type_name("TIME")
      ->group(group);
  app.add_option_function<std::string>(
         "--end",
         Parsed("--end", [&](const std::string& text) { options.end_s = ParseTime(text); }),
         "stop there")
      ->type_name("TIME")
      ->group(group);
  app.add_option_function<int64_t>(
         "--max-frames", [&](int64_t count) { options.max_frames = count; },
         "process at most N frames")
      ->check(AboveZero())
      ->type_name("N")
      ->group(group);
}

void AddCapturedFpsOption(CLI::App& app, VideoReaderOptions& options) {
  app.add_option_function<double>(
         "--fps", [&](double fps) { options.captured_fps = fps; },
         "frames a second at which the video was taken, if it plays slower or faster (default: "
         "what the file says)")
      ->type_name("N")
      ->check(CLI::Range(0.01, 10000.0))
      ->group("Input");
}

void AddDetectorOptions(CLI::App& app, DetectorOptions& options) {
  const std::string group = "2D detector";
  app.add_option_function<std::string>(
         "--detector",
         Parsed("--detector",
                [&options](const std::string& text) {
                  static const std::map<std::string, BlazePoseSize> kSizes = {
                      {"blazepose-lite", BlazePoseSize::kLite},
                      {"blazepose-full", BlazePoseSize::kFull},
                      {"blazepose-heavy", BlazePoseSize::kHeavy},
                      {"lite", BlazePoseSize::kLite},
                      {"full", BlazePoseSize::kFull},
                      {"heavy", BlazePoseSize::kHeavy}};
                  if (const auto size = kSizes.find(text); size != kSizes.end()) {
                    options.size = size->second;
                  } else if (LowerCaseExtension(text) == ".onnx") {
                    if (!options.onnx) options.onnx.emplace();
                    options.onnx->keypoints = text;
                  } else {
                    throw UsageError(fmt::format(
                        "'{}' is none of blazepose-lite|full|heavy and no FILE.onnx", text));
                  }
                }),
         "model that detects the keypoints (default: blazepose-full), or a network of your own")
      ->type_name("blazepose-lite|full|heavy|FILE.onnx")
      ->group(group);
  app.add_option_function<std::string>(
         "--detector-config",
         [&options](const std::string& file) {
           OnnxDetectorOptions read = ReadOnnxDetectorOptions(file);
           if (options.onnx) read.keypoints = options.onnx->keypoints;
           options.onnx = std::move(read);
         },
         "how FILE.onnx is to be used: boxes, layout, ... (docs/onnx.md)")
      ->type_name("FILE.yaml")
      ->group(group);
  AddChoice<bool>(app, "--person-detector", options.search_boxes,
                  {{"both", true}, {"blazepose", false}},
                  "what searches for people: BlazePose's own detector, made for people near the "
                  "camera, or another beside it (default: both)",
                  group);
  app.add_option("--models-dir", options.models_dir,
                 "folder of its files (default: $VIDEOPOSE_MODELS or the cache folder)")
      ->type_name("DIR")
      ->group(group);
  app.add_flag_callback(
         "--no-smooth", [&] { options.smooth = false; },
         "raw keypoints: not smoothed, gaps not filled, low-confidence detections kept")
      ->group(group);
}

void AddInPartsOption(CLI::App& app, bool& in_parts) {
  app.add_flag("--in-parts", in_parts,
               "detect in parts of 8 s side by side, faster on many cores; results differ a little")
      ->group("2D detector");
}

void AddPeopleOptions(CLI::App& app, PersonSelection& people) {
  AddSelectOption(app, people);
  app.add_option_function<std::string>(
         "--people",
         Parsed("--people",
                [&](const std::string& text) {
                  people.count = text == "all" ? kAllPeople : ParseCount(text);
                }),
         "the N most prominent people of the whole clip, or all (default: 1)")
      ->type_name("N|all")
      ->group(kPeopleGroup);
}

void AddSelectOption(CLI::App& app, PersonSelection& people) {
  app.add_option_function<std::string>(
         "--select",
         Parsed("--select",
                [&](const std::string& text) {
                  static const std::map<std::string, PersonSelection::Rule> kRules = {
                      {"largest", PersonSelection::kLargest},
                      {"centre", PersonSelection::kCentre},
                      {"center", PersonSelection::kCentre},
                      {"first", PersonSelection::kFirst}};
                  if (const auto rule = kRules.find(text); rule != kRules.end()) {
                    people.rule = rule->second;
                    if (app.get_option_no_throw("--people") == nullptr) people.count = 1;
                    return;
                  }
                  for (const std::string& id : SplitAtCommas(text)) {
                    people.ids.push_back(ParseCount(id));
                  }
                }),
         "people by the IDs that `videopose detect --people all` lists, or by a rule")
      ->type_name("ID[,ID]|largest|centre|first")
      ->group(kPeopleGroup);
}

void AddPersonHeightOption(CLI::App& app, std::optional<double>& height_m) {
  app.add_option_function<double>(
         "--person-height", [&](double height_cm) { height_m = height_cm / 100; },
         "height of all people (default: as tall as the lifter makes them)")
      ->check(CLI::Range(20.0, 300.0))
      ->type_name("CM")
      ->group(kGroundGroup);
}

void AddGroundOptions(CLI::App& app, GroundOptions& options, double* render_smooth_s) {
  const std::string group = kGroundGroup;
  auto* focal = app.add_option_function<double>(
                       "--focal", [&](double focal_px) { options.focal_px = focal_px; },
                       "focal length of the lens, in pixels of the video")
                    ->check(AboveZero())
                    ->type_name("PIXELS")
                    ->group(group);
  auto* fov = app.add_option_function<double>(
                     "--fov", [&](double fov_deg) { options.fov_deg = fov_deg; },
                     "or its horizontal field of view")
                  ->check(CLI::Range(0.2, 174.0))
                  ->type_name("DEGREES")
                  ->group(group)
                  ->excludes(focal);
  // Options are set in the order in which they are added.
  const auto camera = std::make_shared<std::string>();
  auto* calibration_camera = app.add_option("--calibration-camera", *camera,
                                            "which camera of that file, if it has several")
                                 ->type_name("NAME")
                                 ->group(group);
  auto* calibration =
      app.add_option_function<std::string>(
             "--calibration",
             [&options, camera](const std::string& path) {
               options.calibration = ReadCalibration(path, *camera);
             },
             "or a file of its calibration, distortion included (OpenCV, ROS, Pose2Sim)")
          ->type_name("FILE")
          ->group(group)
          ->excludes(focal)
          ->excludes(fov);
  calibration_camera->needs(calibration);
  AddPersonHeightOption(app, options.height_m);
  AddCameraMotionOptions(app, options.camera);
  app.add_option_function<std::string>(
         "--trajectory",
         Parsed("--trajectory",
                [&](const std::string& text) {
                  if (text != "fit" && text != "network") {
                    throw UsageError(fmt::format("'{}' is not one of fit|network", text));
                  }
                  options.keep_roots = text == "network";
                }),
         "root positions: fitted to the keypoints (default), or from the lifter's trajectory "
         "network")
      ->type_name("fit|network")
      ->group(group);
  app.add_flag_callback(
         "--no-contacts", [&] { options.lock_feet = false; },
         "no foot contacts: feet are not locked, people share no floor")
      ->group(group);
  app.add_flag_callback(
         "--no-refine", [&] { options.refine = false; },
         "poses as lifted: not fitted to the image, to bones of constant lengths, to standing feet")
      ->group(group);
  app.add_option_function<double>(
         "--smooth",
         [&options, render_smooth_s](double smooth_s) {
           options.smooth_s = smooth_s;
           if (render_smooth_s != nullptr) *render_smooth_s = 0;
         },
         render_smooth_s == nullptr ? "smooth poses and trajectories over that time (default: 0)"
                                    : fmt::format("smooth poses and trajectories over that time "
                                                  "(default: 0 in files, {} in rendered video)",
                                                  kRenderSmoothing_s))
      ->check(CLI::Range(0.0, 10.0))
      ->type_name("SECONDS")
      ->group(group);
}

void AddJointsOption(CLI::App& app, bool& hands_and_feet) {
  app.add_option_function<int>(
         "--joints", [&hands_and_feet](int joints) { hands_and_feet = joints > kH36mJoints; },
         "25: with heels, toes and knuckles, where the detector sees them (default); 17: "
         "Human3.6M's")
      ->check(CLI::IsMember({kH36mJoints, Body25().joint_count()}))
      ->type_name("17|25")
      ->group("Lifting");
}

void AddSceneOption(CLI::App& app, int& scene) {
  app.add_option("--scene", scene, "of a video with cuts, only the N-th scene (default: all)")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N")
      ->group("Input");
}

void AddCameraMotionOptions(CLI::App& app, CameraMotion& motion) {
  const std::string group = kGroundGroup;
  AddChoice<CameraMotion>(
      app, "--camera", motion,
      {{"auto", CameraMotion::kAuto},
       {"static", CameraMotion::kStatic},
       {"moving", CameraMotion::kMoving}},
      "the camera turns or zooms, or stands still (default: auto, decided from the background)",
      group);
  auto* choice = app.get_option("--camera");
  auto* is_moving =
      app.add_flag_callback(
             "--camera-moving", [&] { motion = CameraMotion::kMoving; }, "same as --camera moving")
          ->group(group)
          ->excludes(choice);
  app.add_flag_callback(
         "--camera-static", [&] { motion = CameraMotion::kStatic; }, "same as --camera static")
      ->group(group)
      ->excludes(choice)
      ->excludes(is_moving);
}

void AddLifterOption(CLI::App& app, fs::path& lifter) {
  app.add_option("--lifter", lifter, "model that lifts to 3D (default: the shipped one)")
      ->type_name("FILE.bin")
      ->group("Lifting");
}

void AddRenderOptions(CLI::App& app, RenderOptions& options) {
  const std::string group = "Rendering";
  app.add_option("--height", options.height_px, "height of the panels (default: 512)")
      ->check(CLI::Range(64, 4320))
      ->type_name("PIXELS")
      ->group(group);
  app.add_option_function<std::string>(
         "--panels",
         Parsed("--panels",
                [&](const std::string& text) {
                  options.panels.clear();
                  for (const std::string& name : SplitAtCommas(text)) {
                    if (name != "input" && name != "pose") {
                      throw UsageError(
                          fmt::format("'{}' is not a panel; there are: input, pose", name));
                    }
                    options.panels.push_back(name == "input" ? PanelKind::kInput
                                                             : PanelKind::kPose);
                  }
                }),
         "panels from left to right (default: input,pose)")
      ->type_name("LIST")
      ->group(group);
  app.add_option_function<std::string>(
         "--view",
         Parsed("--view",
                [&](const std::string& text) {
                  const std::vector<double> angles = ParseNumbers(text, 2);
                  if (angles[1] < -89 || angles[1] > 89) {
                    throw UsageError(
                        fmt::format("elevation {} is not between -89 and 89", angles[1]));
                  }
                  options.azimuth_deg = angles[0];
                  options.elevation_deg = angles[1];
                }),
         "viewpoint in degrees (default: 20,15; several people: where they occlude each other "
         "least)")
      ->type_name("AZIMUTH,ELEVATION")
      ->group(group);
  app.add_flag_callback(
         "--turntable", [&] { options.turntable_deg_per_s = 30; }, "orbit the person, once in 12 s")
      ->group(group);
  AddChoice<Projection>(
      app, "--projection", options.projection,
      {{"perspective", Projection::kPerspective}, {"orthographic", Projection::kOrthographic}},
      "projection of the pose panel (default: perspective)", group);
  AddChoice<Theme>(app, "--theme", options.theme,
                   {{"light", Theme::kLight}, {"dark", Theme::kDark}}, "colours (default: dark)",
                   group);
  app.add_option("--title", options.title, "small text above the pose")
      ->type_name("TEXT")
      ->group(group);
}

void AddEncodingOptions(CLI::App& app, EncodingOptions& options) {
  const std::string group = "Output";
  auto* bitrate = app.add_option_function<int>(
                         "--bitrate", [&](int kbps) { options.bitrate_kbps = kbps; },
                         "bit rate of an MP4, kbit/s, instead of --crf")
                      ->check(CLI::Range(16, 1'000'000))
                      ->type_name("KBPS")
                      ->group(group);
  app.add_option("--crf", options.crf, "H.264 quality: 0 (lossless) to 51 (default: 20)")
      ->check(CLI::Range(0, 51))
      ->type_name("N")
      ->group(group)
      ->excludes(bitrate);
  app.add_flag_callback(
         "--no-audio", [&] { options.keep_audio = false; }, "without the input's audio")
      ->group(group);
}

void AddExportOption(CLI::App& app, ExportPaths& exports) {
  app.add_option(
         "--export", exports.poses,
         fmt::format("also write the poses: {} (repeatable)", fmt::join(MotionExtensions(), ", ")))
      ->type_name("FILE")
      ->group("Output")
      ->take_all()
      ->expected(1);
  AddHtmlVideoOption(app, exports);
}

void AddHtmlVideoOption(CLI::App& app, ExportPaths& exports) {
  app.add_option(
         "--html-video", exports.html_video,
         "video that an .html page shows in step with the poses; the page keeps its relative path")
      ->type_name("VIDEO")
      ->group("Output");
}

void AddAnglesOption(CLI::App& app, ExportPaths& exports) {
  app.add_option("--angles", exports.angles,
                 fmt::format("joint angles, degrees: {} (repeatable)", AngleExtensions()))
      ->type_name("FILE")
      ->group("Output")
      ->take_all()
      ->expected(1);
}

void AddGeneralOptions(CLI::App& app, bool& quiet) {
  const std::string group = "General";
  app.add_option_function<int>(
         "--threads", [](int count) { SetThreadCount(count); },
         "number of threads (default: one for each processor)")
      ->check(CLI::Range(1, 1024))
      ->type_name("N")
      ->group(group);
  app.add_flag("-q,--quiet", quiet, "print nothing but errors")->group(group);
}

fs::path DefaultLifter() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  // The source tree (build/PRESET/videopose) and an installation (bin/videopose).
  for (const char* folder : {"../../models", "../share/videopose/models"}) {
    fs::path lifter = (program.parent_path() / folder / "lifter.bin").lexically_normal();
    if (fs::exists(lifter, ignored)) return lifter;
  }
  Fail("cannot find models/lifter.bin beside {}; name a model with --lifter FILE.bin",
       program.string());
}

void EnsureModels(const DetectorOptions& options, bool quiet) {
  if (options.onnx) return;
  const auto is_missing = [&] { return !MissingModels(options.models_dir, options.size).empty(); };
  const bool is_default = options.models_dir == DefaultModelsDir();
  if (is_default && is_missing()) {
    if (!quiet) {
      fmt::print(stderr, "videopose: fetching the detector's models (once) into {}\n",
                 options.models_dir.string());
    }
    try {
      FetchModels(options.models_dir, {}, {.stop_requested = &StopRequested()});
    } catch (const Error&) {
      if (is_missing()) throw;  // without the detector of boxes it works
    }
  }
  std::error_code ignored;
  const std::string_view boxes = BoxDetectorFile().name;
  if (quiet || !options.search_boxes || fs::exists(options.models_dir / boxes, ignored)) return;
  if (is_missing()) return;  // an error says so
  fmt::print(stderr,
             "videopose: {} is missing in {}: people far from the camera may not be found; run: "
             "videopose models fetch{}\n",
             boxes, options.models_dir.string(),
             is_default ? "" : fmt::format(" --models-dir {}", options.models_dir.string()));
}

}  // namespace videopose::internal
