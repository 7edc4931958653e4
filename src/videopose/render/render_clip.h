// SPDX-License-Identifier: Apache-2.0

// The loop that renders a clip and encodes it.

#ifndef VIDEOPOSE_RENDER_RENDER_CLIP_H_
#define VIDEOPOSE_RENDER_RENDER_CLIP_H_

#include <cstdint>
#include <functional>

#include "videopose/base.h"
#include "videopose/media.h"
#include "videopose/render.h"

namespace videopose::internal {

// The input of an image.
struct ClipInput {
  int64_t index = 0;  // of the image
  int64_t t = 0;      // of the motion
  Image image;        // empty: black
};

// Gets inputs from `next` until that is false, renders them and writes the images. Getting, drawing
// and encoding overlap; memory does not grow with the length. Returns how many were written; the
// writer is left open. `total` is for the monitor.
int64_t RenderClip(const VideoRenderer& renderer, const std::function<bool(ClipInput&)>& next,
                   int64_t total, const WorkMonitor& monitor, VideoWriter& writer);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_RENDER_CLIP_H_
