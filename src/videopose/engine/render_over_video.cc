// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "videopose/base/error.h"
#include "videopose/media.h"
#include "videopose/process.h"
#include "videopose/render/render_clip.h"

namespace videopose {

using namespace internal;
namespace {

VideoReader OpenFor(const KeypointSequence& keypoints, const std::filesystem::path& video,
                    int height_px) {
  VideoReader reader(video, {.start_s = keypoints.start_s,
                             .max_frames = keypoints.frame_count,
                             .scale_to_height_px = height_px});
  const VideoInfo& info = reader.info();
  if (info.width_px != keypoints.width_px || info.height_px != keypoints.height_px) {
    Fail(ErrorCode::kMismatch, {.file = video},
         "{}: this video is {} x {} pixels, but the keypoints are of one with {} x {}; give the "
         "video they came from",
         video.string(), info.width_px, info.height_px, keypoints.width_px, keypoints.height_px);
  }
  return reader;
}

}  // namespace

void CheckVideoOutput(const std::filesystem::path& output) {
  // Opening checks everything; without Close no file is left.
  const VideoWriter attempt(output, {.width_px = 16, .height_px = 16});
}

int64_t RenderOverVideo(const Motion& motion, const KeypointSequence& keypoints,
                        const std::filesystem::path& video, const std::filesystem::path& output,
                        const RenderOptions& render, const EncodingOptions& encoding,
                        const WorkMonitor& monitor) {
  VideoReader reader = OpenFor(keypoints, video, render.height_px);
  const VideoRenderer renderer(motion, &keypoints, render);
  VideoWriter writer(output, {.width_px = renderer.width_px(),
                              .height_px = renderer.height_px(),
                              .frame_rate = reader.info().frame_rate,
                              .bitrate_kbps = encoding.bitrate_kbps,
                              .crf = encoding.crf,
                              .audio_from = encoding.keep_audio ? video : std::filesystem::path(),
                              .audio_start_s = keypoints.start_s});
  int64_t read = 0;
  const auto next = [&](ClipInput& input) {
    input.index = input.t = read++;
    return reader.Read(input.image);
  };
  const int64_t written = RenderClip(renderer, next, keypoints.frame_count, monitor, writer);
  writer.Close();
  return written;
}

}  // namespace videopose
