// SPDX-License-Identifier: Apache-2.0

// The floor of the 3D panel: a lit disc with a grid that fades into the distance, and the soft
// shadow of a body on it.

#ifndef VIDEOPOSE_RENDER_FLOOR_H_
#define VIDEOPOSE_RENDER_FLOOR_H_

#include <span>

#include "videopose/render/body.h"
#include "videopose/render/theme.h"
#include "videopose/render/tile.h"
#include "videopose/render/view.h"

namespace videopose::internal {

inline constexpr float kGridCell_m = 0.5F;

// The scene without people: the background, and a grid of kGridCell_m whose lines stay fixed in the
// world while the light follows the focus.
void DrawBackdrop(Tile tile, const Palette& palette);
void DrawFloor(Tile tile, const View& view, const Palette& palette);

// Light from straight above: the nearer a cone is to the floor, the darker and sharper its shadow.
// The cones are in world.
void DrawShadow(Tile tile, const View& view, const Palette& palette,
                std::span<const RoundCone> flesh);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_FLOOR_H_
