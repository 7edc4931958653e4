#include <algorithm>
#include <cmath>
#include <future>
#include <utility>

#include "videopose/base/parallel.h"
#include "videopose/io/video_writer.h"
#include "videopose/render/frame_rate.h"
#include "videopose/render/video_renderer.h"

namespace videopose {
namespace {

constexpr double kPlainFps = 25;  // where the motion does not say
constexpr int kFramesPerThread = 4;

}  // namespace

void RenderVideo(const Motion& motion, const std::filesystem::path& path, RenderOptions options,
                 const WorkMonitor& monitor) {
  if (motion.frame_count <= 0) Fail("{}: there are no frames to render", path.string());
  options.panels = {PanelKind::kPose};
  const double motion_fps = motion.fps > 0 ? motion.fps : kPlainFps;
  const double fps = options.fps > 0 ? options.fps : motion_fps;
  const int64_t count = OutputFrameCount(motion.frame_count, motion_fps, fps);

  const VideoRenderer renderer(motion, nullptr, options);
  VideoWriter writer(path, {.width_px = renderer.width_px(),
                            .height_px = renderer.height_px(),
                            .frame_rate = FrameRateOf(fps)});

  const int64_t batch_size = kFramesPerThread * ThreadCount();
  using Batch = std::vector<Image>;
  const auto render_batch = [&](int64_t begin, Batch batch) {
    batch.resize(static_cast<size_t>(std::min(batch_size, count - begin)));
    ParallelFor(static_cast<int64_t>(batch.size()), 1, [&](int64_t from, int64_t to) {
      for (int64_t k = from; k < to; ++k) {
        renderer.Render(SourceFrame(begin + k, motion.frame_count, motion_fps, fps), nullptr,
                        batch[static_cast<size_t>(k)]);
      }
    });
    return batch;
  };

  // While one batch is encoded the next one is drawn.
  Batch batch = render_batch(0, {}), spare;
  for (int64_t begin = 0; begin < count;) {
    const int64_t next = begin + static_cast<int64_t>(batch.size());
    std::future<Batch> drawing;
    if (next < count)
      drawing = std::async(std::launch::async, render_batch, next, std::move(spare));
    for (size_t k = 0; k < batch.size(); ++k) {
      monitor.Report("render", begin + static_cast<int64_t>(k), count);
      writer.Write(batch[k]);
    }
    spare = std::move(batch);
    if (drawing.valid()) batch = drawing.get();
    begin = next;
  }
  monitor.Report("render", count, count);
  writer.Close();
}

}  // namespace videopose
