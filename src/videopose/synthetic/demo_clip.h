// SPDX-License-Identifier: Apache-2.0

// The clip of `videopose demo`: a person walks in, waves, squats and jumps. It is synthetic, so the
// ground truth is known.

#ifndef VIDEOPOSE_SYNTHETIC_DEMO_CLIP_H_
#define VIDEOPOSE_SYNTHETIC_DEMO_CLIP_H_

#include <cstdint>

#include "videopose/media.h"
#include "videopose/synthetic/figure.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal {

class DemoClip {
 public:
  // `height_px` of the image, whose width is 1.8 times that; even.
  explicit DemoClip(int height_px = 480);

  int width_px() const { return truth_.camera.lens.width_px; }
  int height_px() const { return truth_.camera.lens.height_px; }
  FrameRate frame_rate() const { return {25, 1}; }
  int64_t frame_count() const { return truth_.frame_count; }
  // Frames are independent of each other; `image` is reused.
  void RenderFrame(int64_t t, Image& image) const;

  // Keypoints and motion of the ground truth, without any noise.
  const SyntheticClip& truth() const { return truth_; }

 private:
  SyntheticClip truth_;
  FigureRenderer renderer_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_SYNTHETIC_DEMO_CLIP_H_
