// SPDX-License-Identifier: Apache-2.0

#include "videopose/base/error.h"
#include "videopose/base/parallel.h"
#include "videopose/pose/default_fps.h"
#include "videopose/render.h"
#include "videopose/render/drawn_clip.h"
#include "videopose/render/encode_video.h"
#include "videopose/render/frame_composer.h"
#include "videopose/render/frame_rate.h"
#include "videopose/render/render_clip.h"

namespace videopose {

using namespace internal;

// The clip, and the composer that draws it.
class VideoRenderer::Impl {
 public:
  Impl(const Motion& motion, const KeypointSequence* keypoints, const RenderOptions& options,
       const Motion* truth)
      : clip_(motion, keypoints, options, truth),
        composer_(clip_.subject(), options, clip_.still_view()) {}

  const FrameComposer& composer() const { return composer_; }
  void Render(int64_t t, const Image* input, Image& output) const {
    composer_.Compose(clip_.At(t), input, output);
  }

 private:
  DrawnClip clip_;
  FrameComposer composer_;
};

VideoRenderer::VideoRenderer(const Motion& motion, const KeypointSequence* keypoints,
                             const RenderOptions& options, const Motion* truth)
    : impl_(std::make_unique<Impl>(motion, keypoints, options, truth)) {}
VideoRenderer::~VideoRenderer() = default;

int VideoRenderer::width_px() const { return impl_->composer().width_px(); }
int VideoRenderer::height_px() const { return impl_->composer().height_px(); }
void VideoRenderer::Render(int64_t t, const Image* input, Image& output) const {
  impl_->Render(t, input, output);
}

int64_t internal::RenderClip(const VideoRenderer& renderer,
                             const std::function<bool(ClipInput&)>& next, int64_t total,
                             const WorkMonitor& monitor, VideoWriter& writer) {
  return EncodeVideo<ClipInput>(
      next,
      [&](ClipInput& input, Image& image) {
        const bool has_image = input.image.width_px > 0;
        renderer.Render(input.t, has_image ? &input.image : nullptr, image);
      },
      {.workers = ThreadCount(), .total = total, .monitor = monitor}, writer);
}

void RenderVideo(const Motion& motion, const std::filesystem::path& path, RenderOptions options,
                 const WorkMonitor& monitor) {
  if (motion.frame_count <= 0) {
    Fail(ErrorCode::kInvalidArgument, "{}: there are no frames to render", path.string());
  }
  options.panels = {PanelKind::kPose};
  const double motion_fps = FpsOf(motion);
  const double fps = options.fps > 0 ? options.fps : motion_fps;
  const int64_t count = OutputFrameCount(motion.frame_count, motion_fps, fps);

  const VideoRenderer renderer(motion, nullptr, options);
  VideoWriter writer(path, {.width_px = renderer.width_px(),
                            .height_px = renderer.height_px(),
                            .frame_rate = FrameRateOf(fps)});
  int64_t next = 0;
  const auto take_next = [&](ClipInput& input) {
    input.index = next++;
    input.t = SourceFrame(input.index, motion.frame_count, motion_fps, fps);
    return input.index < count;
  };
  RenderClip(renderer, take_next, count, monitor, writer);
  writer.Close();
}

}  // namespace videopose
