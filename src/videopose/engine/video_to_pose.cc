#include <system_error>
#include <utility>

#include "videopose/base/error.h"
#include "videopose/process.h"

namespace videopose {

DetectKeypointsOptions DetectionFor(const BlazePoseOptions& detector,
                                    const PersonSelection& people) {
  DetectKeypointsOptions options;
  if (!detector.smooth) options = {.longest_gap_s = 0, .drop_doubtful = false};
  const bool among_all = !people.ids.empty() || people.rule != PersonSelection::kProminent;
  options.max_people = among_all ? kAllPeople : people.count;
  return options;
}

Motion LiftInRoom(const Lifter& lifter, const KeypointSequence& keypoints,
                  const LiftInRoomOptions& options, const WorkMonitor& monitor) {
  if (options.room.keep_roots && !lifter.has_trajectory()) {
    Fail(ErrorCode::kInvalidArgument, {.option = "keep_roots"},
         "this lifter has no trajectory network");
  }
  Motion motion =
      lifter.Lift(keypoints, {.average_flip = options.average_flip, .monitor = monitor});
  PlaceInRoom(keypoints, options.room, motion);
  return motion;
}

void RefuseToOverwriteInput(const std::filesystem::path& input,
                            const std::filesystem::path& output) {
  std::error_code ignored;
  if (std::filesystem::equivalent(input, output, ignored)) {
    Fail(ErrorCode::kInvalidArgument, "{}: the output would overwrite the input; give another name",
         output.string());
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
  DetectedKeypoints detected =
      DetectKeypoints(reader, detector, DetectionFor(options.detector, options.people), monitor);
  SelectPeople(options.people, detected);
  result.keypoints = std::move(detected.keypoints);
  result.tracks = std::move(detected.tracks);
  result.keypoints.start_s = options.read.start_s;
  result.decode_warnings = reader.decode_warnings();
  result.motion = LiftInRoom(lifter, result.keypoints, options.lift, monitor);
  result.exported = WriteExports(options.exports, result.motion, &result.keypoints);
  if (!output.empty()) {
    Motion shown = result.motion;
    if (options.render_smooth_s > 0) SmoothMotion(shown, options.render_smooth_s);
    RenderOverVideo(shown, result.keypoints, input, output, options.render, options.encoding,
                    monitor);
  }
  return result;
}

}  // namespace videopose
