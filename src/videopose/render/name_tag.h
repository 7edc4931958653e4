// SPDX-License-Identifier: Apache-2.0

// The number of a person over their head.

#ifndef VIDEOPOSE_RENDER_NAME_TAG_H_
#define VIDEOPOSE_RENDER_NAME_TAG_H_

#include "videopose/render/canvas.h"
#include "videopose/render/tile.h"

namespace videopose::internal {

struct NameTag {
  float x_px = 0, y_px = 0;  // the crown of the head, in the tile
  float person_px = 0;       // how large the person is there
};

// On a chip of the person's colour; stays inside the tile, and legible however small the person.
void DrawNameTag(Canvas& canvas, Tile tile, const NameTag& tag, int id, Rgb colour);

}  // namespace videopose::internal

#endif  // VIDEOPOSE_RENDER_NAME_TAG_H_
