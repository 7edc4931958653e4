// SPDX-License-Identifier: Apache-2.0

#include "clips.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <numbers>

#include "program.h"
#include "support/test_folder.h"
#include "videopose/detect.h"
#include "videopose/media.h"
#include "videopose/synthetic/figure.h"
#include "videopose/synthetic/synthetic.h"

namespace videopose::internal {
namespace {

namespace fs = std::filesystem;

SyntheticClip MakeFigure() {
  // Facing the camera, which stands 4 m away.
  const SyntheticMotion motion({{SyntheticMoveKind::kWave, 1.2}, {SyntheticMoveKind::kSquat, 1}},
                               {.start_yaw_rad = -std::numbers::pi / 2});
  const Camera camera = LookAt({0.6, -4, 1.4}, {0, 0, 0.9}, 640, 360, 0.75);
  return MakeSyntheticClip(motion, camera, {.fps = 25, .duration_s = 2});
}

}  // namespace

const SyntheticClip& Figure() {
  static const SyntheticClip clip = MakeFigure();
  return clip;
}

fs::path FigureClip() {
  static const fs::path path = [] {
    fs::path file = ProgramFolder() / "figure.mp4";
    WriteFigureClip(file, Figure().frame_count, [](int64_t) { return true; });
    return file;
  }();
  return path;
}

const MovingShot& PanShot() {
  static const MovingShot shot = MakeMovingShot(CameraMove::kPan, 360, 25, 5);
  return shot;
}

fs::path PanClip() {
  static const fs::path path = [] {
    fs::path file = ProgramFolder() / "pan.mp4";
    const Lens& lens = PanShot().cameras[0].lens;
    VideoWriter writer(
        file, {.width_px = lens.width_px, .height_px = lens.height_px, .frame_rate = {25, 1}});
    Image image;
    for (int64_t t = 0; t < PanShot().frame_count(); ++t) {
      PanShot().RenderFrame(t, image);
      writer.Write(image);
    }
    writer.Close();
    return file;
  }();
  return path;
}

fs::path TwoFiguresClip() {
  static const fs::path path = [] {
    std::vector<Image> frames;
    VideoReader reader(FigureClip());
    for (Image image; reader.Read(image);) frames.push_back(image);
    const int width = frames[0].width_px, height = frames[0].height_px;
    fs::path file = ProgramFolder() / "two_figures.mp4";
    VideoWriter writer(
        file, {.width_px = width, .height_px = height, .frame_rate = reader.info().frame_rate});
    Image both(width, height);
    for (size_t t = 0; t < frames.size(); ++t) {
      for (int y = 0; y < height; ++y) {
        const uint8_t *left = frames[t].row(y), *right = frames[frames.size() - 1 - t].row(y);
        for (int x = 0; x < width; ++x) {
          // The middle half of either image.
          const bool is_left = x < width / 2;
          const uint8_t* from = is_left ? left + 4 * (x + width / 4)
                                        : right + 4 * (width / 2 + width * 3 / 4 - 1 - x);
          uint8_t* to = both.row(y) + 4 * x;
          for (int c = 0; c < 3; ++c) to[c] = from[is_left ? c : 2 - c];
        }
      }
      writer.Write(both);
    }
    writer.Close();
    return file;
  }();
  return path;
}

void WriteFigureClip(const fs::path& file, int64_t frames,
                     const std::function<bool(int64_t frame)>& is_there) {
  const SyntheticClip& figure = Figure();
  const FigureRenderer renderer(figure.camera);
  VideoWriter writer(file, {.width_px = figure.camera.lens.width_px,
                            .height_px = figure.camera.lens.height_px,
                            .frame_rate = {25, 1}});
  Image image;
  for (int64_t t = 0; t < frames; ++t) {
    const BodyPose& pose = figure.poses[static_cast<size_t>(t) % figure.poses.size()];
    renderer.Render(is_there(t) ? &pose : nullptr, SyntheticMotionOptions().height_m, image);
    writer.Write(image);
  }
  writer.Close();
}

}  // namespace videopose::internal
