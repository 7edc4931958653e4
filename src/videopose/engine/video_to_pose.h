// One call from a video to its 3D poses, files and pictures: the driver for files
// (engine/file_driver.h) with what belongs around it.

#ifndef VIDEOPOSE_ENGINE_VIDEO_TO_POSE_H_
#define VIDEOPOSE_ENGINE_VIDEO_TO_POSE_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "videopose/app/write_exports.h"
#include "videopose/base/progress.h"
#include "videopose/detect/detector.h"
#include "videopose/detect/pose_detector.h"
#include "videopose/engine/file_driver.h"
#include "videopose/engine/render_over_video.h"
#include "videopose/media/video_reader.h"
#include "videopose/pose/keypoints.h"
#include "videopose/pose/motion.h"
#include "videopose/track/selection.h"

namespace videopose {

struct VideoToPoseOptions {
  VideoReaderOptions
      read;  // scale_to_height_px is not for callers: the detector wants the full picture
  BlazePoseOptions detector;
  PersonSelection people;
  std::filesystem::path lifter;
  LiftInRoomOptions lift;
  RenderOptions render;
  double picture_smooth_s = kPictureSmoothing_s;  // beyond lift.room.smooth_s
  EncodingOptions encoding;
  ExportPaths exports;
};

struct VideoToPoseResult {
  KeypointSequence keypoints;
  std::vector<TrackSummary> tracks;  // of keypoints.people
  Motion motion;
  std::vector<std::filesystem::path> exported;
  std::string damage;  // VideoReader::damage()
};

// Reads `input` and, where `output` is not empty, writes the rendered video there and the exports.
// Throws Error. Everything that can be known to be wrong (a missing model, an unknown extension,
// output equal to input) is found before the long work begins.
VideoToPoseResult VideoToPose(const std::filesystem::path& input,
                              const std::filesystem::path& output,
                              const VideoToPoseOptions& options, const WorkMonitor& monitor = {});

// A detector that follows as many people as the selection needs: where they are chosen by ID or by
// a rule of their own, all.
std::unique_ptr<PoseDetector> DetectorFor(const BlazePoseOptions& detector,
                                          const PersonSelection& people);

// Throws Error if writing `output` would overwrite `input`.
void RefuseToOverwriteInput(const std::filesystem::path& input,
                            const std::filesystem::path& output);

}  // namespace videopose

#endif  // VIDEOPOSE_ENGINE_VIDEO_TO_POSE_H_
