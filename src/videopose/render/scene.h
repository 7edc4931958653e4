// SPDX-License-Identifier: Apache-2.0

// The 3D panel: people on the floor as a viewer sees them.

#ifndef VIDEOPOSE_RENDER_SCENE_H_
#define VIDEOPOSE_RENDER_SCENE_H_

#include <optional>
#include <span>

#include "videopose/pose.h"
#include "videopose/render.h"
#include "videopose/render/drawn_frame.h"
#include "videopose/render/shading.h"
#include "videopose/render/theme.h"
#include "videopose/render/tile.h"
#include "videopose/render/view.h"

namespace videopose::internal {

class Scene {
 public:
  // With a `still_view`, the viewpoint of all frames, the floor is drawn only once.
  Scene(const Skeleton& skeleton, Theme theme, int width_px, int height_px,
        const std::optional<ViewOptions>& still_view = std::nullopt);

  // Thread-safe. The tile has the panel's size.
  void Draw(const ViewOptions& view, std::span<const DrawnPerson> people, bool with_ids,
            Tile tile) const;

 private:
  std::vector<LitCone> SeenBy(const View& view, const std::vector<RoundCone>& flesh,
                              const BodyColours& colours) const;
  void DrawNameTags(const View& view, std::span<const DrawnPerson> people, Tile tile) const;

  const Palette& palette_;
  int head_;     // joint; -1: none has that name
  Image empty_;  // backdrop, and the floor too if the viewer never moves
  bool has_floor_;
};

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_SCENE_H_
