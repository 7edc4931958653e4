// SPDX-License-Identifier: Apache-2.0

// The input panel: the image, and over it the detections.

#ifndef VIDEOPOSE_RENDER_OVERLAY_H_
#define VIDEOPOSE_RENDER_OVERLAY_H_

#include <optional>
#include <span>

#include "videopose/media.h"
#include "videopose/pose.h"
#include "videopose/render/name_tag.h"
#include "videopose/render/theme.h"
#include "videopose/render/tile.h"

namespace videopose::internal {

// Scales the image to the tile's size: each pixel is the mean of the pixels under it, or linear
// between the nearest where the image grows.
void DrawImage(Tile tile, const Image& image);

// One person's bones and joints, left and right in their colours, the fainter the lower the score,
// on a dark casing. The tile shows the whole image of width_px x height_px in which the keypoints
// are measured.
void DrawKeypoints(Tile tile, const KeypointLayout& layout, std::span<const Keypoint> keypoints,
                   int width_px, int height_px, const BodyColours& colours);

// Over the head of the same person, or over the points that are seen; nothing without any.
std::optional<NameTag> NameTagOf(Tile tile, const KeypointLayout& layout,
                                 std::span<const Keypoint> keypoints, int width_px, int height_px);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_OVERLAY_H_
