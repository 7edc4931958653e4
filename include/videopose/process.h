// SPDX-License-Identifier: Apache-2.0

// From a video, or from a camera frame by frame, to the people in it.

#ifndef VIDEOPOSE_PROCESS_H_
#define VIDEOPOSE_PROCESS_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "videopose/base.h"
#include "videopose/detect.h"
#include "videopose/ground.h"
#include "videopose/lift.h"
#include "videopose/media.h"
#include "videopose/pose.h"
#include "videopose/render.h"

namespace videopose {

// From a video to the people in it, in one call: detected, tracked, lifted, grounded in the world;
// rendered beside the video, and written to files.

// Poses and joint angles as files of every supported kind, by extension.

struct ExportPaths {
  std::vector<std::filesystem::path> poses;   // MotionExtensions()
  std::vector<std::filesystem::path> angles;  // .csv, or plots: .png, .svg
  std::filesystem::path html_video;  // what an .html page shows beside the motion; empty: nothing
};

// Formats that hold one person make a file for each of several: "out.bvh" becomes "out_1.bvh",
// "out_2.bvh", by the person's id. `keypoints` may be null; else they are of the same people and
// frames. A person without a pose in any frame gets no plot, unless none has: that is a plot of
// axes alone. Returns what was written. Throws Error.
std::vector<std::filesystem::path> WriteExports(const ExportPaths& paths, const Motion& motion,
                                                const KeypointSequence* keypoints);

// Throws Error for an extension that is not known, a folder that is not there, and for what would
// overwrite `input` or another of them; call it before long work.
void CheckExports(const ExportPaths& paths, const std::filesystem::path& input);

// Whether the file, or one of its files for several people, exists.
bool IsExported(const std::filesystem::path& path);

// Draws a motion beside the video it came from.

// How the frames are stored; see VideoWriterOptions.
struct EncodingOptions {
  std::optional<int> bitrate_kbps;
  int crf = 20;
  bool keep_audio = true;
};

// How much poses are smoothed for rendering, where jitter disturbs more than lost detail: the
// standard deviation of a Gaussian over time (SmoothMotion).
inline constexpr double kRenderSmoothing_s = 0.04;

// Throws Error if no video can be written there: an unknown extension, a folder that is not there.
// Call it before long work.
void CheckVideoOutput(const std::filesystem::path& output);

// Decodes `video` once more from keypoints.start_s on, draws each frame and writes `output`.
// Decoding, drawing and encoding overlap; memory does not grow with the length. Returns the number
// of frames written. Throws Error, e.g. when the video has another size than the keypoints say.
int64_t RenderOverVideo(const Motion& motion, const KeypointSequence& keypoints,
                        const std::filesystem::path& video, const std::filesystem::path& output,
                        const RenderOptions& render, const EncodingOptions& encoding,
                        const WorkMonitor& monitor);

// The one call. Its parts can be called singly as well: ProcessVideo or ProcessKeypoints,
// WriteExports, RenderOverVideo.

// From keypoints to people in the world.
struct WorldLiftOptions {
  bool average_flip = true;
  GroundOptions ground;  // keep_roots: the checkpoint must have a trajectory network
  // Where the detector sees hands and feet (BlazePose33() as extra points), poses are of Body25(),
  // else of Human36m17().
  bool hands_and_feet = true;
};

struct FileDriverOptions {
  PersonSelection people;
  // Keypoints come out as they were detected: false positives are not left out and gaps not filled.
  bool raw = false;
  // From 1: of a video with cuts, this scene alone; keypoints.start_s says where it begins. 0: all.
  int scene = 0;
  // Null: keypoints only.
  const Lifter* lifter = nullptr;
  WorldLiftOptions lift;
};

struct ProcessedClip {
  // If no person is detected, there is a person 1 who is never seen.
  KeypointSequence keypoints;
  std::vector<TrackSummary> tracks;  // of keypoints.people, in their order
  Motion motion;                     // of the same people; empty without a lifter
};

// Reads all frames (on a thread of its own, ahead of the detector). Throws what the reader, the
// detector and the stages throw; Cancelled if asked to stop; Error if keep_roots is asked of a
// lifter without a trajectory network, or if a chosen person or scene does not exist. Stages of the
// progress: "detect", "lift".
ProcessedClip ProcessVideo(VideoReader& reader, PoseDetector& detector,
                           const FileDriverOptions& options, const WorkMonitor& monitor);

// Keypoints of people who are chosen already. Gaps are filled in what comes back as well.
ProcessedClip ProcessKeypoints(const KeypointSequence& keypoints, const Lifter& lifter,
                               const WorldLiftOptions& options, const WorkMonitor& monitor);

struct VideoToPoseOptions {
  VideoReaderOptions
      read;  // scale_to_height_px is not for callers: the detector needs the full image
  DetectorOptions detector;
  PersonSelection people;
  int scene = 0;  // as FileDriverOptions
  std::filesystem::path lifter;
  WorldLiftOptions lift;
  RenderOptions render;
  double render_smooth_s = kRenderSmoothing_s;  // beyond lift.ground.smooth_s
  EncodingOptions encoding;
  ExportPaths exports;
  // Detects in parts of eight seconds side by side, on all cores: results do not depend on how many
  // there are, and differ a little from those without.
  bool in_parts = false;
};

struct VideoToPoseResult {
  KeypointSequence keypoints;
  std::vector<TrackSummary> tracks;  // of keypoints.people
  Motion motion;
  std::vector<std::filesystem::path> exported;
  std::string decode_warnings;  // VideoReader::decode_warnings()
  VideoInfo video;              // VideoReader::info()
};

// Reads `input` and, where `output` is not empty, writes the rendered video there and the exports.
// Throws Error. All errors that can be known in advance (a missing model, an unknown extension,
// output equal to input) are reported before the long work begins.
VideoToPoseResult VideoToPose(const std::filesystem::path& input,
                              const std::filesystem::path& output,
                              const VideoToPoseOptions& options, const WorkMonitor& monitor = {});

// Throws Error if writing `output` would overwrite `input`.
void RefuseToOverwriteInput(const std::filesystem::path& input,
                            const std::filesystem::path& output);

// Frames in, people in 3D out, in real time: for cameras and games.
//
//   LivePoses live({.lifter = "models/lifter_causal.bin", .width_px = 640, .height_px = 480,
//                   .fps = 30});
//   while (camera.Read(image)) {
//     for (const PeopleInFrame& frame : live.Push(image, time_s)) ...
//   }

struct LiveOptions {
  std::filesystem::path lifter;
  TemporalModelOptions model;       // what the lifter's file does not say
  int width_px = 0, height_px = 0;  // of every frame
  double fps = 0;
  DetectorOptions detector = Lite();
  int people = 1;         // at once, the most prominent; or kAllPeople. At most 8 are lifted
  int64_t lookahead = 0;  // look-ahead of a pose in frames: later, but better
  bool average_flip = true;
  WeightPrecision precision = WeightPrecision::kFloat32;
  GroundOptions ground;
  bool hands_and_feet = true;  // poses of Body25() instead of Human36m17()

  // A detector that is fast enough for a camera.
  static DetectorOptions Lite() {
    DetectorOptions detector;
    detector.size = BlazePoseSize::kLite;
    return detector;
  }
};

// Uses one thread besides the detector's, and one that solves for the floor now and then.
class LivePoses {
 public:
  // Throws Error as Lifter::Load and BlazePose do, and for options that make no sense.
  explicit LivePoses(const LiveOptions& options);
  ~LivePoses();
  LivePoses(LivePoses&&) noexcept;
  LivePoses& operator=(LivePoses&&) noexcept;

  // The next frame; `time_s` must increase, and frames skipped in between are filled in.
  // Returns the frames that are finished by that, in their order and at most `lookahead` late, each
  // with the people in it. Joints are Body25()'s. Until camera and floor are solved, which
  // takes some seconds, joints in the world assume a level camera: see `grounding`. A camera that
  // turns or zooms is followed (PeopleInFrame::view); a cut begins another world with other IDs.
  std::vector<PeopleInFrame> Push(const Image& frame, double time_s);

  // At the end: the frames that are still pending.
  std::vector<PeopleInFrame> Flush();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace videopose

#endif  // VIDEOPOSE_PROCESS_H_
