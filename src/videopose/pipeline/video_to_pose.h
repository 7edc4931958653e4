// One call from a video to its 3D poses: a thin controller over detect, lift and render, which can
// be had singly as well.

#ifndef VIDEOPOSE_PIPELINE_VIDEO_TO_POSE_H_
#define VIDEOPOSE_PIPELINE_VIDEO_TO_POSE_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "videopose/base/progress.h"
#include "videopose/detect/detector.h"
#include "videopose/detect/video_detection.h"
#include "videopose/io/video_reader.h"
#include "videopose/pipeline/render_over_video.h"
#include "videopose/pipeline/write_exports.h"
#include "videopose/pose/keypoints.h"
#include "videopose/pose/motion.h"

namespace videopose {

struct VideoToPoseOptions {
  VideoReaderOptions
      read;  // scale_to_height_px is not for callers: the detector wants the full picture
  BlazePoseOptions detector;
  std::filesystem::path lifter;
  bool average_flip = true;
  RenderOptions render;
  EncodingOptions encoding;
  ExportPaths exports;
};

struct VideoToPoseResult {
  KeypointSequence keypoints;
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

// Unsmoothed means raw: then gaps are not filled either, and doubtful finds stay.
DetectKeypointsOptions DetectionFor(const BlazePoseOptions& detector);

// Throws Error if writing `output` would overwrite `input`.
void RefuseToOverwriteInput(const std::filesystem::path& input,
                            const std::filesystem::path& output);

}  // namespace videopose

#endif  // VIDEOPOSE_PIPELINE_VIDEO_TO_POSE_H_
