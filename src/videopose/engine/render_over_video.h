// Draws a motion beside the video it came from.

#ifndef VIDEOPOSE_ENGINE_RENDER_OVER_VIDEO_H_
#define VIDEOPOSE_ENGINE_RENDER_OVER_VIDEO_H_

#include <cstdint>
#include <filesystem>
#include <optional>

#include "videopose/base/progress.h"
#include "videopose/pose/keypoints.h"
#include "videopose/pose/motion.h"
#include "videopose/render/video_renderer.h"

namespace videopose {

// How the pictures are stored; see VideoWriterOptions.
struct EncodingOptions {
  std::optional<int> bitrate_kbps;
  int crf = 20;
  bool keep_audio = true;
};

// How much poses are smoothed for pictures, where shaking disturbs more than a blurred jerk: the
// standard deviation of a Gaussian over time (SmoothMotion).
inline constexpr double kPictureSmoothing_s = 0.04;

// Throws Error if no video can be written there: an unknown extension, a folder that is not there.
// To be asked before long work.
void CheckVideoOutput(const std::filesystem::path& output);

// Decodes `video` once more from keypoints.start_s on, draws each frame and writes `output`.
// Decoding, drawing and encoding overlap; memory does not grow with the length. Returns the number
// of frames written. Throws Error, e.g. when the video has another size than the keypoints say.
int64_t RenderOverVideo(const Motion& motion, const KeypointSequence& keypoints,
                        const std::filesystem::path& video, const std::filesystem::path& output,
                        const RenderOptions& render, const EncodingOptions& encoding,
                        const WorkMonitor& monitor);

}  // namespace videopose

#endif  // VIDEOPOSE_ENGINE_RENDER_OVER_VIDEO_H_
