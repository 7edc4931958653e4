// SPDX-License-Identifier: Apache-2.0

// The input panel: the picture, and over it what the detector saw.

#ifndef VIDEOPOSE_RENDER_OVERLAY_H_
#define VIDEOPOSE_RENDER_OVERLAY_H_

#include <optional>
#include <span>

#include "videopose/media.h"
#include "videopose/pose.h"
#include "videopose/render/name_tag.h"
#include "videopose/render/theme.h"
#include "videopose/render/tile.h"

namespace videopose {

// Scales the picture to the tile's size: each pixel is the mean of what lies under it, or linear
// between the nearest where the picture grows.
void DrawPicture(Tile tile, const Image& picture);

// One person's bones and joints, left and right in their colours, the fainter the lower the score,
// on a dark casing. The tile shows the whole picture of width_px x height_px that the keypoints are
// measured in.
void DrawKeypoints(Tile tile, const KeypointLayout& layout, std::span<const Keypoint> keypoints,
                   int width_px, int height_px, const BodyColours& colours);

// Over the head of the same person, or over what is seen of them; nothing where nothing is.
std::optional<NameTag> NameTagOf(Tile tile, const KeypointLayout& layout,
                                 std::span<const Keypoint> keypoints, int width_px, int height_px);

}  // namespace videopose

#endif  // VIDEOPOSE_RENDER_OVERLAY_H_
