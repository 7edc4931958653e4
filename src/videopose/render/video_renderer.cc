#include <algorithm>
#include <cmath>

#include "videopose/base/error.h"
#include "videopose/render.h"
#include "videopose/render/canvas.h"
#include "videopose/render/floor.h"
#include "videopose/render/name_tag.h"
#include "videopose/render/overlay.h"
#include "videopose/render/scene.h"
#include "videopose/render/theme.h"
#include "videopose/render/tile.h"

namespace videopose {
namespace {

constexpr int kLeastHeight_px = 64, kMostHeight_px = 4320;
constexpr double kWidestInput = 16.0 / 9;  // wider pictures get bars above and below
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
  Box picture;  // within the image: the part of an input panel that shows the video
};

RenderOptions Checked(RenderOptions options, bool has_truth) {
  if (options.height_px < kLeastHeight_px || options.height_px > kMostHeight_px) {
    Fail(ErrorCode::kInvalidArgument,
         "a picture of {} pixels in height cannot be rendered: choose {} to {}", options.height_px,
         kLeastHeight_px, kMostHeight_px);
  }
  if (options.panels.empty()) {
    Fail(ErrorCode::kInvalidArgument, "there is no panel to render: choose input, pose or both");
  }
  VP_CHECK(
      has_truth || std::count(options.panels.begin(), options.panels.end(), PanelKind::kTruth) == 0,
      "a panel for the truth, but no truth");
  options.height_px = Even(options.height_px);
  return options;
}

double AspectOf(const Motion& motion, const KeypointSequence* keypoints) {
  const auto ratio = [](int width_px, int height_px) {
    return static_cast<double>(width_px) / static_cast<double>(height_px);
  };
  if (motion.width_px > 0 && motion.height_px > 0) return ratio(motion.width_px, motion.height_px);
  if (keypoints != nullptr && keypoints->width_px > 0 && keypoints->height_px > 0) {
    return ratio(keypoints->width_px, keypoints->height_px);
  }
  return kWidestInput;
}

std::vector<Panel> Arrange(const RenderOptions& options, double input_aspect, size_t people) {
  std::vector<Panel> panels;
  int x_px = 0;
  for (const PanelKind kind : options.panels) {
    const double aspect = kind == PanelKind::kInput ? std::min(input_aspect, kWidestInput)
                          : people > 1              ? kSceneOfManyPerHeight
                                                    : kScenePerHeight;
    Panel panel{.kind = kind,
                .box = {x_px, 0, Even(aspect * options.height_px), options.height_px}};
    panel.picture = panel.box;
    if (kind == PanelKind::kInput && input_aspect > kWidestInput) {
      panel.picture.height_px =
          std::min(Even(panel.box.width_px / input_aspect), panel.box.height_px);
      panel.picture.y_px = (panel.box.height_px - panel.picture.height_px) / 2;
    }
    x_px += panel.box.width_px;
    panels.push_back(panel);
  }
  return panels;
}

// Everybody of both, the truth's people last.
Motion Together(const Motion& motion, const Motion& truth) {
  VP_CHECK(truth.skeleton == motion.skeleton && truth.frame_count == motion.frame_count,
           "the truth has {} joints and {} frames, the motion {} and {}", truth.joint_count(),
           truth.frame_count, motion.joint_count(), motion.frame_count);
  Motion both = motion;
  both.people.insert(both.people.end(), truth.people.begin(), truth.people.end());
  return both;
}

Tile TileOf(Image& image, const Box& box) {
  return TileOf(image, box.x_px, box.y_px, box.width_px, box.height_px);
}

void FillTile(Tile tile, Rgb colour) {
  for (int y = 0; y < tile.height_px; ++y) {
    for (int x = 0; x < tile.width_px; ++x) {
      StorePixel(tile.row(y) + static_cast<size_t>(x) * Image::kBytesPerPixel, colour);
    }
  }
}

}  // namespace

class VideoRenderer::Impl {
 public:
  Impl(const Motion& motion, const KeypointSequence* keypoints, const RenderOptions& options,
       const Motion* truth)
      : motion_(motion),
        keypoints_(keypoints),
        options_(Checked(options, truth != nullptr)),
        palette_(PaletteOf(options.theme)),
        identities_(motion, keypoints, options.theme),
        panels_(Arrange(options_, AspectOf(motion, keypoints), motion.people.size())),
        text_px_(std::max(kLeastText_px, kTextPerHeight * options_.height_px)),
        margin_px_(kMarginPerHeight * options_.height_px) {
    const auto pose = std::find_if(panels_.begin(), panels_.end(), [](const Panel& panel) {
      return panel.kind != PanelKind::kInput;
    });
    if (pose == panels_.end()) return;
    if (truth != nullptr) with_truth_ = std::make_unique<Motion>(Together(motion, *truth));
    scene_ = std::make_unique<Scene>(with_truth_ ? *with_truth_ : motion, keypoints, options_,
                                     pose->box.width_px);
  }

  int width_px() const { return panels_.back().box.x_px + panels_.back().box.width_px; }
  int height_px() const { return options_.height_px; }

  void Render(int64_t t, const Image* input, Image& output) const {
    VP_CHECK(t >= 0, "frame {}", t);
    if (output.width_px != width_px() || output.height_px != height_px()) {
      output = Image(width_px(), height_px());
    }
    for (const Panel& panel : panels_) {
      if (panel.kind == PanelKind::kInput) {
        DrawInput(t, input, panel, output);
      } else {
        const Tile tile = TileOf(output, panel.box);
        scene_->Draw(t, tile, PeopleOf(panel.kind));
        LabelScene(t, panel.kind, tile);
      }
    }
  }

 private:
  // The truth's people come after those of the reconstruction.
  Scene::People PeopleOf(PanelKind kind) const {
    const size_t reconstructed = motion_.people.size();
    if (kind == PanelKind::kPose) return {0, reconstructed};
    return {reconstructed, with_truth_->people.size()};
  }

  std::string TitleOf(PanelKind kind) const {
    if (!options_.panel_titles) return kind == PanelKind::kPose ? options_.title : "";
    return kind == PanelKind::kInput  ? "Input"
           : kind == PanelKind::kPose ? "Reconstruction"
                                      : "Ground truth";
  }

  std::string TimeText(int64_t t) const {
    if (motion_.fps <= 0) return fmt::format("frame {}", t);
    return fmt::format("{:.1f} s · frame {}", static_cast<double>(t) / motion_.fps, t);
  }

  void DrawInput(int64_t t, const Image* input, const Panel& panel, Image& output) const {
    if (panel.picture.height_px < panel.box.height_px) {
      FillTile(TileOf(output, panel.box), palette_.backdrop_corner);
    }
    const Tile picture = TileOf(output, panel.picture);
    if (input != nullptr && input->width_px > 0 && input->height_px > 0) {
      DrawPicture(picture, *input);
    } else {
      FillTile(picture, {0, 0, 0});
    }
    if (keypoints_ != nullptr && t < keypoints_->frame_count) DrawPeople(t, picture);
    const Tile tile = TileOf(output, panel.box);
    const double chip_px = kChipPerText * text_px_;
    if (const std::string title = TitleOf(panel.kind); !title.empty()) {
      DrawChip(title, margin_px_ - 0.3 * text_px_, tile);
    }
    if (scene_ == nullptr) DrawChip(TimeText(t), tile.height_px - margin_px_ - chip_px, tile);
  }

  void DrawPeople(int64_t t, Tile picture) const {
    const KeypointSequence& all = *keypoints_;
    for (const PersonKeypoints& person : all.people) {
      DrawKeypoints(picture, all.layout, person.frame(t), all.width_px, all.height_px,
                    identities_.of(person.id));
    }
    if (!identities_.are_several()) return;
    Canvas canvas(picture);
    for (const PersonKeypoints& person : all.people) {
      const auto tag = NameTagOf(picture, all.layout, person.frame(t), all.width_px, all.height_px);
      if (tag) DrawNameTag(canvas, picture, *tag, person.id, identities_.of(person.id).centre);
    }
  }

  void LabelScene(int64_t t, PanelKind kind, Tile tile) const {
    Canvas canvas(tile);
    if (const std::string title = TitleOf(kind); !title.empty()) {
      canvas.Text(title, margin_px_, margin_px_ + text_px_, 1.15 * text_px_, palette_.text);
    }
    if (kind == PanelKind::kTruth) return;  // what follows stands beside it already
    const double bottom_px = tile.height_px - margin_px_;
    canvas.Text(TimeText(t), margin_px_, bottom_px, text_px_, palette_.text);
    if (tile.height_px < kLeastHeightForLegend_px) return;
    double right_px = tile.width_px - margin_px_;
    const double dot_px = 0.32 * text_px_, small_px = 0.85 * text_px_;
    for (const auto& [name, colour] : {std::pair{"right", identities_.legend().right},
                                       std::pair{"left", identities_.legend().left}}) {
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

  const Motion& motion_;
  const KeypointSequence* keypoints_;
  const RenderOptions options_;
  const Palette& palette_;
  const Identities identities_;
  const std::vector<Panel> panels_;
  const double text_px_, margin_px_;
  std::unique_ptr<Motion> with_truth_;  // reconstruction and truth; null where that is not known
  std::unique_ptr<Scene> scene_;        // null without a 3D panel
};

VideoRenderer::VideoRenderer(const Motion& motion, const KeypointSequence* keypoints,
                             const RenderOptions& options, const Motion* truth)
    : impl_(std::make_unique<Impl>(motion, keypoints, options, truth)) {}
VideoRenderer::~VideoRenderer() = default;

int VideoRenderer::width_px() const { return impl_->width_px(); }
int VideoRenderer::height_px() const { return impl_->height_px(); }
void VideoRenderer::Render(int64_t t, const Image* input, Image& output) const {
  impl_->Render(t, input, output);
}

}  // namespace videopose
