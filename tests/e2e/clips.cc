#include "clips.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <numbers>

#include "program.h"
#include "videopose/detect/model_store.h"
#include "videopose/media/video_writer.h"
#include "videopose/synthetic/figure.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose {
namespace {

namespace fs = std::filesystem;

SyntheticClip MakeFigure() {
  // Facing the camera, which stands 4 m away.
  const SyntheticMotion motion({{SyntheticMoveKind::kWave, 1.2}, {SyntheticMoveKind::kSquat, 1}},
                               {.start_yaw_rad = -std::numbers::pi / 2});
  const PinholeCamera camera = LookAt({0.6, -4, 1.4}, {0, 0, 0.9}, 640, 360, 0.75);
  return MakeSyntheticClip(motion, camera, {.fps = 25, .duration_s = 2});
}

}  // namespace

const SyntheticClip& Figure() {
  static const SyntheticClip clip = MakeFigure();
  return clip;
}

fs::path FigureClip() {
  static const fs::path path = [] {
    fs::path file = EmptyFolder("clip") / "figure.mp4";
    WriteFigureClip(file, Figure().frame_count, [](int64_t) { return true; });
    return file;
  }();
  return path;
}

void WriteFigureClip(const fs::path& file, int64_t frames,
                     const std::function<bool(int64_t frame)>& is_there) {
  const SyntheticClip& figure = Figure();
  const FigureRenderer renderer(figure.camera);
  VideoWriter writer(file, {.width_px = figure.camera.width_px,
                            .height_px = figure.camera.height_px,
                            .frame_rate = {25, 1}});
  Image image;
  for (int64_t t = 0; t < frames; ++t) {
    const BodyPose& pose = figure.poses[static_cast<size_t>(t) % figure.poses.size()];
    renderer.Render(is_there(t) ? &pose : nullptr, SyntheticMotionOptions().height_m, image);
    writer.Write(image);
  }
  writer.Close();
}

bool HaveDetectorModels() {
  return MissingModels(DefaultModelsDir(), BlazePoseSize::kFull).empty() &&
         MissingModels(DefaultModelsDir(), BlazePoseSize::kHeavy).empty();
}

}  // namespace videopose
