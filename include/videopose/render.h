// SPDX-License-Identifier: Apache-2.0

// Renders a motion: panels side by side, the input with its 2D skeleton, the 3D reconstruction
// and, where it is known, the truth. Several people have a colour each, and their ID over the head.

#ifndef VIDEOPOSE_RENDER_H_
#define VIDEOPOSE_RENDER_H_

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "videopose/base.h"
#include "videopose/media.h"
#include "videopose/pose.h"

namespace videopose {

enum class Theme { kLight, kDark };
enum class PanelKind { kInput, kPose, kTruth };
enum class Projection { kPerspective, kOrthographic };

struct RenderOptions {
  int height_px = 512;  // of every panel; widths follow
  Theme theme = Theme::kDark;
  std::vector<PanelKind> panels = {PanelKind::kInput, PanelKind::kPose};
  Projection projection = Projection::kPerspective;
  // The viewpoint of the 3D panel. Azimuth 0 looks as the video's camera does, positive
  // goes round to the right of it (towards the person's left side when they face the camera);
  // elevation looks down. None: 20 and 15; several people are seen from higher up and from the side
  // from which they hide each other least.
  std::optional<double> azimuth_deg, elevation_deg;
  double turntable_deg_per_s = 0;  // added to the azimuth over time
  std::string title;               // small, over the 3D panel
  bool panel_titles = false;       // instead: Input, Reconstruction, Ground truth
  double fps = 0;                  // of the file RenderVideo writes; 0: the motion's
};

// Frames are independent of each other, so several threads may call Render at once.
class VideoRenderer {
 public:
  // `keypoints` may be null (then the input panel shows the image alone) and must outlive the
  // renderer. Looks at the whole motion once. People are drawn where Motion::grounding has them.
  //
  // A kTruth panel shows `truth`, of the same skeleton and frames; one view serves both panels.
  VideoRenderer(const Motion& motion, const KeypointSequence* keypoints,
                const RenderOptions& options, const Motion* truth = nullptr);
  ~VideoRenderer();

  int width_px() const;   // of the whole image, even
  int height_px() const;  // even

  // Frame t of the motion. `input` is the video's frame at any scale (black where null).
  void Render(int64_t t, const Image* input, Image& output) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Renders the whole motion without its input video: the 3D panel alone, by extension .mp4, .gif or
// frames.
void RenderVideo(const Motion& motion, const std::filesystem::path& path,
                 RenderOptions options = {}, const WorkMonitor& monitor = {});

}  // namespace videopose

#endif  // VIDEOPOSE_RENDER_H_
