// SPDX-License-Identifier: Apache-2.0

// Options that several subcommands share, so that they are called the same everywhere.

#ifndef VIDEOPOSE_CLI_OPTIONS_H_
#define VIDEOPOSE_CLI_OPTIONS_H_

#include <filesystem>
#include <optional>

#include "videopose/detect.h"
#include "videopose/ground.h"
#include "videopose/media.h"
#include "videopose/process.h"
#include "videopose/render.h"

namespace CLI {
class App;
class Validator;
}  // namespace CLI

namespace videopose::internal {

// As CLI11's PositiveNumber and NonNegativeNumber, whose messages have a range with 300 digits.
CLI::Validator AboveZero();
CLI::Validator ZeroOrMore();

// Each adds options that write into `options` when the command line is parsed; `options` must stay
// where it is.
void AddReadOptions(CLI::App& app, VideoReaderOptions& options);
void AddCapturedFpsOption(CLI::App& app, VideoReaderOptions& options);  // --fps
void AddDetectorOptions(CLI::App& app, DetectorOptions& options);
void AddInPartsOption(CLI::App& app, bool& in_parts);
// --people and --select; of a file that holds several, only --select, and without it all people.
void AddPeopleOptions(CLI::App& app, PersonSelection& people);
void AddSelectOption(CLI::App& app, PersonSelection& people);
// `render_smooth_s` may be null: then there is no image.
void AddGroundOptions(CLI::App& app, GroundOptions& options, double* render_smooth_s);
// `scene` 0: all of them.
void AddSceneOption(CLI::App& app, int& scene);
void AddCameraMotionOptions(CLI::App& app, CameraMotion& motion);
void AddPersonHeightOption(CLI::App& app, std::optional<double>& height_m);
// Whether poses are of Body25() or of Human36m17().
void AddJointsOption(CLI::App& app, bool& hands_and_feet);
void AddLifterOption(CLI::App& app, std::filesystem::path& lifter);
void AddRenderOptions(CLI::App& app, RenderOptions& options);
void AddEncodingOptions(CLI::App& app, EncodingOptions& options);
void AddExportOption(CLI::App& app, ExportPaths& exports);  // --export, --html-video
void AddHtmlVideoOption(CLI::App& app, ExportPaths& exports);
void AddAnglesOption(CLI::App& app, ExportPaths& exports);  // --angles
void AddGeneralOptions(CLI::App& app, bool& quiet);         // --threads, --quiet

// models/lifter.bin of this installation or source tree. Throws Error where there is none.
std::filesystem::path DefaultLifter();

// Fetches BlazePose's models, where it is the detector, into the default folder the first time they
// are needed. A folder
// given by the user is left alone: the detector reports what is missing there. Says on stderr where
// it will do without the detector of boxes.
void EnsureModels(const DetectorOptions& options, bool quiet);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_CLI_OPTIONS_H_
