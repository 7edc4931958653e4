// SPDX-License-Identifier: Apache-2.0

#include <utility>
#include <vector>

#include "videopose/app/check_outputs.h"
#include "videopose/base/atomic_file.h"
#include "videopose/engine/parallel_detection.h"
#include "videopose/process.h"
#include "videopose/track/people_follower.h"

namespace videopose {

using namespace internal;

namespace {

ProcessedParts ProcessClip(const std::filesystem::path& input, const VideoToPoseOptions& options,
                           const Lifter& lifter, const WorkMonitor& monitor) {
  const FileDriverOptions driver{.people = options.people,
                                 .raw = !options.detector.smooth,
                                 .scene = options.scene,
                                 .lifter = &lifter,
                                 .lift = options.lift};
  if (options.in_parts) {
    return ProcessVideoInParts(PartsOf(input, options.read, options.detector, options.people),
                               driver, monitor);
  }
  VideoReader reader(input, options.read);
  const std::unique_ptr<PoseDetector> detector = DetectorFor(options.detector, options.people);
  ProcessedParts result{.clip = ProcessVideo(reader, *detector, driver, monitor),
                        .video = reader.info(),
                        .decode_warnings = reader.decode_warnings()};
  return result;
}

}  // namespace

VideoToPoseResult VideoToPose(const std::filesystem::path& input,
                              const std::filesystem::path& output,
                              const VideoToPoseOptions& options, const WorkMonitor& monitor) {
  CheckExports(options.exports, input);
  std::vector<std::filesystem::path> outputs = options.exports.poses;
  outputs.insert(outputs.end(), options.exports.angles.begin(), options.exports.angles.end());
  outputs.push_back(output);
  CheckOutputs({input, options.lifter}, outputs);
  if (!output.empty()) CheckVideoOutput(output);
  const Lifter lifter = Lifter::Load(options.lifter);
  ProcessedParts processed = ProcessClip(input, options, lifter, monitor);
  ProcessedClip& clip = processed.clip;
  VideoToPoseResult result{.keypoints = std::move(clip.keypoints),
                           .tracks = std::move(clip.tracks),
                           .motion = std::move(clip.motion),
                           .exported = {},
                           .decode_warnings = std::move(processed.decode_warnings),
                           .video = processed.video};
  result.keypoints.start_s += options.read.start_s;
  CommitTogether files;
  result.exported = WriteExports(options.exports, result.motion, &result.keypoints);
  if (!output.empty()) {
    Motion shown = result.motion;
    if (options.render_smooth_s > 0) SmoothMotion(shown, options.render_smooth_s);
    RenderOverVideo(shown, result.keypoints, input, output, options.render, options.encoding,
                    monitor);
  }
  files.Commit();
  return result;
}

}  // namespace videopose
