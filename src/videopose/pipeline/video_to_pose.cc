#include "videopose/pipeline/video_to_pose.h"

#include <system_error>

#include "videopose/base/error.h"
#include "videopose/detect/video_detection.h"
#include "videopose/lift/lifter.h"

namespace videopose {

DetectKeypointsOptions DetectionFor(const BlazePoseOptions& detector) {
  if (detector.smooth) return {};
  return {.longest_gap_s = 0, .drop_doubtful = false};
}

void RefuseToOverwriteInput(const std::filesystem::path& input,
                            const std::filesystem::path& output) {
  std::error_code ignored;
  if (std::filesystem::equivalent(input, output, ignored)) {
    Fail("{}: the output would overwrite the input; give another name", output.string());
  }
}

VideoToPoseResult VideoToPose(const std::filesystem::path& input,
                              const std::filesystem::path& output,
                              const VideoToPoseOptions& options, const WorkMonitor& monitor) {
  RefuseToOverwriteInput(input, output);
  CheckExports(options.exports, input);
  if (!output.empty()) CheckVideoOutput(output);
  VideoReader reader(input, options.read);
  const Lifter lifter = Lifter::Load(options.lifter);
  BlazePose detector(options.detector);

  VideoToPoseResult result;
  result.keypoints =
      DetectKeypoints(reader, detector, DetectionFor(options.detector), monitor).keypoints;
  result.keypoints.start_s = options.read.start_s;
  result.damage = reader.damage();
  result.motion =
      lifter.Lift(result.keypoints, {.average_flip = options.average_flip, .monitor = monitor});
  result.exported = WriteExports(options.exports, result.motion, &result.keypoints);
  if (!output.empty()) {
    RenderOverVideo(result.motion, result.keypoints, input, output, options.render,
                    options.encoding, monitor);
  }
  return result;
}

}  // namespace videopose
