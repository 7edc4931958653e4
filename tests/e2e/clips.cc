#include "clips.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <numbers>

#include "program.h"
#include "videopose/detect/model_store.h"
#include "videopose/io/video_writer.h"
#include "videopose/pose/synthetic.h"
#include "videopose/render/figure.h"

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
    const fs::path file = EmptyFolder("clip") / "figure.mp4";
    const SyntheticClip& clip = Figure();
    const FigureRenderer renderer(clip.camera);
    VideoWriter writer(file, {.width_px = clip.camera.width_px,
                              .height_px = clip.camera.height_px,
                              .frame_rate = {25, 1}});
    Image image;
    for (const BodyPose& pose : clip.poses) {
      renderer.Render(&pose, SyntheticMotionOptions().height_m, image);
      writer.Write(image);
    }
    writer.Close();
    return file;
  }();
  return path;
}

bool HaveDetectorModels() {
  return MissingModels(DefaultModelsDir(), BlazePoseSize::kFull).empty() &&
         MissingModels(DefaultModelsDir(), BlazePoseSize::kHeavy).empty();
}

}  // namespace videopose
