// SPDX-License-Identifier: Apache-2.0

// Composes the image of one frame: panels side by side, the input with its 2D skeletons, the 3D
// reconstruction and, where it is known, the truth. Several people have a colour each, and their ID
// over the head. The only place where frames are drawn, for files and live.

#ifndef VIDEOPOSE_RENDER_FRAME_COMPOSER_H_
#define VIDEOPOSE_RENDER_FRAME_COMPOSER_H_

#include <memory>
#include <optional>

#include "videopose/media.h"
#include "videopose/render.h"
#include "videopose/render/drawn_frame.h"

namespace videopose::internal {

// The options with an even height. Throws Error for those that make no sense.
RenderOptions CheckedRenderOptions(RenderOptions options);

// The width of a 3D panel; its height is that of the checked options.
int SceneWidth_px(const RenderOptions& options, bool has_many);

class FrameComposer {
 public:
  // With a `still_view`, the viewpoint of all frames, the floor is drawn only once. Throws Error
  // for options that make no sense.
  FrameComposer(const DrawnSubject& subject, const RenderOptions& options,
                const std::optional<ViewOptions>& still_view = std::nullopt);
  ~FrameComposer();

  int width_px() const;   // of the whole image, even
  int height_px() const;  // even

  // `input` is the video's frame at any scale (black where null). Frames are independent of each
  // other, so several threads may compose at once.
  void Compose(const DrawnFrame& frame, const Image* input, Image& output) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_FRAME_COMPOSER_H_
