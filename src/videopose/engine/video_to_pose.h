// One call from a video to its 3D poses: a thin controller over detect, lift and render, which can
// be had singly as well.

#ifndef VIDEOPOSE_ENGINE_VIDEO_TO_POSE_H_
#define VIDEOPOSE_ENGINE_VIDEO_TO_POSE_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "videopose/app/write_exports.h"
#include "videopose/base/progress.h"
#include "videopose/detect/detector.h"
#include "videopose/engine/render_over_video.h"
#include "videopose/ground/room.h"
#include "videopose/lift/lifter.h"
#include "videopose/media/video_reader.h"
#include "videopose/pose/keypoints.h"
#include "videopose/pose/motion.h"
#include "videopose/track/selection.h"
#include "videopose/track/video_detection.h"

namespace videopose {

// From keypoints to people in a room.
struct LiftInRoomOptions {
  bool average_flip = true;
  RoomOptions room;  // keep_roots: the checkpoint must have a trajectory network
};

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

// Lifts everybody and places them in the room. Throws Error, also before the work if keep_roots is
// asked of a lifter without a trajectory network.
Motion LiftInRoom(const Lifter& lifter, const KeypointSequence& keypoints,
                  const LiftInRoomOptions& options, const WorkMonitor& monitor);

// Unsmoothed means raw: then gaps are not filled either, and doubtful finds stay. Whoever is chosen
// by ID or by a rule of their own is chosen among everybody.
DetectKeypointsOptions DetectionFor(const BlazePoseOptions& detector,
                                    const PersonSelection& people);

// Throws Error if writing `output` would overwrite `input`.
void RefuseToOverwriteInput(const std::filesystem::path& input,
                            const std::filesystem::path& output);

}  // namespace videopose

#endif  // VIDEOPOSE_ENGINE_VIDEO_TO_POSE_H_
