// SPDX-License-Identifier: Apache-2.0

#include "videopose/render/frame_composer.h"

#include <algorithm>
#include <cmath>

#include "videopose/base/check.h"
#include "videopose/base/error.h"
#include "videopose/render/canvas.h"
#include "videopose/render/floor.h"
#include "videopose/render/name_tag.h"
#include "videopose/render/overlay.h"
#include "videopose/render/scene.h"
#include "videopose/render/theme.h"
#include "videopose/render/tile.h"

namespace videopose::internal {
namespace {

constexpr int kLeastHeight_px = 64, kMostHeight_px = 4320;
constexpr double kWidestInput = 16.0 / 9;  // wider images get bars above and below
constexpr double kScenePerHeight = 1.0, kSceneOfManyPerHeight = 4.0 / 3;
constexpr double kTextPerHeight = 0.027, kMarginPerHeight = 0.032;
constexpr double kLeastText_px = 9;
constexpr double kChipPerText = 1.8;
constexpr int kLeastHeightForLegend_px = 240;
constexpr Rgb kChip = {10, 12, 16}, kChipText = {245, 246, 248};

int Even(double size) { return std::max(2, 2 * static_cast<int>(std::lround(size / 2))); }

struct Box {
  int x_px = 0, y_px = 0, width_px = 0, height_px = 0;
};

struct Panel {
  PanelKind kind = PanelKind::kPose;
  Box box;
  Box video;  // within the image: the part of an input panel that shows the video
};

double AspectOf(const DrawnSubject& subject) {
  if (subject.input_aspect > 0) return subject.input_aspect;
  if (subject.width_px <= 0 || subject.height_px <= 0) return kWidestInput;
  return static_cast<double>(subject.width_px) / static_cast<double>(subject.height_px);
}

std::vector<Panel> Arrange(const RenderOptions& options, double input_aspect, bool has_many) {
  std::vector<Panel> panels;
  int x_px = 0;
  for (const PanelKind kind : options.panels) {
    const int width_px = kind == PanelKind::kInput
                             ? Even(std::min(input_aspect, kWidestInput) * options.height_px)
                             : SceneWidth_px(options, has_many);
    Panel panel{.kind = kind, .box = {x_px, 0, width_px, options.height_px}};
    panel.video = panel.box;
    if (kind == PanelKind::kInput && input_aspect > kWidestInput) {
      panel.video.height_px =
          std::min(Even(panel.box.width_px / input_aspect), panel.box.height_px);
      panel.video.y_px = (panel.box.height_px - panel.video.height_px) / 2;
    }
    x_px += panel.box.width_px;
    panels.push_back(panel);
  }
  return panels;
}

Tile TileOf(Image& image, const Box& box) {
  return internal::TileOf(image, box.x_px, box.y_px, box.width_px, box.height_px);
}

void FillTile(Tile tile, Rgb colour) {
  for (int y = 0; y < tile.height_px; ++y) {
    for (int x = 0; x < tile.width_px; ++x) {
      StorePixel(tile.row(y) + static_cast<size_t>(x) * Image::kBytesPerPixel, colour);
    }
  }
}

}  // namespace

RenderOptions CheckedRenderOptions(RenderOptions options) {
  if (options.height_px < kLeastHeight_px || options.height_px > kMostHeight_px) {
    Fail(ErrorCode::kInvalidArgument,
         "an image of {} pixels in height cannot be rendered: choose {} to {}", options.height_px,
         kLeastHeight_px, kMostHeight_px);
  }
  if (options.panels.empty())
    Fail(ErrorCode::kInvalidArgument, "there is no panel to render: choose input, pose or both");
  options.height_px = Even(options.height_px);
  return options;
}

int SceneWidth_px(const RenderOptions& options, bool has_many) {
  return Even((has_many ? kSceneOfManyPerHeight : kScenePerHeight) * options.height_px);
}

class FrameComposer::Impl {
 public:
  Impl(const DrawnSubject& subject, const RenderOptions& options,
       const std::optional<ViewOptions>& still_view)
      : subject_(subject),
        options_(CheckedRenderOptions(options)),
        palette_(PaletteOf(options.theme)),
        legend_(Identities(subject.are_several, options.theme).legend()),
        panels_(Arrange(options_, AspectOf(subject), subject.has_many)),
        text_px_(std::max(kLeastText_px, kTextPerHeight * options_.height_px)),
        margin_px_(kMarginPerHeight * options_.height_px) {
    VP_CHECK(subject.has_truth || std::ranges::count(options.panels, PanelKind::kTruth) == 0,
             "a panel for the truth, but no truth");
    const bool has_scene =
        std::ranges::any_of(panels_, [](const Panel& p) { return p.kind != PanelKind::kInput; });
    if (!has_scene) return;
    scene_.emplace(subject.skeleton, options.theme, SceneWidth_px(options_, subject.has_many),
                   options_.height_px, still_view);
  }

  int width_px() const { return panels_.back().box.x_px + panels_.back().box.width_px; }
  int height_px() const { return options_.height_px; }

  void Compose(const DrawnFrame& frame, const Image* input, Image& output) const {
    if (output.width_px != width_px() || output.height_px != height_px()) {
      output = Image(width_px(), height_px());
    }
    for (const Panel& panel : panels_) {
      if (panel.kind == PanelKind::kInput) {
        DrawInput(frame, input, panel, output);
        continue;
      }
      const Tile tile = TileOf(output, panel.box);
      scene_->Draw(frame.view, panel.kind == PanelKind::kPose ? frame.people : frame.truth,
                   subject_.are_several, tile);
      LabelScene(frame, panel.kind, tile);
    }
  }

 private:
  std::string TitleOf(PanelKind kind) const {
    if (!options_.panel_titles) return kind == PanelKind::kPose ? options_.title : "";
    return kind == PanelKind::kInput  ? "Input"
           : kind == PanelKind::kPose ? "Reconstruction"
                                      : "Ground truth";
  }

  std::string TimeText(const DrawnFrame& frame) const {
    const int64_t t = frame.index;
    const std::string scene = frame.scene > 0 ? fmt::format(" · scene {}", frame.scene) : "";
    if (subject_.fps <= 0) return fmt::format("frame {}{}", t, scene);
    return fmt::format("{:.1f} s · frame {}{}", static_cast<double>(t) / subject_.fps, t, scene);
  }

  void DrawInput(const DrawnFrame& frame, const Image* input, const Panel& panel,
                 Image& output) const {
    if (panel.video.height_px < panel.box.height_px) {
      FillTile(TileOf(output, panel.box), palette_.backdrop_corner);
    }
    const Tile video = TileOf(output, panel.video);
    if (input != nullptr && input->width_px > 0 && input->height_px > 0) {
      DrawImage(video, *input);
    } else {
      FillTile(video, {0, 0, 0});
    }
    DrawSeen(frame.seen, video);
    const Tile tile = TileOf(output, panel.box);
    const double chip_px = kChipPerText * text_px_;
    if (const std::string title = TitleOf(panel.kind); !title.empty()) {
      DrawChip(title, margin_px_ - 0.3 * text_px_, tile);
    }
    if (!scene_) DrawChip(TimeText(frame), tile.height_px - margin_px_ - chip_px, tile);
  }

  void DrawSeen(const std::vector<DrawnKeypoints>& seen, Tile video) const {
    const int width_px = subject_.width_px, height_px = subject_.height_px;
    for (const DrawnKeypoints& person : seen) {
      DrawKeypoints(video, subject_.layout, person.keypoints, width_px, height_px, person.colours);
    }
    if (!subject_.are_several) return;
    Canvas canvas(video);
    for (const DrawnKeypoints& person : seen) {
      const auto tag = NameTagOf(video, subject_.layout, person.keypoints, width_px, height_px);
      if (tag) DrawNameTag(canvas, video, *tag, person.id, person.colours.centre);
    }
  }

  void LabelScene(const DrawnFrame& frame, PanelKind kind, Tile tile) const {
    Canvas canvas(tile);
    if (const std::string title = TitleOf(kind); !title.empty()) {
      canvas.Text(title, margin_px_, margin_px_ + text_px_, 1.15 * text_px_, palette_.text);
    }
    if (kind == PanelKind::kTruth) return;  // what follows stands beside it already
    const double bottom_px = tile.height_px - margin_px_;
    canvas.Text(TimeText(frame), margin_px_, bottom_px, text_px_, palette_.text);
    if (tile.height_px < kLeastHeightForLegend_px) return;
    double right_px = tile.width_px - margin_px_;
    const double dot_px = 0.32 * text_px_, small_px = 0.85 * text_px_;
    for (const auto& [name, colour] :
         {std::pair{"right", legend_.right}, std::pair{"left", legend_.left}}) {
      canvas.Text(name, right_px, bottom_px, small_px, palette_.faint_text, Canvas::Align::kRight);
      right_px -= canvas.TextWidth(name, small_px) + 2.2 * dot_px;
      canvas.Dot(right_px, bottom_px - 0.36 * small_px, dot_px, colour);
      right_px -= 3.4 * dot_px;
    }
    canvas.Text(fmt::format("grid {} m", kGridCell_m), right_px, bottom_px, small_px,
                palette_.faint_text, Canvas::Align::kRight);
  }

  void DrawChip(const std::string& text, double top_px, Tile tile) const {
    Canvas canvas(tile);
    canvas.Chip(margin_px_, top_px, canvas.TextWidth(text, text_px_) + 1.6 * text_px_,
                kChipPerText * text_px_, kChip, 0.6);
    canvas.Text(text, margin_px_ + 0.8 * text_px_, top_px + 1.26 * text_px_, text_px_, kChipText);
  }

  const DrawnSubject subject_;
  const RenderOptions options_;
  const Palette& palette_;
  const BodyColours legend_;
  const std::vector<Panel> panels_;
  const double text_px_, margin_px_;
  std::optional<Scene> scene_;  // none without a 3D panel
};

FrameComposer::FrameComposer(const DrawnSubject& subject, const RenderOptions& options,
                             const std::optional<ViewOptions>& still_view)
    : impl_(std::make_unique<Impl>(subject, options, still_view)) {}
FrameComposer::~FrameComposer() = default;

int FrameComposer::width_px() const { return impl_->width_px(); }
int FrameComposer::height_px() const { return impl_->height_px(); }
void FrameComposer::Compose(const DrawnFrame& frame, const Image* input, Image& output) const {
  impl_->Compose(frame, input, output);
}

}  // namespace videopose::internal
