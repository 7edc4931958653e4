#include "videopose/base/error.h"
#include "videopose/base/ordered_pipeline.h"
#include "videopose/base/parallel.h"
#include "videopose/media.h"
#include "videopose/render.h"
#include "videopose/render/frame_rate.h"

namespace videopose {
namespace {

constexpr double kPlainFps = 25;  // where the motion does not say

}  // namespace

void RenderVideo(const Motion& motion, const std::filesystem::path& path, RenderOptions options,
                 const WorkMonitor& monitor) {
  if (motion.frame_count <= 0) {
    Fail(ErrorCode::kInvalidArgument, "{}: there are no frames to render", path.string());
  }
  options.panels = {PanelKind::kPose};
  const double motion_fps = motion.fps > 0 ? motion.fps : kPlainFps;
  const double fps = options.fps > 0 ? options.fps : motion_fps;
  const int64_t count = OutputFrameCount(motion.frame_count, motion_fps, fps);

  const VideoRenderer renderer(motion, nullptr, options);
  VideoWriter writer(path, {.width_px = renderer.width_px(),
                            .height_px = renderer.height_px(),
                            .frame_rate = FrameRateOf(fps)});

  int64_t next = 0, written = 0;
  OrderedPipeline<int64_t, Image> pipeline;
  pipeline.workers = ThreadCount();
  pipeline.depth = ThreadCount() + 3;
  pipeline.produce = [&](int64_t& k) { return (k = next++) < count; };
  pipeline.transform = [&](int64_t& k, Image& picture) {
    renderer.Render(SourceFrame(k, motion.frame_count, motion_fps, fps), nullptr, picture);
  };
  pipeline.consume = [&](Image& picture) {
    writer.Write(picture);
    monitor.Report("render", ++written, count);
  };
  pipeline.Run();
  writer.Close();
}

}  // namespace videopose
